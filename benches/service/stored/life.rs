//! One request as it was lived, with all that hangs on it.

use std::time::Duration;

use anyhow::Context;
use entities::artifact::table as artifact;
use entities::candidate::table::{self as candidate, hit};
use entities::clock::facts::{self, Facts};
use entities::clock::table as clock;
use entities::controller::table::Model as Controller;
use entities::event::table as event;
use entities::id::{ClientId, RequestId};
use entities::identifier::table as identifier;
use entities::job::table as job;
use entities::letter::table as letter;
use entities::request::reference::new_reference;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus as S};
use entities::request::table as request;
use entities::store::Store;
use entities::time::At;
use law::regime::Regime;
use rand::Rng;
use rand::rngs::StdRng;
use sea_orm::ActiveValue::Set;
use vault::data_key::DataKey;

use super::Mix;
use super::parts::{acknowledgement, candidate_of, events, file_of, identifiers, job_of, uuid_at};

/// The request, and what hangs on it.
pub struct Life {
    pub request: request::Model,
    pub key: request::key::Model,
    pub identifiers: Vec<identifier::Model>,
    pub clocks: Vec<clock::ActiveModel>,
    pub candidate: Option<candidate::Model>,
    pub hit: Option<hit::Model>,
    pub jobs: Vec<job::Model>,
    pub files: Vec<artifact::Model>,
    pub letter: Option<letter::ActiveModel>,
    pub events: Vec<event::Model>,
}

/// One that came in at this instant, and is as far as its age lets it be.
pub fn live(
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
