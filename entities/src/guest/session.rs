//! Sessions of guests: opened by a link, found by their token with every page, ended with whatever let the guest in.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef,
};
use secrecy::SecretString;
use vault::token::{hash_token, random_token};

use super::link;
use super::table::session::{ActiveModel, COLUMN, Column, Entity, Model};
use super::table::{self, Guest, Model as Link};
use crate::db::Txn;
use crate::id::{LinkId, SessionId};
use crate::store::Store;
use crate::time::At;

/// A session that is not used for so long ends.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// How long there is for the code once the link was used.
pub const HALF: Duration = Duration::from_secs(30 * 60);
/// Its use is noted no more often than this, so that most pages cost no write.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// What a session's token begins with.
pub const PREFIX: &str = "dsr_guest";

/// A guest who has come in, or is about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Who.
    pub guest: Guest,
    /// By which session.
    pub session: SessionId,
    /// By which link.
    pub link: LinkId,
    /// The language it reads, as ISO 639-1.
    pub language: String,
    /// Whether nothing more is needed to be in.
    pub is_confirmed: bool,
}

/// A session that was opened: its token, which is never seen again, and whose it is.
#[derive(Debug)]
pub struct Opened {
    /// For the cookie.
    pub token: SecretString,
    /// Whose.
    pub visit: Visit,
}

/// What became of a link that was followed.
#[derive(Debug)]
pub enum Followed {
    /// It is used up, and a session is open: a whole one, or half of one while a code is on its way.
    Opened(Opened),
    /// The controller is paused, so that no code would come. The link stays good.
    Paused,
    /// It is not good, or whom it let in may not come in any more.
    Gone,
}

/// Uses a link up and opens a session: a whole one, or half of one where a code is asked for. Nobody comes in by a link that has
/// run out, was used or was replaced.
///
/// # Errors
/// The database fails.
pub async fn enter(txn: &Txn, now: At, link: &Link) -> Result<Option<Opened>, DbErr> {
    let Some(guest) = link.guest() else { return Ok(None) };
    if !link::use_up(txn, now, link.id).await? {
        return Ok(None);
    }
    open(txn, now, guest, link, !guest.needs_code()).await.map(Some)
}

/// Opens the whole session in place of a half one, under a token of its own: one that somebody planted is worth nothing.
pub(super) async fn complete(txn: &Txn, now: At, half: &Model, link: &Link) -> Result<Option<Opened>, DbErr> {
    let Some(guest) = link.guest() else { return Ok(None) };
    if !end(txn, now, half.id).await? {
        return Ok(None);
    }
    open(txn, now, guest, link, true).await.map(Some)
}

async fn open(txn: &Txn, now: At, guest: Guest, link: &Link, is_confirmed: bool) -> Result<Opened, DbErr> {
    let (token, token_hash) = random_token(PREFIX);
    let id = SessionId::new();
    let row = ActiveModel {
        id: Set(id),
        link_id: Set(link.id),
        token_hash: Set(token_hash),
        created_at: Set(now),
        seen_at: Set(now),
        expires_at: Set(now + if is_confirmed { guest.longest_session() } else { HALF }),
        ended_at: Set(None),
        code_hash: Set(None),
        code_until: Set(None),
        tries: Set(0),
        confirmed_at: Set(is_confirmed.then_some(now)),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    let visit = Visit { guest, session: id, link: link.id, language: link.language.clone(), is_confirmed };
    Ok(Opened { token, visit })
}

/// That a session has not ended.
fn live(now: At) -> Condition {
    Condition::all().add(COLUMN.ended_at.is_null()).add(COLUMN.expires_at.gt(now)).add(COLUMN.seen_at.gt(now - IDLE))
}

/// Whoever holds this token, if its session is live. Notes that it was used. Whether an invitation still holds is asked with
/// what it lets see.
///
/// # Errors
/// The database fails.
pub async fn find(store: &Store, token: &str) -> Result<Option<Visit>, DbErr> {
    let now = store.now();
    let Some((row, link)) = by_token(store.db.read(), now, token).await? else { return Ok(None) };
    let Some(guest) = link.guest() else { return Ok(None) };
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
    let is_confirmed = row.confirmed_at.is_some();
    Ok(Some(Visit { guest, session: row.id, link: link.id, language: link.language, is_confirmed }))
}

pub(super) async fn by_token(
    conn: &impl ConnectionTrait,
    now: At,
    token: &str,
) -> Result<Option<(Model, Link)>, DbErr> {
    let its_link: RelationDef = Entity::belongs_to(table::Entity).from(Column::LinkId).to(table::Column::Id).into();
    let found = Entity::find()
        .join(JoinType::InnerJoin, its_link)
        .select_also(table::Entity)
        .filter(COLUMN.token_hash.eq(hash_token(token)))
        .filter(live(now))
        .one(conn)
        .await?;
    Ok(found.and_then(|(row, link)| Some((row, link?))))
}

/// Whether a session has not ended, as it stands in a transaction.
///
/// # Errors
/// The database fails.
pub async fn is_live(txn: &Txn, now: At, session: SessionId) -> Result<bool, DbErr> {
    Ok(Entity::find_by_id(session).filter(live(now)).one(&**txn).await?.is_some())
}

/// Ends a live session. Of several who end it at once, one did.
///
/// # Errors
/// The database fails.
pub async fn end(txn: &Txn, now: At, session: SessionId) -> Result<bool, DbErr> {
    let update =
        Entity::update_many().col_expr(Column::EndedAt, now.into()).filter(COLUMN.id.eq(session)).filter(live(now));
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

/// Forgets sessions that were over before `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.expires_at.lt(before)).exec(&**txn).await?.rows_affected)
}
