//! The page to check before a request is filed: what was understood of what was typed, by when it has to be answered, and what is
//! open about the same person already.

use api::app::App;
use api::auth::scopes::RequestsFile;
use askama::Template;
use entities::client::scope::Scope;
use entities::clock::facts::{self, Facts};
use entities::controller::table::Model as Controller;
use entities::error::StoreError;
use entities::request::file::NewRequest;
use entities::request::queries::{Filter, page};
use entities::request::table::Model;

use super::draft::Draft;
use super::understood::{self, Understood};
use crate::dates::{Dates, When};
use crate::officer::Officer;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::risk;
use crate::shell::Shell;

/// As many open requests about the same person are shown as help to decide.
const SHOWN: u64 = 10;

#[derive(Template)]
#[template(path = "new-request-check.html")]
pub struct Page {
    s: Shell,
    carried: Vec<(&'static str, String)>,
    lines: Vec<(String, String)>,
    why: Option<String>,
    received: When,
    respond_by: When,
    statutory_by: When,
    identifiers: Vec<Understood>,
    corrections: Vec<Corrected>,
    waits_for_proof: bool,
    is_test: bool,
    twins: Vec<Twin>,
}

/// One correction, as it was understood.
struct Corrected {
    kind: String,
    existing: String,
    updated: String,
}

/// An open request with one of the same identifiers.
struct Twin {
    reference: String,
    right: String,
    standing: Tag,
    received: When,
}

/// The page about what was read.
///
/// # Errors
/// The law knows no such right, or the database fails.
pub async fn of(
    app: &App,
    s: Shell,
    officer: &Officer<RequestsFile>,
    controller: &Controller,
    draft: &Draft,
    new: &NewRequest,
) -> Result<Page, Refused> {
    let regimes = std::iter::once(new.regime).chain(new.other_regimes.iter().copied()).collect();
    let facts = Facts::at_receipt(controller, regimes, new.right, new.received_at, new.region.as_deref())?;
    let clocks = facts.clocks().map_err(StoreError::from)?;
    let (cautious_at, statutory_at) =
        facts::answer_by(&clocks).ok_or(StoreError::Corrupt("no law says by when to answer"))?;
    let dates = s.dates_of(controller.id);
    let identifiers = understood::all(&s, draft, Some(controller));
    let corrections = new.replacements.iter().map(|it| Corrected {
        kind: s.word("identifier", it.kind.as_str()),
        existing: it.existing.clone(),
        updated: it.updated.clone(),
    });
    let corrections = corrections.collect();
    let twins = twins(app, &s, officer, controller, new, &dates).await?;
    Ok(Page {
        carried: draft.carried(new.regime.as_str()),
        lines: lines(&s, controller, draft, new),
        why: why(&s, controller, draft, new),
        received: dates.minute(new.received_at),
        respond_by: dates.weekday(cautious_at),
        statutory_by: dates.day(statutory_at),
        identifiers,
        corrections,
        waits_for_proof: new.identity_method.is_none(),
        is_test: draft.is_test(),
        twins,
        s,
    })
}

fn lines(s: &Shell, controller: &Controller, draft: &Draft, new: &NewRequest) -> Vec<(String, String)> {
    let law = |regime: &law::regime::Regime| s.word("regime", regime.as_str());
    let mut lines = vec![
        (s.t("queue-controller"), controller.name.clone()),
        (s.t("queue-right"), s.word("right", new.right.as_str())),
        (s.t("new-regime"), law(&new.regime)),
    ];
    let others = new.other_regimes.iter().map(|regime| (s.t("new-other-regime"), law(regime)));
    lines.extend(others);
    lines.push((s.t("new-channel"), s.word("channel", &new.channel)));
    let method = new.identity_method.as_deref();
    lines.push((s.t("new-identity"), method.map_or_else(|| s.t("new-not-proven"), |it| s.word("method", it))));
    let optional = [
        ("new-region", new.region.clone()),
        ("new-reply-to", new.addressee.address.clone()),
        ("new-salutation", new.addressee.salutation.clone()),
        ("new-language", (!draft.language.is_empty()).then(|| s.word("language", &draft.language))),
        ("new-note", new.note.clone()),
    ];
    lines.extend(optional.into_iter().filter_map(|(name, given)| Some((s.t(name), given?))));
    lines
}

/// Why this law, where it is the one that would be suggested.
fn why(s: &Shell, controller: &Controller, draft: &Draft, new: &NewRequest) -> Option<String> {
    let (_, place) = draft.suggestion(Some(controller)).filter(|(regime, _)| *regime == new.regime)?;
    let place = place.to_owned();
    Some(match draft.place.is_empty() {
        true => s.with("new-why-controller", "place", place),
        false => s.with("new-why-person", "place", place),
    })
}

/// What is open with one of these identifiers. It is compared by keyed hashes, within this controller and within what the officer
/// may see, and whose identifier it is stays unsaid.
async fn twins(
    app: &App,
    s: &Shell,
    officer: &Officer<RequestsFile>,
    controller: &Controller,
    new: &NewRequest,
    dates: &Dates,
) -> Result<Vec<Twin>, Refused> {
    if !officer.may(Scope::RequestsRead, controller.id) {
        return Ok(Vec::new());
    }
    let hash =
        |it: &resolution::normalise::Normalised| app.store.safe.hash(controller.id, it.kind.as_str(), &it.lookup);
    let filter = Filter {
        controller: Some(controller.id),
        is_open: Some(true),
        lookup_hashes: Some(new.identifiers.iter().map(hash).collect()),
        ..Filter::default()
    };
    let rows = page(app.store.db.read(), officer.reach(), &filter, None, SHOWN).await?;
    let twin = |row: Model| Twin {
        right: s.word("right", row.right.as_str()),
        standing: risk::standing(s, &row),
        received: dates.short(row.received_at),
        reference: row.reference,
    };
    Ok(rows.into_iter().map(twin).collect())
}
