//! Noting that a duty was done, that it fell away, or that it was missed.

use law::clock::Clock;
use law::duty::{Duty, Kind};
use law::regime::Regime;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::facts::{self, Facts, is_to_answer};
use super::queries::current;
use super::table::{COLUMN, ClockState, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::extension;
use crate::request::table::Model as Request;
use crate::time::At;

/// Notes that a duty was done at `at`: under these laws, or with `None` under every one that knows it. Says whether it still
/// waited.
///
/// # Errors
/// The database fails.
pub async fn meet(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    duty: Duty,
    laws: Option<&[Regime]>,
    at: At,
) -> Result<bool, StoreError> {
    let rows = waiting(txn, request).await?;
    let is_one = |row: &&Model| {
        row.duty == duty.as_str() && laws.is_none_or(|laws| laws.iter().any(|law| law.as_str() == row.regime))
    };
    let met: Vec<&Model> = rows.iter().filter(is_one).collect();
    if met.is_empty() {
        return Ok(false);
    }
    settle(txn, &met, ClockState::Met, Some(at)).await?;
    let regimes: Vec<&str> = met.iter().map(|row| row.regime.as_str()).collect();
    let entry = Entry::of(request, "clock.met", json!({ "duty": duty, "regimes": regimes, "at": at }));
    trail::record(&**txn, now, by, [entry]).await?;
    Ok(true)
}

/// The deadlines of a request that still wait.
async fn waiting(txn: &Txn, request: &Request) -> Result<Vec<Model>, StoreError> {
    let rows = current(&**txn, request.id).await?;
    Ok(rows.into_iter().filter(waits).collect())
}

/// Whether this is a deadline that still waits.
#[must_use]
pub fn waits(row: &Model) -> bool {
    !row.is_settled() && !row.is_not_before
}

async fn settle(txn: &Txn, rows: &[&Model], state: ClockState, met_at: Option<At>) -> Result<(), StoreError> {
    if !rows.is_empty() {
        Entity::update_many()
            .col_expr(Column::State, state.into())
            .col_expr(Column::MetAt, met_at.into())
            .filter(COLUMN.id.is_in(rows.iter().map(|row| row.id)))
            .exec(&**txn)
            .await?;
    }
    Ok(())
}

/// Whether a duty, by its word, is done by telling the person that, and why, nothing is done.
#[must_use]
pub fn is_told_by_refusal(duty: &str) -> bool {
    is_to_answer(duty) || duty == Duty::Refuse.as_str()
}

/// The notice of a refusal went out at `at`: the duties that it fulfils, under every law, are done.
///
/// # Errors
/// The database fails.
pub async fn refused(txn: &Txn, now: At, by: &Actor, request: &Request, at: At) -> Result<(), StoreError> {
    for duty in Duty::ALL.iter().filter(|duty| is_told_by_refusal(duty.as_str())) {
        meet(txn, now, by, request, *duty, None, at).await?;
    }
    Ok(())
}

/// Whether a duty that was not done had to be. Nobody must extend or refuse: of those duties only the time is limited.
fn is_owed(duty: &str, extends: bool) -> bool {
    duty != Duty::Refuse.as_str() && (extends || duty != Duty::AnnounceExtension.as_str())
}

/// What a request that has been closed makes of its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was asked was done, and the person told: the duties to answer are met, the others fall away.
    Answered,
    /// The person was told that nothing is done, and why: the duties to answer and to refuse in time are met.
    Refused,
    /// It was decided that nothing is done, and the person is yet to be told: these duties go on until the notice has gone out.
    ToBeTold,
    /// There is no duty any more, as when the person withdraws.
    Moot,
}

/// Settles the clocks of a request that is being closed at `closed_at`, and starts those that run from then, such as the one for
/// how long its file is kept. What was done was done at `met_at`: an answer goes out before its request is closed.
///
/// # Errors
/// The database fails.
pub async fn end(txn: &Txn, request: &Request, ending: Ending, met_at: At, closed_at: At) -> Result<(), StoreError> {
    let rows = waiting(txn, request).await?;
    let is_ended = |duty: &str| match ending {
        Ending::Answered => is_to_answer(duty) || duty == Duty::StopUse.as_str(),
        Ending::Refused | Ending::ToBeTold => is_told_by_refusal(duty),
        Ending::Moot => false,
    };
    let (ended, others): (Vec<&Model>, Vec<&Model>) = rows.iter().partition(|row| is_ended(&row.duty));
    match ending {
        // No answer to any question is waited for any more.
        Ending::ToBeTold => settle(txn, &ended, ClockState::Open, None).await?,
        Ending::Answered | Ending::Refused | Ending::Moot => settle(txn, &ended, ClockState::Met, Some(met_at)).await?,
    }
    let extends = extension::queries::of_request(&**txn, request.id).await?.is_some();
    let is_missed = |row: &&Model| row.statutory_at < met_at && is_owed(&row.duty, extends);
    let (missed, void): (Vec<&Model>, Vec<&Model>) = others.into_iter().partition(is_missed);
    settle(txn, &missed, ClockState::Missed, None).await?;
    settle(txn, &void, ClockState::Void, None).await?;
    let running = current(&**txn, request.id).await?;
    let facts = Facts { closed_at: Some(closed_at), ..Facts::load(&**txn, request).await? };
    let is_new = |it: &Clock| {
        let known = |row: &Model| row.regime == it.regime.as_str() && row.duty == it.duty.as_str();
        it.kind == Kind::NotBefore && !running.iter().any(known)
    };
    let rows = facts
        .clocks()?
        .into_iter()
        .filter(is_new)
        .map(|it| facts::row(&it, (request.controller_id, request.id), 1, ClockState::Open, closed_at, "closure"));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    Ok(())
}
