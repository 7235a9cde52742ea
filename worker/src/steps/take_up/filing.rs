//! From a mapped ticket to a request, or to everything that keeps it from being one.

use std::time::Duration;

use entities::addressee::queries::Addressee;
use entities::controller::table::Model as Controller;
use entities::error::StoreError;
use entities::request::file::{NewRequest, Replacement};
use entities::request::right::Right;
use entities::source::table::Model as Source;
use entities::ticket::table::Model as Ticket;
use entities::time::At;
use letters::language::Language;
use resolution::identifier::IdentifierKind;
use resolution::normalise::Normalised;
use serde::Serialize;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::mapped::{Mapped, Problem, Submitter};

/// How far ahead of ours the clock of a ticketing system may be.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// How identity was proven where the source vouches for it.
const METHOD: &str = "ticketing_source";

/// The part of a mapping that names the law.
const JURISDICTION: &str = "jurisdiction";

/// One thing that keeps a ticket from being a request: a place and a way out, never a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// Which part of the request.
    pub target: String,
    /// Where in the ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// A stable word.
    pub code: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Defect {
    pub fn new(target: &str, code: &str, reason: impl Into<String>) -> Self {
        Self { target: target.to_owned(), pointer: None, code: code.to_owned(), reason: reason.into() }
    }
}

impl From<&Problem> for Defect {
    fn from(problem: &Problem) -> Self {
        Self {
            target: problem.target.to_string(),
            pointer: problem.pointer.clone(),
            code: problem.code.to_owned(),
            reason: problem.reason.clone(),
        }
    }
}

/// A request that can be filed.
pub struct Ready {
    /// The request.
    pub new: NewRequest,
    /// Whether the source has proven the address that letters go to.
    pub proves_address: bool,
    /// What people there call the ticket.
    pub display_id: Option<String>,
}

/// A source's mapping. Where it names no law, the source's own holds.
pub fn mapping(source: &Source) -> Result<Mapping, Vec<Defect>> {
    let unusable = |reason: String| vec![Defect::new("mapping", "unusable", reason)];
    let draft: Draft = serde_json::from_str(&source.mapping).map_err(|error| unusable(error.to_string()))?;
    let settings = &source.settings;
    draft
        .or_place(&settings.regime, settings.region.as_deref())
        .check()
        .map_err(|faults| faults.into_iter().map(|it| Defect::new("mapping", "unusable", it.to_string())).collect())
}

/// The request that a ticket makes, at `now`, or what keeps it from being one.
///
/// # Errors
/// The controller's own settings cannot be read.
pub fn ready(
    source: &Source,
    controller: &Controller,
    ticket: &Ticket,
    mapped: &Mapped,
    now: At,
) -> Result<Result<Ready, Vec<Defect>>, StoreError> {
    let mut defects = Vec::new();
    let mut places = mapped.places.iter();
    let (Some(asked), Some(first)) = (mapped.right, places.next()) else {
        return Ok(Err(vec![Defect::new("request_type", "missing", "the ticket names no right, or no law")]));
    };
    let right: Option<Right> = asked.as_str().parse().ok();
    if right.is_none() {
        let reason = format!("{asked} is not handled as a request of its own; file it by hand");
        defects.push(Defect::new("request_type", "not_filed_here", reason));
    }
    let received_at = mapped.received_at.map_or(ticket.received_at, At::from);
    if received_at > now + AHEAD {
        defects.push(Defect::new(
            "received_at",
            "in_the_future",
            "lies in the future; look at its zone in the mapping",
        ));
    }
    let received_at = received_at.min(now);
    let day = received_at.timestamp().to_zoned(controller.zone()?).date();
    for place in &mapped.places {
        if !place.regime.rights(day).any(|granted| granted == asked) {
            let reason = format!("{} grants no right to {asked} to a request received on {day}", place.regime);
            defects.push(Defect::new(JURISDICTION, "not_granted", reason));
        }
    }
    if mapped.subject.is_empty() {
        let reason = "the ticket says nothing by which the person can be found: map one identifier at least";
        defects.push(Defect::new("subject", "missing", reason));
    }
    if right == Some(Right::Rectification) && mapped.corrections.is_empty() {
        let reason = "a rectification says what to correct, and to what: map `correct.<kind>.existing` and `.updated`";
        defects.push(Defect::new("correct", "missing", reason));
    }
    let Some(right) = right.filter(|_| defects.is_empty()) else { return Ok(Err(defects)) };
    let is_agent = mapped.submitted_by == Some(Submitter::Agent);
    let proven = if source.settings.vouches && !is_agent { own(mapped) } else { Vec::new() };
    let mailbox = proven.iter().find(|it| it.kind == IdentifierKind::Email).map(|it| it.value.clone());
    let proves_address = mailbox.is_some();
    let corrections = if right == Right::Rectification { mapped.corrections.as_slice() } else { &[] };
    let replacements = corrections.iter().map(|it| Replacement {
        kind: it.existing.kind,
        existing: it.existing.value.clone(),
        updated: it.updated.value.clone(),
    });
    let new = NewRequest {
        right,
        regime: first.regime,
        other_regimes: places.map(|place| place.regime).collect(),
        region: first.region.clone(),
        channel: "ticket".to_owned(),
        received_at,
        identifiers: mapped.subject.iter().map(|found| found.normalised.clone()).collect(),
        replacements: replacements.collect(),
        identity_method: (!proven.is_empty()).then(|| METHOD.to_owned()),
        note: None,
        addressee: addressee(mapped, is_agent, mailbox),
    };
    Ok(Ok(Ready { new, proves_address, display_id: mapped.display_id.clone() }))
}

/// What the system knows of whoever wrote that is an identifier of the person's too. That somebody has signed in proves who they
/// are, not whose data they ask for: a form takes any address. A name is none: many share one, and everybody chooses their own.
fn own(mapped: &Mapped) -> Vec<&Normalised> {
    let is_theirs = |it: &Normalised| {
        let mut subject = mapped.subject_of(it.kind);
        it.kind != IdentifierKind::Name && subject.any(|found| found.normalised.lookup == it.lookup)
    };
    mapped.requester.iter().map(|found| &found.normalised).filter(|it| is_theirs(it)).collect()
}

/// Whom to write to: who wrote, in the language they wrote in, at the mailbox that is proven if one is. An agent is not greeted by
/// the person's name.
fn addressee(mapped: &Mapped, is_agent: bool, mailbox: Option<String>) -> Addressee {
    let of = |kind| mapped.requester.iter().find(|found| found.normalised.kind == kind);
    Addressee {
        language: mapped.language.clone().filter(|it| it.parse::<Language>().is_ok()).unwrap_or_default(),
        address: mailbox.or_else(|| of(IdentifierKind::Email).map(|found| found.normalised.value.clone())),
        salutation: of(IdentifierKind::Name).filter(|_| !is_agent).map(|found| found.raw.clone()),
    }
}
