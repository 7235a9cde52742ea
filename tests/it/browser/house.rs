//! Who lives in a story: officers with their browsers, and requests.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId};
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::words;
use entities::letter::table as letter;
use entities::officer::manage::{self, NewOfficer};
use entities::officer::role::{Role, Where};
use entities::officer::session::{self, Visitor};
use entities::officer::table::{self as officers, ActiveModel as OfficerChange, Model as Officer};
use entities::officer::{enrolment, invitation, queries};
use entities::request::decide::{Case, Decider};
use entities::request::file::{NewRequest, file};
use entities::request::right::Right;
use entities::request::table::Model as Request;
use entities::time::At;
use entities::{event, question, request};
use law::regime::Regime;
use letters::language::Language;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use secrecy::ExposeSecret;
use testbed::authenticator::Authenticator;
use testbed::chromium::{Chromium, Look};
use testbed::installation::Installation;
use tokio::time::Instant;

/// How long a story may wait for something before it has failed.
const PATIENCE: Duration = Duration::from_secs(90);

/// An installation, and where its pages are.
pub struct House<'a> {
    pub installation: &'a Installation,
    pub url: String,
}

/// Waits until something is there.
pub async fn there<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited for {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// The path of the link in a letter that leads to this door, such as `/status`.
pub fn link(letter: &str, door: &str) -> String {
    let start = format!("{door}/link/");
    let (_, rest) = letter.split_once(&start).unwrap_or_else(|| panic!("no link in:\n{letter}"));
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)).unwrap_or(rest.len());
    format!("{start}{}", &rest[..end])
}

/// The code in a letter.
pub fn code(letter: &str) -> String {
    let mut digits = letter.split(|c: char| !c.is_ascii_digit()).filter(|it| it.len() == 6);
    let code = digits.next().unwrap_or_else(|| panic!("no code in:\n{letter}"));
    assert_eq!(digits.next(), None, "one code");
    code.to_owned()
}

