//! Holding, pausing, withdrawing, refusing: from that moment on nothing further is asked of the platform.

use std::time::Duration;

use entities::identifier::table::Choice;
use entities::job::status::JobStatus;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use testbed::platform::swift;

use crate::by_hand::ByHand;
use crate::world::{World, on_both};

const ADA: &str = "ada.access@example.com";
const LEASE: Duration = Duration::from_secs(60);

/// Long enough for a worker to have done what it must not do.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_while_resolving_stops_the_search() {
    on_both(async |kind| {
        let mut world = World::idle(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
        world.hold(id).await;
        world.work();
        a_while().await;
        assert_eq!(world.calls("search_subjects").await, 0);
        assert_eq!(world.request(id).await.status, RequestStatus::Resolving);
        world.release(id).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        world.books_agree().await;
    })
    .await;
}

/// Jobs that are planned wait; those that the platform has are tracked all the same, for they cannot be called back.
#[tokio::test(flavor = "multi_thread")]
async fn a_hold_while_executing_stops_further_submissions() {
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, ADA), (K::ExternalId, "CRM-1")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.rest().await;
        world.approve(id).await;
        let hand = ByHand::new(&world, "by-hand");
        let steps = hand.claim(LEASE).await;
        assert_eq!(steps.len(), 3);
        hand.run(&steps[0]).await.unwrap();
        world.hold(id).await;
        // The other two were begun before the hold and meet it on their way: they must wait, and must not be forgotten.
        hand.run(&steps[1]).await.unwrap();
        hand.run(&steps[2]).await.unwrap();
        world.work();
        let placed_is_done = async || {
            let jobs = world.jobs(id).await;
            jobs.iter().filter(|job| job.status == JobStatus::Completed).count() == 1
        };
        world.until_true("the job that was placed to end", placed_is_done).await;
        a_while().await;
        assert_eq!(world.calls("submit_request").await, 1);
        world.release(id).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.calls("submit_request").await, 3);
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_controller_does_nothing() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        world.pause(world.controller.id, true).await;
        let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
        a_while().await;
        assert_eq!(world.calls("search_subjects").await, 0);
        world.pause(world.controller.id, false).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.pause(world.controller.id, true).await;
        world.approve(id).await;
        a_while().await;
        assert_eq!(world.calls("submit_request").await, 0);
        world.pause(world.controller.id, false).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        world.books_agree().await;
    })
    .await;
}

/// A pause reaches what has been claimed already, as a hold does.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_a_submission_that_was_begun() {
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.rest().await;
        world.approve(id).await;
        let hand = ByHand::new(&world, "by-hand");
        let steps = hand.claim(LEASE).await;
        world.pause(world.controller.id, true).await;
        for step in &steps {
            hand.run(step).await.unwrap();
        }
        assert_eq!(world.calls("submit_request").await, 0);
        world.work();
        world.pause(world.controller.id, false).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.calls("submit_request").await, 2);
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_withdrawn_while_reviewing_leaves_nothing_behind() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Name, "Alex Kim")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.choose_candidate(id, "alex.kim1@example.com", Choice::Included).await;
        let closed = world.decide(id, async |case| case.withdraw("changed their mind").await).await.unwrap();
        assert_eq!((closed.status, closed.outcome), (RequestStatus::Closed, Some(Outcome::Withdrawn)));
        assert!(world.nothing_asked(id).await, "and nobody is asked any more");
        a_while().await;
        assert!(world.created().await.is_empty() && world.jobs(id).await.is_empty());
        world.books_agree().await;
    })
    .await;
}

/// Refused while a worker is still resolving it: what that worker finds is not written to a closed request.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_refused_while_resolving_stays_refused() {
    on_both(async |kind| {
        let mut world = World::idle(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, ADA)]).await;
        let hand = ByHand::new(&world, "by-hand");
        let steps = hand.claim(LEASE).await;
        let refused = world.decide(id, async |case| case.refuse("manifestly_unfounded", None, "unfounded").await);
        assert_eq!(refused.await.unwrap().outcome, Some(Outcome::Refused));
        for step in &steps {
            assert!(hand.run(step).await.is_err(), "the step is gone, and its lease with it");
        }
        world.work();
        a_while().await;
        assert_eq!(world.request(id).await.status, RequestStatus::Closed);
        assert!(world.findings(id).await.candidates.is_empty());
        assert!(world.created().await.is_empty());
        world.books_agree().await;
    })
    .await;
}
