//! The form.

use api::auth::scopes::RequestsFile;
use api::problem::FieldError;
use api::words::{CHANNELS, IDENTITY_METHODS, LANGUAGES};
use askama::Template;
use entities::request::right::Right;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;

use super::draft::{Draft, MOST_CORRECTIONS, MOST_ROWS};
use super::understood::{self, Understood};
use super::{fault, within};
use crate::faults::Faults;
use crate::officer::Officer;
use crate::parts::Choice;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "new-request.html")]
pub struct Page {
    s: Shell,
    faults: Faults,
    draft: Draft,
    controllers: Vec<Choice>,
    only: Option<String>,
    rights: Vec<Choice>,
    regimes: Vec<Choice>,
    other_regimes: Vec<Choice>,
    channels: Vec<Choice>,
    identities: Vec<Choice>,
    languages: Vec<Choice>,
    rows: Vec<Row>,
    understood: Vec<Understood>,
    corrections: Vec<Correction>,
    more_is_open: bool,
    corrects: bool,
    has_room: bool,
    has_room_to_correct: bool,
}

/// One identifier.
struct Row {
    at: usize,
    label: String,
    kinds: Vec<Choice>,
    value: String,
}

impl Row {
    fn kind_id(&self) -> String {
        format!("kind-{}", self.at)
    }

    fn value_id(&self) -> String {
        format!("value-{}", self.at)
    }
}

/// One correction.
struct Correction {
    at: usize,
    label: String,
    kinds: Vec<Choice>,
    existing: String,
    updated: String,
}

impl Correction {
    fn kind_id(&self) -> String {
        format!("corrected-{}", self.at)
    }

    fn existing_id(&self) -> String {
        format!("existing-{}", self.at)
    }

    fn updated_id(&self) -> String {
        format!("updated-{}", self.at)
    }
}

/// The form with this filled in.
pub fn of(s: Shell, officer: &Officer<RequestsFile>, draft: Draft, errors: Vec<FieldError>) -> Page {
    let faults = fault::all(&s, &draft, &errors);
    let rows = within(&s, officer);
    let controller = rows.iter().find(|row| row.slug == draft.controller).copied();
    let understood = understood::all(&s, &draft, controller);
    let only = match rows.as_slice() {
        [only] => Some(only.slug.clone()),
        _ => None,
    };
    let controllers: Vec<_> = rows.iter().map(|row| (row.slug.as_str(), row.name.clone())).collect();
    let controllers = Choice::among(s.t("new-choose"), controllers, Some(&draft.controller));
    let regimes = |none: String, chosen: &str| {
        let all = Regime::all().map(|regime| (regime.as_str(), s.word("regime", regime.as_str())));
        Choice::among(none, all, Some(chosen))
    };
    let kinds = |all: &[IdentifierKind], chosen: &str| {
        Choice::words(&s, "new-choose", "identifier", all.iter().map(|kind| kind.as_str()), Some(chosen))
    };
    let terms: Vec<_> = IdentifierKind::ALL.into_iter().filter(|kind| kind.is_search_term()).collect();
    let corrects = draft.right == Right::Rectification.as_str() || draft.corrections().next().is_some();
    let more = [&draft.region, &draft.reply_to, &draft.salutation, &draft.language, &draft.other_regime];
    let more_is_open = more.into_iter().any(|given| !given.is_empty());
    Page {
        rights: Choice::words(
            &s,
            "new-choose",
            "right",
            Right::ALL.iter().map(|right| right.as_str()),
            Some(&draft.right),
        ),
        regimes: regimes(s.t("new-suggest"), &draft.regime),
        other_regimes: regimes(s.t("new-no-other"), &draft.other_regime),
        channels: Choice::words(&s, "new-choose", "channel", CHANNELS.iter().copied(), Some(&draft.channel)),
        identities: Choice::words(
            &s,
            "new-not-proven",
            "method",
            IDENTITY_METHODS.iter().copied(),
            Some(&draft.identity),
        ),
        languages: Choice::words(&s, "new-its-language", "language", LANGUAGES.iter().copied(), Some(&draft.language)),
        rows: (0..draft.value.len())
            .map(|at| Row {
                at,
                label: s.with("new-row", "number", at + 1),
                kinds: kinds(&IdentifierKind::ALL, &draft.kind[at]),
                value: draft.value[at].clone(),
            })
            .collect(),
        corrections: (0..draft.existing.len())
            .map(|at| Correction {
                at,
                label: s.with("new-correction-row", "number", at + 1),
                kinds: kinds(&terms, &draft.corrected[at]),
                existing: draft.existing[at].clone(),
                updated: draft.updated[at].clone(),
            })
            .collect(),
        understood,
        more_is_open,
        corrects,
        has_room: draft.value.len() < MOST_ROWS,
        has_room_to_correct: draft.existing.len() < MOST_CORRECTIONS,
        controllers,
        only,
        faults,
        draft,
        s,
    }
}