impl House<'_> {
    /// Adds somebody who can sign in, with these roles at every controller.
    pub async fn hire(&self, login: &str, name: &str, roles: &[Role]) -> Officer {
        let store = &self.installation.store;
        let roles = roles.iter().map(|role| (Where::Everywhere, *role)).collect();
        let new = NewOfficer { login: login.to_owned(), name: name.to_owned(), language: Language::English, roles };
        let txn = store.db.begin().await.unwrap();
        let row = manage::add(&txn, store, &Decider::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    /// Has an officer read pages in this language from now on.
    pub async fn speaks(&self, officer: &Officer, language: Language) {
        let change = OfficerChange {
            id: Unchanged(officer.id),
            language: Set(language.code().to_owned()),
            ..Default::default()
        };
        officers::Entity::update(change).exec(self.installation.store.db.write()).await.unwrap();
    }

    /// The path of a link that invites an officer to choose a password.
    pub async fn invite(&self, officer: &Officer) -> String {
        let store = &self.installation.store;
        let txn = store.db.begin().await.unwrap();
        let made = invitation::make(&txn, store, &Actor::operator(), officer.id).await.unwrap();
        txn.commit().await.unwrap();
        format!("/console/invitation/{}", made.token.expose_secret())
    }

    /// A browser of nobody.
    pub async fn browser(&self, look: Look) -> Chromium {
        Chromium::open(&self.url, look).await
    }

    /// Has an officer enrol an authenticator, past the pages.
    pub async fn enrol(&self, officer: &Officer) -> Authenticator {
        let (store, token) = (&self.installation.store, self.session(officer, false).await);
        let offered = enrolment::offer(store, &token, "dsr").await.unwrap().unwrap();
        let authenticator = Authenticator::typed(&offered.secret);
        let code = authenticator.code(self.seconds());
        enrolment::finish(store, &token, &code, &Visitor::default()).await.unwrap().unwrap();
        authenticator
    }

    /// The present instant, in seconds since the Unix epoch.
    pub fn seconds(&self) -> u64 {
        self.installation.store.now().timestamp().as_second().unsigned_abs()
    }

    /// The day so many days from now, in UTC, written `2026-03-02`.
    pub fn in_days(&self, days: u64) -> String {
        let then = self.installation.store.now() + Duration::from_secs(days * 86_400);
        then.timestamp().strftime("%Y-%m-%d").to_string()
    }

    /// A session of an officer: with all that it takes, or with the password alone.
    pub async fn session(&self, officer: &Officer, is_full: bool) -> String {
        let store = &self.installation.store;
        let conn = store.db.read();
        let officer = queries::by_id(conn, &Reach::installation(), officer.id).await.unwrap().unwrap();
        let (txn, from) = (store.db.begin().await.unwrap(), Visitor::default());
        let opened = session::open(&txn, store.now(), &officer, &from, is_full).await.unwrap();
        txn.commit().await.unwrap();
        opened.token.expose_secret().to_owned()
    }

    /// A browser in which an officer has signed in.
    pub async fn signed_in(&self, officer: &Officer, look: Look) -> Chromium {
        let browser = self.browser(look).await;
        browser.keep("dsr", &self.session(officer, true).await).await;
        browser
    }

    /// Files a request past the pages, received `days` ago by e-mail.
    pub async fn file(
        &self,
        by: ClientId,
        at: &Controller,
        days: u32,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
        identity: Option<&str>,
    ) -> Request {
        self.file_new(by, at, self.asked(at, days, right, identifiers, identity)).await
    }

    /// What is asked for in such a request.
    pub fn asked(
        &self,
        at: &Controller,
        days: u32,
        right: Right,
        identifiers: &[(IdentifierKind, &str)],
        identity: Option<&str>,
    ) -> NewRequest {
        let normal = |(kind, value): &(IdentifierKind, &str)| normalise(*kind, value, at.region.as_deref()).unwrap();
        let received: At = self.installation.store.now() - Duration::from_secs(u64::from(days) * 86_400);
        NewRequest {
            right,
            regime: Regime::EU_GDPR,
            other_regimes: Vec::new(),
            region: None,
            channel: "email".to_owned(),
            received_at: received,
            identifiers: identifiers.iter().map(normal).collect(),
            replacements: Vec::new(),
            identity_method: identity.map(str::to_owned),
            note: None,
            addressee: Default::default(),
        }
    }

    /// Files a request past the pages.
    pub async fn file_new(&self, by: ClientId, at: &Controller, new: NewRequest) -> Request {
        let store = &self.installation.store;
        let txn = store.db.begin().await.unwrap();
        let row = file(&txn, store, &Actor::client(by, None), by, at, new).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    /// The request as it stands.
    pub async fn request(&self, id: RequestId) -> Request {
        let found = request::queries::by_id(self.installation.store.db.read(), &Reach::installation(), id).await;
        found.unwrap().unwrap()
    }

    /// Waits until it is as `is` says.
    pub async fn until(&self, id: RequestId, is: impl Fn(&Request) -> bool) -> Request {
        let begun = Instant::now();
        loop {
            let request = self.request(id).await;
            if is(&request) {
                return request;
            }
            if begun.elapsed() > PATIENCE {
                let asked = question::queries::of_request(self.installation.store.db.read(), id).await.unwrap();
                let asked: Vec<_> = asked.iter().map(|row| (row.code, &row.detail)).collect();
                panic!("it stays {}, and asks {asked:?}", request.status);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The request of this reference, as it stands.
    pub async fn named(&self, reference: &str) -> Request {
        let conn = self.installation.store.db.read();
        request::queries::by_reference(conn, &Reach::installation(), reference).await.unwrap().unwrap()
    }

    /// One who decides, within reach of everything.
    pub fn decider(&self, by: ClientId) -> Decider {
        Decider { actor: Actor::client(by, None), client: Some(by), reach: Reach::installation() }
    }

    /// Has something decided past the pages.
    pub async fn decide(&self, by: ClientId, id: RequestId, what: impl AsyncFnOnce(Case<'_>)) {
        let (store, by) = (&self.installation.store, self.decider(by));
        let txn = store.db.begin().await.unwrap();
        what(Case::open(&txn, store, &by, id, None).await.unwrap()).await;
        txn.commit().await.unwrap();
    }

    /// What the newest letter of a kind says, once it stands so.
    pub async fn letter(&self, kind: LetterKind, state: LetterState) -> String {
        self.letter_among(kind, state, Condition::all()).await
    }

    /// The same of one request's letters.
    pub async fn letter_about(&self, id: RequestId, kind: LetterKind, state: LetterState) -> String {
        self.letter_among(kind, state, Condition::all().add(letter::COLUMN.request_id.eq(id))).await
    }

    async fn letter_among(&self, kind: LetterKind, state: LetterState, which: Condition) -> String {
        let (conn, safe) = (self.installation.store.db.read(), &self.installation.store.safe);
        let newest = async || {
            let all = letter::Entity::find().filter(letter::COLUMN.kind.eq(kind)).filter(which.clone());
            let row = all.order_by_desc(letter::Column::Id).one(conn).await.unwrap();
            row.filter(|row| row.state == state)
        };
        let row = there(&format!("a letter {kind} to be {state}"), newest).await;
        words(conn, safe, &row).await.unwrap().text
    }

    /// How often something of this kind has happened to a request.
    pub async fn count(&self, id: RequestId, kind: &str) -> usize {
        let conn = self.installation.store.db.read();
        let rows = event::queries::of_request(conn, &Reach::installation(), id, None, 1000).await.unwrap();
        rows.iter().filter(|row| row.kind == kind).count()
    }
}
