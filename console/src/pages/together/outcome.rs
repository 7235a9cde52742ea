//! What comes of it for one request, in a line.

use api::problem::{Problem, codes};
use entities::letter::kind::LetterKind;
use entities::request::decide::Foreseen;
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

    /// A request of which it would be done: with the date and the letter that would follow.
    pub fn would(s: &Shell, row: &Model, comes: &Foreseen) -> Self {
        let letter = |kind: LetterKind| s.with("together-letter", "letter", s.word("letter", kind.as_str()));
        Self {
            would_be_due: comes.answer_by.map(|at| s.dates_of(row.controller_id).short(at)),
            says: comes.letter.map(letter).into_iter().collect(),
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
