//! Whether a subscriber takes what it is sent: since when it has not, and how long it is left alone for that.

use std::time::Duration;

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, DbErr, EntityTrait};

use super::table::{ActiveModel, Entity, Model};
use crate::db::Txn;
use crate::time::At;

/// After so long with nothing but failures a subscriber is disabled.
pub const DISABLED_AFTER: Duration = Duration::from_secs(120 * 3600);

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
        failing_since: Set(Some(row.failing_since.unwrap_or(now))),
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

/// Notes that its owner is warned, unless that happened lately. Says whether to.
///
/// # Errors
/// The database fails.
pub async fn may_warn(txn: &Txn, now: At, row: &Model) -> Result<bool, DbErr> {
    if row.warned_at.is_some_and(|at| now.since(at) < WARNED_EVERY) {
        return Ok(false);
    }
    let change = ActiveModel { id: Unchanged(row.id), warned_at: Set(Some(now)), ..Default::default() };
    Entity::update(change).exec(&**txn).await.map(|_| true)
}

impl Model {
    /// Whether nothing has arrived for so long that it is told nothing more.
    #[must_use]
    pub fn has_failed_for_good(&self, now: At) -> bool {
        self.failing_since.is_some_and(|since| now.since(since) >= DISABLED_AFTER)
    }
}
