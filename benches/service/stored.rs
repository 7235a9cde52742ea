//! A hundred thousand requests, as an installation that serves four controllers would hold them: of two years, most of them
//! closed, or all of them open.
//!
//! Written through the entities in large transactions: values sealed under a key for each request, clocks computed, events as
//! long as the life that each request has had. What nothing measured touches (the contents of files, chains) is left out.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context;
use entities::artifact::table as artifact;
use entities::candidate::table::{self as candidate, hit};
use entities::clock::facts::{self, Facts};
use entities::clock::table as clock;
use entities::controller::queries::{Credential, NewController, add};
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::event::table as event;
use entities::event::trail::Actor;
use entities::id::{ArtifactId, CandidateId, ClientId, EventId, IdentifierId, JobId, RequestId};
use entities::identifier::table as identifier;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::job::table as job;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::{About, Draft, prepare};
use entities::letter::table as letter;
use entities::request::reference::new_reference;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus as S};
use entities::request::table as request;
use entities::store::Store;
use entities::time::At;
use law::regime::Regime;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use resolution::identifier::IdentifierKind;
use resolution::record::RecordKey;
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use serde_json::json;
use testbed::installation::Installation;
use uuid::{NoContext, Timestamp, Uuid};
use vault::data_key::DataKey;

/// Requests written in one transaction.
const IN_ONE_COMMIT: usize = 2_000;
/// SQLite takes no more values in one statement.
const MOST_VALUES: usize = 32_000;
/// Which requests there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Of two years, and so most of them closed.
    Years,
    /// Of the last forty days, and all of them open.
    Open,
}

impl Mix {
    /// How long ago the first request came.
    fn age(self) -> Duration {
        let days = if self == Self::Open { 40 } else { 2 * 365 };
        Duration::from_secs(days * 86_400)
    }

    /// Of a thousand, how many are looked at: the first eighty are what is still at work.
    fn of_a_thousand(self) -> u32 {
        if self == Self::Open { 80 } else { 1_000 }
    }
}

/// What is stored for one controller.
pub struct Stored {
    /// The requests of the controller that is asked about.
    pub ids: Vec<RequestId>,
    /// Mailboxes they were filed with.
    pub mailboxes: Vec<String>,
}

/// One request with all that hangs on it.
struct Life {
    request: request::Model,
    key: request::key::Model,
    identifiers: Vec<identifier::Model>,
    clocks: Vec<clock::ActiveModel>,
    candidate: Option<candidate::Model>,
    hit: Option<hit::Model>,
    jobs: Vec<job::Model>,
    files: Vec<artifact::Model>,
    letter: Option<letter::ActiveModel>,
    events: Vec<event::Model>,
}

/// Stores `count` requests: two of five for `acme`, the others for three neighbours.
pub async fn store(installation: &Installation, mix: Mix, count: usize) -> anyhow::Result<Stored> {
    let store = &installation.store;
    let mut controllers = vec![installation.controller.clone()];
    for slug in ["borealis", "corvus", "dorado"] {
        controllers.push(neighbour(installation, slug).await?);
    }
    let filer: ClientId = installation.filer.id.parse()?;
    let mut random = StdRng::seed_from_u64(20_261_120);
    let begin = store.now() - mix.age();
    let mut stored = Stored { ids: Vec::new(), mailboxes: Vec::new() };
    let mut number = 0;
    let mut references = HashSet::new();
    while number < count {
        let mut lives = Vec::new();
        for _ in 0..IN_ONE_COMMIT.min(count - number) {
            let controller = &controllers[[0, 0, 1, 2, 3][random.random_range(0..5)]];
            let received = begin + mix.age().mul_f64(number as f64 / count as f64);
            let mailbox = format!("person-{number}@example.net");
            let mut life = live(store, controller, filer, (mix, received), &mailbox, &mut random)?;
            // Among so many, two may meet by chance; filing would take another one, too.
            while !references.insert(life.request.reference.clone()) {
                life.request.reference = new_reference();
            }
            if controller.id == installation.controller.id {
                stored.ids.push(life.request.id);
                stored.mailboxes.push(mailbox);
            }
            lives.push(life);
            number += 1;
        }
        let txn = store.db.begin().await?;
        write(&txn, lives).await?;
        txn.commit().await?;
    }
    Ok(stored)
}

