//! What came of a ticket: the request it would make, every problem, and the verdict.

use std::fmt;

use jiff::Timestamp;
use law::right::Right;
use resolution::identifier::IdentifierKind;
use resolution::normalise::Normalised;
use words::words;

use super::place::Place;
use super::target::Target;

/// An identifier as it stood in the ticket, and as we use it. `Debug` shows its kind alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// As we use it.
    pub normalised: Normalised,
    /// As it stood there, trimmed.
    pub raw: String,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("kind", &self.normalised.kind).finish_non_exhaustive()
    }
}

/// One replacement of a rectification. `Debug` shows its kind alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Correction {
    /// What is wrong.
    pub existing: Normalised,
    /// What is right, of the same kind.
    pub updated: Normalised,
}

impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Correction").field("kind", &self.existing.kind).finish_non_exhaustive()
    }
}

words! {
    /// Who wrote.
    pub enum Submitter {
        /// The person whose data it is.
        Subject = "subject",
        /// Somebody for them.
        Agent = "agent",
    }
}

/// What a ticket says, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// The id that people there know it by. The one that its API knows is [`crate::system::Mention::ticket`], always.
    pub display_id: Option<String>,
    /// Which right is used.
    pub right: Option<Right>,
    /// Which laws run, and where; no regime twice. The first named comes first.
    pub places: Vec<Place>,
    /// Whose data it is about; no two with the same look-up form.
    pub subject: Vec<Found>,
    /// Who wrote.
    pub requester: Vec<Found>,
    /// Whether the person wrote or somebody for them.
    pub submitted_by: Option<Submitter>,
    /// When it was received, if the ticket says so. Whether it lies in the future is for whoever has a clock.
    pub received_at: Option<Timestamp>,
    /// The language to answer in: the first part of a BCP 47 tag, such as `pt` of `pt-BR`.
    pub language: Option<String>,
    /// What to correct; only for a rectification.
    pub corrections: Vec<Correction>,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// What to do with it.
    pub verdict: Verdict,
}

impl Mapped {
    /// The identifiers of a kind of the person whose data it is about.
    pub fn subject_of(&self, kind: IdentifierKind) -> impl Iterator<Item = &Found> {
        self.subject.iter().filter(move |found| found.normalised.kind == kind)
    }
}

/// What to do with a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It makes a request.
    Fileable,
    /// A person looks at it; `problems` say why.
    #[default]
    Triage,
    /// It is none of ours.
    Ignored(Ignored),
}

/// Why a ticket is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// What `accept_when` looks at is not there: of many tickets in a row, a sign that a field was deleted.
    Absent {
        /// Where it looked.
        pointer: String,
    },
    /// Something else stands there.
    Other {
        /// Where it looked.
        pointer: String,
    },
    /// A value that no table names, in a field with `otherwise = "ignore"`.
    Unmapped {
        /// Which part.
        target: Target,
    },
}

/// One thing that is wrong. It names the place and the way out, and never quotes a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which part of the request.
    pub target: Target,
    /// Where in the ticket; none if nowhere.
    pub pointer: Option<String>,
    /// A stable word for programs.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Problem {
    /// Whether it keeps the request from being filed.
    #[must_use]
    pub fn holds_up(&self) -> bool {
        self.target.holds_up()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pointer {
            Some(pointer) => write!(f, "{} ({pointer}): {}", self.target, self.reason),
            None => write!(f, "{}: {}", self.target, self.reason),
        }
    }
}
