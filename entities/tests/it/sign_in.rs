//! Signing in: password and second factor, what guessing costs, and how long a session lasts.

use std::time::Duration;

use entities::event::trail::Actor;
use entities::id::SessionId;
use entities::officer::brake::{self, FORGOTTEN_AFTER};
use entities::officer::manage;
use entities::officer::password::{NotSet, Weak, change};
use entities::officer::role::{Role, Where};
use entities::officer::session::{self, FRESH, HALF, IDLE, LONGEST, Opened, Signed, Standing, Visitor};
use entities::officer::table::Model;
use entities::officer::{enrolment, invitation, recovery, sign_in};
use entities::store::Store;
use rstest::rstest;
use secrecy::{ExposeSecret, SecretString};
use vault::totp::{STEP, TotpSecret};

use crate::officers::operator;
use crate::world::World;
use testbed::database::Kind::{self, Postgres, Sqlite};

pub const PASSWORD: &str = "a long walk by the sea";
const WRONG: &str = "a long walk by the lake";

/// Where somebody sits, with what she has at hand: a browser, an authenticator, her recovery codes on paper.
pub struct Desk {
    pub store: Store,
    login: String,
    token: String,
    authenticator: TotpSecret,
    codes: Vec<String>,
    visitor: Visitor,
}

/// Invites an officer, who sets a password and enrols an authenticator, and is in.
pub async fn desk(world: &World, officer: &Model) -> Desk {
    let mut desk = invited(world, officer).await;
    desk.enrol().await;
    desk
}

/// Invites an officer, who sets a password and stops there.
async fn invited(world: &World, officer: &Model) -> Desk {
    let txn = world.begin().await;
    let made = invitation::make(&txn, &world.store, &Actor::operator(), officer.id).await.unwrap();
    txn.commit().await.unwrap();
    let visitor = Visitor { address: Some("192.0.2.9".to_owned()), user_agent: Some("Firefox".to_owned()) };
    let (token, password) = (made.token.expose_secret(), PASSWORD.into());
    let opened = invitation::accept(&world.store, token, &password, &visitor).await.unwrap();
    Desk {
        store: world.store.clone(),
        login: officer.login.clone(),
        token: opened.token.expose_secret().to_owned(),
        authenticator: TotpSecret::generate(),
        codes: Vec::new(),
        visitor,
    }
}

impl Desk {
    async fn enrol(&mut self) {
        let offer = enrolment::offer(&self.store, &self.token, "dsr").await.unwrap().expect("she may enrol");
        self.authenticator = read(&offer.secret);
        let code = self.code();
        let enrolled = enrolment::finish(&self.store, &self.token, &code, &self.visitor).await.unwrap().unwrap();
        assert_eq!(enrolled.opened.standing, Standing::Full);
        self.token = enrolled.opened.token.expose_secret().to_owned();
        self.codes = enrolled.codes.iter().map(|code| code.expose_secret().to_owned()).collect();
    }

    /// What the authenticator shows.
    fn code(&self) -> String {
        self.code_at(0)
    }

    /// What it shows so many steps from now.
    fn code_at(&self, steps: i64) -> String {
        let now = self.store.now().timestamp().as_second() + steps * i64::try_from(STEP).unwrap();
        self.authenticator.code(now.try_into().unwrap())
    }

    pub async fn find(&self) -> Option<Signed> {
        session::find(&self.store, &self.token).await.unwrap()
    }

    pub async fn signed(&self) -> Signed {
        self.find().await.expect("the session is live")
    }

    /// Types a password.
    pub async fn password(&self, password: &str) -> Option<Opened> {
        sign_in::password(&self.store, &self.login, &SecretString::from(password), &self.visitor).await.unwrap()
    }

    /// Types a second factor behind the password.
    async fn factor(&self, half: &Opened, typed: &str) -> Option<Opened> {
        sign_in::second_factor(&self.store, half.token.expose_secret(), typed, &self.visitor).await.unwrap()
    }

    /// Signs in by password and authenticator.
    pub async fn sign_in(&mut self) {
        let half = self.password(PASSWORD).await.expect("the password is right");
        let opened = self.factor(&half, &self.code()).await.expect("the code is right");
        self.token = opened.token.expose_secret().to_owned();
    }
}

/// A secret as an authenticator reads it.
fn read(base32: &str) -> TotpSecret {
    let values = base32.bytes().map(|c| u64::from(if c.is_ascii_digit() { c - b'2' + 26 } else { c - b'A' }));
    let bits: Vec<u64> = values.collect();
    let bytes = bits.chunks(8).flat_map(|eight| {
        let number = eight.iter().fold(0u64, |number, five| number << 5 | five);
        number.to_be_bytes()[3..].to_vec()
    });
    TotpSecret::from_bytes(bytes.collect()).unwrap()
}

async fn ada(world: &World) -> Desk {
    let officer = world.hire("ada@example.com", &[(Where::Everywhere, Role::Officer)]).await;
    let desk = desk(world, &officer).await;
    world.later(Duration::from_secs(2 * STEP));
    desk
}

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
