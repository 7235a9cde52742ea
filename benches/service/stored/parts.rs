//! What hangs on a request: a row each, as its life would have left it.

use entities::artifact::table as artifact;
use entities::candidate::table as candidate;
use entities::event::table as event;
use entities::id::{ArtifactId, CandidateId, ClientId, EventId, IdentifierId, JobId};
use entities::identifier::table as identifier;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::job::table as job;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::{About, Draft, prepare};
use entities::letter::table as letter;
use entities::request::right::Right;
use entities::request::status::RequestStatus as S;
use entities::request::table as request;
use entities::store::Store;
use entities::time::At;
use rand::Rng;
use rand::rngs::StdRng;
use resolution::identifier::IdentifierKind;
use resolution::record::RecordKey;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::{NoContext, Timestamp, Uuid};
use vault::data_key::DataKey;

/// A mailbox always, a telephone number every other time, a name every fifth.
pub fn identifiers(
    store: &Store,
    request: &request::Model,
    key: &DataKey,
    mailbox: &str,
    random: &mut StdRng,
) -> Vec<identifier::Model> {
    let mut given = vec![("email", mailbox.to_owned())];
    if random.random_range(0..2) == 0 {
        given.push(("phone", format!("+1317555{:04}", random.random_range(0..10_000))));
    }
    if random.random_range(0..5) == 0 {
        given.push(("name", format!("Person {}", random.random_range(0..100_000))));
    }
    let searched_at = (request.status != S::Verifying).then_some(request.received_at);
    let row = |((kind, value), position): ((&str, String), i64)| {
        let id = IdentifierId(uuid_at(request.received_at));
        identifier::Model {
            id,
            request_id: request.id,
            position,
            kind: kind.to_owned(),
            value_sealed: key.seal(&format!("identifiers.value/{id}"), value.as_bytes()),
            lookup_hash: store.safe.hash(request.controller_id, kind, &value),
            hits: searched_at.map(|_| 1),
            people: searched_at.map(|_| 1),
            unknown_hits: searched_at.map(|_| 0),
            searched_at,
            not_searchable: None,
            choice: identifier::Choice::Undecided,
            choice_reason_sealed: None,
            chosen_by: None,
            chosen_at: None,
        }
    };
    given.into_iter().zip(0..).map(row).collect()
}

/// The contact that was found and acted on.
pub fn candidate_of(store: &Store, request: &request::Model, key: &DataKey, mailbox: &str) -> candidate::Model {
    let id = CandidateId(uuid_at(request.received_at));
    let record = json!({ "key": RecordKey::ExternalContact(id.to_string()), "name": "Person", "emails": [mailbox], "phones": [],
                         "division": null });
    candidate::Model {
        id,
        request_id: request.id,
        kind: "external_contact".to_owned(),
        key_hash: store.safe.hash(request.controller_id, "record", &id.to_string()),
        record_sealed: key.seal(&format!("candidates.record/{id}"), record.to_string().as_bytes()),
        merge_set_id: None,
        ancestor: false,
        certain: true,
        doubt: None,
        set_aside: None,
        choice: identifier::Choice::Undecided,
        choice_reason_sealed: None,
        chosen_by: None,
        chosen_at: None,
        created_at: request.received_at,
    }
}

/// What was asked of the platform: about this contact, or about the mailbox.
pub fn job_of(
    store: &Store,
    request: &request::Model,
    key: &DataKey,
    mailbox: &str,
    of: Option<&candidate::Model>,
) -> job::Model {
    let id = JobId(uuid_at(request.received_at));
    let at = request.received_at;
    let is_open = request.closed_at.is_none();
    let term = || RecordKey::Term { kind: IdentifierKind::Email, value: mailbox.to_owned() };
    let subject = of.map_or_else(term, |it| RecordKey::ExternalContact(it.id.to_string())).text();
    job::Model {
        id,
        request_id: request.id,
        controller_id: request.controller_id,
        kind: if request.right == Right::Access { JobKind::Export } else { JobKind::Delete },
        subject_kind: if of.is_some() { "external_contact" } else { "email" }.to_owned(),
        subject_hash: of
            .map_or_else(|| store.safe.hash(request.controller_id, "record", mailbox), |it| it.key_hash.clone()),
        subject_sealed: key.seal(&format!("jobs.subject/{id}"), subject.as_bytes()),
        origin: JobOrigin::Plan,
        parent_id: None,
        candidate_id: of.map(|it| it.id),
        identifier_id: None,
        merge_set_id: None,
        status: if is_open { JobStatus::Open } else { JobStatus::Completed },
        attempt: 1,
        intent_at: Some(at),
        platform_id: Some(id.to_string()),
        platform_status: Some(if is_open { "SEARCHING" } else { "COMPLETED" }.to_owned()),
        platform_created_at: Some(at),
        correlation_id: Some(Uuid::now_v7().to_string()),
        error_code: None,
        submitted_at: Some(at),
        next_poll_at: Some(at),
        completed_at: request.closed_at,
        results_sealed: None,
        created_at: at,
        updated_at: at,
    }
}

