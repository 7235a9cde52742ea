//! Passkeys: added and removed by their owner, and used in place of a password and a code, or of a code alone.
//!
//! Each question is asked of one browser, counts for minutes, and is gone with its answer ([`challenge`]). A passkey is never the
//! only way in: whoever adds one has another second factor, or a provider who asks for it.

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};
use secrecy::SecretString;
use serde_json::json;
use vault::passkey::{self as webauthn, NotOurs, Passkey, Question, Site};

use super::challenge::{self, Purpose};
use super::queries::{changed, lock, may_sign_in, record};
use super::session::{self, Opened, Signed, Standing, Visitor};
use super::table::passkey::{ActiveModel, COLUMN, Column, Entity, Model};
use super::table::{self, Model as Officer};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{ClientId, PasskeyId};
use crate::store::Store;

/// Most passkeys of one officer.
pub const MOST: usize = 20;
/// Longest name of one, in characters.
pub const LONGEST_NAME: usize = 60;

/// What a browser is asked.
#[derive(Debug)]
pub struct Asked {
    /// Goes with the answer.
    pub token: SecretString,
    /// For the browser, as JSON.
    pub options: String,
}

/// Why a passkey was not added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// The session has ended, or the second factor was not given [lately](Signed::is_fresh).
    #[error("that takes a second factor given in the last minutes")]
    NotFresh,
    /// No name, or a very long one.
    #[error("a passkey's name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// There are as many as there may be.
    #[error("nobody has more than {MOST} passkeys")]
    TooMany,
    /// The answer does not fit the question, or came too late.
    #[error("the passkey was not taken")]
    Refused,
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotAdded {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Whether a passkey was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It was.
    Removed,
    /// There is none of that id.
    NotThere,
    /// The second factor was not given lately.
    NotFresh,
    /// It is the last second factor there is.
    Last,
}

fn stored(row: &Model) -> Result<Passkey, StoreError> {
    let corrupt = StoreError::Corrupt("a passkey is none");
    let (Ok(id), Ok(algorithm), Ok(counter)) =
        (webauthn::bytes(&row.credential_id), i32::try_from(row.algorithm), u32::try_from(row.counter))
    else {
        return Err(corrupt);
    };
    Ok(Passkey { id, public_key: row.public_key.clone(), algorithm, counter, is_synced: row.is_synced })
}

/// An officer's passkeys, oldest first.
///
/// # Errors
/// The database fails.
pub async fn list(conn: &impl ConnectionTrait, officer: ClientId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.officer_id.eq(officer)).order_by_asc(Column::Id).all(conn).await
}

async fn of(conn: &impl ConnectionTrait, officer: ClientId) -> Result<Vec<Passkey>, StoreError> {
    list(conn, officer).await?.iter().map(stored).collect()
}

async fn ask(
    store: &Store,
    purpose: Purpose,
    bound_to: &str,
    question: Result<Question, NotOurs>,
) -> Result<Asked, StoreError> {
    let question = question.map_err(|_| StoreError::Corrupt("a question for a passkey cannot be asked"))?;
    let token = challenge::token();
    challenge::ask(store, purpose, &token, bound_to, &question.expected).await?;
    Ok(Asked { token, options: question.options })
}

/// Asks a browser to make a passkey. None if the second factor was not given [lately](Signed::is_fresh).
///
/// # Errors
/// The database fails.
pub async fn ask_new(store: &Store, site: &Site, signed: &Signed, bound_to: &str) -> Result<Option<Asked>, StoreError> {
    if !signed.is_full() || !signed.is_fresh(store.now()) {
        return Ok(None);
    }
    let present = of(store.db.read(), signed.officer).await?;
    let question = site.ask_new(signed.officer.0, &signed.login, &signed.name, &present);
    ask(store, Purpose::NewPasskey, bound_to, question).await.map(Some)
}

/// What a browser tells of a passkey, made or used.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The question's token.
    pub token: &'a str,
    /// What the browser's own function gave, as JSON.
    pub told: &'a str,
    /// What the browser's forms are bound to.
    pub bound_to: &'a str,
}

/// Adds a passkey that a browser has made.
///
/// # Errors
/// See [`NotAdded`].
pub async fn add(
    store: &Store,
    site: &Site,
    signed: &Signed,
    name: &str,
    answer: Answer<'_>,
    visitor: &Visitor,
) -> Result<(), NotAdded> {
    let name = name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(NotAdded::BadName);
    }
    let expected = challenge::take(store, Purpose::NewPasskey, answer.token, answer.bound_to).await?;
    let made = site.made(&expected.ok_or(NotAdded::Refused)?, answer.told).map_err(|_| NotAdded::Refused)?;
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, signed.officer).await? else { return Err(NotAdded::NotFresh) };
    if !signed.is_fresh(now) || !session::is_live(&txn, now, signed.session).await? {
        return Err(NotAdded::NotFresh);
    }
    let present = list(&*txn, row.id).await?;
    if present.len() >= MOST {
        return Err(NotAdded::TooMany);
    }
    let credential_id = webauthn::text(&made.id);
    // Nobody else's: whoever takes another's id over would have it signed in as them.
    if Entity::find().filter(COLUMN.credential_id.eq(&credential_id)).one(&*txn).await?.is_some() {
        return Err(NotAdded::Refused);
    }
    let new = ActiveModel {
        id: Set(PasskeyId::new()),
        officer_id: Set(row.id),
        credential_id: Set(credential_id),
        public_key: Set(made.public_key),
        algorithm: Set(made.algorithm.into()),
        counter: Set(made.counter.into()),
        is_synced: Set(made.is_synced),
        name: Set(name.to_owned()),
        created_at: Set(now),
        used_at: Set(None),
    };
    let new = Entity::insert(new).exec_with_returning(&*txn).await?;
    count(&txn, store, &row).await?;
    let data = json!({ "officer": row.id, "passkey": new.id });
    record(&txn, now, &visitor.actor(row.id), "officer.passkey_added", data).await?;
    txn.commit().await?;
    Ok(())
}

