//! Decisions: which may be taken where a request stands, by whom, and what each leaves in the trail.

use entities::candidate::table::SetAside;
use entities::client::reach::Reach;
use entities::event::trail::Actor;
use entities::id::{CandidateId, IdentifierId, JobId, RequestId};
use entities::identifier::table::Choice;
use entities::job::queries::NewJob;
use entities::job::status::{JobEvent, JobKind, JobOrigin, JobStatus};
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::keys;
use entities::request::status::{Outcome, RequestEvent, RequestStatus};
use entities::request::table::Model as Request;
use entities::step::lease;
use entities::step::queue;
use entities::{candidate, event, identifier, job, request};
use resolution::identifier::IdentifierKind;
use resolution::plan::Right;
use resolution::record::{Record, RecordKey};
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;

use crate::world::{EMAIL, NAME, PHONE, World};
use testbed::database::Kind::{self, Postgres, Sqlite};

/// A request with everything that decisions are about.
pub struct Sample {
    pub id: RequestId,
    pub filed: Request,
    pub candidate: CandidateId,
    pub name: IdentifierId,
    pub failed: JobId,
}

impl World {
    /// A request that stands at `status`, with a certain candidate, a failed job and a step set aside.
    pub async fn sample(&self, right: Right, status: RequestStatus) -> Sample {
        let filed = self.file(right).await;
        let rows = identifier::queries::of_request(self.store.db.read(), filed.id).await.unwrap();
        let candidate = self.find(&filed, rows[1].id, "contact-1").await;
        let failed = self.failed_job(&filed).await;
        let txn = self.begin().await;
        let step = queue::of_request(&*txn, filed.id).await.unwrap().remove(0);
        lease::park(&txn, &step, "failed too often").await.unwrap();
        txn.commit().await.unwrap();
        self.put(filed.id, status).await;
        Sample { id: filed.id, candidate, name: rows[0].id, failed, filed }
    }

    /// The search found a contact of hers by one of her identifiers.
    pub async fn find(&self, request: &Request, by: IdentifierId, contact: &str) -> CandidateId {
        let txn = self.begin().await;
        let key = keys::of(&*txn, &self.store.safe, request.id).await.unwrap();
        let record = Record {
            key: RecordKey::ExternalContact(contact.to_owned()),
            name: Some(NAME.to_owned()),
            emails: vec![EMAIL.to_owned()],
            phones: vec![PHONE.to_owned()],
            division: None,
        };
        let of = (request.controller_id, request.id);
        candidate::queries::found(&txn, &self.store.safe, &key, of, by, &record, self.now()).await.unwrap();
        let rows = candidate::queries::of_request(&*txn, request.id).await.unwrap();
        txn.commit().await.unwrap();
        rows.last().unwrap().id
    }

    async fn failed_job(&self, request: &Request) -> JobId {
        let txn = self.begin().await;
        let key = keys::of(&*txn, &self.store.safe, request.id).await.unwrap();
        let new = NewJob {
            kind: JobKind::Export,
            subject: RecordKey::User("user-1".to_owned()),
            origin: JobOrigin::Plan,
            parent: None,
            candidate: None,
            identifier: None,
            merge_set: None,
            status: JobStatus::Planned,
        };
        let row = job::queries::row(&self.store.safe, &key, request, new, self.now());
        let planned = job::table::Entity::insert(row).exec_with_returning(&*txn).await.unwrap();
        let change = Default::default();
        let failed = job::queries::advance(&*txn, &planned, JobEvent::Failed, self.now(), change).await.unwrap();
        txn.commit().await.unwrap();
        failed.id
    }

    /// Puts a request where a story needs it.
    pub async fn put(&self, id: RequestId, status: RequestStatus) {
        let change = request::table::ActiveModel { id: Unchanged(id), status: Set(status), ..Default::default() };
        request::table::Entity::update(change).exec(self.store.db.write()).await.unwrap();
    }

    pub async fn found(&self, id: RequestId) -> Request {
        let all = Reach::installation();
        request::queries::by_id(self.store.db.read(), &all, id).await.unwrap().unwrap()
    }

    /// What happened to a request, and who is said to have done it.
    pub async fn events(&self, id: RequestId) -> Vec<(String, String)> {
        let all = Reach::installation();
        let rows = event::queries::of_request(self.store.db.read(), &all, id, None, 1000).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.actor)).collect()
    }
}

