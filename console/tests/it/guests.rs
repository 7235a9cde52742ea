//! What the stories of guests share: a controller that writes, its letters, and the links in them.

mod matrix;

use std::net::SocketAddr;
use std::time::Duration;

use api::serve::Config;
use console::routes::guests::{REGULATOR, STATUS};
use entities::controller::policy::{Letters, Policy, Writing};
use entities::controller::queries::{Change, change};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::{settle, words};
use entities::letter::owe::{lock_request, went_out};
use entities::letter::queries::of_request;
use entities::letter::table as letter;
use entities::time::Clock;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::World;

impl World {
    /// One that guests can be sent links to.
    pub async fn welcoming(on: Kind) -> Self {
        let now: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let config = Config { bind: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
        Self::reached_at(Some("http://dsr.example.com"), on, Clock::manual(now.into()), config).await
    }

    /// Has `acme` write letters.
    pub async fn writes(&mut self) {
        self.acme = self.has_letters_written(&self.acme).await;
    }

    /// Has both controllers write letters.
    pub async fn all_write(&mut self) {
        self.writes().await;
        self.beta = self.has_letters_written(&self.beta).await;
    }

    /// Has a controller write letters, and says how it is then.
    pub async fn has_letters_written(&self, at: &Controller) -> Controller {
        let writing = Writing {
            privacy_contact: Some("privacy@acme.example".to_owned()),
            postal_address: vec!["1 High Street".to_owned()],
            ..Writing::default()
        };
        let policy = Policy { letters: Letters::Mail, writing, ..Policy::default() };
        let txn = self.store.db.begin().await.unwrap();
        let with = Change { policy: Some(policy), ..Change::default() };
        let changed = change(&txn, &self.store, &Actor::operator(), at, with).await.unwrap();
        txn.commit().await.unwrap();
        changed
    }

    /// The mail server takes every letter about a request.
    pub async fn all_sent(&self, id: RequestId) {
        let txn = self.store.db.begin().await.unwrap();
        let (now, by) = (self.store.now(), Actor::worker("worker"));
        for row in of_request(&*txn, id).await.unwrap() {
            if row.state == LetterState::Queued {
                let sent = settle(&txn, now, &by, &row, LetterState::Sent, "250").await.unwrap().unwrap();
                let request = lock_request(&txn, &sent).await.unwrap().unwrap();
                went_out(&txn, now, &by, &request, &sent).await.unwrap();
            }
        }
        txn.commit().await.unwrap();
    }

    /// What the letters of a kind say, oldest first.
    pub async fn written(&self, kind: LetterKind) -> Vec<String> {
        let conn = self.store.db.read();
        let rows = letter::Entity::find().filter(letter::COLUMN.kind.eq(kind)).order_by_asc(letter::Column::Id);
        let mut all = Vec::new();
        for row in rows.all(conn).await.unwrap() {
            all.push(words(conn, &self.store.safe, &row).await.unwrap().text);
        }
        all
    }

    /// The path of the link in the newest letter of a kind.
    pub async fn link(&self, kind: LetterKind, door: &str) -> String {
        let text = self.written(kind).await.pop().unwrap();
        let start = format!("http://dsr.example.com{door}/link/");
        let (_, rest) = text.split_once(&start).unwrap_or_else(|| panic!("no link in:\n{text}"));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)).unwrap_or(rest.len());
        format!("{door}/link/{}", &rest[..end])
    }

    /// Waits for what is done once an answer is out.
    pub async fn until_written(&self, kind: LetterKind, count: usize) {
        for _ in 0..100 {
            if self.written(kind).await.len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("there are {} letters", self.written(kind).await.len());
    }
}

fn address(door: &str, pattern: &str) -> String {
    let filled = pattern.replace("{token}", "none").replace("{name}", "K7PW-3MXD");
    let nothing = uuid::Uuid::nil().to_string();
    let filled = filled.replace("{inquiry}", &nothing).replace("{file}", &nothing);
    assert!(!filled.contains('{'), "{pattern} has a gap that this test does not know");
    format!("{door}{filled}")
}

/// What whoever has not come in may see.
fn is_open(pattern: &str) -> bool {
    pattern.starts_with("/link")
}

#[rstest]
#[tokio::test]
async fn nobody_sees_a_guests_page_without_a_link(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    // An officer's session opens no guest's page, whatever the officer may do.
    let (_, mut officer) = world.officer().await;
    for (door, table) in [("/status", STATUS), ("/regulator", REGULATOR)] {
        for (_, pattern) in table.iter().filter(|(method, pattern)| *method != "post" && !is_open(pattern)) {
            let path = address(door, pattern);
            for page in [world.browser().get(&path).await, officer.get(&path).await] {
                assert_eq!(page.goes_to(), format!("{door}/link"), "{path}");
                assert!(page.text.is_empty(), "{path}");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn no_guests_form_is_taken_from_elsewhere(#[values(Sqlite)] on: Kind) {
    let world = World::welcoming(on).await;
    let mut browser = world.browser();
    let here = browser.url("");
    let mut count = 0;
    for (door, table) in [("/status", STATUS), ("/regulator", REGULATOR)] {
        let own = browser.get(&format!("{door}/link")).await.fine();
        let action = format!("{door}/link");
        let token = own.hidden(&action).into_iter().find(|(name, _)| name == "form_token").unwrap().1;
        for (_, pattern) in table.iter().filter(|(method, pattern)| *method != "get" && is_open(pattern)) {
            let path = address(door, pattern);
            let tries: [(&str, &[(&str, &str)]); 4] = [
                ("", &[("origin", &here)]),
                (&token, &[("origin", "https://evil.example")]),
                (&token, &[("sec-fetch-site", "cross-site"), ("origin", &here)]),
                (&token, &[]),
            ];
            for (token, headers) in tries {
                let fields = [("form_token", token), ("form_key", "k")];
                let page = browser.post_from(&path, &fields, headers).await;
                assert_eq!(page.status, 403, "{path}");
                count += 1;
            }
        }
    }
    assert!(count >= 16);
}

#[rstest]
#[tokio::test]
async fn guests_pages_keep_the_browser_from_harm(#[values(Sqlite)] on: Kind) {
    let world = World::welcoming(on).await;
    let mut browser = world.browser();
    let paths = [
        "/status/link",
        "/status/link/none",
        "/status/nothing",
        "/status",
        "/regulator/link",
        "/regulator/link/none",
        "/regulator/nothing",
        "/regulator/code",
    ];
    for path in paths {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert!(!page.text.contains(" style=") && !page.text.contains("<style"), "{path}");
    }
}
