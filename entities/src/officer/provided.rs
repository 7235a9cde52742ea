//! Signing in by the word of an organisation's provider: who it is here, which roles its groups give, and whether the second factor was
//! given there.
//!
//! Somebody is known again by the provider's id for them, once it is linked. It is linked the first time by the mail address, if the
//! provider has seen that it is theirs; an officer who is linked already is not linked to a second one. Where the operator maps groups,
//! roles follow at each sign-in: what is not given any more is taken, also from whoever then has none left and is not let in.

use std::collections::BTreeSet;

use letters::language::Language;
use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};
use serde_json::json;

use super::invitation;
use super::manage::{self, NewOfficer, NotManaged};
use super::mapping::{Admits, Rules};
use super::queries::{lock, login, may_sign_in, record};
use super::role::{self, Role, Roles, Where};
use super::session::{self, FRESH, Opened, Visitor};
use super::table::identity::{ActiveModel, COLUMN, Entity};
use super::table::{self, Model as Officer};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::id::{ClientId, ControllerId};
use crate::request::decide::Decider;
use crate::store::Store;
use crate::time::At;

/// Longest name that is taken over, in characters.
const LONGEST_NAME: usize = 120;

/// Somebody whom a provider vouches for.
#[derive(Clone, Debug)]
pub struct Provided {
    /// The provider.
    pub issuer: String,
    /// Its id there.
    pub subject: String,
    /// Its mail address, if the provider has seen that it is theirs.
    pub email: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// Its groups.
    pub groups: Vec<String>,
    /// The language it reads, where it is new.
    pub language: Language,
    /// Whether it gave a second factor there, by what the operator takes for one.
    pub second_factor: bool,
    /// When it signed in there, if the provider tells.
    pub signed_in_at: Option<At>,
}

/// Signs somebody in, with the second factor or before it. None if there is no account here for them that may be used: which of the
/// reasons it is, is told to nobody.
///
/// # Errors
/// The database fails.
pub async fn sign_in(
    store: &Store,
    rules: &Rules,
    who: &Provided,
    visitor: &Visitor,
) -> Result<Option<Opened>, StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    let roles = match &rules.mapping {
        Some(mapping) => Some(mapping.roles(&*txn, &who.groups).await?),
        None => None,
    };
    let Some(row) = find(&txn, store, rules, roles.as_ref(), who, visitor).await? else { return Ok(None) };
    if !may_sign_in(&*txn, &row).await? {
        return Ok(None);
    }
    let by = visitor.actor(row.id);
    if let Some(roles) = &roles
        && follow(&txn, store, &by, row.id, roles).await?
    {
        session::end_all(&txn, store, &by, row.id).await?;
    }
    if roles.is_some_and(|roles| roles.is_empty()) {
        txn.commit().await?;
        return Ok(None);
    }
    // A sign-in of another day is no fresh one, and one that nobody dates is none either.
    let at = who.second_factor.then(|| who.signed_in_at.map_or(now - FRESH, |at| at.min(now)));
    let opened = session::open_at(&txn, now, &row, visitor, at).await?;
    if at.is_some() {
        let data = json!({ "officer": row.id, "session": opened.session, "factor": "provider", "issuer": who.issuer });
        record(&txn, now, &by, "officer.signed_in", data).await?;
    } else {
        let data = json!({ "officer": row.id, "session": opened.session, "issuer": who.issuer });
        record(&txn, now, &by, "officer.provider_accepted", data).await?;
    }
    txn.commit().await?;
    Ok(Some(opened))
}

fn subject_hash(store: &Store, issuer: &str, subject: &str) -> String {
    // A line end parts them, which is in no address of a provider.
    store.safe.hash(ControllerId::INSTALLATION, "officer_identity", &format!("{issuer}\n{subject}"))
}

/// Who it is here, locked; linked or added if need be.
async fn find(
    txn: &Txn,
    store: &Store,
    rules: &Rules,
    roles: Option<&BTreeSet<(Where, Role)>>,
    who: &Provided,
    visitor: &Visitor,
) -> Result<Option<Officer>, StoreError> {
    let hash = subject_hash(store, &who.issuer, &who.subject);
    let now = store.now();
    if let Some(link) = Entity::find_by_id(hash.clone()).one(&**txn).await? {
        let change = ActiveModel { subject_hash: Unchanged(hash), used_at: Set(now), ..Default::default() };
        Entity::update(change).exec(&**txn).await?;
        return Ok(lock(txn, link.officer_id).await?);
    }
    let Some(email) = who.email.as_deref().and_then(|email| login(email).ok()) else { return Ok(None) };
    let known = table::Entity::find().filter(table::COLUMN.login.eq(&email)).one(&**txn).await?;
    let found = match known {
        Some(row) if is_linked(&**txn, row.id, &who.issuer).await? => None,
        // Whoever has signed in here already may be somebody else who was given this address: roles that follow the provider's
        // groups must not come to them. Such an account is linked by hand.
        Some(row) => lock(txn, row.id).await?.filter(|row| !has_own_way_in(row)),
        None if rules.admits == Admits::Mapped && roles.is_some_and(|roles| !roles.is_empty()) => {
            Some(add(txn, store, who, email, visitor).await?)
        }
        None => None,
    };
    let Some(row) = found else { return Ok(None) };
    if !may_sign_in(&**txn, &row).await? {
        return Ok(None);
    }
    // Nor does a link that somebody else may hold let in any more.
    invitation::void(txn, now, row.id).await?;
    put(txn, now, &visitor.actor(row.id), (hash, row.id), &who.issuer).await?;
    Ok(Some(row))
}

