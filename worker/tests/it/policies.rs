//! What a controller's policy may release without a person, and what never (promise 4, promise 10).

use entities::controller::policy::{Policy, Review};
use entities::event::table::{self as event, ActorKind};
use entities::id::RequestId;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::ids::named;
use sandbox::options::Population;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use testbed::database::Kind;
use testbed::platform::swift;

use crate::world::{Setup, World, on_both, swift_policy};

async fn trusting(kind: Kind) -> World {
    let policy = Policy { review: Review::AccessUnlessDoubtful, ..swift_policy() };
    World::with(kind, Setup { policy, ..Setup::new(swift(Population::Samples)) }).await
}

/// It comes to the reviewers and stays with them.
async fn stays_in_review(world: &World, id: RequestId) {
    world.until_status(id, RequestStatus::Reviewing).await;
    world.until_true("the worker to have nothing to do", async || world.at_work().await == 0).await;
    assert_eq!(world.request(id).await.status, RequestStatus::Reviewing);
    assert!(world.jobs(id).await.is_empty());
    assert_eq!(world.calls("submit_request").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unambiguous_access_is_released_by_policy() {
    on_both(async |kind| {
        let world = trusting(kind).await;
        let id = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        let closed = world.until_closed(id).await;
        assert_eq!(closed.outcome, Some(Outcome::Fulfilled));
        assert!(closed.approved_by.is_none() && closed.approved_at.is_some() && closed.plan_digest.is_some());
        let approval = event::Entity::find()
            .filter(event::COLUMN.request_id.eq(id))
            .filter(event::COLUMN.kind.eq("request.approved"))
            .one(world.store.db.read())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((approval.actor_kind, approval.address), (ActorKind::Worker, None));
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_or_a_rectification_is_never_released_by_policy() {
    on_both(async |kind| {
        let world = trusting(kind).await;
        for right in [Right::Erasure, Right::Rectification] {
            let id = world.file(right, &[(K::Email, "ada.access@example.com")]).await;
            stays_in_review(&world, id).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_access_is_never_released_by_policy() {
    on_both(async |kind| {
        let world = trusting(kind).await;
        let ada = named("contact/ada.access@example.com");
        for terms in [
            &[(K::Name, "Alex Kim")][..],
            &[(K::Phone, "+13175550170")],
            &[(K::Email, "ada.access@example.com"), (K::Name, "Ada Access")],
            &[(K::Email, "sam.rivera@example.com")],
            // Each finds one person, and not the same one: the telephone has changed hands.
            &[(K::Email, "ada.access@example.com"), (K::Phone, "+13175550180")],
            &[(K::ExternalContactId, ada.as_str()), (K::Email, "vic.various@example.com")],
        ] {
            let id = world.file(Right::Access, terms).await;
            stays_in_review(&world, id).await;
        }
    })
    .await;
}
