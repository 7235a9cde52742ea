//! Leases: one step, one worker, and nothing that was asked for is lost.

use std::collections::HashSet;
use std::time::Duration;

use entities::controller::pause;
use entities::id::{JobId, StepId};
use entities::officer::role::Where;
use entities::request::decide::Decider;
use entities::step::kind::StepKind;
use entities::step::lease::{self, Kinds, LeaseError};
use entities::step::queue::{self, NewStep};
use entities::step::table::Model as Step;
use entities::store::Store;
use entities::time::At;
use entities::warning;
use resolution::plan::Right;
use rstest::rstest;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::world::{START, World, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

const LEASE: Duration = Duration::from_secs(60);

impl World {
    /// Asks for a step of a job that need not be there: the queue does not look.
    fn step(&self, job: JobId, urgency: At) -> NewStep {
        NewStep::shared(self.controller.id, StepKind::Submit, START, urgency).with_job(job)
    }

    async fn ask(&self, step: NewStep) {
        queue::add(self.store.db.write(), self.now(), [step]).await.unwrap();
    }

    async fn claim_one(&self) -> Step {
        let mut claimed = lease::claim(&self.store, "worker", 1, LEASE).await.unwrap();
        claimed.pop().expect("there is a step to claim")
    }

    async fn nothing_to_claim(&self) {
        let claimed = lease::claim(&self.store, "worker", 10, LEASE).await.unwrap();
        assert!(claimed.is_empty(), "{claimed:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_step_goes_to_two_workers_and_no_claim_beyond_its_limit(#[values(Sqlite, Postgres)] on: Kind) {
    const STEPS: usize = 200;
    let world = World::on(on).await;
    let steps: Vec<_> = (0..STEPS).map(|_| world.step(JobId::new(), START)).collect();
    queue::add(world.store.db.write(), world.now(), steps).await.unwrap();
    let mut workers = JoinSet::new();
    for worker in 0..12 {
        let store = if worker % 2 == 0 { world.store.clone() } else { world.another_process().await };
        workers.spawn(async move { claim_until_dry(&store, &format!("worker {worker}")).await });
    }
    let claimed: Vec<StepId> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(claimed.len(), STEPS, "every step once");
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), STEPS, "none twice");
}

async fn claim_until_dry(store: &Store, worker: &str) -> Vec<StepId> {
    let mut mine = Vec::new();
    let mut dry = 0;
    // A claim may find nothing only because others hold what is left at that moment.
    while dry < 3 {
        let claimed = lease::claim(store, worker, 3, LEASE).await.unwrap();
        assert!(claimed.len() <= 3, "{} claimed with limit 3", claimed.len());
        assert!(claimed.iter().all(|step| step.leased_by.as_deref() == Some(worker) && step.lease_no == 1));
        dry = if claimed.is_empty() { dry + 1 } else { 0 };
        mine.extend(claimed.into_iter().map(|step| step.id));
    }
    mine
}

#[rstest]
#[tokio::test]
async fn a_step_whose_worker_died_is_taken_over_when_its_lease_ends(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    world.ask(world.step(JobId::new(), START)).await;
    let first = world.claim_one().await;
    assert_eq!(lease::next_due(&world.store).await.unwrap(), Some(START + LEASE));
    world.later(LEASE - Duration::from_micros(1));
    world.nothing_to_claim().await;
    world.later(Duration::from_micros(1));
    let second = world.claim_one().await;
    assert_eq!((second.id, second.lease_no, second.attempts), (first.id, 2, 2));
}

#[rstest]
#[tokio::test]
async fn a_renewed_lease_is_not_taken_over(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    world.ask(world.step(JobId::new(), START)).await;
    let step = world.claim_one().await;
    world.later(LEASE / 2);
    lease::renew(&world.store, &step, LEASE).await.unwrap();
    world.later(LEASE - Duration::from_micros(1));
    world.nothing_to_claim().await;
}

#[rstest]
#[tokio::test]
async fn whoever_comes_back_late_can_write_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    world.ask(world.step(JobId::new(), START)).await;
    let late = world.claim_one().await;
    world.later(LEASE);
    let holder = world.claim_one().await;
    let now = world.now();
    assert!(matches!(lease::renew(&world.store, &late, LEASE).await, Err(LeaseError::Lost)));
    for write in ["hold", "finish", "again", "put_back", "retry", "park"] {
        let txn = world.begin().await;
        let written = match write {
            "hold" => lease::hold(&txn, &late).await,
            "finish" => lease::finish(&txn, now, &late).await,
            "again" => lease::again(&txn, now, &late, now, Some("{}".to_owned())).await,
            "put_back" => lease::put_back(&txn, &late, now).await,
            "retry" => lease::retry(&txn, &late, now, "late").await,
            _ => lease::park(&txn, &late, "late").await,
        };
        assert!(matches!(written, Err(LeaseError::Lost)), "{write}: {written:?}");
        // Even if the worker commits what it had so far, the step is as its successor holds it.
        txn.commit().await.unwrap();
    }
    let txn = world.begin().await;
    lease::hold(&txn, &holder).await.expect("the successor still holds it");
    lease::finish(&txn, now, &holder).await.expect("the successor finishes it");
    txn.commit().await.unwrap();
    world.later(LEASE);
    world.nothing_to_claim().await;
}

