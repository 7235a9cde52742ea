//! Sessions: opened by signing in, found by their token with every page, listed and ended.
//!
//! Each step of signing in opens a session of its own and ends the one before, so a token that somebody planted is worth
//! nothing. What an officer may do is read anew each time: a role that is taken away is gone with the next page.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use secrecy::SecretString;
use serde_json::json;
use vault::token::{hash_token, random_token};

use super::queries::record;
use super::role::Roles;
use super::table::session::{ActiveModel, COLUMN, Column, Entity, Model};
use super::table::{self, Model as Officer};
use crate::client::reach::Reach;
use crate::client::scope::Scope;
use crate::client::table as client;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::id::{ClientId, SessionId};
use crate::request::decide::Decider;
use crate::store::Store;
use crate::time::At;

/// A session that is not used for so long ends.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// A session ends after this, however much it is used.
pub const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// How long there is for the second factor once the password was right.
pub const HALF: Duration = Duration::from_secs(10 * 60);
/// For so long after the second factor was given, what guards the account itself may be changed.
pub const FRESH: Duration = Duration::from_secs(15 * 60);
/// Its use is noted no more often than this, so that most pages cost no write.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Longest browser name that is kept, in characters.
const LONGEST_AGENT: usize = 200;
/// What a session's token begins with.
pub const PREFIX: &str = "dsr_session";

/// Where somebody comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The network address.
    pub address: Option<String>,
    /// What the browser says it is.
    pub user_agent: Option<String>,
}

impl Visitor {
    /// An officer, from there, for the trail.
    #[must_use]
    pub fn actor(&self, officer: ClientId) -> Actor {
        Actor::client(officer, self.address.clone())
    }
}

/// How far somebody has come in signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The password was right; the second factor is missing.
    SecondFactor,
    /// The password was right; there is no second factor yet, and nothing else before there is.
    Enrolment,
    /// In.
    Full,
}

/// Somebody who has signed in, or is about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who, as the trail and `filed_by` name it.
    pub officer: ClientId,
    /// By which session.
    pub session: SessionId,
    /// The e-mail address it signs in with.
    pub login: String,
    /// Its name for people.
    pub name: String,
    /// The language it reads, as ISO 639-1.
    pub language: String,
    /// How far it has come.
    pub standing: Standing,
    /// When the second factor was given.
    pub second_factor_at: Option<At>,
    /// When the session ends at the latest.
    pub expires_at: At,
    roles: Roles,
}

impl Signed {
    /// Whether it is in.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.standing == Standing::Full
    }

    /// Whether the second factor was given so lately that what guards the account may be changed.
    #[must_use]
    pub fn is_fresh(&self, now: At) -> bool {
        self.second_factor_at.is_some_and(|at| now.since(at) < FRESH)
    }

    /// Its roles; none before it is in.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether it may do this anywhere.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.roles.give(scope)
    }

    /// Where it may do this.
    #[must_use]
    pub fn reach(&self, scope: Scope) -> Reach {
        Reach::of_officer(&self.roles, scope)
    }

    /// It as one who decides, by this scope, from this address.
    #[must_use]
    pub fn decider(&self, scope: Scope, address: Option<String>) -> Decider {
        let actor = Actor::client(self.officer, address);
        Decider { actor, client: Some(self.officer), reach: self.reach(scope) }
    }
}

/// A session that was opened: its token, which is never seen again, and how far it is.
#[derive(Debug)]
pub struct Opened {
    /// For the cookie.
    pub token: SecretString,
    /// Which session.
    pub session: SessionId,
    /// How far it is.
    pub standing: Standing,
}

/// Opens a session of a locked officer, who gave the second factor just now, or has not.
///
/// # Errors
/// The database fails.
pub async fn open(
    txn: &Txn,
    now: At,
    officer: &Officer,
    visitor: &Visitor,
    second_factor: bool,
) -> Result<Opened, DbErr> {
    open_at(txn, now, officer, visitor, second_factor.then_some(now)).await
}

