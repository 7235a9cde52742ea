//! The page that asks for one part of a controller.

use askama::Template;

use super::fields::{Answers, Choices, Part};
use super::look::Looked;
use crate::faults::Faults;
use crate::shell::Shell;

/// The page.
#[derive(Template)]
#[template(path = "controller-part.html")]
pub struct Question {
    s: Shell,
    faults: Faults,
    part: Part,
    f: Answers,
    choices: Choices,
    asked: Asked,
    /// What the platform says of the credential, once it was asked.
    look: Option<Looked>,
}

/// Why it is asked.
pub enum Asked {
    /// A controller is being added.
    New {
        /// What was answered so far, sealed.
        draft: String,
    },
    /// A controller is being changed.
    Change {
        /// Its short name.
        slug: String,
        /// Its name.
        name: String,
        /// The version that the page shows.
        version: i64,
    },
}

impl Question {
    /// A page with what is known, or was typed. The secret is not shown again.
    #[must_use]
    pub fn of(s: Shell, part: Part, answers: Answers, asked: Asked, faults: Faults) -> Self {
        let f = Answers { client_secret: String::new(), ..answers };
        Self { choices: Choices::of(&s, &f), s, faults, part, f, asked, look: None }
    }

    /// The same with what the platform says.
    #[must_use]
    pub fn with(self, look: Looked) -> Self {
        Self { look: Some(look), ..self }
    }

    /// Whether this is the part of that word, for the template.
    fn is(&self, word: &str) -> bool {
        self.part.as_str() == word
    }

    fn is_new(&self) -> bool {
        matches!(self.asked, Asked::New { .. })
    }

    /// Which step this is.
    fn number(&self) -> usize {
        Part::ALL.iter().position(|part| *part == self.part).map_or(1, |at| at + 1)
    }

    /// The part before this one, when a controller is being added.
    fn before(&self) -> Option<Part> {
        let at = Part::ALL.iter().position(|part| *part == self.part)?;
        at.checked_sub(1).filter(|_| self.is_new()).map(|at| Part::ALL[at])
    }
}
