//! Workers that die, freeze, stop, or meet a step that kills: the work goes on, and late work undoes nothing (promises 1, 2, 6).

use std::time::Duration;

use entities::id::RequestId;
use entities::identifier::table as identifier;
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus};
use entities::step::table as step;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use testbed::platform::swift;
use worker::trouble::Trouble;

use crate::by_hand::ByHand;
use crate::ledger::exactly;
use crate::samples::unhurried;
use crate::world::{World, on_both};

const SHORT: Duration = Duration::from_millis(100);

/// A worker takes a step and is never heard of again: its lease runs out, and another does the work.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_workers_step_is_taken_over() {
    on_both(async |kind| {
        let mut world = World::idle(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        assert_eq!(ByHand::new(&world, "dead").claim(SHORT).await.len(), 1);
        world.work();
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        world.books_agree().await;
    })
    .await;
}

/// A worker that dies at once, with calls in flight, and another that comes after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_aborted_in_the_middle_is_succeeded() {
    on_both(async |kind| {
        let mut world = World::idle(kind, unhurried()).await;
        world.config.lease = Duration::from_millis(300);
        world.platform.fault("stall:route=submit_request,ms=100").await;
        world.work();
        let id = world.file(Right::Erasure, &[(K::Email, "maya.okafor@example.com")]).await;
        world.approve(id).await;
        world.until_true("both submissions to be in flight", async || world.calls("submit_request").await == 2).await;
        world.kill();
        world.work();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let created = world.created().await;
        assert_eq!((created.len(), created.values().max()), (5, Some(&1)), "each once: {created:?}");
        assert_eq!(world.trail(id).await.iter().filter(|it| *it == "job.adopted").count(), 2);
        world.books_agree().await;
    })
    .await;
}

/// Promise 6: a worker is frozen while the platform answers it. Meanwhile another adopts the job. When the first wakes up it may
/// write nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_not_written() {
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.rest().await;
        world.approve(id).await;
        world.platform.fault("stall:route=submit_request,ms=900,times=1").await;
        let hand = ByHand::new(&world, "frozen");
        let steps = hand.claim(SHORT).await;
        let late = async {
            let outcome = hand.run(&steps[0]).await;
            (outcome, world.request(id).await.status)
        };
        let successor = async {
            let heard = async || world.calls("submit_request").await == 1;
            world.until_true("the platform to hear of it", heard).await;
            tokio::time::sleep(SHORT).await;
            let successor = ByHand::new(&world, "successor");
            let steps = successor.claim(Duration::from_secs(60)).await;
            successor.run(&steps[0]).await.unwrap();
            world.jobs(id).await
        };
        let ((outcome, _), adopted) = tokio::join!(late, successor);
        assert!(matches!(outcome, Err(Trouble::LeaseLost)), "{outcome:?}");
        assert_eq!(world.jobs(id).await, adopted, "what the successor wrote stands");
        world.work();
        world.until_closed(id).await;
        assert_eq!(world.created().await, exactly([("GDPR_DELETE email:nobody@example.com client", 1)]));
        world.books_agree().await;
    })
    .await;
}

/// A stop in the middle of many requests leaves no step under a lease, and the next worker finishes all of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_leaves_nothing_half() {
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Bulk { people: 12 })).await;
        let mut ids: Vec<RequestId> = Vec::new();
        for number in 1..=12 {
            let email = format!("person-{number}@example.net");
            ids.push(world.file(Right::Access, &[(K::Email, &email)]).await);
        }
        for id in &ids {
            world.approve(*id).await;
        }
        world.until_true("some of it to be placed", async || world.calls("submit_request").await >= 6).await;
        world.rest().await;
        let held = step::Entity::find().filter(step::Column::LeaseUntil.gt(world.store.now()));
        assert!(held.all(world.store.db.read()).await.unwrap().is_empty(), "a stopped worker holds no lease");
        world.work();
        for id in ids {
            assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        }
        let created = world.created().await;
        assert_eq!((created.len(), created.values().max()), (24, Some(&1)), "each once");
        world.books_agree().await;
    })
    .await;
}

/// A step that cannot succeed is set aside and asked about; the others go on, and so does it once it has been mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_poisonous_step_is_set_aside() {
    on_both(async |kind| {
        let mut world = World::idle(kind, swift(Population::Samples)).await;
        world.config.max_attempts = 3;
        let poisoned = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        let sound = world.file(Right::Access, &[(K::Email, "lou.lost@example.com")]).await;
        let rows = identifier::Entity::find().filter(identifier::COLUMN.request_id.eq(poisoned));
        let row = rows.one(world.store.db.read()).await.unwrap().unwrap();
        let seal = async |value: Vec<u8>| {
            let update = identifier::Entity::update_many()
                .col_expr(identifier::Column::ValueSealed, Expr::value(value))
                .filter(identifier::COLUMN.id.eq(row.id));
            update.exec(world.store.db.write()).await.unwrap();
        };
        seal(b"unreadable".to_vec()).await;
        let stop = world.work_beside();
        assert_eq!(world.through(sound).await.outcome, Some(Outcome::Fulfilled));
        world.asked(poisoned, QuestionCode::StepParked).await;
        assert_eq!(world.request(poisoned).await.status, RequestStatus::Resolving);
        seal(row.value_sealed.clone()).await;
        world.retry_steps(poisoned).await;
        assert_eq!(world.through(poisoned).await.outcome, Some(Outcome::Fulfilled));
        assert!(world.nothing_asked(poisoned).await);
        world.books_agree().await;
        stop.cancel();
    })
    .await;
}

/// A job whose data cannot be read must not keep the controller's other jobs from being looked after.
#[tokio::test(flavor = "multi_thread")]
async fn one_job_that_cannot_be_looked_at_holds_up_no_other() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        world.platform.fault("malformed-json:route=read_request,subject=ada.access").await;
        // An export: the list tells of it, but not where its results are.
        let stuck = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        world.approve(stuck).await;
        let opened = async || world.jobs(stuck).await.iter().all(|job| job.platform_id.is_some());
        world.until_true("it to be placed", opened).await;
        let sound = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
        world.approve(sound).await;
        world.until_closed(sound).await;
        assert_eq!(world.request(stuck).await.status, RequestStatus::Executing);
        world.forget_faults().await;
        assert_eq!(world.until_closed(stuck).await.outcome, Some(Outcome::Fulfilled));
        world.books_agree().await;
    })
    .await;
}
