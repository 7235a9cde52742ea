//! Which events subscribers are told of: the one table, with a row for every kind of event there is.
//!
//! A kind without a row is told to nobody, and fails a test (`entities/tests/it/announcements/kinds.rs`) that reads the code:
//! whoever adds one decides here whether anybody outside is told of it.

use serde_json::Value;

use super::kind::AnnouncementKind as Kind;
use crate::request::status::{Outcome, RequestStatus};

/// What subscribers are told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Silent,
    /// That the request came in; and if it waits for proof of identity, that too.
    Received,
    /// That the person has to prove who they are, if that is what was asked.
    Inquired,
    /// That the request stands here now, unless it did before, or was closed.
    Moved(RequestStatus),
    /// That there is more time, where the notice of it gave any.
    Extended,
    /// That the request ended, well or not.
    Closed,
}

/// One thing to be told: what, and where the request stands with it, if that is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is told.
    pub kind: Kind,
    /// Where the request stands from then on; none if that stays.
    pub status: Option<RequestStatus>,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
}

use Decision::{Closed, Extended, Inquired, Moved, Received, Silent};
use RequestStatus::{Answering, Executing, Resolving, Reviewing};

/// Every kind of event, by name.
pub const TABLE: &[(&str, Decision)] = &[
    ("addressee.corrected", Silent),
    ("addressee.proven", Silent),
    ("addressee.vouched_for", Silent),
    ("artifact.downloaded", Silent),
    ("artifact.handed_over", Silent),
    ("artifact.stored", Silent),
    ("artifact.taken_back", Silent),
    ("candidate.chosen", Silent),
    ("client.created", Silent),
    ("client.revoked", Silent),
    ("client.secret_rotated", Silent),
    ("clock.met", Silent),
    ("clock.recomputed", Silent),
    ("controller.added", Silent),
    ("controller.changed", Silent),
    ("controller.paused", Silent),
    ("controller.resumed", Silent),
    ("delivery.foreign", Silent),
    ("delivery.read_again", Silent),
    ("delivery.revealed", Silent),
    ("delivery.unreadable", Silent),
    ("extension.announced", Extended),
    ("identifier.not_searchable", Silent),
    ("identifier.searched", Silent),
    ("inquiry.sent", Silent),
    ("installation.key_rotated", Silent),
    ("installation.paused", Silent),
    ("installation.resumed", Silent),
    ("job.abandoned", Silent),
    ("job.accepted", Silent),
    ("job.adopted", Silent),
    ("job.answer_lost", Silent),
    ("job.collected", Silent),
    ("job.completed", Silent),
    ("job.failed", Silent),
    ("job.intended", Silent),
    ("job.not_on_platform", Silent),
    ("job.rejected", Silent),
    ("job.retried", Moved(Executing)),
    ("job.sibling_adopted", Silent),
    ("job.topped_up", Silent),
    ("law.applied", Silent),
    ("letter.edited", Silent),
    ("letter.failed", Silent),
    ("letter.held", Silent),
    ("letter.queued", Silent),
    ("letter.readdressed", Silent),
    ("letter.recorded", Silent),
    ("letter.redated", Silent),
    ("letter.released", Silent),
    ("letter.retried", Silent),
    ("letter.sent", Silent),
    ("letter.superseded", Silent),
    ("note.added", Silent),
    ("officer.added", Silent),
    ("officer.changed", Silent),
    ("officer.disabled", Silent),
    ("officer.enabled", Silent),
    ("officer.identity_linked", Silent),
    ("officer.identity_unlinked", Silent),
    ("officer.invited", Silent),
    ("officer.locked", Silent),
    ("officer.passkey_added", Silent),
    ("officer.passkey_copied", Silent),
    ("officer.passkey_removed", Silent),
    ("officer.password_accepted", Silent),
    ("officer.password_set", Silent),
    ("officer.provider_accepted", Silent),
    ("officer.recovery_codes_renewed", Silent),
    ("officer.role_granted", Silent),
    ("officer.role_revoked", Silent),
    ("officer.second_factor_enrolled", Silent),
    ("officer.second_factor_reset", Silent),
    ("officer.sessions_ended", Silent),
    ("officer.signed_in", Silent),
    ("officer.signed_out", Silent),
    ("personal_data.revealed", Silent),
    ("question.answered", Silent),
    ("question.asked", Silent),
    ("regulator.data_granted", Silent),
    ("regulator.downloaded", Silent),
    ("regulator.ended", Silent),
    ("regulator.grant_ended", Silent),
    ("regulator.invited", Silent),
    ("regulator.link_sent", Silent),
    ("regulator.looked", Silent),
    ("regulator.revealed", Silent),
    ("regulator.signed_in", Silent),
    ("regulator.signed_out", Silent),
    ("request.appeal_decided", Silent),
    ("request.appeal_extended", Silent),
    ("request.appealed", Silent),
    ("request.approved", Moved(Executing)),
    ("request.assigned", Silent),
    ("request.closed", Closed),
    ("request.collapsed", Silent),
    ("request.completed", Silent),
    ("request.erasure_checked", Silent),
    ("request.extension_decided", Silent),
    ("request.fell_back", Moved(Resolving)),
    ("request.filed", Received),
    ("request.handed_over", Moved(Executing)),
    ("request.held", Silent),
    ("request.identity_not_needed", Moved(Resolving)),
    ("request.identity_proven", Moved(Resolving)),
    ("request.inquired", Inquired),
    ("request.inquiry_answered", Silent),
    ("request.jobs_ended", Moved(Answering)),
    ("request.partly_refused", Silent),
    ("request.recomputed", Silent),
    ("request.refused", Silent),
    ("request.released", Silent),
    ("request.remainder_accepted", Silent),
    ("request.resolved", Moved(Reviewing)),
    ("request.resolved_anew", Moved(Resolving)),
    ("request.steps_retried", Silent),
    ("request.withdrawn", Silent),
    ("requests.exported", Silent),
    ("source.added", Silent),
    ("source.changed", Silent),
    ("source.removed", Silent),
    ("source.secret_rotated", Silent),
    ("source.troubled", Silent),
    ("status.closed", Silent),
    ("status.opened", Silent),
    ("subscriber.added", Silent),
    ("subscriber.changed", Silent),
    ("subscriber.disabled", Silent),
    ("subscriber.enabled", Silent),
    ("subscriber.key_rotated", Silent),
    ("subscriber.removed", Silent),
    ("subscriber.replayed", Silent),
    ("subscriber.tested", Silent),
    ("task.added", Silent),
    ("task.done", Silent),
    ("template.saved", Silent),
    ("template.withdrawn", Silent),
    ("term.chosen", Silent),
    ("ticket.gone", Silent),
    ("ticket.linked", Silent),
    ("ticket.locked", Silent),
    ("ticket.retried", Silent),
    ("ticket.triage", Silent),
];

