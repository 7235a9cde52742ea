//! What subscribers are told, over real connections: in order, signed, once more when it did not arrive, and never to where
//! nobody should be called.

mod arriving;
mod subscribers;

use std::time::Duration;

use entities::announcement::log::{Filter, Line, page};
use entities::announcement::replay;
use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::event::trail::Actor;
use entities::letter::kind::LetterKind;
use entities::letter::table as letter;
use entities::subscriber::manage::{self, NewSubscriber};
use entities::subscriber::queries;
use entities::subscriber::table::Model as Subscriber;
use entities::time::{At, Clock};
use jiff::Timestamp;
use sandbox::options::Population;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::SecretString;
use serde_json::Value;
use testbed::database::Kind;
use testbed::platform::swift;
use testbed::receiver::Taken;
use webhooks::call::Call;
use webhooks::keys::Version;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup as Scheme;
use webhooks::verify::Verifier;
use worker::mail::config::{MailConfig, Transport};

use crate::by_hand::ByHand;
use crate::world::{Setup, World};

const MINUTE: Duration = Duration::from_secs(60);

const HOUR: Duration = Duration::from_secs(3600);

/// A world that may call this machine, without a worker.
async fn world(kind: Kind, clock: Clock) -> World {
    let mut world = World::with(kind, Setup { clock, working: false, ..Setup::new(swift(Population::Samples)) }).await;
    world.config.allowed = "127.0.0.1".parse().unwrap();
    let transport = Transport::Files(world.database.folder.path().join("mail"));
    world.config.mail = MailConfig { transport, ..MailConfig::default() };
    world
}

/// One whose clock stands still until the story moves it.
pub async fn standing_still(kind: Kind) -> World {
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut world = world(kind, Clock::driven(At::from(start))).await;
    world.config.lease = HOUR;
    world
}

/// What holds the secret on the other side.
fn verifier(secret: &SecretString) -> Verifier {
    Verifier::new(&Scheme::StandardWebhooks { svix_headers: false }, &Secrets::new(secret.clone())).unwrap()
}

fn verifies(by: &Verifier, taken: &Taken, now: Timestamp) -> bool {
    let headers: Vec<(&str, &[u8])> = taken.headers.iter().map(|(name, value)| (&**name, value.as_bytes())).collect();
    by.verify(&Call { method: "POST", url: "", headers: &headers, body: &taken.body }, now).is_ok()
}

pub fn body(taken: &Taken) -> Value {
    serde_json::from_slice(&taken.body).unwrap()
}

impl World {
    pub async fn subscribe(&self, url: &str, version: Version) -> (Subscriber, SecretString) {
        self.subscribe_for(&self.controller, url, version).await
    }

    pub async fn subscribe_for(&self, of: &Controller, url: &str, version: Version) -> (Subscriber, SecretString) {
        let new = NewSubscriber {
            controller: of.id,
            url: url.parse().unwrap(),
            description: "Ticketing".to_owned(),
            kinds: Vec::new(),
            owner: "integrations@acme.example".to_owned(),
            version,
        };
        let txn = self.store.db.begin().await.unwrap();
        let made = manage::make(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
        made
    }

    pub async fn subscriber(&self, one: &Subscriber) -> Subscriber {
        queries::by_id(self.store.db.read(), &Reach::installation(), one.id).await.unwrap().unwrap()
    }

    pub async fn with_locked<T>(&self, one: &Subscriber, change: impl AsyncFnOnce(&Txn, Subscriber) -> T) -> T {
        let txn = self.store.db.begin().await.unwrap();
        let row = queries::lock(&txn, &Reach::installation(), one.id).await.unwrap().unwrap();
        let done = change(&txn, row).await;
        txn.commit().await.unwrap();
        done
    }

    pub async fn try_out(&self, one: &Subscriber) {
        let (now, by) = (self.store.now(), Actor::operator());
        self.with_locked(one, async |txn, row| replay::test(txn, now, &by, &row).await.unwrap()).await;
    }

    pub async fn log(&self, one: &Subscriber) -> Vec<Line> {
        let mut lines = page(self.store.db.read(), one.id, Filter::default(), None, 1_000).await.unwrap();
        lines.reverse();
        lines
    }

    /// Letters to subscribers' owners.
    async fn warnings(&self) -> Vec<letter::Model> {
        let query = letter::Entity::find().filter(letter::COLUMN.kind.eq(LetterKind::SubscriberSilent));
        query.all(self.store.db.read()).await.unwrap()
    }

    /// Runs whatever is due now, as long as anything is.
    pub async fn settle(&self) {
        let hand = ByHand::new(self, "one");
        loop {
            let steps = hand.claim(HOUR).await;
            if steps.is_empty() {
                return;
            }
            for step in &steps {
                hand.run(step).await.unwrap();
            }
        }
    }
}
