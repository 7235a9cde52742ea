//! Promises 2 and 4: nothing that happens between a decision and the platform call it led to makes the call wrong. A hold, a
//! merge, another rectification, a long wait for a slot: each comes in between here, and each time nobody is harmed.

use std::time::Duration;

use entities::controller::policy::Policy;
use entities::id::RequestId;
use entities::question::table::QuestionCode;
use entities::rate::table::{Column, Entity};
use entities::request::file::Replacement;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::ids::named;
use sandbox::options::Population;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::platform::swift;

use crate::by_hand::ByHand;
use crate::world::{Setup, World, on_both, swift_policy};

const LEASE: Duration = Duration::from_secs(60);

/// Two approved erasures of one term each; a hand has placed the first, and so has checked the platform already.
async fn warmed(world: &mut World) -> (RequestId, RequestId) {
    let one = world.file(Right::Erasure, &[(K::Email, "warm@example.com")]).await;
    let other = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
    for id in [one, other] {
        world.until_status(id, RequestStatus::Reviewing).await;
    }
    world.rest().await;
    for id in [one, other] {
        world.approve(id).await;
    }
    (one, other)
}

/// No slot is to be had for a while. Slots that are in hand grow stale first.
async fn no_slot_for(world: &World, wait: Duration) {
    tokio::time::sleep(Duration::from_millis(400)).await;
    let until = world.store.now() + wait;
    let update = Entity::update_many().col_expr(Column::BlockedUntil, until.into());
    update.exec(world.store.db.write()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_a_submission_that_waits_for_its_slot() {
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Samples)).await;
        let (one, other) = warmed(&mut world).await;
        let hand = ByHand::new(&world, "hand");
        let steps = hand.claim(LEASE).await;
        let of = |id| steps.iter().find(|step| step.request_id == Some(id)).unwrap();
        hand.run(of(one)).await.unwrap();
        no_slot_for(&world, Duration::from_millis(1_500)).await;
        let before = world.calls("submit_request").await;
        let (ran, ()) = tokio::join!(hand.run(of(other)), async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            world.hold(other).await;
        });
        ran.unwrap();
        assert_eq!(world.calls("submit_request").await, before, "nothing is sent after the hold was acknowledged");
        world.release(other).await;
        world.work();
        world.until_closed(other).await;
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_wait_for_a_slot_takes_nothing_from_the_lag() {
    on_both(async |kind| {
        let policy = Policy { list_lag_ms: 2_000, ..swift_policy() };
        let mut world = World::with(kind, Setup { policy, ..Setup::new(swift(Population::Samples)) }).await;
        let (one, other) = warmed(&mut world).await;
        let hand = ByHand::new(&world, "hand");
        let steps = hand.claim(LEASE).await;
        let of = |id| steps.iter().find(|step| step.request_id == Some(id)).unwrap();
        hand.run(of(one)).await.unwrap();
        world.platform.fault("lost-answer:route=submit_request,times=1").await;
        world.platform.fault("list-lag:ms=1200,times=1").await;
        no_slot_for(&world, Duration::from_millis(2_500)).await;
        hand.run(of(other)).await.unwrap();
        world.work();
        world.until_closed(other).await;
        assert_eq!(world.created().await["GDPR_DELETE email:nobody@example.com client"], 1);
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_does_not_take_anothers_for_its_own() {
    on_both(async |kind| {
        let policy = Policy { list_lag_ms: 700, ..swift_policy() };
        let mut world = World::with(kind, Setup { policy, ..Setup::new(swift(Population::Samples)) }).await;
        let contact = named("contact/old.mail@example.com");
        let terms = [(K::ExternalContactId, contact.as_str())];
        let replace = |kind, existing: &str, updated: &str| {
            vec![Replacement { kind, existing: existing.to_owned(), updated: updated.to_owned() }]
        };
        let mail = replace(K::Email, "old.mail@example.com", "new.mail@example.com");
        let name = replace(K::Name, "Rea Correct", "Rea Corrected");
        let mail = world.file_for(&world.controller, Right::Rectification, &terms, mail).await;
        let name = world.file_for(&world.controller, Right::Rectification, &terms, name).await;
        for id in [mail, name] {
            world.until_status(id, RequestStatus::Reviewing).await;
        }
        world.rest().await;
        world.approve(mail).await;
        world.approve(name).await;
        // The first never arrives, the second does, and neither is answered.
        let hand = ByHand::new(&world, "hand");
        let steps = hand.claim(LEASE).await;
        let of = |id| steps.iter().find(|step| step.request_id == Some(id)).unwrap();
        world.platform.fault("reset-before:route=submit_request,times=1").await;
        hand.run(of(mail)).await.unwrap();
        world.platform.fault("lost-answer:route=submit_request,times=1").await;
        hand.run(of(name)).await.unwrap();
        world.work();
        for id in [mail, name] {
            assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        }
        let people = world.platform.show("people").await["contacts"].to_string();
        assert!(people.contains("new.mail@example.com") && !people.contains("old.mail@example.com"));
        assert!(people.contains("Rea Corrected"));
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_was_merged_with_a_strangers_since_is_not_acted_on() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::ExternalContactId, &named("contact/ada.access@example.com"))]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        let people = world.platform.show("people").await;
        let of = |email: &str| -> Value {
            let all = people["contacts"].as_array().unwrap();
            all.iter().find(|contact| contact["emails"].to_string().contains(email)).unwrap().clone()
        };
        let head = json!({ "id": "11111111-2222-4333-8444-555555555555", "name": "Ada Access" });
        let merged = json!({ "merge_sets": [[head, of("ada.access@example.com"), of("old.mail@example.com")]] });
        world.platform.turn("people", &merged).await;
        world.approve(id).await;
        let asked = world.asked(id, QuestionCode::MergeContradiction).await;
        assert_eq!(asked["code"], "merge_set_changed");
        assert_eq!(world.calls("submit_request").await, 0, "nobody has approved the stranger's erasure");
        assert!(world.platform.show("people").await["contacts"].to_string().contains("old.mail@example.com"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_stays_open_while_its_step_is_set_aside() {
    on_both(async |kind| {
        let mut options = swift(Population::Samples);
        options.settings.erasure_takes = Duration::from_secs(2);
        let mut world = World::with(kind, Setup { working: false, ..Setup::new(options) }).await;
        world.config.artifact_limit = 1;
        world.config.max_attempts = 2;
        world.work();
        let stuck = world.file(Right::Access, &[(K::Email, "carla.calls@example.com")]).await;
        world.approve(stuck).await;
        world.asked(stuck, QuestionCode::StepParked).await;
        let other = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
        world.approve(other).await;
        world
            .until_true("a placed job", async || world.jobs(other).await.iter().all(|job| job.platform_id.is_some()))
            .await;
        world.platform.fault("unavailable:route=read_request,times=4").await;
        world.until_closed(other).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(world.open_question(stuck, QuestionCode::StepParked).await.is_some());
    })
    .await;
}

/// A decision and a step want the same rows; they take them in one order, so neither is shot by a deadlock detector.
#[tokio::test(flavor = "multi_thread")]
async fn officers_and_steps_lock_in_one_order() {
    let world = World::start(Kind::Postgres, swift(Population::Samples)).await;
    for number in 0..40 {
        let id = world.file(Right::Erasure, &[(K::Email, &format!("nobody-{number}@example.org"))]).await;
        tokio::time::sleep(Duration::from_millis(number % 7)).await;
        world.decide(id, async |case| case.withdraw("changed their mind").await).await.unwrap();
        assert_eq!(world.request(id).await.outcome, Some(Outcome::Withdrawn));
    }
}
