//! What would come of a call: the request that would be made, and every problem. Nothing is stored, and nobody is called.

use entities::time::At;
use jiff::tz::TimeZone;
use sources::description::Description;
use sources::trial::{self, NotTried, Outcome, Tried};
use ticketing::mapping::mapped::Found;

use super::parts::Filled;
use crate::dates::Dates;
use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// What would come of it.
#[derive(Default)]
pub struct Preview {
    /// Why nothing could be tried, or that there is nothing to try.
    pub says: Option<String>,
    /// What would come of each ticket.
    pub tickets: Vec<Ticket>,
}

/// What would come of one ticket.
pub struct Ticket {
    /// What its system calls it.
    pub name: Option<String>,
    /// Whether it is read from its own system before anything is done.
    pub is_read_back: bool,
    /// What would be done with it.
    pub verdict: Tag,
    /// Why it is none of ours.
    pub ignored: Option<String>,
    /// The request's parts: what, and its value.
    pub parts: Vec<(String, String)>,
    /// What is wrong: of which part, where, why, and whether a person must look.
    pub problems: Vec<(String, String, String, bool)>,
}

impl Preview {
    /// Nothing, and why.
    #[must_use]
    pub fn none(says: String) -> Self {
        Self { says: Some(says), tickets: Vec::new() }
    }

    /// Tries a description with the body that is filled in.
    #[must_use]
    pub fn of(s: &Shell, described: &Description, filled: &Filled) -> Self {
        let body = filled.get("body").replace("\r\n", "\n");
        if body.trim().is_empty() {
            return Self::none(s.t("map-preview-none"));
        }
        let content_type = Some(filled.get("content_type")).filter(|it| !it.is_empty());
        let tried = if filled.is("document", "yes") {
            trial::document(described, body.as_bytes()).map(|tried| vec![tried])
        } else {
            trial::call(described, content_type.or(Some("application/json")), body.as_bytes())
        };
        match tried {
            Ok(tried) if tried.is_empty() => Self::none(s.t("map-preview-no-ticket")),
            Ok(tried) => Self { says: None, tickets: tried.into_iter().map(|tried| Ticket::of(s, tried)).collect() },
            Err(NotTried::Body(why)) => Self::none(s.with("map-preview-unreadable", "why", why.to_string())),
            Err(NotTried::Description(_)) => Self::none(s.t("map-preview-first")),
        }
    }
}

impl Ticket {
    fn of(s: &Shell, tried: Tried) -> Self {
        let Tried { ticket, read_back, outcome } = tried;
        let verdict = |tone, word: &str| Tag::new(tone, s.word("verdict", word));
        let Some(outcome) = outcome else {
            return Self {
                name: ticket,
                is_read_back: read_back,
                verdict: verdict(Tone::Info, "unknown"),
                ignored: None,
                parts: Vec::new(),
                problems: Vec::new(),
            };
        };
        let ignored = outcome.ignored();
        let verdict = match (&ignored, outcome.is_fileable()) {
            (Some(_), _) => verdict(Tone::Quiet, "ignored"),
            (None, true) => verdict(Tone::Good, "request"),
            (None, false) => verdict(Tone::Warn, "triage"),
        };
        let parts = if ignored.is_none() { parts(s, &outcome) } else { Vec::new() };
        let own = outcome.mapped.problems.iter().map(|it| {
            (it.target.to_string(), it.pointer.clone().unwrap_or_default(), it.reason.clone(), it.holds_up())
        });
        let beyond = outcome.beyond.iter().map(|it| (it.place.clone(), String::new(), it.reason.clone(), true));
        let problems = own.chain(beyond).collect();
        Self { name: ticket, is_read_back: read_back, verdict, ignored, parts, problems }
    }
}

fn parts(s: &Shell, outcome: &Outcome) -> Vec<(String, String)> {
    let mapped = &outcome.mapped;
    let mut rows = Vec::new();
    let mut row = |label: String, value: Option<String>| rows.extend(value.map(|value| (label, value)));
    let known = |set: &str, word: &str| s.w.known(set, word).unwrap_or_else(|| word.to_owned());
    row(s.word("part", "display_id"), mapped.display_id.clone());
    row(s.word("part", "request_type"), mapped.right.map(|right| known("right", right.as_str())));
    for place in &mapped.places {
        let law = known("regime", place.regime.as_str());
        let place = place.region.as_ref().map_or_else(|| law.clone(), |region| format!("{law}, {region}"));
        row(s.word("part", "jurisdiction"), Some(place));
    }
    let dates = Dates::new(s.w, TimeZone::UTC);
    let received = mapped.received_at.map(|at| format!("{} UTC", dates.minute(At::from(at)).text()));
    row(s.word("part", "received_at"), received);
    row(s.word("part", "submitted_by"), mapped.submitted_by.map(|who| s.word("submitter", who.as_str())));
    row(s.word("part", "language"), mapped.language.clone());
    let value = |found: &Found| match found.raw == found.normalised.value {
        true => found.raw.clone(),
        false => format!("{} → {}", found.raw, found.normalised.value),
    };
    let kind = |found: &Found| s.word("identifier", found.normalised.kind.as_str());
    for found in &mapped.subject {
        row(s.with("map-subject", "kind", kind(found)), Some(value(found)));
    }
    for found in &mapped.requester {
        row(s.with("map-requester", "kind", kind(found)), Some(value(found)));
    }
    for correction in &mapped.corrections {
        let change = format!("{} → {}", correction.existing.value, correction.updated.value);
        row(s.with("map-correction", "kind", s.word("identifier", correction.existing.kind.as_str())), Some(change));
    }
    rows
}
