//! The letters about a request, without what they say.

use entities::letter::kind::LetterState;
use entities::letter::table::Model;

use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// One letter.
pub struct LetterRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// Who reads it.
    pub audience: String,
    /// How it goes out.
    pub means: String,
    /// What became of it.
    pub state: Tag,
    /// When it was written, or went out.
    pub when: When,
}

impl LetterRow {
    /// A letter as it stands.
    #[must_use]
    pub fn of(s: &Shell, dates: &Dates, row: &Model) -> Self {
        let tone = match row.state {
            LetterState::Queued => Tone::Info,
            LetterState::Held => Tone::Warn,
            LetterState::Sent => Tone::Good,
            LetterState::Failed => Tone::Alarm,
            LetterState::Superseded => Tone::Quiet,
        };
        Self {
            id: row.id.to_string(),
            kind: s.word("letter", row.kind.as_str()),
            audience: s.word("audience", row.audience.as_str()),
            means: s.word("means", row.means.as_str()),
            state: Tag::new(tone, s.word("letter-state", row.state.as_str())),
            when: dates.minute(row.sent_at.unwrap_or(row.written_at)),
        }
    }
}
