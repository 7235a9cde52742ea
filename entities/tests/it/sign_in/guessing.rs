//! What guessing costs: longer waits each time, and the same for a login that nobody has.

use std::time::Duration;

use entities::officer::brake::{self, FORGOTTEN_AFTER};
use entities::officer::sign_in;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{PASSWORD, WRONG, ada};
use crate::world::World;

#[rstest]
#[tokio::test]
async fn guessing_waits_longer_each_time_and_never_for_good(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let guesses = async |count: usize| {
        for _ in 0..count {
            assert!(desk.password(WRONG).await.is_none());
        }
    };
    guesses(4).await;
    assert!(desk.password(PASSWORD).await.is_some(), "a few slips cost nothing");
    guesses(5).await;
    assert!(desk.password(PASSWORD).await.is_none(), "now even the right one waits");
    assert!(desk.find().await.is_some(), "who is in stays in");
    world.later(Duration::from_secs(29));
    guesses(100).await; // they do not count, and keep nobody out for longer
    world.later(Duration::from_secs(1));
    guesses(1).await;
    world.later(Duration::from_secs(59));
    assert!(desk.password(PASSWORD).await.is_none(), "twice as long");
    world.later(Duration::from_secs(1));
    for _ in 0..10 {
        guesses(1).await;
        world.later(Duration::from_secs(15 * 60));
    }
    assert!(desk.password(PASSWORD).await.is_some(), "a quarter of an hour is the most");
    assert!(desk.password(PASSWORD).await.is_some(), "and then it is forgotten");
    assert_eq!(world.told_of_officers().await.iter().filter(|kind| *kind == "locked").count(), 12);

    guesses(4).await;
    world.later(FORGOTTEN_AFTER);
    guesses(4).await;
    assert!(desk.password(PASSWORD).await.is_some(), "yesterday's slips are forgotten");
    guesses(1).await;
    let txn = world.begin().await;
    assert_eq!(brake::forget(&txn, world.now()).await.unwrap(), 0);
    assert_eq!(brake::forget(&txn, world.now() + Duration::from_micros(1)).await.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn a_login_that_nobody_has_is_slowed_down_like_any_other(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let rests = async |login: &str| -> Vec<bool> {
        let mut rests = Vec::new();
        for _ in 0..7 {
            assert!(
                sign_in::password(&world.store, login, &WRONG.into(), &desk.visitor).await.unwrap().is_none(),
                "{login}"
            );
            let held = brake::hold(&world.store, brake::Guess::Password(login)).await.unwrap();
            rests.push(held == brake::Held::Resting);
        }
        rests
    };
    let known = rests("ada@example.com").await;
    assert_eq!(known, [false, false, true, true, true, true, true]);
    for unknown in ["nobody@example.com", "no address"] {
        assert_eq!(rests(unknown).await, known, "{unknown}");
    }
    let spelt = sign_in::password(&world.store, " ADA@example.com ", &PASSWORD.into(), &desk.visitor).await.unwrap();
    assert!(spelt.is_none(), "another spelling is no way around it");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_guesses_at_once_are_still_five(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut guesses = tokio::task::JoinSet::new();
    for guess in 0..100 {
        let store = world.store.clone();
        guesses.spawn(async move {
            let held = brake::hold(&store, brake::Guess::Password("ada@example.com")).await.unwrap();
            (guess, held != brake::Held::Resting)
        });
    }
    let counted = guesses.join_all().await.into_iter().filter(|(_, counts)| *counts).count();
    assert_eq!(counted, 5);
}

#[rstest]
#[tokio::test]
async fn codes_are_not_guessed_by_who_has_the_password(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let tries = async |typed: &str| {
        let half = desk.password(PASSWORD).await.expect("the password never waits for the codes");
        desk.factor(&half, typed).await.is_some()
    };
    for _ in 0..5 {
        assert!(!tries("000000x").await);
    }
    assert!(!tries(&desk.code()).await, "now even the right one waits");
    world.later(Duration::from_secs(60));
    assert!(!tries("000000x").await);
    world.later(Duration::from_secs(60));
    assert!(!tries(&desk.code()).await, "twice as long");
    assert!(desk.find().await.is_some(), "who is in stays in");
    world.later(Duration::from_secs(60));
    assert!(tries(&desk.code()).await);
    assert!(desk.password(PASSWORD).await.is_some());
}
