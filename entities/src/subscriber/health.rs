//! Whether a subscriber takes what it is sent: since when it has not, and how long it is left alone for that.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};

use super::table::{ActiveModel, COLUMN, Entity, Model};
use crate::db::Txn;
use crate::id::LetterId;
use crate::time::At;

/// After so long with nothing but failures a subscriber is disabled.
pub const DISABLED_AFTER: Duration = Duration::from_secs(120 * 3600);

/// Failures that lie further apart than this have nothing to do with each other: it was quiet in between, and nobody knows how
/// the subscriber was. While something waits for it, it is tried more often than that.
pub const IN_A_ROW: Duration = Duration::from_secs(24 * 3600);

/// Its owner is warned no more often than this.
const WARNED_EVERY: Duration = Duration::from_secs(24 * 3600);

/// A locked subscriber took something: whatever failed before is over.
///
/// # Errors
/// The database fails.
pub async fn succeeded(txn: &Txn, now: At, row: &Model) -> Result<Model, DbErr> {
    let change = ActiveModel {
        id: Unchanged(row.id),
        failing_since: Set(None),
        last_failed_at: Set(None),
        rests_until: Set(At::ZERO),
        last_ok_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update(change).exec(&**txn).await
}

/// A locked subscriber did not take something, and is left alone until `rests_until`.
///
/// # Errors
/// The database fails.
pub async fn failed(txn: &Txn, now: At, row: &Model, rests_until: At) -> Result<Model, DbErr> {
    let change = ActiveModel {
        id: Unchanged(row.id),
        failing_since: Set(Some(row.failing_since(now).unwrap_or(now))),
        last_failed_at: Set(Some(now)),
        rests_until: Set(rests_until),
        ..Default::default()
    };
    Entity::update(change).exec(&**txn).await
}

/// A locked subscriber is not left alone any longer: somebody wants to see whether it is back.
///
/// # Errors
/// The database fails.
pub async fn disturb(txn: &Txn, row: &Model) -> Result<(), DbErr> {
    let change = ActiveModel { id: Unchanged(row.id), rests_until: Set(At::ZERO), ..Default::default() };
    Entity::update(change).exec(&**txn).await.map(|_| ())
}

/// Whether its owner may be warned again: that did not happen lately.
#[must_use]
pub fn may_warn(now: At, row: &Model) -> bool {
    row.warned_at.is_none_or(|at| now.since(at) >= WARNED_EVERY)
}

/// Notes that its owner is warned, and by which letter.
///
/// # Errors
/// The database fails.
pub async fn warned(txn: &Txn, now: At, row: &Model, letter: LetterId) -> Result<(), DbErr> {
    let change = ActiveModel {
        id: Unchanged(row.id),
        warned_at: Set(Some(now)),
        warning_id: Set(Some(letter)),
        ..Default::default()
    };
    Entity::update(change).exec(&**txn).await.map(|_| ())
}

/// The subscriber whose owner was last warned by this letter, if it has not been removed.
///
/// # Errors
/// The database fails.
pub async fn of_warning(conn: &impl ConnectionTrait, letter: LetterId) -> Result<Option<Model>, DbErr> {
    let query = Entity::find().filter(COLUMN.warning_id.eq(letter)).filter(COLUMN.removed_at.is_null());
    query.one(conn).await
}

impl Model {
    /// The first of the failures in a row, none between which lies so far from the next that they do not belong together.
    #[must_use]
    pub fn failing_since(&self, now: At) -> Option<At> {
        let last = self.last_failed_at.filter(|last| now.since(*last) <= IN_A_ROW);
        last.and(self.failing_since)
    }

    /// Whether nothing has arrived for so long that it is told nothing more.
    #[must_use]
    pub fn has_failed_for_good(&self, now: At) -> bool {
        self.failing_since(now).is_some_and(|since| now.since(since) >= DISABLED_AFTER)
    }
}