/// Every decision there is.
#[derive(Clone, Copy, Debug)]
pub enum Decision {
    Verify,
    Hold,
    Release,
    Refuse,
    Withdraw,
    Approve,
    ChooseCandidate(Choice),
    ChooseTerm(Choice),
    RetryJob,
    RetrySteps,
    AbandonJob,
}

impl Decision {
    pub async fn take(self, case: Case<'_>, on: &Sample) -> Result<Request, NotDecided> {
        match self {
            Self::Verify => case.verify("call_back", None).await,
            Self::Hold => case.hold("a court asked").await,
            Self::Release => case.release().await,
            Self::Refuse => case.refuse("manifestly_unfounded", None, "the tenth this week").await,
            Self::Withdraw => case.withdraw("she called").await,
            Self::Approve => case.approve(None).await,
            Self::ChooseCandidate(choice) => case.choose_candidate(on.candidate, choice, "her own number").await,
            Self::ChooseTerm(choice) => case.choose_term(on.name, choice, "a rare name").await,
            Self::RetryJob => case.retry_job(on.failed).await,
            Self::RetrySteps => case.retry_steps().await,
            Self::AbandonJob => case.abandon_job(on.failed, "too old").await,
        }
    }
}

/// What came of a decision, in a word: where the request stands now, or the code of what is in the way.
fn word(decided: &Result<Request, NotDecided>) -> String {
    match decided {
        Ok(request) => request.status.to_string(),
        Err(NotDecided::NotFound(what)) => format!("no {what}"),
        Err(NotDecided::Stale { .. }) => "stale".to_owned(),
        Err(NotDecided::Status(error)) => format!("not {} from {}", error.event, error.from),
        Err(NotDecided::Job(error)) => format!("no job {} from {}", error.event, error.from),
        Err(NotDecided::Conflict { code, .. }) => (*code).to_owned(),
        Err(NotDecided::Field { field, code, .. }) => format!("{field}: {code}"),
        Err(NotDecided::Store(error)) => panic!("{error:?}"),
    }
}

/// One row a decision, one column a status: where it leads to, or what is in the way. `=` stands for where it was, `-` for
/// the rules' own word that there is no such move.
const TABLE: &[(Decision, &str, [&str; 7])] = {
    use Decision as D;
    #[rustfmt::skip]
    let table: &[(Decision, &str, [&str; 7])] = &[
        //                                                      received         verifying        resolving        reviewing    executing        answering        closed
        (D::Verify,                              "request.identity_proven", ["resolving",     "resolving",     "-",             "-",         "-",             "-",             "-"]),
        (D::Hold,                                "request.held",            ["=",             "=",             "=",             "=",         "=",             "=",             "closed"]),
        (D::Release,                             "request.released",        ["not_on_hold",   "not_on_hold",   "not_on_hold",   "not_on_hold", "not_on_hold", "not_on_hold",   "not_on_hold"]),
        (D::Refuse,                              "request.refused",         ["closed",        "closed",        "closed",        "closed",    "-",             "-",             "-"]),
        (D::Withdraw,                            "request.withdrawn",       ["closed",        "closed",        "closed",        "closed",    "-",             "-",             "-"]),
        (D::Approve,                             "request.approved",        ["-",             "-",             "-",             "executing", "-",             "-",             "-"]),
        (D::ChooseCandidate(Choice::Included),   "candidate.chosen",        ["not_reviewing", "not_reviewing", "not_reviewing", "=",         "not_reviewing", "not_reviewing", "not_reviewing"]),
        (D::ChooseTerm(Choice::LeftOut),         "term.chosen",             ["not_reviewing", "not_reviewing", "not_reviewing", "=",         "not_reviewing", "not_reviewing", "not_reviewing"]),
        (D::RetryJob,                            "job.retried",             ["-",             "-",             "-",             "-",         "executing",     "executing",     "-"]),
        (D::RetrySteps,                          "request.steps_retried",   ["=",             "=",             "=",             "=",         "=",             "=",             "="]),
        (D::AbandonJob,                          "job.abandoned",           ["not_executing", "not_executing", "not_executing", "not_executing", "=",         "=",             "not_executing"]),
    ];
    table
};

