//! Every question has a way out: what is still found is accepted or gone, contradictions are searched anew, and an outage of
//! the platform is nobody's question at all.

use std::time::Duration;

use entities::job::status::JobStatus;
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use serde_json::json;
use testbed::platform::swift;

use crate::world::{Setup, World, on_both};

/// An erasure whose record turns up again before it could be checked, up to the question about it.
async fn still_found(kind: testbed::database::Kind) -> (World, entities::id::RequestId, serde_json::Value) {
    let world = World::start(kind, swift(Population::Samples)).await;
    let everybody = world.platform.show("people").await;
    let contacts = everybody["contacts"].as_array().unwrap();
    let ada = contacts.iter().find(|it| it.to_string().contains("ada.access@example.com")).unwrap().clone();
    let id = world.file(Right::Erasure, &[(K::Email, "ada.access@example.com")]).await;
    world.approve(id).await;
    world.until(id, "the platform's word", |_| true).await;
    world
        .until_true("jobs the platform has", async || world.jobs(id).await.iter().all(|job| job.platform_id.is_some()))
        .await;
    world.hold(id).await;
    world
        .until_true("the end of all jobs", async || {
            world.jobs(id).await.iter().all(|job| job.status == JobStatus::Completed)
        })
        .await;
    world.platform.turn("people", &json!({ "contacts": [ada] })).await;
    world.release(id).await;
    world.asked(id, QuestionCode::StillFound).await;
    assert_eq!(world.request(id).await.status, RequestStatus::Answering);
    (world, id, ada)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_erasure_leaves_behind_waits_for_a_person_who_accepts_it() {
    on_both(async |kind| {
        let (world, id, _) = still_found(kind).await;
        world.decide(id, async |case| case.accept_remainder("kept for a court").await).await.unwrap();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        assert!(world.nothing_asked(id).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_no_more_when_searched_again_is_no_question() {
    on_both(async |kind| {
        let (world, id, ada) = still_found(kind).await;
        let other = world.file(Right::Erasure, &[(K::ExternalContactId, ada["id"].as_str().unwrap())]).await;
        world.through(other).await;
        world.retry_steps(id).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert!(world.nothing_asked(id).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_done_anew_when_somebody_has_moved_in_since() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "late.arrival@example.com")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        assert!(world.findings(id).await.candidates.is_empty());
        let late = json!({ "contacts": [{ "name": "Late Arrival", "emails": ["late.arrival@example.com"] }] });
        world.platform.turn("people", &late).await;
        world.decide(id, async |case| case.resolve_anew("the contact was added since").await).await.unwrap();
        world.until_true("the record", async || !world.findings(id).await.candidates.is_empty()).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        assert!(world.trail(id).await.iter().any(|kind| kind == "request.resolved_anew"));
    })
    .await;
}

/// A search that is repeated finds the same, once: nothing of the first one is left to be acted on twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_merge_set_that_is_searched_anew_is_still_one() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "maya.okafor@example.com")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.decide(id, async |case| case.resolve_anew("to be sure").await).await.unwrap();
        world.through(id).await;
        let contacts = world.jobs(id).await.iter().filter(|job| job.subject_kind == "external_contact").count();
        assert_eq!(contacts, 4, "the canonical contact and three siblings");
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_longer_than_any_patience_sets_nothing_aside() {
    on_both(async |kind| {
        let mut world = World::with(kind, Setup { working: false, ..Setup::new(swift(Population::Samples)) }).await;
        world.config.retry_after = Duration::from_millis(1);
        world.config.max_attempts = 2;
        world.work();
        world.platform.fault("unavailable:route=search_subjects").await;
        let id = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        world
            .until_true("more attempts than a fault would get", async || {
                let steps = entities::step::queue::of_request(world.store.db.read(), id).await.unwrap();
                steps.iter().any(|step| step.attempts > 4)
            })
            .await;
        // People are told why it takes so long, and that it is over; they have nothing to do.
        world.asked(id, QuestionCode::PlatformAway).await;
        world.forget_faults().await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        world.until_true("the all-clear", async || world.nothing_asked(id).await).await;
    })
    .await;
}