async fn neighbour(installation: &Installation, slug: &str) -> anyhow::Result<Controller> {
    let store = &installation.store;
    let acme = &installation.controller;
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        organisation_id: format!("organisation-of-{slug}"),
        login_url: acme.login_url.clone(),
        api_url: acme.api_url.clone(),
        credential: Credential { client_id: slug.to_owned(), client_secret: slug.to_owned().into() },
        time_zone: acme.time_zone.clone(),
        region: acme.region.clone(),
        policy: acme.policy.clone(),
    };
    let txn = store.db.begin().await?;
    let controller = add(&txn, store, &Actor::operator(), new).await?;
    txn.commit().await?;
    Ok(controller)
}

/// Where a request stands: of a hundred, ninety-two are closed, and the newest are what is still at work.
fn standing(mix: Mix, random: &mut StdRng) -> (S, Option<Outcome>) {
    let outcome = |it| (S::Closed, Some(it));
    match random.random_range(0..mix.of_a_thousand()) {
        0..20 => (S::Verifying, None),
        20..25 => (S::Resolving, None),
        25..50 => (S::Reviewing, None),
        50..78 => (S::Executing, None),
        78..80 => (S::Answering, None),
        80..750 => outcome(Outcome::Fulfilled),
        750..880 => outcome(Outcome::NoDataFound),
        880..920 => outcome(Outcome::PartiallyFulfilled),
        920..955 => outcome(Outcome::Refused),
        955..980 => outcome(Outcome::Withdrawn),
        _ => outcome(Outcome::IdentityNotProven),
    }
}

fn live(
    store: &Store,
    controller: &Controller,
    filer: ClientId,
    (mix, received): (Mix, At),
    mailbox: &str,
    random: &mut StdRng,
) -> anyhow::Result<Life> {
    let id = RequestId(uuid_at(received));
    let key = DataKey::generate();
    let (status, outcome) = standing(mix, random);
    let right =
        [Right::Access, Right::Access, Right::Access, Right::Erasure, Right::Erasure][random.random_range(0..5)];
    let computed = Facts::at_receipt(controller, vec![Regime::EU_GDPR], right, received, None)?.clocks()?;
    let (cautious_at, statutory_at) = facts::answer_by(&computed).context("the law says by when to answer")?;
    let is_proven = status != S::Verifying && outcome != Some(Outcome::IdentityNotProven);
    let is_approved = matches!(status, S::Executing | S::Answering)
        || matches!(outcome, Some(Outcome::Fulfilled | Outcome::PartiallyFulfilled | Outcome::NoDataFound));
    let closed_at = (status == S::Closed).then(|| received + Duration::from_secs(random.random_range(1..20) * 86_400));
    let request = request::Model {
        id,
        controller_id: controller.id,
        reference: new_reference(),
        right,
        regime: Regime::EU_GDPR.as_str().to_owned(),
        other_regimes: "[]".to_owned(),
        region: None,
        channel: "email".to_owned(),
        status,
        outcome,
        refusal_code: (outcome == Some(Outcome::Refused)).then(|| "manifestly_unfounded".to_owned()),
        refusal_basis: (outcome == Some(Outcome::Refused)).then(|| "Art. 12(5)(b) GDPR".to_owned()),
        answer_form: None,
        completed_as: None,
        assignee: None,
        is_test: false,
        on_hold: status == S::Executing && random.random_range(0..50) == 0,
        open_questions: i64::from(status == S::Reviewing && random.random_range(0..3) == 0),
        filed_by: filer,
        identity_method: is_proven.then(|| "officer_word".to_owned()),
        verified_at: is_proven.then_some(received),
        plan_digest: is_approved.then(|| store.safe.hash(controller.id, "plan", mailbox)),
        approved_by: is_approved.then_some(filer),
        approved_at: is_approved.then_some(received),
        received_at: received,
        cautious_at,
        statutory_at,
        replacements_sealed: None,
        note_sealed: (random.random_range(0..5) == 0).then(|| key.seal(&format!("requests.note/{id}"), &[b' '; 200])),
        version: if status == S::Closed { 6 } else { 2 },
        created_at: received,
        updated_at: closed_at.unwrap_or(received),
        closed_at,
    };
    let state = if closed_at.is_some() { clock::ClockState::Met } else { clock::ClockState::Open };
    let clocks = computed.iter().map(|it| {
        let row = facts::row(it, (controller.id, id), 1, state, received, "receipt")?;
        Ok(clock::ActiveModel { met_at: Set(closed_at), ..row })
    });
    let clocks = clocks.collect::<anyhow::Result<_>>()?;
    let identifiers = identifiers(store, &request, &key, mailbox, random);
    let candidate = is_approved.then(|| candidate_of(store, &request, &key, mailbox));
    let jobs: Vec<_> = if is_approved {
        vec![job_of(store, &request, &key, mailbox, candidate.as_ref()), job_of(store, &request, &key, mailbox, None)]
    } else {
        Vec::new()
    };
    let hit = candidate.as_ref().map(|it| hit::Model { candidate_id: it.id, identifier_id: identifiers[0].id });
    let is_copied = right == Right::Access && matches!(status, S::Answering | S::Closed);
    let files = if is_copied { jobs.iter().map(|job| file_of(&request, job)).collect() } else { Vec::new() };
    let letter = is_proven.then(|| acknowledgement(store, &request, &key, mailbox)).transpose()?;
    let wrapped = Some(store.safe.keyring().wrap(id.0, &key));
    let key = request::key::Model { request_id: id, wrapped, created_at: received, destroyed_at: None };
    let events = events(&request, filer, identifiers.len(), jobs.len());
    Ok(Life { request, key, identifiers, clocks, candidate, hit, jobs, files, letter, events })
}