#[rstest]
#[tokio::test]
async fn every_decision_in_every_status_is_allowed_or_says_why_not(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    for (decision, kind, row) in TABLE {
        for (status, expected) in RequestStatus::ALL.iter().zip(row) {
            let told = format!("{decision:?} on {status}");
            let sample = world.sample(Right::Erasure, *status).await;
            let (before, events) = (world.found(sample.id).await, world.events(sample.id).await);
            let decided = world.decide(&officer, sample.id, async |case| decision.take(case, &sample).await).await;
            let came = word(&decided);
            match *expected {
                "=" => assert_eq!(came, status.as_str(), "{told}"),
                "-" => {
                    assert!(came.starts_with("not ") && came.ends_with(&format!(" from {status}")), "{told}: {came}")
                }
                other => assert_eq!(came, other, "{told}"),
            }
            let after = world.found(sample.id).await;
            let new = world.events(sample.id).await.split_off(events.len());
            if let Ok(answered) = decided {
                assert_eq!(answered, after, "{told}: what is answered is what stands there");
                assert!(after.version > before.version, "{told}: the ETag moves");
                assert!(new.iter().any(|(happened, _)| happened == kind), "{told}: {new:?}");
                assert!(new.iter().all(|(_, actor)| *actor == officer.actor.id), "{told}: {new:?}");
            } else {
                assert_eq!(after, before, "{told}: nothing moves");
                assert_eq!(new, [], "{told}: nothing happened");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn an_erasure_takes_two_people(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let filer = world.decider(world.filer).await;
    let worker = Decider { actor: Actor::worker("worker"), client: None, reach: Reach::installation() };
    let officer = world.officer().await;
    for (right, by, came) in [
        (Right::Erasure, &filer, "four_eyes"),
        (Right::Rectification, &filer, "four_eyes"),
        (Right::Access, &filer, "executing"),
        (Right::Erasure, &worker, "four_eyes"),
        (Right::Rectification, &worker, "four_eyes"),
        (Right::Access, &worker, "executing"),
        (Right::Erasure, &officer, "executing"),
        (Right::Rectification, &officer, "executing"),
    ] {
        let sample = world.sample(right, RequestStatus::Reviewing).await;
        let decided = world.decide(by, sample.id, async |case| case.approve(None).await).await;
        assert_eq!(word(&decided), came, "{right:?} by {:?}", by.actor);
        let jobs = job::queries::of_request(world.store.db.read(), sample.id).await.unwrap();
        // The name is fuzzy: it is left out, nobody said yes to it. The failed one was there before.
        let planned = jobs.iter().filter(|job| job.status == JobStatus::Planned).count();
        assert_eq!(planned, if decided.is_ok() { 3 } else { 0 });
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_approvals_at_once_one_counts(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Erasure, RequestStatus::Reviewing).await;
    let mut approvals = tokio::task::JoinSet::new();
    for process in 0..6 {
        let store = if process % 2 == 0 { world.store.clone() } else { world.another_process().await };
        let (by, id) = (officer.clone(), sample.id);
        approvals.spawn(async move {
            let txn = store.db.begin().await.unwrap();
            let decided = Case::open(&txn, &store, &by, id, None).await.unwrap().approve(None).await;
            if decided.is_ok() {
                txn.commit().await.unwrap();
            }
            word(&decided)
        });
    }
    let mut words = approvals.join_all().await;
    words.sort();
    assert_eq!(words[0], "executing");
    assert!(words[1..].iter().all(|word| word == "not approved from executing"), "{words:?}");
    let events = world.events(sample.id).await;
    assert_eq!(events.iter().filter(|(kind, _)| kind == "request.approved").count(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_undecided_blocks_the_approval(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Erasure, RequestStatus::Reviewing).await;
    // Her name alone found this one.
    let doubtful = world.find(&sample.filed, sample.name, "contact-2").await;
    let approve = async || world.decide(&officer, sample.id, async |case| case.approve(None).await).await;
    assert_eq!(word(&approve().await), "undecided");
    let choose = async |id, choice| {
        world.decide(&officer, sample.id, async |case| case.choose_candidate(id, choice, "not her").await).await
    };
    assert_eq!(word(&choose(CandidateId::new(), Choice::LeftOut).await), "no candidate");
    choose(doubtful, Choice::LeftOut).await.unwrap();
    assert_eq!(word(&approve().await), "executing");

    let jobs = job::queries::of_request(world.store.db.read(), sample.id).await.unwrap();
    let planned: Vec<_> = jobs.iter().filter(|job| job.status == JobStatus::Planned).collect();
    assert!(planned.iter().all(|job| job.candidate_id != Some(doubtful)), "what is left out is left out");
    assert!(planned.iter().any(|job| job.candidate_id == Some(sample.candidate)));
    let steps = queue::of_request(world.store.db.read(), sample.id).await.unwrap();
    for job in planned {
        assert!(steps.iter().any(|step| step.job_id == Some(job.id)), "no job without its step");
    }
}

#[rstest]
#[tokio::test]
async fn what_is_set_aside_or_on_hold_is_not_acted_on(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Erasure, RequestStatus::Reviewing).await;
    let change = candidate::table::ActiveModel {
        id: Unchanged(sample.candidate),
        set_aside: Set(Some(SetAside::ForeignDivision)),
        ..Default::default()
    };
    candidate::table::Entity::update(change).exec(world.store.db.write()).await.unwrap();
    let take = async |decision: Decision| {
        word(&world.decide(&officer, sample.id, async |case| decision.take(case, &sample).await).await)
    };
    assert_eq!(take(Decision::ChooseCandidate(Choice::Included)).await, "set_aside");
    assert_eq!(take(Decision::ChooseCandidate(Choice::LeftOut)).await, "reviewing");
    assert_eq!(take(Decision::Hold).await, "reviewing");
    assert_eq!(take(Decision::Hold).await, "on_hold");
    assert_eq!(take(Decision::Approve).await, "on_hold");
    assert_eq!(take(Decision::Release).await, "reviewing");
    assert_eq!(take(Decision::Approve).await, "executing");
}

#[rstest]
#[tokio::test]
async fn who_looked_at_an_older_version_looks_again(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Access, RequestStatus::Reviewing).await;
    let seen = world.found(sample.id).await.version;
    world.decide(&officer, sample.id, async |case| case.hold("wait").await).await.unwrap();
    let txn = world.begin().await;
    let stale = Case::open(&txn, &world.store, &officer, sample.id, Some(seen)).await.err();
    assert!(matches!(stale, Some(NotDecided::Stale { found }) if found == seen + 1), "{stale:?}");
    Case::open(&txn, &world.store, &officer, sample.id, Some(seen + 1)).await.expect("the version that stands");
}

#[rstest]
#[tokio::test]
async fn a_refusal_ends_with_its_own_outcome(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    for (code, outcome) in [
        ("manifestly_unfounded", Outcome::Refused),
        ("exempt_legal_obligation", Outcome::Refused),
        ("not_identified", Outcome::IdentityNotProven),
        ("duplicate", Outcome::Duplicate),
        ("spam", Outcome::Spam),
    ] {
        let sample = world.sample(Right::Erasure, RequestStatus::Reviewing).await;
        world.decide(&officer, sample.id, async |case| case.hold("first").await).await.unwrap();
        let closed =
            world.decide(&officer, sample.id, async |case| case.refuse(code, None, "as said").await).await.unwrap();
        assert_eq!((closed.status, closed.outcome), (RequestStatus::Closed, Some(outcome)));
        assert_eq!((closed.refusal_code.as_deref(), closed.on_hold), (Some(code), false));
        assert_eq!(closed.closed_at, Some(world.now()));
        assert!(queue::of_request(world.store.db.read(), sample.id).await.unwrap().is_empty(), "no work is left");
    }
    let sample = world.sample(Right::Erasure, RequestStatus::Reviewing).await;
    let closed = world.decide(&officer, sample.id, async |case| case.withdraw("she called").await).await.unwrap();
    assert_eq!(closed.outcome, Some(Outcome::Withdrawn));
}

/// The rules for moving know no way back from the end, whatever decisions are built on them.
#[test]
fn nothing_is_allowed_from_closed() {
    for event in RequestEvent::ALL {
        assert!(RequestStatus::Closed.transition(*event).is_err(), "{event}");
    }
}

#[rstest]
#[tokio::test]
async fn a_term_that_names_one_record_is_no_search_term(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Access, RequestStatus::Reviewing).await;
    let change = identifier::table::ActiveModel {
        id: Unchanged(sample.name),
        kind: Set(IdentifierKind::UserId.as_str().to_owned()),
        ..Default::default()
    };
    identifier::table::Entity::update(change).exec(world.store.db.write()).await.unwrap();
    let choose = async |id| {
        word(&world.decide(&officer, sample.id, async |case| case.choose_term(id, Choice::Included, "yes").await).await)
    };
    assert_eq!(choose(sample.name).await, "not_a_term");
    assert_eq!(choose(IdentifierId::new()).await, "no identifier");
}
