//! What it takes to come in: the password, and behind it an authenticator or a recovery code.

use std::time::Duration;

use entities::officer::password::{NotSet, change};
use entities::officer::role::{Role, Where};
use entities::officer::session::{self, FRESH, HALF, Standing};
use entities::officer::{enrolment, invitation, manage, recovery};
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::totp::STEP;

use super::{Desk, PASSWORD, WRONG, ada, desk, invited, read};
use crate::officers::operator;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_password_alone_reaches_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut desk = ada(&world).await;
    let before = desk.token.clone();
    let half = desk.password(PASSWORD).await.unwrap();
    assert_eq!(half.standing, Standing::SecondFactor);
    let token = half.token.expose_secret();
    let signed = session::find(&world.store, token).await.unwrap().unwrap();
    assert!(!signed.is_full() && signed.roles().each().next().is_none());
    for scope in entities::client::scope::Scope::ALL {
        assert!(!signed.may(*scope) && !signed.reach(*scope).covers(world.controller.id), "{scope}");
    }
    // Nor does it get around the second factor by enrolling another, renewing codes or a new password.
    assert!(enrolment::offer(&world.store, token, "dsr").await.unwrap().is_none());
    assert!(enrolment::finish(&world.store, token, &desk.code(), &desk.visitor).await.unwrap().is_none());
    assert!(recovery::renew(&world.store, &signed, &desk.visitor).await.unwrap().is_none());
    let other = change(&world.store, &signed, &PASSWORD.into(), &"another long walk".into(), &desk.visitor).await;
    assert!(matches!(other, Err(NotSet::Refused)));

    let full = desk.factor(&half, &desk.code()).await.unwrap();
    assert_eq!(full.standing, Standing::Full);
    assert!(session::find(&world.store, token).await.unwrap().is_none(), "each step has a session of its own");
    desk.token = full.token.expose_secret().to_owned();
    assert!(desk.signed().await.is_full());
    assert_ne!(desk.token, before);
    let listed = session::list(world.store.db.read(), world.now(), desk.signed().await.officer).await.unwrap();
    assert_eq!(listed.len(), 2, "she is signed in twice");
    let (address, agent) = (listed[0].address.as_deref(), listed[0].user_agent.as_deref());
    assert_eq!((address, agent), (Some("192.0.2.9"), Some("Firefox")));
    let stored = world.places_of(&[&desk.token, &before, token]).await;
    assert_eq!(stored, Vec::<String>::new(), "only hashes are kept");
    let told = world.told_of_officers().await;
    assert_eq!(told[told.len() - 2..], ["password_accepted", "signed_in"]);
}

#[rstest]
#[tokio::test]
async fn a_half_open_door_closes_by_itself(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let half = desk.password(PASSWORD).await.unwrap();
    world.later(HALF);
    assert!(desk.factor(&half, &desk.code()).await.is_none());
    let half = desk.password(PASSWORD).await.unwrap();
    assert!(desk.factor(&half, &desk.code()).await.is_some());
    assert!(desk.factor(&half, &desk.code_at(1)).await.is_none(), "it was used up by what followed");
}

#[rstest]
#[tokio::test]
async fn a_code_counts_once_and_a_clock_may_be_a_step_off(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let tries = async |steps: i64| {
        let half = desk.password(PASSWORD).await.unwrap();
        desk.factor(&half, &desk.code_at(steps)).await.is_some()
    };
    for (steps, counts) in [(-2, false), (2, false), (-1, true), (-1, false), (0, true), (0, false), (-1, false)] {
        assert_eq!(tries(steps).await, counts, "{steps} steps off");
    }
    assert!(tries(1).await, "her clock is ahead");
    world.later(Duration::from_secs(STEP));
    assert!(!tries(0).await, "that one she had already");
    world.later(Duration::from_secs(STEP));
    assert!(tries(0).await);
}

#[rstest]
#[tokio::test]
async fn of_two_who_type_one_code_at_once_one_is_in(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let (one, two) = (desk.password(PASSWORD).await.unwrap(), desk.password(PASSWORD).await.unwrap());
    let code = desk.code();
    let (one, two) = tokio::join!(desk.factor(&one, &code), desk.factor(&two, &code));
    assert_eq!([one, two].iter().filter(|opened| opened.is_some()).count(), 1);
}