/// Keeps the number of passkeys with a locked officer.
async fn count(txn: &Txn, store: &Store, row: &Officer) -> Result<(), DbErr> {
    let there = i64::try_from(list(&**txn, row.id).await?.len()).unwrap_or(i64::MAX);
    let change = table::ActiveModel { passkeys: Set(there), ..changed(row, store.now()) };
    table::Entity::update(change).exec(&**txn).await.map(|_| ())
}

/// Removes one of one's own. Every other session ends: what was opened by it goes with it.
///
/// # Errors
/// The database fails.
pub async fn remove(store: &Store, signed: &Signed, id: PasskeyId, visitor: &Visitor) -> Result<Removal, StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, signed.officer).await? else { return Ok(Removal::NotThere) };
    if !signed.is_fresh(now) || !session::is_live(&txn, now, signed.session).await? {
        return Ok(Removal::NotFresh);
    }
    let present = list(&*txn, row.id).await?;
    if !present.iter().any(|passkey| passkey.id == id) {
        return Ok(Removal::NotThere);
    }
    // Without any second factor, whoever knows the password enrols one.
    if present.len() == 1 && row.totp_sealed.is_none() && row.password_hash.is_some() {
        return Ok(Removal::Last);
    }
    Entity::delete_by_id(id).exec(&*txn).await?;
    count(&txn, store, &row).await?;
    let sessions = session::close(&txn, now, row.id, Some(signed.session)).await?;
    let data = json!({ "officer": row.id, "passkey": id, "sessions": sessions });
    record(&txn, now, &visitor.actor(row.id), "officer.passkey_removed", data).await?;
    txn.commit().await?;
    Ok(Removal::Removed)
}

/// Forgets all of a locked officer's passkeys; keeping their number is the caller's.
pub(super) async fn forget(txn: &Txn, officer: ClientId) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.officer_id.eq(officer)).exec(&**txn).await?.rows_affected)
}

/// Asks a browser to use a passkey: after the password one of that officer's, before it any.
///
/// # Errors
/// The database fails.
pub async fn ask_used(store: &Store, site: &Site, half: Option<&Signed>, bound_to: &str) -> Result<Asked, StoreError> {
    let among = match half {
        Some(half) => of(store.db.read(), half.officer).await?,
        None => Vec::new(),
    };
    ask(store, Purpose::Passkey, bound_to, site.ask(&among)).await
}

/// Signs in by a passkey: alone, or after the password, whose session then ends. None if it does not fit, for whatever reason.
///
/// # Errors
/// The database fails.
pub async fn sign_in(
    store: &Store,
    site: &Site,
    half: Option<&Signed>,
    answer: Answer<'_>,
    visitor: &Visitor,
) -> Result<Option<Opened>, StoreError> {
    let Some(expected) = challenge::take(store, Purpose::Passkey, answer.token, answer.bound_to).await? else {
        return Ok(None);
    };
    let Ok(named) = webauthn::named(answer.told) else { return Ok(None) };
    let found = Entity::find().filter(COLUMN.credential_id.eq(webauthn::text(&named))).one(store.db.read()).await?;
    let Some(found) = found else { return Ok(None) };
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, found.officer_id).await? else { return Ok(None) };
    // Under the lock: its counter may have moved, or it may have been removed.
    let Some(passkey) = Entity::find_by_id(found.id).one(&*txn).await? else { return Ok(None) };
    let used = match site.used(&expected, answer.told, &stored(&passkey)?) {
        Ok(used) => used,
        Err(NotOurs::Unfit) => return Ok(None),
        Err(NotOurs::Copied) => {
            let data = json!({ "officer": row.id, "passkey": passkey.id });
            record(&txn, now, &visitor.actor(row.id), "officer.passkey_copied", data).await?;
            txn.commit().await?;
            tracing::warn!(officer.id = %row.id, passkey.id = %passkey.id, "a passkey counts backwards: there may be a copy");
            return Ok(None);
        }
    };
    // Found by itself, it must say whose it is (Level 3 §7.2, step 6).
    let is_theirs = used.owner.map_or(half.is_some(), |owner| owner == row.id.0);
    if !is_theirs || !may_sign_in(&*txn, &row).await? {
        return Ok(None);
    }
    if let Some(half) = half {
        let fits = half.officer == row.id && half.standing == Standing::SecondFactor;
        if !fits || !session::close_one(&txn, now, row.id, half.session).await? {
            return Ok(None);
        }
    }
    let change = ActiveModel {
        id: Unchanged(passkey.id),
        counter: Set(used.counter.into()),
        used_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update(change).exec(&*txn).await?;
    let opened = session::open(&txn, now, &row, visitor, true).await?;
    let data = json!({
        "officer": row.id, "session": opened.session, "factor": "passkey", "passkey": passkey.id,
        "password": half.is_some(),
    });
    record(&txn, now, &visitor.actor(row.id), "officer.signed_in", data).await?;
    txn.commit().await?;
    Ok(Some(opened))
}
