//! What can be wrong with a template, and what keeps a letter from being written.

use std::fmt;

use crate::kind::{LetterKind, Under};
use crate::requirement::Mandatory;
use crate::template::TemplateId;

/// Which of a template's two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The subject.
    Subject,
    /// The body.
    Body,
}

/// What is wrong with a template, and where. Its text holds no values, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The template.
    pub id: TemplateId,
    /// Which of its texts.
    pub place: Place,
    /// The line in that text, from 1, where it is known.
    pub line: Option<usize>,
    /// The variable or expression at fault, where there is one.
    pub variable: Option<String>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::Subject => "subject",
            Place::Body => "body",
        };
        write!(f, "template {}, {place}", self.id)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(variable) = &self.variable {
            write!(f, ", `{variable}`")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for Fault {}

/// Why there is no letter. No text of these holds anything of the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] Fault),
    /// The letter does not say what it must.
    #[error("{} lacks {}", Under(*kind, regimes), listed(missing))]
    Incomplete {
        /// The kind of letter.
        kind: LetterKind,
        /// The laws it stands under.
        regimes: Vec<String>,
        /// What is missing, with the source of each.
        missing: Vec<Mandatory>,
    },
    /// No such law is known here.
    #[error("no known regime; one is written as `eu_gdpr` or `us_ca_ccpa`")]
    UnknownRegime,
    /// The answer is to another right than the one asked for.
    #[error("{0} does not answer the right that was asked for")]
    WrongRight(LetterKind),
    /// The values make the letter longer than any letter should be.
    #[error("{0} would be longer than {max} bytes", max = crate::engine::MAX_BYTES)]
    TooLong(LetterKind),
}

fn listed(missing: &[Mandatory]) -> String {
    missing.iter().map(|part| format!("`{}`: {}", part.part, part.source())).collect::<Vec<_>>().join("; ")
}
