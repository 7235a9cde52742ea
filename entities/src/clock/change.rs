//! What moves clocks: computing them anew, and noting that a duty was done or fell away. Nothing is overwritten: a date that
//! moves is a new row beside the old one, and an event says which moved, from what to what, and why.

use law::clock::{Clock, Ends};
use law::duty::{Duty, Kind};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::facts::{self, Facts, is_to_answer};
use super::queries::{current, history};
use super::table::{COLUMN, ClockState, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::request::decide;
use crate::request::table::{ActiveModel as RequestChange, Model as Request};
use crate::step::queue;
use crate::time::At;

/// The dates of a duty at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dates {
    /// The end of the cautious day.
    pub cautious: At,
    /// The end of the statutory day.
    pub statutory: At,
    /// The end of the day the controller aims at.
    pub target: At,
}

impl From<&Model> for Dates {
    fn from(row: &Model) -> Self {
        Self { cautious: row.cautious_at, statutory: row.statutory_at, target: row.target_at }
    }
}

impl From<&Clock> for Dates {
    fn from(clock: &Clock) -> Self {
        let Ends { cautious, statutory, target } = clock.ends;
        Self { cautious: cautious.into(), statutory: statutory.into(), target: target.into() }
    }
}

/// How one duty's dates moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The law.
    pub regime: String,
    /// The duty.
    pub duty: String,
    /// What they were; none for a duty that has just begun.
    pub from: Option<Dates>,
    /// What they are; none for a duty that fell away.
    pub to: Option<Dates>,
}

/// How a request's dates would move if they were computed anew from these facts. Duties that were done stay as they are.
#[must_use]
pub fn moves(running: &[Model], computed: &[Clock]) -> Vec<Move> {
    let mut moves = Vec::new();
    for it in computed {
        let (regime, duty) = (it.regime.as_str(), it.duty.as_str());
        let before = running.iter().find(|row| row.regime == regime && row.duty == duty);
        let is_settled = before.is_some_and(|row| matches!(row.state, ClockState::Met | ClockState::Void));
        let (from, to) = (before.map(Dates::from), Dates::from(it));
        if !is_settled && from != Some(to) {
            moves.push(Move { regime: regime.to_owned(), duty: duty.to_owned(), from, to: Some(to) });
        }
    }
    for row in running.iter().filter(|row| matches!(row.state, ClockState::Open | ClockState::Suspended)) {
        let is_there = |it: &Clock| it.regime.as_str() == row.regime && it.duty.as_str() == row.duty;
        if !computed.iter().any(is_there) {
            let (regime, duty) = (row.regime.clone(), row.duty.clone());
            moves.push(Move { regime, duty, from: Some(row.into()), to: None });
        }
    }
    moves
}

/// Computes a locked request's clocks anew from the facts as they stand in this transaction, and says what moved. Where
/// nothing moved nothing is written.
///
/// # Errors
/// The database fails.
pub async fn recompute(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    why: &'static str,
) -> Result<Vec<Move>, StoreError> {
    let facts = Facts::load(&**txn, request).await?;
    let computed = facts.clocks()?;
    let before = history(&**txn, request.id).await?;
    let running: Vec<Model> = before.iter().filter(|row| row.superseded_at.is_none()).cloned().collect();
    let moves = moves(&running, &computed);
    if moves.is_empty() {
        return Ok(moves);
    }
    let mut rows = Vec::new();
    for it in &moves {
        let of_duty = |row: &&Model| row.regime == it.regime && row.duty == it.duty;
        let superseded = running.iter().find(of_duty);
        if let Some(row) = superseded {
            let mut close =
                Entity::update_many().col_expr(Column::SupersededAt, now.into()).filter(COLUMN.id.eq(row.id));
            if it.to.is_none() {
                close =
                    Entity::update_many().col_expr(Column::State, ClockState::Void.into()).filter(COLUMN.id.eq(row.id));
            }
            close.exec(&**txn).await?;
        }
        let new = computed
            .iter()
            .find(|new| it.to.is_some() && new.regime.as_str() == it.regime && new.duty.as_str() == it.duty);
        if let Some(new) = new {
            let computation = before.iter().filter(of_duty).map(|row| row.computation).max().unwrap_or(0) + 1;
            let state = superseded.map_or(ClockState::Open, |row| row.state);
            rows.push(facts::row(new, (request.controller_id, request.id), computation, state, now, why)?);
        }
    }
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    let entry = Entry::of(request, "clock.recomputed", json!({ "why": why, "moved": moves }));
    trail::record(&**txn, now, by, [entry]).await?;
    follow(txn, now, request).await?;
    Ok(moves)
}