/// A mailbox always, a telephone number every other time, a name every fifth.
fn identifiers(
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

fn candidate_of(store: &Store, request: &request::Model, key: &DataKey, mailbox: &str) -> candidate::Model {
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

fn job_of(
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

fn file_of(request: &request::Model, job: &job::Model) -> artifact::Model {
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
fn acknowledgement(
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
fn events(request: &request::Model, filer: ClientId, terms: usize, jobs: usize) -> Vec<event::Model> {
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

async fn write(txn: &Txn, lives: Vec<Life>) -> anyhow::Result<()> {
    let (mut requests, mut keys, mut identifiers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut clocks, mut candidates, mut jobs, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut hits, mut files, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for life in lives {
        requests.push(life.request);
        keys.push(life.key);
        identifiers.extend(life.identifiers);
        clocks.extend(life.clocks);
        candidates.extend(life.candidate);
        hits.extend(life.hit);
        jobs.extend(life.jobs);
        files.extend(life.files);
        letters.extend(life.letter);
        events.extend(life.events);
    }
    insert::<request::Entity, _>(txn, requests).await?;
    insert::<request::key::Entity, _>(txn, keys).await?;
    insert::<identifier::Entity, _>(txn, identifiers).await?;
    insert::<clock::Entity, _>(txn, clocks).await?;
    insert::<candidate::Entity, _>(txn, candidates).await?;
    insert::<hit::Entity, _>(txn, hits).await?;
    insert::<job::Entity, _>(txn, jobs).await?;
    insert::<artifact::Entity, _>(txn, files).await?;
    insert::<letter::Entity, _>(txn, letters).await?;
    insert::<event::Entity, _>(txn, events).await
}

async fn insert<E, M>(txn: &Txn, rows: Vec<M>) -> anyhow::Result<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel> + Clone + Send,
    E::ActiveModel: Send,
{
    for some in rows.chunks(MOST_VALUES / E::Column::iter().count()) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    Ok(())
}

/// An id as it was made at that instant: ids sort by creation, and the lists are sorted by them.
fn uuid_at(at: At) -> Uuid {
    let (seconds, micros) = (at.0.div_euclid(1_000_000).unsigned_abs(), at.0.rem_euclid(1_000_000));
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, u32::try_from(micros * 1_000).unwrap_or(0)))
}