#[rstest]
#[tokio::test]
async fn a_recovery_code_stands_in_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut desk = ada(&world).await;
    let officer = desk.signed().await.officer;
    let left = async || recovery::left(world.store.db.read(), officer).await.unwrap();
    let tries = async |desk: &Desk, code: &str| {
        let half = desk.password(PASSWORD).await.unwrap();
        desk.factor(&half, code).await
    };
    assert_eq!((desk.codes.len(), left().await), (recovery::COUNT, 10));
    let first = desk.codes[0].clone();
    let opened = tries(&desk, &first).await.expect("it stands in");
    assert!(tries(&desk, &first).await.is_none(), "once");
    assert_eq!(left().await, 9);
    assert!(tries(&desk, &desk.codes[1].to_uppercase().replace('-', " ")).await.is_some(), "however it is typed");
    assert!(tries(&desk, "").await.is_none());

    // Another officer's code is none of hers.
    let bea = world.hire("bea@example.com", &[]).await;
    let bea = self::desk(&world, &bea).await;
    assert!(tries(&desk, &bea.codes[0]).await.is_none());

    desk.token = opened.token.expose_secret().to_owned();
    let signed = desk.signed().await;
    let renewed = recovery::renew(&world.store, &signed, &desk.visitor).await.unwrap().unwrap();
    assert_eq!((renewed.len(), left().await), (10, 10));
    assert!(tries(&desk, &desk.codes[2]).await.is_none(), "those before count no more");
    assert!(tries(&desk, renewed[0].expose_secret()).await.is_some());
    world.later(FRESH);
    let late = recovery::renew(&world.store, &desk.signed().await, &desk.visitor).await.unwrap();
    assert!(late.is_none(), "a session that was left open does not hand out new ones");
}

#[rstest]
#[tokio::test]
async fn a_reset_password_lets_in_by_the_invitation_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let desk = ada(&world).await;
    let officer = desk.signed().await.officer;
    for _ in 0..6 {
        assert!(desk.password(WRONG).await.is_none());
    }
    let txn = world.begin().await;
    let made = manage::reset_password(&txn, &world.store, &operator(), officer).await.unwrap();
    txn.commit().await.unwrap();
    assert!(desk.find().await.is_none(), "every session has ended");
    assert!(desk.password(PASSWORD).await.is_none(), "the old one counts no more");
    let new = "another walk by the sea";
    let half = invitation::accept(&world.store, made.token.expose_secret(), &new.into(), &desk.visitor).await.unwrap();
    assert_eq!(half.standing, Standing::SecondFactor, "an invitation is no way around the second factor");
    assert!(desk.factor(&half, &desk.code()).await.is_some());
    assert!(desk.password(new).await.is_some(), "and nobody waits for what was guessed before");
}

#[rstest]
#[tokio::test]
async fn without_a_second_factor_one_is_enrolled_first(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let mut desk = invited(&world, &officer).await;
    let signed = desk.signed().await;
    assert_eq!(signed.standing, Standing::Enrolment);
    assert!(!signed.may(entities::client::scope::Scope::RequestsRead));
    let nothing = enrolment::finish(&world.store, &desk.token, "123456", &desk.visitor).await.unwrap();
    assert!(nothing.is_none(), "nothing was offered yet");
    let offer = async |token: &str| enrolment::offer(&world.store, token, "dsr").await.unwrap().unwrap();
    let first = offer(&desk.token).await;
    assert_eq!(*offer(&desk.token).await.secret, *first.secret, "the page may be looked at twice");
    assert!(first.uri.starts_with("otpauth://totp/dsr:ada%40example.com?secret="), "{}", *first.uri);

    // She has begun in another window too; whoever finishes first wins.
    let window = desk.password(PASSWORD).await.unwrap();
    let window = window.token.expose_secret();
    assert_ne!(*offer(window).await.secret, *first.secret, "each session has its own");
    let strange = read(&first.secret).code(0);
    assert!(enrolment::finish(&world.store, &desk.token, &strange, &desk.visitor).await.unwrap().is_none());
    let half = desk.token.clone();
    desk.enrol().await;
    for token in [&*half, window] {
        assert!(session::find(&world.store, token).await.unwrap().is_none(), "every other session has ended");
    }
    let again = desk.password(PASSWORD).await.unwrap();
    assert!(desk.factor(&again, &desk.code()).await.is_none(), "the code that enrolled it counts no more");

    // Shortly after it was given, it may be replaced; later not without signing in anew.
    let before = desk.code_at(1);
    desk.enrol().await;
    assert_eq!(desk.codes.len(), recovery::COUNT);
    assert!(desk.factor(&desk.password(PASSWORD).await.unwrap(), &before).await.is_none());
    world.later(FRESH);
    assert!(enrolment::offer(&world.store, &desk.token, "dsr").await.unwrap().is_none());

    let txn = world.begin().await;
    manage::reset_second_factor(&txn, &world.store, &operator(), officer.id).await.unwrap();
    txn.commit().await.unwrap();
    assert!(desk.find().await.is_none());
    let half = desk.password(PASSWORD).await.unwrap();
    assert_eq!(half.standing, Standing::Enrolment);
    assert!(desk.factor(&half, &desk.codes[0]).await.is_none(), "the codes are forgotten with it");
    desk.token = half.token.expose_secret().to_owned();
    desk.enrol().await;
}