/// Whether somebody has set up how to sign in here, without the provider.
fn has_own_way_in(row: &Officer) -> bool {
    row.password_hash.is_some() || row.totp_sealed.is_some() || row.passkeys > 0
}

/// Links a subject there, by its hash, to an officer here.
async fn put(
    txn: &Txn,
    now: At,
    by: &Actor,
    (subject_hash, officer): (String, ClientId),
    issuer: &str,
) -> Result<(), DbErr> {
    let link = ActiveModel {
        subject_hash: Set(subject_hash),
        officer_id: Set(officer),
        issuer: Set(issuer.to_owned()),
        created_at: Set(now),
        used_at: Set(now),
    };
    Entity::insert(link).exec_without_returning(&**txn).await?;
    record(txn, now, by, "officer.identity_linked", json!({ "officer": officer, "issuer": issuer })).await
}

/// Links a locked officer to a subject by hand, where the provider names no address that counts. Says whether neither was linked yet.
pub(super) async fn link(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    officer: ClientId,
    (issuer, subject): (&str, &str),
) -> Result<bool, DbErr> {
    let hash = subject_hash(store, issuer, subject);
    let is_taken = Entity::find_by_id(hash.clone()).one(&**txn).await?.is_some();
    if is_taken || is_linked(&**txn, officer, issuer).await? {
        return Ok(false);
    }
    put(txn, store.now(), by, (hash, officer), issuer).await?;
    Ok(true)
}

/// Whether an officer is somebody at this provider already.
///
/// # Errors
/// The database fails.
pub async fn is_linked(conn: &impl ConnectionTrait, officer: ClientId, issuer: &str) -> Result<bool, DbErr> {
    let found = Entity::find().filter(COLUMN.officer_id.eq(officer)).filter(COLUMN.issuer.eq(issuer)).one(conn).await?;
    Ok(found.is_some())
}

/// Adds somebody whom the mapping lets in. By the operator's rules, so in the operator's name, from where they come.
async fn add(
    txn: &Txn,
    store: &Store,
    who: &Provided,
    email: String,
    visitor: &Visitor,
) -> Result<Officer, StoreError> {
    let actor = Actor { address: visitor.address.clone(), ..Actor::operator() };
    let by = Decider { actor, client: None, reach: Reach::installation() };
    let name = who.name.as_deref().unwrap_or(&email).chars().filter(|it| !it.is_control()).take(LONGEST_NAME);
    let new = NewOfficer { name: name.collect(), login: email.clone(), language: who.language, roles: Vec::new() };
    manage::add(txn, store, &by, new).await.map_err(|refused| match refused {
        NotManaged::Store(error) => error,
        _ => StoreError::Corrupt("a provider names somebody who cannot be added"),
    })
}

/// Gives and takes roles until they are these. Says whether any changed.
async fn follow(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    officer: ClientId,
    wanted: &BTreeSet<(Where, Role)>,
) -> Result<bool, StoreError> {
    let now = store.now();
    let held: BTreeSet<_> = Roles::of(&**txn, officer).await?.each().collect();
    for &(place, role) in wanted.difference(&held) {
        role::put(txn, now, officer, place, role).await?;
        tell(txn, now, by, officer, "officer.role_granted", (place, role)).await?;
    }
    for &(place, role) in held.difference(wanted) {
        role::take(txn, officer, place, role).await?;
        tell(txn, now, by, officer, "officer.role_revoked", (place, role)).await?;
    }
    Ok(held != *wanted)
}

async fn tell(
    txn: &Txn,
    now: At,
    by: &Actor,
    officer: ClientId,
    kind: &'static str,
    (place, role): (Where, Role),
) -> Result<(), DbErr> {
    let mut data = role::told(place, role);
    data["officer"] = json!(officer);
    // By the groups at the provider, and nobody here.
    data["mapped"] = json!(true);
    record(txn, now, by, kind, data).await
}

/// Forgets who an officer is at providers: the next sign-in there links anew, by the mail address. Says how many were forgotten.
///
/// # Errors
/// The database fails.
pub(super) async fn forget(txn: &Txn, officer: ClientId) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.officer_id.eq(officer)).exec(&**txn).await?.rows_affected)
}
