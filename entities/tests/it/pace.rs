//! One pace a credential: all processes together stay below what the platform allows in any minute, and use what it allows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use entities::rate::pace::{DEFAULT_ALLOWED, HORIZON, Reservation, block, known, learn, reserve};
use entities::store::Store;
use entities::time::At;
use rstest::rstest;
use tokio::task::JoinSet;

use crate::world::World;
use testbed::database::Kind::{self, Postgres, Sqlite};

const MINUTE: Duration = Duration::from_secs(60);

/// Reserves slots until `until`, going by the world's clock, and says at which instants calls go out.
async fn call_until(store: Store, until: At, calls: Arc<Mutex<Vec<At>>>) {
    while store.now() < until {
        match reserve(&store, "credential", 1).await.unwrap() {
            Reservation::Slots { first, .. } => {
                assert!(first <= store.now() + HORIZON + Duration::from_secs(1), "reserved far ahead");
                calls.lock().unwrap().push(first);
            }
            Reservation::Later(at) => {
                let wait = at.since(store.now());
                // All who wait move the one clock: in small steps, or together they would skip what could be used.
                store.clock.advance(wait.min(Duration::from_millis(60)));
                tokio::task::yield_now().await;
            }
        }
    }
}

#[rstest]
#[case::small(60)]
#[case::as_documented(DEFAULT_ALLOWED)]
#[case::large(1200)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_window_holds_more_than_allowed_and_little_is_wasted(
    #[values(Sqlite, Postgres)] on: Kind,
    #[case] allowed: u32,
) {
    let world = World::on(on).await;
    learn(&world.store, "credential", allowed).await.unwrap();
    let start = world.now();
    let until = start + MINUTE * 2;
    let calls = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for process in [world.store.clone(), world.another_process().await] {
        for _ in 0..4 {
            tasks.spawn(call_until(process.clone(), until, calls.clone()));
        }
    }
    tasks.join_all().await;
    let mut calls = calls.lock().unwrap().clone();
    calls.sort_unstable();
    for (at, begin) in calls.iter().enumerate() {
        let in_window = calls[at..].iter().take_while(|call| call.since(*begin) < MINUTE).count();
        assert!(in_window <= allowed as usize, "{in_window} calls in the minute from {begin}");
    }
    let made = calls.iter().filter(|call| **call < until).count();
    let could = allowed as usize * 2;
    assert!(made * 10 >= could * 9, "{made} of {could} calls were made");
}

#[rstest]
#[tokio::test]
async fn several_slots_at_once_count_as_several(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    learn(&world.store, "credential", 60).await.unwrap();
    let Reservation::Slots { first, interval } = reserve(&world.store, "credential", 5).await.unwrap() else {
        panic!("a rested pace has slots");
    };
    assert_eq!(first, world.now());
    let Reservation::Later(again) = reserve(&world.store, "credential", 1).await.unwrap() else {
        panic!("five slots are used up");
    };
    // One slot was saved from the rest; the horizon lets the next be reserved a little ahead.
    assert_eq!(again.0, first.0 + 4 * i64::try_from(interval.as_micros()).unwrap() - 300_000);
}

#[rstest]
#[tokio::test]
async fn a_block_stops_every_process_until_its_end(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = world.another_process().await;
    learn(&world.store, "credential", 300).await.unwrap();
    let until = world.now() + Duration::from_secs(30);
    block(&world.store, "credential", until).await.unwrap();
    block(&other, "credential", world.now() + Duration::from_secs(10)).await.unwrap();
    for process in [&world.store, &other] {
        assert_eq!(
            reserve(process, "credential", 1).await.unwrap(),
            Reservation::Later(until),
            "an earlier end shortens nothing"
        );
    }
    assert!(
        matches!(reserve(&other, "another credential", 1).await.unwrap(), Reservation::Later(at) if at == world.now())
    );
    assert!(
        matches!(reserve(&other, "another credential", 1).await.unwrap(), Reservation::Slots { .. }),
        "only this one"
    );
    world.later(Duration::from_secs(30) - Duration::from_micros(1));
    assert!(matches!(reserve(&other, "credential", 1).await.unwrap(), Reservation::Later(_)));
    world.later(Duration::from_micros(1));
    assert!(matches!(reserve(&other, "credential", 1).await.unwrap(), Reservation::Slots { .. }));
}

#[rstest]
#[tokio::test]
async fn what_is_learnt_holds_for_all_and_keeps_a_block(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = world.another_process().await;
    assert_eq!(known(&other, "credential").await.unwrap(), None);
    assert_eq!(reserve(&world.store, "credential", 1).await.unwrap(), Reservation::Later(world.now()));
    assert_eq!(known(&other, "credential").await.unwrap().unwrap().allowed, i64::from(DEFAULT_ALLOWED));
    let until = world.now() + MINUTE;
    block(&world.store, "credential", until).await.unwrap();
    learn(&other, "credential", 120).await.unwrap();
    let row = known(&world.store, "credential").await.unwrap().unwrap();
    assert_eq!((row.allowed, row.blocked_until), (120, until));
}

#[rstest]
#[tokio::test]
async fn what_was_called_in_the_last_minute_is_known_to_all(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = world.another_process().await;
    learn(&world.store, "credential", 3_000).await.unwrap();
    let lately = async || known(&other, "credential").await.unwrap().unwrap().calls_lately(world.now());
    let to_the_minute = MINUTE - Duration::from_micros(u64::try_from(world.now().0).unwrap() % 60_000_000);
    world.later(to_the_minute);
    for (store, slots) in [(&world.store, 20), (&other, 10)] {
        assert!(matches!(reserve(store, "credential", slots).await.unwrap(), Reservation::Slots { .. }));
    }
    assert_eq!(lately().await, 30);
    // As it passes, a minute of the clock counts less and less.
    world.later(MINUTE + MINUTE / 3);
    assert_eq!(lately().await, 20);
    reserve(&other, "credential", 5).await.unwrap();
    assert_eq!(lately().await, 25);
    world.later(MINUTE * 2);
    assert_eq!(lately().await, 0);
}
