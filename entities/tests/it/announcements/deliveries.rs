//! What is kept of each message to a subscriber: its attempts, what was missed, and what is sent once more.

use std::time::Duration;

use entities::announcement::delivery::{self, Ended};
use entities::announcement::kind::{AnnouncementKind, DeliveryState, Failure};
use entities::announcement::replay::{NotSent, OnlyMissed, Range, Replayed, Which, replay, test};
use entities::event::trail::Actor;
use entities::subscriber::manage;
use entities::subscriber::table::DisabledFor;
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::EntityTrait;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{START, World};

#[rstest]
#[tokio::test]
async fn a_disabled_subscriber_misses_nothing_that_cannot_be_replayed(#[values(Sqlite, Postgres)] on: Kind) {
    use DeliveryState::{Abandoned, Waiting};
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    world.file(Right::Access).await;
    world.link().await;
    let now = world.now();
    let off = world
        .with_locked(&one, async |txn, row| manage::disable(txn, now, &by, &row, DisabledFor::Decided).await.unwrap())
        .await;
    assert_eq!(off.disabled_for, Some(DisabledFor::Decided));
    world.later(Duration::from_secs(60));
    world.file(Right::Access).await;
    world.link().await;
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [Abandoned; 4]);
    assert_eq!(delivery::next_at(world.store.db.read(), one.id).await.unwrap(), None);
    let all = Which::Range(Range::missed_since(START));
    let refused = world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, all).await).await;
    assert!(matches!(refused, Err(NotSent::Disabled)));
    assert!(matches!(
        world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await).await,
        Err(NotSent::Disabled)
    ));

    let now = world.now();
    world.with_locked(&one, async |txn, row| manage::enable(txn, now, &by, &row).await.unwrap()).await;
    // Only what happened in the second minute.
    let second = Which::Range(Range { to: Some(now + Duration::from_secs(1)), ..Range::missed_since(now) });
    let replay = async |which| {
        let sent = world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, which).await.unwrap()).await;
        assert_eq!(sent.next, None);
        sent.deliveries
    };
    assert_eq!(replay(second).await, 2);
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [Abandoned, Abandoned, Waiting, Waiting]);
    assert_eq!(replay(all).await, 4, "what waits already is hurried, and counts");
    assert_eq!(world.notify_steps().await, 1);
    // Another's delivery is none of this one's.
    let other = world.subscribe(&world.controller, &[]).await;
    let foreign = Which::One(world.told(&one).await[0].delivery.id);
    let refused = world
        .with_locked(&other, async |txn, row| {
            entities::announcement::replay::replay(txn, now, &by, &row, foreign).await
        })
        .await;
    assert!(matches!(refused, Err(NotSent::NotFound)));
}

#[rstest]
#[tokio::test]
async fn an_attempt_is_written_down_before_and_after(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let now = world.now();
    let made = world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await.unwrap()).await;
    let (due, announcement) = delivery::due(world.store.db.read(), one.id, now).await.unwrap().unwrap();
    assert_eq!((due.id, announcement.kind), (made.id, AnnouncementKind::Test));
    let later = now + Duration::from_secs(5);
    world.with_locked(&one, async |txn, _| delivery::begin(txn, now, due.clone(), later).await.unwrap()).await;
    // Whoever began it died.
    assert_eq!(delivery::due(world.store.db.read(), one.id, now).await.unwrap(), None);
    assert_eq!(delivery::next_at(world.store.db.read(), one.id).await.unwrap(), Some(later));
    let (due, _) = delivery::due(world.store.db.read(), one.id, later).await.unwrap().unwrap();
    assert_eq!(due.attempts, 1);
    let failed = Ended { took_ms: 12, status: Some(500), failure: Some(Failure::Status) };
    let (due, attempt) =
        world.with_locked(&one, async |txn, _| delivery::begin(txn, later, due.clone(), later).await.unwrap()).await;
    // Disabled while it runs: a failure leaves it abandoned, a success counts.
    world
        .with_locked(&one, async |txn, row| {
            manage::disable(txn, later, &by, &row, DisabledFor::Decided).await.unwrap();
            delivery::end(txn, later, &due, attempt, failed, Some(later)).await.unwrap();
        })
        .await;
    let line = &world.told(&one).await[0];
    assert_eq!((line.delivery.state, line.delivery.tries), (DeliveryState::Abandoned, 2));
    let took = Ended { took_ms: 12, status: Some(204), failure: None };
    world.with_locked(&one, async |txn, _| delivery::end(txn, later, &due, attempt, took, None).await.unwrap()).await;
    let (line, attempts) =
        entities::announcement::log::one(world.store.db.read(), one.id, made.id).await.unwrap().unwrap();
    assert_eq!((line.delivery.state, line.delivery.last_status), (DeliveryState::Delivered, Some(204)));
    let seen: Vec<_> = attempts.iter().map(|it| (it.number, it.took_ms, it.status)).collect();
    assert_eq!(seen, [(1, None, None), (2, Some(12), Some(204))]);
    // What is long settled is forgotten, with all that belongs to it.
    let txn = world.begin().await;
    assert_eq!(delivery::forget(&txn, later, 100).await.unwrap(), 0);
    assert_eq!(delivery::forget(&txn, later + Duration::from_secs(1), 100).await.unwrap(), 1);
    txn.commit().await.unwrap();
    assert_eq!(world.told(&one).await, []);
    assert!(entities::announcement::table::Entity::find().all(world.store.db.read()).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_long_replay_goes_part_by_part_even_where_all_of_it_arrived(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let (by, now) = (Actor::operator(), world.now());
    for _ in 0..3 {
        world.file(Right::Access).await;
    }
    world.link().await;
    let mut range = Range { only: OnlyMissed::No, limit: 4, ..Range::missed_since(START) };
    let mut sent = Vec::new();
    loop {
        let which = Which::Range(range);
        let Replayed { deliveries, next } =
            world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, which).await.unwrap()).await;
        sent.push(deliveries);
        range.after = next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(sent, [4, 2], "two things of each of three requests");
}

/// What an attempt made of a delivery counts only where the delivery is still as the attempt left it.
#[rstest]
#[tokio::test]
async fn a_failure_does_not_undo_a_replay(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let (by, now) = (Actor::operator(), world.now());
    let made = world.with_locked(&one, async |txn, row| test(txn, now, &by, &row).await.unwrap()).await;
    let (due, attempt) =
        world.with_locked(&one, async |txn, _| delivery::begin(txn, now, made, now).await.unwrap()).await;
    let again = Which::One(due.id);
    world.with_locked(&one, async |txn, row| replay(txn, now, &by, &row, again).await.unwrap()).await;
    let failed = Ended { took_ms: 12, status: Some(500), failure: Some(Failure::Status) };
    let later = now + Duration::from_secs(3600);
    let end = delivery::end;
    world.with_locked(&one, async |txn, _| end(txn, now, &due, attempt, failed, Some(later)).await.unwrap()).await;
    let line = world.told(&one).await.remove(0).delivery;
    assert_eq!((line.state, line.attempts, line.next_at), (DeliveryState::Waiting, 0, now));
}