/// The same, with the second factor given at another time.
pub(super) async fn open_at(
    txn: &Txn,
    now: At,
    officer: &Officer,
    visitor: &Visitor,
    second_factor_at: Option<At>,
) -> Result<Opened, DbErr> {
    let second_factor = second_factor_at.is_some();
    let (token, token_hash) = random_token(PREFIX);
    let id = SessionId::new();
    let row = ActiveModel {
        id: Set(id),
        officer_id: Set(officer.id),
        token_hash: Set(token_hash),
        created_at: Set(now),
        seen_at: Set(now),
        expires_at: Set(now + if second_factor { LONGEST } else { HALF }),
        ended_at: Set(None),
        second_factor_at: Set(second_factor_at),
        enrolling_sealed: Set(None),
        address: Set(visitor.address.clone()),
        user_agent: Set(visitor.user_agent.as_ref().map(|agent| agent.chars().take(LONGEST_AGENT).collect())),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    if second_factor {
        let seen = table::Entity::update_many().col_expr(table::Column::SignedInAt, now.into());
        seen.filter(table::COLUMN.id.eq(officer.id)).exec(&**txn).await?;
    }
    Ok(Opened { token, session: id, standing: standing(second_factor, officer) })
}

fn standing(second_factor: bool, officer: &Officer) -> Standing {
    match (second_factor, has_second_factor(officer)) {
        (true, _) => Standing::Full,
        (false, true) => Standing::SecondFactor,
        (false, false) => Standing::Enrolment,
    }
}

/// Whether a password alone is not enough any more.
#[must_use]
pub fn has_second_factor(officer: &Officer) -> bool {
    officer.totp_sealed.is_some() || officer.passkeys > 0
}

/// That a session has not ended.
fn live(now: At) -> Condition {
    Condition::all().add(COLUMN.ended_at.is_null()).add(COLUMN.expires_at.gt(now)).add(COLUMN.seen_at.gt(now - IDLE))
}

/// Whoever holds this token, if its session is live and its officer may sign in. Notes that it was used.
///
/// # Errors
/// The database fails.
pub async fn find(store: &Store, token: &str) -> Result<Option<Signed>, StoreError> {
    let now = store.now();
    let Some((row, officer)) = by_token(store.db.read(), now, token).await? else { return Ok(None) };
    if now.since(row.seen_at) >= SEEN_EVERY {
        let txn = store.db.begin().await?;
        Entity::update_many()
            .col_expr(Column::SeenAt, now.into())
            .filter(COLUMN.id.eq(row.id))
            .filter(COLUMN.seen_at.lt(now))
            .exec(&*txn)
            .await?;
        txn.commit().await?;
    }
    let standing = standing(row.second_factor_at.is_some(), &officer);
    // Who is not in altogether reaches nothing, whatever a handler forgets to ask.
    let roles = match standing {
        Standing::Full => Roles::of(store.db.read(), officer.id).await?,
        Standing::SecondFactor | Standing::Enrolment => Roles::none(),
    };
    Ok(Some(Signed {
        officer: officer.id,
        session: row.id,
        login: officer.login,
        name: officer.name,
        language: officer.language,
        standing,
        second_factor_at: row.second_factor_at,
        expires_at: row.expires_at,
        roles,
    }))
}

/// The live session of this token, and its officer.
pub(super) async fn by_token(
    conn: &impl ConnectionTrait,
    now: At,
    token: &str,
) -> Result<Option<(Model, Officer)>, DbErr> {
    let its_officer: RelationDef =
        Entity::belongs_to(table::Entity).from(Column::OfficerId).to(table::Column::Id).into();
    let its_client: RelationDef =
        table::Entity::belongs_to(client::Entity).from(table::Column::Id).to(client::Column::Id).into();
    let found = Entity::find()
        .join(JoinType::InnerJoin, its_officer)
        .join(JoinType::InnerJoin, its_client)
        .select_also(table::Entity)
        .filter(COLUMN.token_hash.eq(hash_token(token)))
        .filter(live(now))
        .filter(table::COLUMN.disabled_at.is_null())
        .filter(client::COLUMN.revoked_at.is_null())
        .one(conn)
        .await?;
    Ok(found.and_then(|(row, officer)| Some((row, officer?))))
}

/// Whether a session has not ended.
pub(super) async fn is_live(txn: &Txn, now: At, session: SessionId) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(session).filter(live(now)).one(&**txn).await?.is_some())
}

/// The live sessions of an officer, newest first.
///
/// # Errors
/// The database fails.
pub async fn list(conn: &impl ConnectionTrait, now: At, officer: ClientId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.officer_id.eq(officer)).filter(live(now)).order_by_desc(Column::Id).all(conn).await
}

/// Ends one session of an officer. Says whether there was one: another officer's is none of its business.
///
/// # Errors
/// The database fails.
pub async fn end(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    officer: ClientId,
    session: SessionId,
) -> Result<bool, StoreError> {
    let now = store.now();
    let ended = close_one(txn, now, officer, session).await?;
    if ended {
        record(txn, now, by, "officer.signed_out", json!({ "officer": officer, "session": session })).await?;
    }
    Ok(ended)
}

/// Ends every session of an officer. Says how many.
///
/// # Errors
/// The database fails.
pub async fn end_all(txn: &Txn, store: &Store, by: &Actor, officer: ClientId) -> Result<u64, StoreError> {
    let now = store.now();
    let ended = close(txn, now, officer, None).await?;
    if ended > 0 {
        record(txn, now, by, "officer.sessions_ended", json!({ "officer": officer, "sessions": ended })).await?;
    }
    Ok(ended)
}

/// Ends one live session, without a word in the trail. Of several who end it at once, one did.
pub(super) async fn close_one(txn: &Txn, now: At, officer: ClientId, session: SessionId) -> Result<bool, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::EndedAt, now.into())
        .filter(COLUMN.id.eq(session))
        .filter(COLUMN.officer_id.eq(officer))
        .filter(live(now));
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

/// Ends every live session of an officer but one, without a word in the trail.
pub(super) async fn close(txn: &Txn, now: At, officer: ClientId, but: Option<SessionId>) -> Result<u64, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::EndedAt, now.into())
        .filter(COLUMN.officer_id.eq(officer))
        .filter(live(now));
    if let Some(but) = but {
        update = update.filter(COLUMN.id.ne(but));
    }
    Ok(update.exec(&**txn).await?.rows_affected)
}

/// Forgets sessions that were over before `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.expires_at.lt(before)).exec(&**txn).await?.rows_affected)
}
