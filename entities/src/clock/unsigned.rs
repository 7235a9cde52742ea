//! Rules that have changed and that nobody has signed for: which moves of an act are theirs, and asking a person about them.
//!
//! An act has a request's clocks computed by the program that runs, with its pack, its calendars and the controller's zone, days
//! and target of today. What moves then may follow from the act, or from rules that are others than those the clock was
//! computed by. To tell them apart each clock that would move is computed again from the very facts that are stored with it, by
//! today's rules. If that gives the stored dates, the rules change nothing for it and the move is the act's. If it does not, the
//! clock stays exactly as it is until somebody has signed.
//!
//! Why not by comparing the stored hashes with today's: every release would then stop every act on every request, and a mended
//! program with the same data, or a clock without a calendar, would be missed. Why not by computing acts with the pack that the
//! clock was computed by: all packs, and all programs that read them, would have to be carried along for years, and an act would
//! go on counting by a law that is known to be wrong, without anybody being told.

use law::clock::Clock;
use law::clocks::again;
use law::duty::{Duty, Event};
use serde_json::{Value, json};

use super::change::{Dates, Move};
use super::facts::Facts;
use super::table::Model;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::question::queries::{answer, ask, of_request};
use crate::question::table::QuestionCode;
use crate::request::table::Model as Request;
use crate::time::At;

/// Those of the moves that follow from changed rules, or may.
///
/// # Errors
/// A stored clock does not read back.
pub fn among(moves: &[Move], facts: &Facts, running: &[Model], computed: &[Clock]) -> Result<Vec<Move>, StoreError> {
    let calendar = facts.calendar();
    let mut unsigned = Vec::new();
    for it in moves {
        let row = running.iter().find(|row| row.regime == it.regime && row.duty == it.duty);
        let is_by_act = match row {
            Some(row) => {
                let today = again(&row.computed()?, &facts.zone, &calendar, facts.target_days);
                today.as_ref().map(Dates::from) == Some(Dates::from(row))
            }
            None => is_begun_by_act(it, running, computed),
        };
        if !is_by_act {
            unsigned.push(it.clone());
        }
    }
    Ok(unsigned)
}

/// Whether an act began a duty that had no clock. All duties that the receipt begins were begun then, and closing begins its own;
/// of those that come later only an appeal's is left, and there is one appeal.
fn is_begun_by_act(new: &Move, running: &[Model], computed: &[Clock]) -> bool {
    let is_appeals = |clock: &Clock| new.is_of(clock) && clock.event == Event::Appeal;
    let is_appealed = running.iter().any(|row| row.duty == Duty::DecideAppeal.as_str());
    computed.iter().any(is_appeals) && !is_appealed
}

/// Asks a person to sign, one question a law, and drops the questions that have nothing left to sign.
///
/// # Errors
/// The database fails.
pub async fn ask_for(txn: &Txn, now: At, by: &Actor, request: &Request, unsigned: &[Move]) -> Result<(), StoreError> {
    let mut wanted: Vec<(String, Value)> = Vec::new();
    for it in unsigned {
        if wanted.iter().any(|(regime, _)| *regime == it.regime) {
            continue;
        }
        let duties: Vec<&str> = unsigned.iter().filter(|other| other.regime == it.regime).map(|it| &*it.duty).collect();
        let detail = json!({ "regime": it.regime, "duties": duties, "pack": law::pack::id(),
                             "way_out": "`dsr law review`, then `dsr law apply`" });
        wanted.push((it.regime.clone(), detail));
    }
    let asked = of_request(&**txn, request.id).await?;
    let open = asked.iter().filter(|it| it.code == QuestionCode::LawUnsigned && it.answered_at.is_none());
    for question in open {
        let asked: Option<Value> = serde_json::from_str(&question.detail).ok();
        let is_wanted =
            |(regime, detail): &(String, Value)| *regime == question.about && Some(detail) == asked.as_ref();
        if !wanted.iter().any(is_wanted) {
            answer(txn, now, by, request, &[QuestionCode::LawUnsigned], Some(&question.about)).await?;
        }
    }
    for (regime, detail) in wanted {
        ask(txn, now, by, request, QuestionCode::LawUnsigned, &regime, detail).await?;
    }
    Ok(())
}