/// What such a job yielded.
pub fn file_of(request: &request::Model, job: &job::Model) -> artifact::Model {
    let id = ArtifactId(uuid_at(request.received_at));
    artifact::Model {
        id,
        request_id: request.id,
        job_id: job.id,
        part: 1,
        location: format!("{id}.sealed"),
        sha256: "0".repeat(64),
        bytes: 4_096,
        media_type: "application/zip".to_owned(),
        created_at: request.received_at,
        handed_over_at: None,
    }
}

/// The letter that every person gets whose identity is known, as long as such letters are.
pub fn acknowledgement(
    store: &Store,
    request: &request::Model,
    key: &DataKey,
    mailbox: &str,
) -> anyhow::Result<letter::ActiveModel> {
    let draft = Draft {
        kind: LetterKind::Acknowledgement,
        language: "en".to_owned(),
        recipient: mailbox.to_owned(),
        subject: format!("Your request has arrived ({})", request.reference),
        text: "Thank you for your request. ".repeat(40),
        html: "<p>Thank you for your request.</p>\n".repeat(60),
        sections: Vec::new(),
        template: None,
        parts: Vec::new(),
        demands: Vec::new(),
        edited_at: None,
    };
    let about = About { controller: request.controller_id, request: Some(request) };
    let at = request.received_at;
    let row = prepare(&store.safe, at, about, Some(key), &draft, None)?.row;
    Ok(letter::ActiveModel { state: Set(LetterState::Sent), attempts: Set(1), sent_at: Set(Some(at)), ..row })
}

/// The trail that such a request leaves behind, as far as it has come.
pub fn events(request: &request::Model, filer: ClientId, terms: usize, jobs: usize) -> Vec<event::Model> {
    let mut kinds = vec!["request.filed"];
    if request.verified_at.is_some() {
        kinds.push("request.identity_proven");
        kinds.extend(std::iter::repeat_n("identifier.searched", terms));
        kinds.extend(["request.collapsed", "request.resolved"]);
    }
    if request.approved_at.is_some() {
        kinds.push("request.approved");
        kinds.extend(["job.intended", "job.accepted"].repeat(jobs));
        if request.closed_at.is_some() {
            kinds.extend(["job.completed", "artifact.stored", "job.collected"].repeat(jobs));
        }
    }
    if request.closed_at.is_some() {
        kinds.push("request.closed");
    }
    let row = |kind: &str| {
        let id = EventId(uuid_at(request.received_at));
        event::Model {
            id,
            controller_id: request.controller_id,
            request_id: Some(request.id),
            at: request.received_at,
            kind: kind.to_owned(),
            actor_kind: event::ActorKind::Client,
            actor: filer.to_string(),
            address: Some("192.0.2.7".to_owned()),
            data: format!(r#"{{"job":"{}","platform_id":"{}","correlation":"{}"}}"#, id, request.id, filer),
            // A place that no other event has, which is all that the index asks; nothing here reads the chain.
            seq: Some(i64::from_be_bytes(std::array::from_fn(|byte| id.0.as_bytes()[byte + 8])) & i64::MAX),
            previous_hash: Some("0".repeat(64)),
            hash: Some("0".repeat(64)),
        }
    };
    kinds.into_iter().map(row).collect()
}

/// An id as it was made at that instant: ids sort by creation, and the lists are sorted by them.
pub fn uuid_at(at: At) -> Uuid {
    let (seconds, micros) = (at.0.div_euclid(1_000_000).unsigned_abs(), at.0.rem_euclid(1_000_000));
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, u32::try_from(micros * 1_000).unwrap_or(0)))
}
