//! What waits for a person, each with the ways to answer it.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::question::table::{Model, QuestionCode};

use super::stand::Stand;
use super::way::{Way, Ways};
use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// A question that waits for a person.
pub struct QuestionRow {
    /// What is asked.
    pub title: String,
    /// What one can do about it.
    pub says: String,
    /// What one needs to know.
    pub detail: Vec<(String, String)>,
    /// Since when it waits.
    pub opened: When,
    /// That it is open.
    pub tag: Tag,
    /// How it is answered.
    pub ways: Vec<Way>,
}

impl QuestionRow {
    /// A question as it stands.
    #[must_use]
    pub fn of<N: Needs>(s: &Shell, dates: &Dates, ways: &Ways<'_, N>, stand: &Stand, row: &Model) -> Self {
        let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let detail =
            detail.as_object().into_iter().flatten().map(|(name, value)| (name.replace('_', " "), text(value)));
        Self {
            title: s.word("question", row.code.as_str()),
            says: s.word("question-help", row.code.as_str()),
            detail: detail.collect(),
            opened: dates.minute(row.opened_at),
            tag: Tag::new(Tone::Warn, s.t("question-open")),
            ways: answers(ways, stand, row),
        }
    }
}

fn answers<N: Needs>(ways: &Ways<'_, N>, stand: &Stand, row: &Model) -> Vec<Way> {
    use QuestionCode as Q;
    let decide = |word: &str| ways.to(word, word, Scope::RequestsDecide);
    let again = || ways.now("retry", "retry", Scope::RequestsOperate).filter(|_| stand.has_parked);
    let found = match row.code {
        Q::NameOnlyMatch | Q::SharedIdentifier => vec![Some(ways.down("choose", "person-title"))],
        Q::MergeContradiction => vec![decide("resolve-anew")],
        Q::JobFailed => vec![
            ways.now("retry-job", &format!("jobs/{}/retry", row.about), Scope::RequestsOperate),
            ways.to("abandon", &format!("jobs/{}/abandon", row.about), Scope::RequestsOperate),
        ],
        Q::MissingPermission | Q::WrongCredentials | Q::WrongOrganisation | Q::StepParked | Q::PlatformAway => {
            vec![again()]
        }
        Q::StillFound => vec![decide("accept"), again()],
        Q::IdentityUnclear => vec![decide("verify")],
        Q::LetterBounced | Q::LetterByHand | Q::LetterHeld => vec![Some(ways.down("letters", "letters-title"))],
        Q::LawUnsigned => vec![ways.to("recompute", "recompute", Scope::RequestsOperate)],
        Q::ManualWork => vec![decide("complete")],
        Q::AppealWaits => vec![decide("decide-appeal"), decide("extend-appeal")],
        Q::ExtensionTooLate => Vec::new(),
    };
    found.into_iter().flatten().collect()
}
