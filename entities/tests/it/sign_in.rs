//! Signing in: password and second factor, what guessing costs, and how long a session lasts.

mod factors;
mod guessing;
mod sessions;

use std::time::Duration;

use entities::event::trail::Actor;
use entities::officer::role::{Role, Where};
use entities::officer::session::{self, Opened, Signed, Standing, Visitor};
use entities::officer::table::Model;
use entities::officer::{enrolment, invitation, sign_in};
use entities::store::Store;
use secrecy::{ExposeSecret, SecretString};
use vault::totp::{STEP, TotpSecret};

use crate::world::World;

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