/// Notes that a duty was done at `at`, under every regime that knows it. Says whether it still waited.
///
/// # Errors
/// The database fails.
pub async fn meet(txn: &Txn, now: At, by: &Actor, request: &Request, duty: &str, at: At) -> Result<bool, StoreError> {
    let met = settle(txn, request, &[duty], ClockState::Met, Some(at)).await?;
    if met > 0 {
        let entry = Entry::of(request, "clock.met", json!({ "duty": duty, "at": at }));
        trail::record(&**txn, now, by, [entry]).await?;
    }
    Ok(met > 0)
}

/// Settles the duties that still wait. An empty list means all of them.
async fn settle(
    txn: &Txn,
    request: &Request,
    duties: &[&str],
    state: ClockState,
    met_at: Option<At>,
) -> Result<u64, StoreError> {
    let mut update = Entity::update_many()
        .col_expr(Column::State, state.into())
        .col_expr(Column::MetAt, met_at.into())
        .filter(COLUMN.request_id.eq(request.id))
        .filter(COLUMN.is_not_before.eq(false))
        .filter(COLUMN.superseded_at.is_null())
        .filter(COLUMN.state.is_in([ClockState::Open, ClockState::Suspended]));
    if !duties.is_empty() {
        update = update.filter(COLUMN.duty.is_in(duties.iter().copied()));
    }
    Ok(update.exec(&**txn).await?.rows_affected)
}

/// What a request that has been closed makes of its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was asked was done, and the person told: the duties to answer are met, the others fall away.
    Answered,
    /// The person was told that nothing is done, and why: the duties to answer and to refuse in time are met.
    Refused,
    /// There is no duty any more, as when the person withdraws.
    Moot,
}

/// Settles the clocks of a request that is being closed at `at`, and starts those that run from then, such as the one for
/// how long its file is kept.
///
/// # Errors
/// The database fails.
pub async fn end(txn: &Txn, request: &Request, ending: Ending, at: At) -> Result<(), StoreError> {
    let running = current(&**txn, request.id).await?;
    let is_met = |duty: &str| match ending {
        Ending::Answered => is_to_answer(duty),
        Ending::Refused => is_to_answer(duty) || duty == Duty::Refuse.as_str(),
        Ending::Moot => false,
    };
    let met: Vec<&str> = running.iter().map(|row| row.duty.as_str()).filter(|duty| is_met(duty)).collect();
    if !met.is_empty() {
        settle(txn, request, &met, ClockState::Met, Some(at)).await?;
    }
    settle(txn, request, &[], ClockState::Void, None).await?;
    let facts = Facts { closed_at: Some(at), ..Facts::load(&**txn, request).await? };
    let is_new = |it: &Clock| {
        let known = |row: &Model| row.regime == it.regime.as_str() && row.duty == it.duty.as_str();
        it.kind == Kind::NotBefore && !running.iter().any(known)
    };
    let rows = facts
        .clocks()?
        .into_iter()
        .filter(is_new)
        .map(|it| facts::row(&it, (request.controller_id, request.id), 1, ClockState::Open, at, "closure"));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    Ok(())
}

/// Has the request's own dates, by which work is ordered, follow its clocks, and its waiting steps along with them.
async fn follow(txn: &Txn, now: At, request: &Request) -> Result<(), StoreError> {
    let running = current(&**txn, request.id).await?;
    let waits = |row: &&Model| matches!(row.state, ClockState::Open | ClockState::Suspended) && is_to_answer(&row.duty);
    let waiting: Vec<&Model> = running.iter().filter(waits).collect();
    let earliest = |at: fn(&Model) -> At| waiting.iter().map(|row| at(row)).min();
    let (Some(cautious), Some(statutory)) = (earliest(|row| row.cautious_at), earliest(|row| row.statutory_at)) else {
        return Ok(());
    };
    queue::reorder(&**txn, request.id, cautious).await?;
    let change = RequestChange { cautious_at: Set(cautious), statutory_at: Set(statutory), ..RequestChange::default() };
    decide::write(txn, now, request, change).await?;
    Ok(())
}
