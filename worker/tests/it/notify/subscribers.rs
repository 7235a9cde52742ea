//! Subscribers that change meanwhile: gone, failing for days, between two keys, at an address that is allowed no more.

use std::time::Duration;

use entities::announcement::kind::{DeliveryState, Failure};
use entities::event::trail::Actor;
use entities::subscriber::keys;
use entities::subscriber::manage;
use entities::subscriber::table::DisabledFor;
use secrecy::ExposeSecret;
use testbed::receiver::{Answer, Receiver};
use webhooks::keys::Version;

use super::{HOUR, MINUTE, standing_still, verifier, verifies};
use crate::world::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_gone_is_told_nothing_more() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.answers([Answer::Status(410, "")]);
        for _ in 0..3 {
            world.try_out(&one).await;
        }
        world.settle().await;
        let row = world.subscriber(&one).await;
        assert_eq!(row.disabled_for, Some(DisabledFor::Gone));
        assert_eq!(receiver.taken().len(), 1);
        let states: Vec<_> = world.log(&one).await.iter().map(|line| line.delivery.state).collect();
        assert_eq!(states, [DeliveryState::Abandoned; 3]);
        assert_eq!(world.warnings().await.len(), 1);
    })
    .await;
}

/// Five days of nothing but failures: then it is told nothing more, and its owner learns of it. One success in between, and the
/// days count anew.
#[tokio::test(flavor = "multi_thread")]
async fn five_days_of_failures_disable_and_one_success_clears_them() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        receiver.otherwise(Answer::Status(500, ""));
        let hours = async |hours: usize| {
            for _ in 0..hours {
                world.try_out(&one).await;
                world.settle().await;
                world.store.clock.advance(HOUR);
                if !world.subscriber(&one).await.is_on() {
                    return;
                }
            }
        };
        hours(100).await;
        receiver.answers([Answer::Status(200, "")]);
        hours(118).await;
        let since = world.subscriber(&one).await.failing_since.unwrap();
        assert!(world.subscriber(&one).await.is_on(), "the days count from the first failure after the success");
        hours(10).await;
        let row = world.subscriber(&one).await;
        assert_eq!(row.disabled_for, Some(DisabledFor::Failing));
        let after = row.disabled_at.unwrap().since(since);
        assert!(after >= 120 * HOUR && after <= 122 * HOUR, "{after:?}");
        let warnings = world.warnings().await;
        let last = warnings.iter().max_by_key(|it| it.id).unwrap();
        let last = entities::letter::outbox::words(world.store.db.read(), &world.store.safe, last).await;
        assert!(last.unwrap().text.contains("told nothing any more"));
    })
    .await;
}

/// While a subscriber changes keys it may verify with either; a day later only with the new one.
#[tokio::test(flavor = "multi_thread")]
async fn both_keys_sign_while_a_subscriber_changes_them() {
    on_both(async |kind| {
        let world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, old) = world.subscribe(&receiver.url, Version::V1).await;
        let by = Actor::operator();
        let rotated = world.with_locked(&one, async |txn, row| {
            manage::rotate(txn, &world.store, &by, &row, Version::V1).await.unwrap().1
        });
        let new = rotated.await;
        assert_ne!(old.expose_secret(), new.expose_secret());
        let mut seen = Vec::new();
        for wait in [Duration::ZERO, keys::OVERLAP - MINUTE, MINUTE] {
            world.store.clock.advance(wait);
            world.try_out(&one).await;
            world.settle().await;
            let taken = receiver.taken().pop().unwrap();
            let now = world.store.now().timestamp();
            let signatures = taken.header("webhook-signature").split(' ').count();
            seen.push((verifies(&verifier(&old), &taken, now), verifies(&verifier(&new), &taken, now), signatures));
        }
        assert_eq!(seen, [(true, true, 2), (true, true, 2), (false, true, 1)]);
    })
    .await;
}

/// The address is looked at for each attempt: what was allowed when it was set up may not be any more.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_allowed_any_more_is_not_called() {
    on_both(async |kind| {
        let mut world = standing_still(kind).await;
        let receiver = Receiver::start().await;
        let (one, _) = world.subscribe(&receiver.url, Version::V1).await;
        let (name, _) = world.subscribe(&receiver.url.replace("127.0.0.1", "localhost"), Version::V1).await;
        world.config.allowed = Default::default();
        for one in [&one, &name] {
            world.try_out(one).await;
            world.settle().await;
            assert_eq!(world.log(one).await[0].delivery.last_failure, Some(Failure::AddressRefused));
        }
        assert_eq!(receiver.taken(), []);
    })
    .await;
}
