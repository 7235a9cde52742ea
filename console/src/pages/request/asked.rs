//! What was asked of the person, and what they answered.

use api::reveal::Look;
use entities::inquiry::queries::words;
use entities::inquiry::table::Model as Inquiry;

use crate::dates::{Dates, When};
use crate::refused::Refused;
use crate::shell::Shell;

/// One question to the person.
pub struct AskedRow {
    /// What was asked for.
    pub kind: String,
    /// When it was decided to ask.
    pub asked: When,
    /// When the answer came, if it has.
    pub answered: Option<When>,
    /// The words, where they are in the clear.
    pub words: Option<Said>,
}

/// What was said.
pub struct Said {
    /// The words it was asked in.
    pub question: String,
    /// The words it was answered in, if it was in words.
    pub answer: Option<String>,
}

impl AskedRow {
    /// A question as far as the look goes.
    ///
    /// # Errors
    /// What is sealed does not open.
    pub fn of(s: &Shell, dates: &Dates, look: &Look, row: &Inquiry) -> Result<Self, Refused> {
        let said = look.clear_key()?.map(|key| words(key, row)).transpose()?;
        Ok(Self {
            kind: s.word("inquiry", row.kind.as_str()),
            asked: dates.minute(row.asked_at),
            answered: row.answered_at.map(|at| dates.minute(at)),
            words: said.map(|(question, answer)| Said { question, answer }),
        })
    }
}
