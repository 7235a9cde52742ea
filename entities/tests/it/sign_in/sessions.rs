//! How long a session lasts, and what ends it.

use std::time::Duration;

use entities::event::trail::Actor;
use entities::id::SessionId;
use entities::officer::manage;
use entities::officer::password::{NotSet, Weak, change};
use entities::officer::session::{self, IDLE, LONGEST};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{PASSWORD, WRONG, ada};
use crate::officers::operator;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_session_lasts_while_it_is_used_and_twelve_hours_at_most(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut desk = ada(&world).await;
    desk.sign_in().await;
    let id = desk.signed().await.session;
    let seen = async || {
        let all = session::list(world.store.db.read(), world.now(), desk.signed().await.officer).await.unwrap();
        all.into_iter().find(|row| row.id == id).map(|row| row.seen_at)
    };
    let first = seen().await;
    world.later(Duration::from_secs(59));
    desk.signed().await;
    assert_eq!(seen().await, first, "a page costs no write");
    world.later(Duration::from_secs(1));
    desk.signed().await;
    assert_eq!(seen().await, Some(world.now()), "but one a minute");
    world.later(IDLE - Duration::from_micros(1));
    assert!(desk.find().await.is_some());
    world.later(IDLE);
    assert!(desk.find().await.is_none(), "left alone, it ends");

    desk.sign_in().await;
    let expires_at = desk.signed().await.expires_at;
    assert_eq!(expires_at, world.now() + LONGEST);
    while world.now() + Duration::from_secs(1200) < expires_at {
        world.later(Duration::from_secs(1200));
        assert!(desk.find().await.is_some(), "at {}", world.now());
    }
    world.later(Duration::from_secs(1200));
    assert!(desk.find().await.is_none(), "used or not");
    let txn = world.begin().await;
    assert!(session::forget(&txn, world.now()).await.unwrap() > 0);
}

#[rstest]
#[tokio::test]
async fn sessions_are_ended_one_by_one_and_all_at_once_everywhere(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = world.another_process().await;
    let mut desk = ada(&world).await;
    let first = desk.token.clone();
    desk.sign_in().await;
    let signed = desk.signed().await;
    let bea = world.hire("bea@example.com", &[]).await;
    let by = Actor::operator();
    let end = async |officer, session: SessionId| {
        let txn = world.begin().await;
        let ended = session::end(&txn, &world.store, &by, officer, session).await.unwrap();
        txn.commit().await.unwrap();
        ended
    };
    let at_other = async |token: &str| session::find(&other, token).await.unwrap().is_some();
    assert!(!end(bea.id, signed.session).await, "another officer's session is none of hers");
    assert!(end(signed.officer, signed.session).await);
    assert!(!end(signed.officer, signed.session).await, "once is enough");
    assert!(!at_other(&desk.token).await, "at once, in every process");
    assert!(at_other(&first).await, "the other one lives on");
    let txn = world.begin().await;
    assert_eq!(manage::sign_out(&txn, &world.store, &operator(), signed.officer).await.unwrap(), 1);
    txn.commit().await.unwrap();
    assert!(!at_other(&first).await);
    for token in ["", "dsr_session_", &first[1..]] {
        assert!(!at_other(token).await);
    }
}

#[rstest]
#[tokio::test]
async fn a_new_password_ends_the_other_sessions(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut desk = ada(&world).await;
    let first = desk.token.clone();
    desk.sign_in().await;
    let signed = desk.signed().await;
    let new = "another walk by the sea";
    let set = async |present: &str, new: &str| {
        change(&world.store, &signed, &present.into(), &new.into(), &desk.visitor).await
    };
    assert!(matches!(set(WRONG, new).await, Err(NotSet::Refused)));
    assert!(matches!(set(PASSWORD, "passwordpassword").await, Err(NotSet::Weak(Weak::Common))));
    set(PASSWORD, new).await.unwrap();
    assert!(session::find(&world.store, &first).await.unwrap().is_none());
    assert!(desk.find().await.is_some(), "her own stays");
    assert!(desk.password(PASSWORD).await.is_none());
    assert!(desk.password(new).await.is_some());
    for _ in 0..5 {
        assert!(matches!(set(WRONG, PASSWORD).await, Err(NotSet::Refused)));
    }
    assert!(matches!(set(new, PASSWORD).await, Err(NotSet::Refused)), "guessing by an open session waits too");
}