#[rstest]
#[tokio::test]
async fn the_most_urgent_step_goes_first(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let jobs: Vec<_> = (0..5).map(|_| JobId::new()).collect();
    for (job, days) in jobs.iter().zip([9, 3, 30, 1, 12]) {
        world.ask(world.step(*job, START + Duration::from_secs(86_400 * days))).await;
    }
    let batch = lease::claim(&world.store, "worker", 2, LEASE).await.unwrap();
    assert_eq!(batch.iter().map(|step| step.job_id.unwrap()).collect::<Vec<_>>(), [jobs[3], jobs[1]]);
    // One that waits becomes more urgent when it is asked for again with an earlier date, and never less urgent.
    world.ask(world.step(jobs[2], START)).await;
    world.ask(world.step(jobs[2], START + Duration::from_secs(86_400 * 99))).await;
    let batch = lease::claim(&world.store, "worker", 9, LEASE).await.unwrap();
    assert_eq!(batch.iter().map(|step| step.job_id.unwrap()).collect::<Vec<_>>(), [jobs[2], jobs[0], jobs[4]]);
}

#[rstest]
#[tokio::test]
async fn paused_controllers_and_held_requests_wait(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let request = world.file(Right::Access).await;
    let by = Decider::operator();
    let pause = async |paused| {
        let txn = world.begin().await;
        let place = Where::At(world.controller.id);
        if paused {
            pause::pause(&txn, &world.store, &by, place, "maintenance").await.unwrap();
        } else {
            pause::resume(&txn, &world.store, &by, place).await.unwrap();
        }
        txn.commit().await.unwrap();
    };
    pause(true).await;
    world.nothing_to_claim().await;
    assert_eq!(lease::next_due(&world.store).await.unwrap(), None, "nobody wakes up for what may not run");
    pause(false).await;
    world.decide(&officer, request.id, async |case| case.hold("legal hold").await).await.unwrap();
    world.nothing_to_claim().await;
    let morning = warning::morning::after(START, &world.controller.zone().unwrap());
    assert_eq!(lease::next_due(&world.store).await.unwrap(), Some(morning), "a date goes on, held or not");
    world.decide(&officer, request.id, async |case| case.release().await).await.unwrap();
    assert_eq!(lease::next_due(&world.store).await.unwrap(), Some(START));
    assert_eq!(world.claim_one().await.request_id, Some(request.id));
}

/// When the other transaction, which asks for the step again, begins its statement and commits, relative to the finish.
#[derive(Clone, Copy, Debug)]
enum Wake {
    /// Committed before the finish begins.
    Before,
    /// Written before the finish, committed while the finish waits for it.
    DuringAndCommits,
    /// Written before the finish, rolled back while the finish waits for it.
    DuringAndRollsBack,
    /// Written after the finish was, while that is not committed yet.
    WhileFinishIsOpen,
    /// Written while the finish is open, and the finish is rolled back.
    WhileFinishRollsBack,
    /// After the finish committed.
    After,
}

