//! Adding officers, granting and taking roles, disabling, and resetting what they sign in with. Each act is an event.
//!
//! Whoever manages reaches as far as their own scope does: one controller's administrator neither grants a role elsewhere nor
//! disables somebody who also works elsewhere, and nobody manages themselves.

use letters::language::Language;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, SqlErr};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::brake::{self, Guess};
use super::invitation::{self, Invitation};
use super::password;
use super::queries::{self, changed, lock, record};
use super::role::{self, Role, Roles, Where};
use super::table::{ActiveModel, Entity, Model};
use super::{passkey, provided, recovery, session};
use crate::client::reach::Reach;
use crate::client::table as client;
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{ClientId, ControllerId};
use crate::request::decide::Decider;
use crate::store::Store;
use crate::time::At;

/// Longest name, in characters.
const LONGEST_NAME: usize = 120;

/// Somebody to be added.
#[derive(Clone, Debug)]
pub struct NewOfficer {
    /// The e-mail address it signs in with.
    pub login: String,
    /// Its name for people.
    pub name: String,
    /// The language it reads.
    pub language: Language,
    /// Its first roles.
    pub roles: Vec<(Where, Role)>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotManaged {
    /// There is no such officer within reach.
    #[error("there is no such officer")]
    NotFound,
    /// It concerns a controller that whoever asks does not manage.
    #[error("this concerns a controller that is not yours to manage")]
    OutOfReach,
    /// Whoever asks is the officer.
    #[error("nobody manages their own account; ask another administrator")]
    Oneself,
    /// Somebody has this login.
    #[error("there is an officer with this address already")]
    LoginTaken,
    /// No e-mail address.
    #[error("the address does not work as a login: {0}")]
    BadLogin(String),
    /// No name, or a very long one.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// The password is not taken.
    #[error(transparent)]
    Weak(#[from] password::Weak),
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotManaged {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::LoginTaken,
            _ => Self::Store(error.into()),
        }
    }
}

/// Whether somebody of this reach manages a place.
#[must_use]
pub fn covers(reach: &Reach, place: Where) -> bool {
    match place {
        Where::Everywhere => reach.covers(ControllerId::INSTALLATION),
        Where::At(controller) => reach.covers(controller),
    }
}

/// Whether `by` manages the officer with these roles altogether: everywhere it holds one.
///
/// # Errors
/// Why not.
pub fn manages(by: &Decider, id: ClientId, roles: &Roles) -> Result<(), NotManaged> {
    if by.client == Some(id) {
        return Err(NotManaged::Oneself);
    }
    let (mut all, mut any) = (true, false);
    for (place, _) in roles.each() {
        let is_covered = covers(&by.reach, place);
        (all, any) = (all && is_covered, any || is_covered);
    }
    match (by.reach.covers(ControllerId::INSTALLATION), all, any) {
        (true, ..) | (_, true, true) => Ok(()),
        (_, false, true) => Err(NotManaged::OutOfReach),
        (_, _, false) => Err(NotManaged::NotFound),
    }
}

/// Locks an officer whom `by` manages altogether.
async fn managed(txn: &Txn, by: &Decider, id: ClientId) -> Result<Model, NotManaged> {
    let row = lock(txn, id).await?.ok_or(NotManaged::NotFound)?;
    manages(by, id, &Roles::of(&**txn, id).await?)?;
    Ok(row)
}

/// Adds an officer, who signs in once a password is set: by an [invitation], or by [`set_password`].
///
/// # Errors
/// The login is taken or none, the name is none, or a role lies out of reach.
pub async fn add(txn: &Txn, store: &Store, by: &Decider, new: NewOfficer) -> Result<Model, NotManaged> {
    let login = queries::login(&new.login).map_err(|no| NotManaged::BadLogin(no.reason))?;
    let name = name(&new.name)?;
    let has_none = new.roles.is_empty() && !by.reach.covers(ControllerId::INSTALLATION);
    if has_none || !new.roles.iter().all(|(place, _)| covers(&by.reach, *place)) {
        return Err(NotManaged::OutOfReach);
    }
    let (id, now) = (ClientId::new(), store.now());
    let its_client = client::ActiveModel {
        id: Set(id),
        name: Set(name.clone()),
        // No secret has this hash, and no scope is held by the client itself.
        secret_hash: Set(String::new()),
        scopes: Set(String::new()),
        token_seconds: Set(0),
        created_at: Set(now),
        used_at: Set(None),
        revoked_at: Set(None),
    };
    client::Entity::insert(its_client).exec_without_returning(&**txn).await?;
    let row = ActiveModel {
        id: Set(id),
        login: Set(login),
        name: Set(name),
        language: Set(new.language.code().to_owned()),
        password_hash: Set(None),
        totp_sealed: Set(None),
        totp_step: Set(0),
        passkeys: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        signed_in_at: Set(None),
        disabled_at: Set(None),
        version: Set(1),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
    record(txn, now, &by.actor, "officer.added", json!({ "officer": id })).await?;
    for (place, role) in new.roles {
        grant(txn, store, by, id, place, role).await?;
    }
    Ok(row)
}

fn name(given: &str) -> Result<String, NotManaged> {
    let name = given.trim();
    let is_good = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_good { Ok(name.to_owned()) } else { Err(NotManaged::BadName) }
}

/// Grants a role. Says whether it was new. Every session of the officer ends: with what it may do, it signs in anew.
///
/// # Errors
/// There is no such officer, or the place is out of reach.
pub async fn grant(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ClientId,
    place: Where,
    role: Role,
) -> Result<bool, NotManaged> {
    let row = at_hand(txn, by, id, place).await?;
    let now = store.now();
    let is_new = role::put(txn, now, row.id, place, role).await?;
    if is_new {
        changed_role(txn, now, by, row.id, role::told(place, role), "officer.role_granted").await?;
    }
    Ok(is_new)
}

/// Takes a role away. Says whether it was held. It is gone at once, and every session of the officer ends.
///
/// # Errors
/// There is no such officer, or the place is out of reach.
pub async fn revoke(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ClientId,
    place: Where,
    role: Role,
) -> Result<bool, NotManaged> {
    let row = at_hand(txn, by, id, place).await?;
    let now = store.now();
    let was_held = role::take(txn, row.id, place, role).await?;
    if was_held {
        changed_role(txn, now, by, row.id, role::told(place, role), "officer.role_revoked").await?;
    }
    Ok(was_held)
}

/// Ends every session of an officer whose role at a place changed, and records the change.
async fn changed_role(
    txn: &Txn,
    now: At,
    by: &Decider,
    id: ClientId,
    mut told: Value,
    kind: &'static str,
) -> Result<(), NotManaged> {
    let sessions = session::close(txn, now, id, None).await?;
    (told["officer"], told["sessions"]) = (json!(id), json!(sessions));
    Ok(record(txn, now, &by.actor, kind, told).await?)
}

/// Gives an officer these roles at a place and no others there; what is held elsewhere stays.
///
/// # Errors
/// There is no such officer, or the place is out of reach.
pub async fn set_roles(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ClientId,
    place: Where,
    roles: &[Role],
) -> Result<(), NotManaged> {
    at_hand(txn, by, id, place).await?;
    let held = Roles::of(&**txn, id).await?;
    for role in Role::ALL.iter().copied() {
        match (held.holds(place, role), roles.contains(&role)) {
            (false, true) => drop(grant(txn, store, by, id, place, role).await?),
            (true, false) => drop(revoke(txn, store, by, id, place, role).await?),
            _ => {}
        }
    }
    Ok(())
}

/// Locks an officer of whom one place alone is managed. Whoever manages that place may give anybody a role there.
async fn at_hand(txn: &Txn, by: &Decider, id: ClientId, place: Where) -> Result<Model, NotManaged> {
    let row = lock(txn, id).await?.ok_or(NotManaged::NotFound)?;
    if by.client == Some(id) {
        return Err(NotManaged::Oneself);
    }
    if covers(&by.reach, place) { Ok(row) } else { Err(NotManaged::OutOfReach) }
}

/// What may be changed of an officer; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name for people.
    pub name: Option<String>,
    /// The language it reads.
    pub language: Option<Language>,
}

/// Changes an officer's name or language. Who is disabled or signed in does not matter.
///
/// # Errors
/// There is no such officer within reach, or the name is none.
pub async fn change(txn: &Txn, store: &Store, by: &Decider, id: ClientId, new: Change) -> Result<Model, NotManaged> {
    let row = managed(txn, by, id).await?;
    let now = store.now();
    let mut update = changed(&row, now);
    let mut names = Vec::new();
    if let Some(given) = new.name {
        update.name = Set(name(&given)?);
        names.push("name");
    }
    if let Some(language) = new.language {
        update.language = Set(language.code().to_owned());
        names.push("language");
    }
    let row = Entity::update(update).exec(&**txn).await?;
    let its_client = client::ActiveModel { id: Set(row.id), name: Set(row.name.clone()), ..Default::default() };
    client::Entity::update(its_client).exec(&**txn).await?;
    record(txn, now, &by.actor, "officer.changed", json!({ "officer": id, "changed": names })).await?;
    Ok(row)
}

/// Lets an officer sign in no more, and ends every session. Says whether it could before.
///
/// # Errors
/// There is no such officer within reach.
pub async fn disable(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<bool, NotManaged> {
    let row = managed(txn, by, id).await?;
    if row.disabled_at.is_some() {
        return Ok(false);
    }
    let now = store.now();
    Entity::update(ActiveModel { disabled_at: Set(Some(now)), ..changed(&row, now) }).exec(&**txn).await?;
    invitation::void(txn, now, id).await?;
    let sessions = session::close(txn, now, id, None).await?;
    record(txn, now, &by.actor, "officer.disabled", json!({ "officer": id, "sessions": sessions })).await?;
    Ok(true)
}

/// Lets an officer sign in again, as before. Says whether it could not.
///
/// # Errors
/// There is no such officer within reach.
pub async fn enable(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<bool, NotManaged> {
    let row = managed(txn, by, id).await?;
    if row.disabled_at.is_none() {
        return Ok(false);
    }
    let now = store.now();
    Entity::update(ActiveModel { disabled_at: Set(None), ..changed(&row, now) }).exec(&**txn).await?;
    record(txn, now, &by.actor, "officer.enabled", json!({ "officer": id })).await?;
    Ok(true)
}

/// Invites an officer to set a password; the one before counts no more, every session ends, and nobody has to wait who guessed
/// at it. The second factor stays.
///
/// # Errors
/// There is no such officer within reach.
pub async fn reset_password(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<Invitation, NotManaged> {
    let row = managed(txn, by, id).await?;
    let now = store.now();
    Entity::update(ActiveModel { password_hash: Set(None), ..changed(&row, now) }).exec(&**txn).await?;
    brake::release(txn, store, Guess::Password(&row.login)).await?;
    session::end_all(txn, store, &by.actor, id).await?;
    Ok(invitation::make(txn, store, &by.actor, id).await?)
}

/// Sets an officer's password for them, and ends every session. For scripts: an [invitation] leaves it to the officer.
/// `hashed` is from [`password::hash`], taken before the transaction began; see [`check_password`].
///
/// # Errors
/// There is no such officer within reach.
pub async fn set_password(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ClientId,
    hashed: String,
) -> Result<(), NotManaged> {
    let row = managed(txn, by, id).await?;
    password::set(txn, store, &by.actor, &row, hashed).await?;
    brake::release(txn, store, Guess::Password(&row.login)).await?;
    session::end_all(txn, store, &by.actor, id).await?;
    Ok(())
}

/// Looks at a password for somebody who is about to be added, and hashes it.
///
/// # Errors
/// It is not taken.
pub async fn check_password(new: &SecretString, login: &str, name: &str) -> Result<String, NotManaged> {
    password::check(new, login, name)?;
    Ok(password::hash(new).await?)
}

/// Forgets an officer's authenticator, passkeys and recovery codes, and ends every session. The next sign-in enrols another, by the
/// password alone: so make sure first that it is the officer who asks.
///
/// # Errors
/// There is no such officer within reach.
pub async fn reset_second_factor(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<(), NotManaged> {
    let row = managed(txn, by, id).await?;
    let now = store.now();
    let change = ActiveModel { totp_sealed: Set(None), totp_step: Set(0), passkeys: Set(0), ..changed(&row, now) };
    Entity::update(change).exec(&**txn).await?;
    recovery::forget(txn, id).await?;
    let passkeys = passkey::forget(txn, id).await?;
    brake::release(txn, store, Guess::SecondFactor(id)).await?;
    let sessions = session::close(txn, now, id, None).await?;
    let data = json!({ "officer": id, "sessions": sessions, "passkeys": passkeys });
    record(txn, now, &by.actor, "officer.second_factor_reset", data).await?;
    Ok(())
}

/// Tells who an officer is at the organisation's provider: its issuer, and the officer's id there. Says whether neither was linked yet.
///
/// # Errors
/// There is no such officer within reach.
pub async fn link(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ClientId,
    identity: (&str, &str),
) -> Result<bool, NotManaged> {
    let row = managed(txn, by, id).await?;
    Ok(provided::link(txn, store, &by.actor, row.id, identity).await?)
}

/// Forgets who an officer is at the organisation's provider, and ends every session: the next sign-in there links anew, by the mail
/// address. Says whether it was linked.
///
/// # Errors
/// There is no such officer within reach.
pub async fn unlink(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<bool, NotManaged> {
    let row = managed(txn, by, id).await?;
    let now = store.now();
    if provided::forget(txn, row.id).await? == 0 {
        return Ok(false);
    }
    let sessions = session::close(txn, now, id, None).await?;
    record(txn, now, &by.actor, "officer.identity_unlinked", json!({ "officer": id, "sessions": sessions })).await?;
    Ok(true)
}

/// Ends every session of an officer. Says how many.
///
/// # Errors
/// There is no such officer within reach.
pub async fn sign_out(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<u64, NotManaged> {
    let row = managed(txn, by, id).await?;
    Ok(session::end_all(txn, store, &by.actor, row.id).await?)
}