/// What was decided about a kind of event; none if nobody has.
#[must_use]
pub fn about(kind: &str) -> Option<Decision> {
    TABLE.binary_search_by(|(name, _)| (*name).cmp(kind)).ok().map(|at| TABLE[at].1)
}

impl Decision {
    /// What is told of an event with this data, about a request that stood `at` before.
    #[must_use]
    pub fn told(self, data: &Value, at: Option<RequestStatus>) -> Vec<Told> {
        let told = |kind, status| Told { kind, status, outcome: None };
        let word = |name: &str| data.get(name).and_then(Value::as_str);
        match self {
            Silent => Vec::new(),
            Received => {
                let waits = word("status") == Some(RequestStatus::Verifying.as_str());
                let proof = waits.then(|| told(Kind::IdentityRequired, Some(RequestStatus::Verifying)));
                [told(Kind::Received, Some(RequestStatus::Received))].into_iter().chain(proof).collect()
            }
            // While it waits for proof that has been told.
            Inquired if word("kind") == Some("identity") && at != Some(RequestStatus::Verifying) => {
                vec![told(Kind::IdentityRequired, None)]
            }
            Inquired => Vec::new(),
            // From there no way leads on, whatever is linked late.
            Moved(to) if at == Some(to) || at == Some(RequestStatus::Closed) => Vec::new(),
            Moved(to) => vec![told(Kind::StatusChanged, Some(to))],
            Extended => {
                let gave = data.get("extends").and_then(Value::as_array).is_some_and(|laws| !laws.is_empty());
                gave.then(|| told(Kind::Extended, None)).into_iter().collect()
            }
            Closed => {
                let outcome: Option<Outcome> = word("outcome").and_then(|word| word.parse().ok());
                let kind = if outcome.is_some_and(is_rejection) { Kind::Rejected } else { Kind::Completed };
                vec![Told { kind, status: Some(RequestStatus::Closed), outcome }]
            }
        }
    }
}

/// Whether a request ended without anything done for the person, and not by their own wish.
const fn is_rejection(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Refused | Outcome::IdentityNotProven | Outcome::Duplicate | Outcome::Spam => true,
        Outcome::Fulfilled | Outcome::PartiallyFulfilled | Outcome::NoDataFound | Outcome::Withdrawn => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_each_kind_once() {
        assert!(TABLE.is_sorted_by(|(one, _), (next, _)| one < next));
    }

    #[test]
    fn each_outcome_is_told_as_done_or_as_rejected() {
        let told: Vec<(&str, &str)> = Outcome::ALL
            .iter()
            .map(|outcome| {
                let told = about("request.closed").unwrap().told(&json!({ "outcome": outcome }), None);
                assert_eq!((told.len(), told[0].status), (1, Some(RequestStatus::Closed)));
                (outcome.as_str(), told[0].kind.as_str())
            })
            .collect();
        let (done, rejected) = ("dsr.request.completed", "dsr.request.rejected");
        assert_eq!(
            told,
            [
                ("fulfilled", done),
                ("partially_fulfilled", done),
                ("no_data_found", done),
                ("refused", rejected),
                ("withdrawn", done),
                ("identity_not_proven", rejected),
                ("duplicate", rejected),
                ("spam", rejected),
            ]
        );
    }

    #[test]
    fn what_an_event_says_decides_what_is_told() {
        let told = |kind: &str, data: Value, at| -> Vec<&str> {
            about(kind).unwrap().told(&data, at).iter().map(|told| told.kind.as_str()).collect()
        };
        let (received, proof) = ("dsr.request.received", "dsr.request.identity_required");
        assert_eq!(told("request.filed", json!({ "status": "verifying" }), None), [received, proof]);
        assert_eq!(told("request.filed", json!({ "status": "resolving" }), None), [received]);
        assert_eq!(told("request.inquired", json!({ "kind": "identity" }), None), [proof]);
        assert!(told("request.inquired", json!({ "kind": "identity" }), Some(RequestStatus::Verifying)).is_empty());
        assert!(told("request.inquired", json!({ "kind": "fee" }), None).is_empty());
        assert!(told("job.retried", json!({}), Some(Executing)).is_empty());
        assert_eq!(told("job.retried", json!({}), Some(Answering)), ["dsr.request.status_changed"]);
        assert!(told("job.retried", json!({}), Some(RequestStatus::Closed)).is_empty(), "what is closed stays closed");
        assert_eq!(told("extension.announced", json!({ "extends": ["eu_gdpr"] }), None), ["dsr.request.extended"]);
        assert!(told("extension.announced", json!({ "extends": [] }), None).is_empty());
        assert_eq!(about("nobody.decided"), None);
    }
}
