//! Whatever is decided in whatever order, a request never gets into a state that the rules exclude.

use std::cell::RefCell;
use std::collections::HashSet;

use entities::candidate;
use entities::identifier::table::Choice;
use entities::job;
use entities::job::status::{JobEvent, JobStatus};
use entities::question::queries as question;
use entities::question::table::QuestionCode;
use entities::request::decide::{Decider, write};
use entities::request::queries::lock;
use entities::request::status::{RequestEvent, RequestStatus};
use entities::request::table::{ActiveModel, Model as Request};
use entities::step::queue;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use crate::decide::{Decision, Sample};
use crate::world::World;
use testbed::database::Kind::{self, Postgres, Sqlite};

/// Something that somebody does.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// An officer decides.
    Officer(Decision),
    /// The client that filed the request decides.
    Filer(Decision),
    /// The worker has got this far.
    Worker(RequestEvent),
    /// The platform ends the oldest open job in error.
    JobFails,
    /// The worker asks a person.
    Asks,
}

fn decision() -> impl Strategy<Value = Decision> {
    let choice = || prop_oneof![Just(Choice::Included), Just(Choice::LeftOut), Just(Choice::Undecided)];
    prop_oneof![
        2 => Just(Decision::Verify),
        2 => Just(Decision::Hold),
        2 => Just(Decision::Release),
        1 => Just(Decision::Refuse),
        1 => Just(Decision::Withdraw),
        5 => Just(Decision::Approve),
        3 => choice().prop_map(Decision::ChooseCandidate),
        1 => choice().prop_map(Decision::ChooseTerm),
        2 => Just(Decision::RetryJob),
        1 => Just(Decision::RetrySteps),
        2 => Just(Decision::AbandonJob),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let progress = prop_oneof![
        4 => Just(RequestEvent::Resolved),
        1 => Just(RequestEvent::ResolvedAnew),
        2 => Just(RequestEvent::JobsEnded),
        1 => Just(RequestEvent::Answered),
    ];
    prop_oneof![
        6 => decision().prop_map(Act::Officer),
        2 => decision().prop_map(Act::Filer),
        5 => progress.prop_map(Act::Worker),
        1 => Just(Act::JobFails),
        1 => Just(Act::Asks),
    ]
}

struct Walk<'a> {
    world: &'a World,
    officer: &'a Decider,
    filer: &'a Decider,
    sample: Sample,
}

