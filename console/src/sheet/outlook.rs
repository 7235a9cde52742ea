//! What would come of a decision, as a dry run has shown it: where the request would stand, which dates would move, which letters
//! would be written.

use api::trial::{Change, Standing, Trial};
use entities::clock::table::ClockState;
use entities::request::table::Model;

use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone};
use crate::risk;
use crate::shell::Shell;

/// All of it.
pub struct Outlook {
    /// Where the request stands.
    pub from: Tag,
    /// Where it would stand.
    pub to: Tag,
    /// Whether that is another place.
    pub moves: bool,
    /// What is to be said of it besides.
    pub notes: Vec<String>,
    /// What would be in danger.
    pub warnings: Vec<String>,
    /// The duties whose dates or state would change.
    pub clocks: Vec<Row>,
    /// The letters that would be written.
    pub letters: Vec<Letter>,
}

/// One duty.
pub struct Row {
    /// What has to be done.
    pub duty: String,
    /// Under which law.
    pub regime: String,
    /// The day it has now.
    pub from: Option<When>,
    /// The day it would have.
    pub to: When,
    /// The day that the law would set at best.
    pub statutory: When,
    /// How it would stand.
    pub tag: Tag,
}

/// One letter.
pub struct Letter {
    /// What it is.
    pub kind: String,
    /// What it lacks, so that it could not be written.
    pub missing: Vec<String>,
    /// Whether it lacks something.
    pub is_incomplete: bool,
    /// Its subject and its words, where they are in the clear.
    pub words: Option<(String, String)>,
}

impl Outlook {
    /// What a trial came to, for a request that stands as `request` says.
    #[must_use]
    pub fn of(s: &Shell, request: &Model, trial: &Trial) -> Self {
        let after = &trial.request;
        let would_be = Model { status: after.status, outcome: after.outcome, ..request.clone() };
        let dates = s.dates_of(request.controller_id);
        let mut notes = Vec::new();
        if after.answer_form.is_some() && request.answer_form.is_none() {
            notes.push(s.t("check-narrowed"));
        }
        let letter = |written: &api::trial::Written| Letter {
            kind: s.word("letter", &written.kind),
            is_incomplete: written.missing.is_some(),
            missing: written.missing.clone().unwrap_or_default(),
            words: written.subject.clone().zip(written.text.clone()),
        };
        let warning = |code: &str, detail: &str| match s.w.known("warning", code) {
            Some(known) => format!("{known} {detail}"),
            None => detail.to_owned(),
        };
        Self {
            from: risk::standing(s, request),
            to: risk::standing(s, &would_be),
            moves: (request.status, request.outcome) != (after.status, after.outcome),
            notes,
            warnings: after.warnings.iter().map(|it| warning(it.code, &it.detail)).collect(),
            clocks: trial.clocks.iter().map(|change| Row::of(s, &dates, change)).collect(),
            letters: trial.letters.iter().map(letter).collect(),
        }
    }
}

impl Row {
    fn of(s: &Shell, dates: &Dates, change: &Change) -> Self {
        let day = |it: &Standing| dates.day(it.cautious_at);
        let tag = match change.to.state {
            ClockState::Open => Tag::new(Tone::Quiet, dates.left(s.now, change.to.cautious_at)),
            ClockState::Suspended => Tag::new(Tone::Info, s.word("clock-state", change.to.state.as_str())),
            ClockState::Met => Tag::new(Tone::Good, s.word("clock-state", change.to.state.as_str())),
            ClockState::Void => Tag::new(Tone::Quiet, s.word("clock-state", change.to.state.as_str())),
            ClockState::Missed => Tag::new(Tone::Alarm, s.word("clock-state", change.to.state.as_str())),
        };
        Self {
            duty: s.word("duty", &change.duty),
            regime: s.w.known("regime", &change.regime).unwrap_or_else(|| change.regime.clone()),
            from: change.from.as_ref().filter(|from| from.cautious_at != change.to.cautious_at).map(day),
            to: day(&change.to),
            statutory: dates.day(change.to.statutory_at),
            tag,
        }
    }
}