/// All ways in which asking for a step and finishing it can fall together. SQLite has one writer, so there only the first
/// and the last can happen; the others are the very locks of PostgreSQL.
#[rstest]
#[case::before(Sqlite, Wake::Before, true)]
#[case::after(Sqlite, Wake::After, true)]
#[case::before(Postgres, Wake::Before, true)]
#[case::during_and_commits(Postgres, Wake::DuringAndCommits, true)]
#[case::during_and_rolls_back(Postgres, Wake::DuringAndRollsBack, false)]
#[case::while_finish_is_open(Postgres, Wake::WhileFinishIsOpen, true)]
#[case::while_finish_rolls_back(Postgres, Wake::WhileFinishRollsBack, true)]
#[case::after(Postgres, Wake::After, true)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wake_is_not_lost_while_the_step_is_finished(#[case] on: Kind, #[case] wake: Wake, #[case] runs_again: bool) {
    let world = World::on(on).await;
    let (job, now) = (JobId::new(), world.now());
    world.ask(world.step(job, START)).await;
    let step = world.claim_one().await;
    let ask = world.step(job, START);
    match wake {
        Wake::Before => {
            world.ask(ask).await;
            let txn = world.begin().await;
            lease::finish(&txn, now, &step).await.unwrap();
            txn.commit().await.unwrap();
        }
        Wake::DuringAndCommits | Wake::DuringAndRollsBack => {
            let asking = world.begin().await;
            queue::add(&*asking, now, [ask]).await.unwrap();
            let (store, held) = (world.store.clone(), step.clone());
            let finishing = tokio::spawn(async move {
                let txn = store.db.begin().await.unwrap();
                lease::finish(&txn, now, &held).await.unwrap();
                txn.commit().await.unwrap();
            });
            world.wait_for_lock().await;
            if matches!(wake, Wake::DuringAndCommits) {
                asking.commit().await.unwrap()
            } else {
                drop(asking)
            }
            finishing.await.unwrap();
        }
        Wake::WhileFinishIsOpen | Wake::WhileFinishRollsBack => {
            let finishing = world.begin().await;
            lease::finish(&finishing, now, &step).await.unwrap();
            let store = world.store.clone();
            let asking = tokio::spawn(async move {
                let txn = store.db.begin().await.unwrap();
                queue::add(&*txn, now, [ask]).await.unwrap();
                txn.commit().await.unwrap();
            });
            world.wait_for_lock().await;
            if matches!(wake, Wake::WhileFinishIsOpen) {
                finishing.commit().await.unwrap()
            } else {
                drop(finishing)
            }
            asking.await.unwrap();
            if matches!(wake, Wake::WhileFinishRollsBack) {
                // The worker tries its end again, with the lease and the count of wakes that it knows.
                let txn = world.begin().await;
                lease::finish(&txn, now, &step).await.unwrap();
                txn.commit().await.unwrap();
            }
        }
        Wake::After => {
            let txn = world.begin().await;
            lease::finish(&txn, now, &step).await.unwrap();
            txn.commit().await.unwrap();
            world.ask(ask).await;
        }
    }
    let claimed = lease::claim(&world.store, "worker", 10, LEASE).await.unwrap();
    assert_eq!(claimed.len(), usize::from(runs_again));
}

