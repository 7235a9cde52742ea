//! Several requests and several controllers side by side: nothing is held twice, and nothing crosses (promises 2 and 3).

use std::collections::BTreeSet;

use entities::job::status::JobStatus;
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::ids::named;
use sandbox::options::Population;
use serde_json::Value;
use testbed::platform::swift;

use crate::ledger::exactly;
use crate::world::{World, add_client, add_controller, on_both, swift_policy};

const ADA: &str = "ada.access@example.com";

/// Two requests for the same person and right, every answer lost: each job finds a platform request of its own.
#[tokio::test(flavor = "multi_thread")]
async fn twins_do_not_adopt_each_others_platform_requests() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let twins = [
            world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await,
            world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await,
        ];
        for id in twins {
            world.until_status(id, RequestStatus::Reviewing).await;
        }
        world.platform.fault("lost-answer:route=submit_request,times=2").await;
        for id in twins {
            world.approve(id).await;
        }
        let mut held = BTreeSet::new();
        for id in twins {
            world.until_closed(id).await;
            held.extend(world.jobs(id).await.into_iter().filter_map(|job| job.platform_id));
        }
        assert_eq!(held.len(), 2);
        assert_eq!(world.created().await, exactly([("GDPR_DELETE email:nobody@example.com client", 2)]));
        world.books_agree().await;
    })
    .await;
}

/// Two controllers with one credential, one of which has its answer lost while the other's request for the same person is on the
/// list already: it asks for itself.
#[tokio::test(flavor = "multi_thread")]
async fn controllers_that_share_a_credential_adopt_nothing_of_each_other() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let organisation = world.controller.organisation_id.clone();
        let beta =
            add_controller(&world.store, "beta", &world.platform.url, organisation, "demo", swift_policy()).await;
        let first = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
        world.through(first).await;
        world.platform.fault("reset-before:route=submit_request,times=1").await;
        let beta_file = [(K::Email, "nobody@example.com")];
        let second = world.file_for(&beta, Right::Erasure, &beta_file, Vec::new()).await;
        let (_, officer) = add_client(&world.store, "officer-of-beta", &beta).await;
        assert!(world.decide(second, async |case| case.approve(None).await).await.is_err(), "out of acme's reach");
        world.approve_as(&officer, second).await;
        world.until_closed(second).await;
        assert_eq!(world.created().await, exactly([("GDPR_DELETE email:nobody@example.com client", 2)]));
        world.books_agree().await;
    })
    .await;
}

/// Promise 3: the neighbour's namesake is found by the neighbour alone.
#[tokio::test(flavor = "multi_thread")]
async fn namesakes_in_two_organisations_stay_apart() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let other = world.platform.organisation(1).await;
        let neighbour =
            add_controller(&world.store, "neighbour", &world.platform.url, other, "other", swift_policy()).await;
        let (_, officer) = add_client(&world.store, "officer-next-door", &neighbour).await;
        let ours = world.file(Right::Erasure, &[(K::Email, ADA)]).await;
        let theirs = world.file_for(&neighbour, Right::Access, &[(K::Email, ADA)], Vec::new()).await;
        world.approve(ours).await;
        world.approve_as(&officer, theirs).await;
        assert_eq!(world.until_closed(ours).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.until_closed(theirs).await.outcome, Some(Outcome::Fulfilled));
        let expected = exactly([
            (&format!("GDPR_DELETE contact:{} client", named(&format!("contact/{ADA}"))), 1),
            (&format!("GDPR_DELETE email:{ADA} client"), 1),
            (&format!("GDPR_EXPORT contact:{} client", named("other/ada")), 1),
            (&format!("GDPR_EXPORT email:{ADA} client"), 1),
        ]);
        assert_eq!(world.created().await, expected);
        let next_door: Value = world.platform.show("people?organisation=1").await;
        assert!(next_door["contacts"].to_string().contains(ADA), "the neighbour's namesake is still there");
        let placed_next_door = world.platform.show("requests?organisation=1").await;
        let held: BTreeSet<_> = world.jobs(theirs).await.into_iter().filter_map(|job| job.platform_id).collect();
        let there = placed_next_door["requests"].as_array().unwrap().iter();
        assert_eq!(there.map(|row| row["id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), held);
        world.books_agree().await;
    })
    .await;
}

/// One controller whose credential is refused does not keep another's requests waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_controller_in_trouble_troubles_no_other() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let organisation = world.controller.organisation_id.clone();
        let url = &world.platform.url;
        let broken = add_controller(&world.store, "broken", url, organisation, "disabled", swift_policy()).await;
        let stuck = world.file_for(&broken, Right::Access, &[(K::Email, ADA)], Vec::new()).await;
        let sound = world.file(Right::Access, &[(K::Email, ADA)]).await;
        assert_eq!(world.through(sound).await.outcome, Some(Outcome::Fulfilled));
        world.asked(stuck, QuestionCode::WrongCredentials).await;
        assert!(world.jobs(sound).await.iter().all(|job| job.status == JobStatus::Completed));
    })
    .await;
}