impl Walk<'_> {
    /// Does it, and says whether it was allowed.
    async fn act(&mut self, act: Act) -> bool {
        match act {
            Act::Officer(decision) => self.decide(self.officer, decision).await,
            Act::Filer(decision) => self.decide(self.filer, decision).await,
            Act::Worker(event) => self.progress(event).await,
            Act::JobFails => self.fail_a_job().await,
            Act::Asks => self.ask().await,
        }
    }

    async fn decide(&self, by: &Decider, decision: Decision) -> bool {
        let sample = &self.sample;
        self.world.decide(by, sample.id, async |case| decision.take(case, sample).await).await.is_ok()
    }

    async fn progress(&self, event: RequestEvent) -> bool {
        let txn = self.world.begin().await;
        let request = lock(&txn, &self.officer.reach, self.sample.id).await.unwrap().unwrap();
        let Ok(status) = request.status.transition(event) else { return false };
        let closed_at = Set(status.is_closed().then(|| self.world.now()));
        let outcome = Set(status.is_closed().then_some(entities::request::status::Outcome::Fulfilled));
        let change = ActiveModel { status: Set(status), closed_at, outcome, ..Default::default() };
        write(&txn, self.world.now(), &request, change).await.unwrap();
        txn.commit().await.unwrap();
        true
    }

    async fn fail_a_job(&mut self) -> bool {
        let txn = self.world.begin().await;
        let jobs = job::queries::of_request(&*txn, self.sample.id).await.unwrap();
        let Some(planned) = jobs.iter().find(|job| job.status == JobStatus::Planned) else { return false };
        let failed =
            job::queries::advance(&*txn, planned, JobEvent::Failed, self.world.now(), Default::default()).await;
        self.sample.failed = failed.unwrap().id;
        txn.commit().await.unwrap();
        true
    }

    async fn ask(&self) -> bool {
        let txn = self.world.begin().await;
        let request = lock(&txn, &self.officer.reach, self.sample.id).await.unwrap().unwrap();
        if request.status.is_closed() {
            return false;
        }
        let (by, about) = (&self.officer.actor, request.id.to_string());
        let code = QuestionCode::NameOnlyMatch;
        let new = question::ask(&txn, self.world.now(), by, &request, code, &about, json!({})).await.unwrap();
        txn.commit().await.unwrap();
        new
    }

    /// What must hold of the request, whatever happened.
    async fn check(&self, right: Right, before: &Request, allowed: bool) {
        let conn = self.world.store.db.read();
        let now = self.world.found(self.sample.id).await;
        let told = format!("{before:?}\nbecame\n{now:?}");
        let jobs = job::queries::of_request(conn, now.id).await.unwrap();
        let approvals: Vec<_> =
            self.world.events(now.id).await.into_iter().filter(|(kind, _)| kind == "request.approved").collect();
        let open = question::of_request(conn, now.id).await.unwrap();
        let open = open.iter().filter(|question| question.answered_at.is_none()).count();

        assert_eq!(now == *before, !allowed || now.version == before.version, "{told}");
        assert!(now.version >= before.version, "{told}");
        if before.status.is_closed() {
            assert_eq!((now.status, now.outcome, now.closed_at), (before.status, before.outcome, before.closed_at));
        }
        let closed = now.status.is_closed();
        assert_eq!((now.outcome.is_some(), now.closed_at.is_some()), (closed, closed), "{told}");
        let placed = matches!(now.status, RequestStatus::Executing | RequestStatus::Answering);
        assert!(!placed || now.approved_at.is_some(), "nothing is placed without an approval: {told}");
        assert_eq!(
            approvals.len(),
            usize::from(now.approved_at.is_some()),
            "an approval is an event, and there is one"
        );
        assert_eq!(now.plan_digest.is_some(), now.approved_at.is_some(), "an approval binds itself to a plan");
        if right != Right::Access {
            assert!(approvals.iter().all(|(_, actor)| *actor == self.officer.actor.id), "two people: {approvals:?}");
        }
        // The one job that the sample came with was there before.
        assert!(jobs.len() == 1 || now.approved_at.is_some(), "no job but by an approval: {told}");
        let live: Vec<_> = jobs.iter().filter(|job| job.status != JobStatus::Superseded).collect();
        let mut subjects: Vec<_> = live.iter().map(|job| &job.subject_hash).collect();
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), live.len(), "one live job a subject");
        assert_eq!(now.open_questions, i64::try_from(open).unwrap(), "{told}");
        if now.outcome.is_some() && now.approved_at.is_none() {
            assert!(
                queue::of_request(conn, now.id).await.unwrap().is_empty(),
                "no work is left of what was called off"
            );
            assert_eq!(open, 0, "nobody is asked about what was called off");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_walk_breaks_a_rule(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (officer, filer) = (world.officer().await, world.decider(world.filer).await);
    let rights = prop_oneof![Just(Right::Access), Just(Right::Erasure), Just(Right::Rectification)];
    let starts = prop_oneof![Just(RequestStatus::Verifying), Just(RequestStatus::Reviewing)];
    let walks = (rights, starts, proptest::collection::vec(act(), 1..40));
    let seen = RefCell::new(HashSet::new());
    let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        TestRunner::new(config)
            .run(&walks, |(right, start, acts)| {
                runtime.block_on(async {
                    let sample = world.sample(right, start).await;
                    let mut walk = Walk { world: &world, officer: &officer, filer: &filer, sample };
                    for act in acts {
                        let before = world.found(walk.sample.id).await;
                        let allowed = walk.act(act).await;
                        walk.check(right, &before, allowed).await;
                        seen.borrow_mut().insert(before.status);
                    }
                    assert_eq!(
                        candidate::queries::of_request(world.store.db.read(), walk.sample.id).await.unwrap().len(),
                        1
                    );
                });
                Ok(())
            })
            .unwrap();
    });
    let far = [RequestStatus::Resolving, RequestStatus::Executing, RequestStatus::Closed];
    assert!(far.iter().all(|status| seen.borrow().contains(status)), "the walks lead nowhere: {seen:?}");
}