#[rstest]
#[tokio::test]
async fn a_step_woken_while_it_runs_does_not_sleep(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (job, now) = (JobId::new(), world.now());
    let far = now + Duration::from_secs(86_400);
    world.ask(world.step(job, START)).await;
    let step = world.claim_one().await;
    world.ask(world.step(job, START)).await;
    let txn = world.begin().await;
    lease::again(&txn, now, &step, far, Some(r#"{"page":3}"#.to_owned())).await.unwrap();
    txn.commit().await.unwrap();
    let step = world.claim_one().await;
    assert_eq!(step.state.as_deref(), Some(r#"{"page":3}"#));
    // Nobody asked this time.
    let txn = world.begin().await;
    lease::again(&txn, now, &step, far, None).await.unwrap();
    txn.commit().await.unwrap();
    world.nothing_to_claim().await;
    assert_eq!(lease::next_due(&world.store).await.unwrap(), Some(far));
}

#[rstest]
#[tokio::test]
async fn attempts_count_only_what_began(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let now = world.now();
    world.ask(world.step(JobId::new(), START)).await;
    for attempt in 1..=3 {
        let step = world.claim_one().await;
        assert_eq!(step.attempts, attempt);
        let txn = world.begin().await;
        lease::retry(&txn, &step, now, "the platform did not answer").await.unwrap();
        txn.commit().await.unwrap();
    }
    let step = world.claim_one().await;
    assert_eq!((step.attempts, step.last_error.as_deref()), (4, Some("the platform did not answer")));
    let txn = world.begin().await;
    lease::put_back(&txn, &step, now).await.unwrap();
    txn.commit().await.unwrap();
    assert_eq!(world.claim_one().await.attempts, 4, "put back is as if never begun");
}

#[rstest]
#[tokio::test]
async fn a_parked_step_waits_for_a_person(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let request = world.file(Right::Access).await;
    let step = world.claim_one().await;
    let txn = world.begin().await;
    lease::park(&txn, &step, "failed too often").await.unwrap();
    txn.commit().await.unwrap();
    world.later(LEASE * 10);
    world.nothing_to_claim().await;
    let officer = world.officer().await;
    world.decide(&officer, request.id, async |case| case.retry_steps().await).await.unwrap();
    let step = world.claim_one().await;
    assert_eq!((step.request_id, step.attempts), (Some(request.id), 1));
}

/// What waits for servers of others takes turns: whoever has had one goes to the end of the line, and whoever's share is full is
/// passed over.
#[rstest]
#[tokio::test]
async fn what_waits_for_others_takes_turns_and_a_full_share_is_passed_over(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let beta = add_controller(&world.store, "beta").await;
    let item = |at: u8| Uuid::from_u128(u128::from(at));
    for (at, controller) in [(1, world.controller.id), (2, world.controller.id), (3, beta.id)] {
        world.later(Duration::from_secs(1));
        world.ask(NewStep::of_item(controller, StepKind::Notify, item(at), world.now())).await;
    }
    world.ask(world.step(JobId::new(), START)).await;
    let claim = async |full: &[Uuid]| {
        let mut claimed = lease::claim_of(&world.store, Kinds::Abroad(full), "worker", 1, LEASE).await.unwrap();
        claimed.pop().map(|it| (it.step, it.party))
    };
    let mut seen = Vec::new();
    for _ in 0..6 {
        world.later(Duration::from_secs(1));
        let (step, party) = claim(&[]).await.unwrap();
        assert_eq!(party, step.controller_id.0);
        seen.push(step.item_id.unwrap());
        let txn = world.begin().await;
        lease::again(&txn, world.now(), &step, world.now(), None).await.unwrap();
        txn.commit().await.unwrap();
    }
    assert_eq!(seen, [1, 2, 3, 1, 2, 3].map(item), "one after the other");
    let (step, _) = claim(&[world.controller.id.0]).await.unwrap();
    assert_eq!(step.item_id, Some(item(3)), "who has a full share is passed over");
    let full = [world.controller.id.0, beta.id.0];
    assert_eq!(claim(&full).await, None);
    assert_eq!(lease::next_due_of(&world.store, Kinds::Abroad(&full)).await.unwrap(), None);
    let at_home = lease::claim_of(&world.store, Kinds::AtHome, "worker", 10, LEASE).await.unwrap();
    assert_eq!(at_home.iter().map(|it| it.step.kind).collect::<Vec<_>>(), [StepKind::Submit]);
}
