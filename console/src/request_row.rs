//! One request as lists show it: nothing of the person, what it is about and how near its day is.

use entities::request::table::Model;

use crate::dates::When;
use crate::parts::{Tag, Tone};
use crate::risk;
use crate::shell::Shell;

/// One line of a list. `templates/request-rows.html` lays it out.
pub struct Row {
    /// The request's short name.
    pub reference: String,
    /// What is asked for.
    pub right: String,
    /// Of whom.
    pub controller: String,
    /// Under which law.
    pub regime: String,
    /// Where it stands.
    pub status: Tag,
    /// What wants a look.
    pub signals: Vec<Tag>,
    /// The day to work to.
    pub due: When,
    /// The time that is left until then.
    pub left: Option<Tag>,
    /// The day of receipt.
    pub received: When,
}

impl Row {
    /// A request as a line.
    #[must_use]
    pub fn of(s: &Shell, row: Model) -> Self {
        let dates = s.dates_of(row.controller_id);
        let mut signals = Vec::new();
        if row.open_questions > 0 {
            signals.push(Tag::new(Tone::Warn, s.with("queue-questions", "count", row.open_questions)));
        }
        if row.is_test {
            signals.push(Tag::new(Tone::Info, s.t("request-test")));
        }
        if row.on_hold {
            signals.push(Tag::new(Tone::Info, s.t("queue-on-hold")));
        }
        Self {
            right: s.word("right", row.right.as_str()),
            controller: s.controller_name(row.controller_id),
            regime: s.w.known("regime", &row.regime).unwrap_or_else(|| row.regime.clone()),
            status: risk::standing(s, &row),
            left: risk::left(s, &dates, &row),
            due: dates.short(row.cautious_at),
            received: dates.short(row.received_at),
            reference: row.reference,
            signals,
        }
    }
}
