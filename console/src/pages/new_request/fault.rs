//! What the API finds wrong with a request, as the form says it: at the field that was filled in, in the visitor's words.

use std::borrow::Cow;

use api::problem::FieldError;

use super::draft::Draft;
use crate::faults::{Fault, Faults};
use crate::shell::Shell;

/// All that is wrong, each at its field on the page.
pub fn all(s: &Shell, draft: &Draft, errors: &[FieldError]) -> Faults {
    Faults::all(errors.iter().map(|error| one(s, draft, error)).collect())
}

fn one(s: &Shell, draft: &Draft, error: &FieldError) -> Fault {
    let (field, row) = place(draft, &error.field);
    let says = says(s, field_word(&field), &error.code).unwrap_or_else(|| error.detail.clone());
    let says = match row {
        Some(row) => {
            let at =
                if field.starts_with("value") || field.starts_with("kind") { "new-row" } else { "new-correction-row" };
            format!("{}: {says}", s.with(at, "number", row + 1))
        }
        None => says,
    };
    Fault { field, says }
}

/// What a fault of a field is in the visitor's words. What has none is said in those of the API.
pub fn says(s: &Shell, field: &str, code: &str) -> Option<String> {
    // A field that was left empty is told to be filled in; every other fault is told by its code.
    s.w.known("new-fault", &format!("{field}-{code}")).or_else(|| s.w.known("filing-fault", code))
}

/// Where on the page a field of the call stands, and in which row of a list.
fn place(draft: &Draft, field: &str) -> (Cow<'static, str>, Option<usize>) {
    let (name, rest) = field.split_once('[').unwrap_or((field, ""));
    let (number, part) = rest.split_once(']').unwrap_or(("", ""));
    let number: usize = number.parse().unwrap_or_default();
    let at = |row: Option<usize>, value: &str, kind: &str| {
        let row = row.unwrap_or_default();
        let column = if part == ".kind" { kind } else { value };
        (Cow::Owned(format!("{column}-{row}")), Some(row))
    };
    match (name, rest.is_empty()) {
        ("identifiers", true) => (Cow::Borrowed("value-0"), None),
        ("identifiers", false) => at(draft.identifiers().nth(number).map(|(row, ..)| row), "value", "kind"),
        ("replacements", true) => (Cow::Borrowed("existing-0"), None),
        ("replacements", false) => {
            let row = draft.corrections().nth(number).map(|(row, ..)| row);
            at(row, if part == ".updated" { "updated" } else { "existing" }, "corrected")
        }
        ("other_regimes", _) => (Cow::Borrowed("other_regime"), None),
        ("received_at", _) => (Cow::Borrowed("received_on"), None),
        ("identity.method", _) => (Cow::Borrowed("identity"), None),
        (name, _) => (Cow::Owned(name.to_owned()), None),
    }
}

/// The name of a field without the number of its row.
fn field_word(field: &str) -> &str {
    field.split_once('-').map_or(field, |(name, _)| name)
}
