//! What comes of it for one request, in a line.

use api::problem::{Problem, codes};
use api::trial::Difference;
use entities::clock::facts::is_to_answer;
use entities::request::table::Model;

use crate::dates::When;
use crate::shell::Shell;

/// One request, and what comes of it.
pub struct Line {
    /// Its short name.
    pub reference: String,
    /// What is asked for.
    pub right: String,
    /// Of whom.
    pub controller: String,
    /// The version that was looked at.
    pub version: i64,
    /// By when it has to be answered now.
    pub due: When,
    /// By when it would have to be, where that would change.
    pub would_be_due: Option<When>,
    /// What else there is to say.
    pub says: Vec<String>,
}

impl Line {
    /// A request of which it was done.
    pub fn done(s: &Shell, row: &Model) -> Self {
        Self {
            reference: row.reference.clone(),
            right: s.word("right", row.right.as_str()),
            controller: s.controller_name(row.controller_id),
            version: row.version,
            due: s.dates_of(row.controller_id).short(row.cautious_at),
            would_be_due: None,
            says: Vec::new(),
        }
    }

    /// A request of which it would be done: with the dates and the letters that would follow.
    pub fn would(s: &Shell, row: &Model, comes: &Difference) -> Self {
        let dates = s.dates_of(row.controller_id);
        let answers = comes.clocks.iter().filter(|change| is_to_answer(&change.duty));
        let earliest = answers.map(|change| change.to.cautious_at).min();
        let letter = |kind: &str| s.with("together-letter", "letter", s.word("letter", kind));
        Self {
            would_be_due: earliest.filter(|at| *at != row.cautious_at).map(|at| dates.short(at)),
            says: comes.letters.iter().map(|it| letter(&it.kind)).collect(),
            ..Self::done(s, row)
        }
    }

    /// A request of which it is not done, and why.
    pub fn refused(s: &Shell, row: &Model, problem: &Problem) -> Self {
        let code = problem.code();
        let why = match code {
            codes::STALE => s.t("together-stale"),
            _ if code.status >= 500 => s.t("error-internal"),
            _ => s.w.known("problem", code.word).unwrap_or_else(|| problem.detail().to_owned()),
        };
        Self { says: vec![why], ..Self::done(s, row) }
    }
}
