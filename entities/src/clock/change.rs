//! Computing clocks anew. Nothing is overwritten: a date that moves is a new row beside the old one, and an event says which
//! moved, from what to what, and why.

use law::clock::{Clock, Ends, PauseEffect};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::facts::{self, Facts, waits_to_answer};
use super::queries::{current, history};
use super::table::{COLUMN, ClockState, Column, Entity, Model};
use super::{timely, unsigned};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::request::decide;
use crate::request::table::{ActiveModel as RequestChange, Model as Request};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::step::waiting;
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

impl Move {
    /// Whether it is of this clock's duty.
    pub(super) fn is_of(&self, clock: &Clock) -> bool {
        self.regime == clock.regime.as_str() && self.duty == clock.duty.as_str()
    }
}

/// How a request's dates would move if they were computed anew from these facts. Duties that were done stay as they are.
#[must_use]
pub fn moves(running: &[Model], computed: &[Clock]) -> Vec<Move> {
    let mut moves = Vec::new();
    for it in computed {
        let (regime, duty) = (it.regime.as_str(), it.duty.as_str());
        let before = running.iter().find(|row| row.regime == regime && row.duty == duty);
        let is_settled = before.is_some_and(Model::is_settled);
        let (from, to) = (before.map(Dates::from), Dates::from(it));
        if !is_settled && from != Some(to) {
            moves.push(Move { regime: regime.to_owned(), duty: duty.to_owned(), from, to: Some(to) });
        }
    }
    for row in running.iter().filter(|row| !row.is_settled()) {
        let is_there = |it: &Clock| it.regime.as_str() == row.regime && it.duty.as_str() == row.duty;
        if !computed.iter().any(is_there) {
            let (regime, duty) = (row.regime.clone(), row.duty.clone());
            moves.push(Move { regime, duty, from: Some(row.into()), to: None });
        }
    }
    moves
}

/// The same after an act, without what only changed rules would move: for that a person has to sign.
///
/// # Errors
/// A law does not grant the right, or a stored clock does not read back.
pub fn moves_by_act(running: &[Model], facts: &Facts) -> Result<Vec<Move>, StoreError> {
    Ok(by_act(running, facts, &facts.clocks()?)?.0)
}

/// Those of the moves that an act moves, and those that only changed rules would.
fn by_act(running: &[Model], facts: &Facts, computed: &[Clock]) -> Result<(Vec<Move>, Vec<Move>), StoreError> {
    let all = moves(running, computed);
    let unsigned = unsigned::among(&all, facts, running, computed)?;
    Ok((all.into_iter().filter(|it| !unsigned.contains(it)).collect(), unsigned))
}

/// Computes a locked request's clocks anew after an act, from the facts as they stand in this transaction, and says what
/// moved. What did not move is left as it was computed; so is what only changed rules would move, and a person is asked to sign.
///
/// # Errors
/// The database fails.
pub async fn recompute(txn: &Txn, now: At, by: &Actor, request: &Request, why: &str) -> Result<Vec<Move>, StoreError> {
    compute(txn, now, by, request, why, Signed::No).await
}

/// The same by the word of a person who signs for the rules in use: changed rules move dates, too.
///
/// # Errors
/// The database fails.
pub async fn recompute_signed(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    why: &str,
) -> Result<Vec<Move>, StoreError> {
    compute(txn, now, by, request, why, Signed::Yes).await
}

/// Whether a person signed for the rules in use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signed {
    No,
    Yes,
}

async fn compute(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    why: &str,
    signed: Signed,
) -> Result<Vec<Move>, StoreError> {
    let facts = Facts::load(&**txn, request).await?;
    let computed = facts.clocks()?;
    let before = history(&**txn, request.id).await?;
    let running: Vec<Model> = before.iter().filter(|row| row.superseded_at.is_none()).cloned().collect();
    let (moves, unsigned) = match signed {
        Signed::No => by_act(&running, &facts, &computed)?,
        Signed::Yes => (moves(&running, &computed), Vec::new()),
    };
    let stays = |clock: &Clock| unsigned.iter().any(|it| it.is_of(clock));
    let mut rows = Vec::new();
    for clock in computed.iter().filter(|clock| !stays(clock)) {
        let is_same = |row: &&Model| row.regime == clock.regime.as_str() && row.duty == clock.duty.as_str();
        let row = running.iter().find(is_same);
        let state = if is_suspended(clock) { ClockState::Suspended } else { ClockState::Open };
        if moves.iter().any(|it| it.is_of(clock)) {
            let computation = before.iter().filter(is_same).map(|row| row.computation).max().unwrap_or(0) + 1;
            rows.push(facts::row(clock, (request.controller_id, request.id), computation, state, now, why)?);
        } else if let Some(row) = row.filter(|row| !row.is_settled() && row.state != state) {
            set(txn, row, Column::State, state).await?;
        }
    }
    for row in running.iter().filter(|row| !row.is_settled()) {
        match moves.iter().find(|it| it.regime == row.regime && it.duty == row.duty) {
            Some(Move { to: Some(_), .. }) => set(txn, row, Column::SupersededAt, now).await?,
            Some(Move { to: None, .. }) => set(txn, row, Column::State, ClockState::Void).await?,
            None => {}
        }
    }
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    if !moves.is_empty() {
        let entry = Entry::of(request, "clock.recomputed", json!({ "why": why, "moved": moves }));
        trail::record(&**txn, now, by, [entry]).await?;
        follow(txn, now, request).await?;
    }
    unsigned::ask_for(txn, now, by, request, &unsigned).await?;
    let counted: Vec<&Clock> = computed.iter().filter(|clock| !stays(clock)).collect();
    timely::note(txn, now, by, request, &counted).await?;
    Ok(moves)
}

/// Whether a question to the person is open that moves this clock once it is answered.
#[must_use]
pub fn is_suspended(clock: &Clock) -> bool {
    clock.pauses.iter().any(|pause| pause.inquiry.answered.is_none() && pause.effect != PauseEffect::None)
}

async fn set(txn: &Txn, row: &Model, column: Column, value: impl Into<sea_orm::Value>) -> Result<(), DbErr> {
    let value = Expr::value(value);
    Entity::update_many().col_expr(column, value).filter(COLUMN.id.eq(row.id)).exec(&**txn).await.map(|_| ())
}

/// Has the request's own dates, by which work is ordered, follow its clocks, and its waiting steps and warnings along with them.
async fn follow(txn: &Txn, now: At, request: &Request) -> Result<(), StoreError> {
    queue::add(&**txn, now, [NewStep::of(request, StepKind::Remind, now)]).await?;
    let running = current(&**txn, request.id).await?;
    let waiting: Vec<&Model> = running.iter().filter(|row| waits_to_answer(row)).collect();
    let earliest = |at: fn(&Model) -> At| waiting.iter().map(|row| at(row)).min();
    let (Some(cautious), Some(statutory)) = (earliest(|row| row.cautious_at), earliest(|row| row.statutory_at)) else {
        return Ok(());
    };
    waiting::of(request.id).reorder(&**txn, cautious).await?;
    let change = RequestChange { cautious_at: Set(cautious), statutory_at: Set(statutory), ..RequestChange::default() };
    decide::write(txn, now, request, change).await?;
    Ok(())
}
