//! Sources over HTTP: secrets shown once, changes, rotations, what their systems sent, and what became of it.

mod door;
mod managing;
mod trying;
mod waiting;

use entities::source::queries::by_slug;
use entities::source::table::Model as Source;
use reqwest::Method;
use serde_json::{Value, json};
use testbed::database::{BOTH, Kind};

use crate::world::{Answer, Client, World};

pub const LIST: &str = "/api/v1/sources";
/// What the sources of these stories show in a header.
pub const WORD: &str = "a-word-of-nobody-0123456789";

/// Tells a story on both kinds of database.
pub async fn on_both(story: impl AsyncFn(World, Client)) {
    for kind in BOTH {
        let world = World::start_on(kind, |_| {}).await;
        let by = world.officer().await;
        story(world, by).await;
    }
}

/// A description of a source that shows a word and sends our own body.
pub fn described() -> Value {
    json!({
        "system": "standard",
        "signing": { "scheme": "header_token", "header": "X-Dsr-Token" },
        "mapping": { "map": {
            "request_type": { "path": "/data/ticket/type", "values": { "access": "access", "erase": "erasure" } },
            "subject.email": { "path": "/data/ticket/email" },
            "received_at": { "path": "/data/ticket/at" },
        }},
    })
}

pub fn body() -> Value {
    json!({ "controller": "acme", "slug": "desk", "description": described(), "secret": WORD })
}

impl World {
    /// Adds the source `desk`, and says its address.
    pub async fn source(&self, by: &Client) -> String {
        let made = self.post(by, LIST, body()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        format!("{LIST}/{}", made.body["id"].as_str().unwrap())
    }

    pub async fn source_row(&self) -> Source {
        by_slug(self.store.db.read(), "desk").await.unwrap().unwrap()
    }

    /// A call of the source's system.
    pub async fn hook(&self, word: &str, body: &str) -> Answer {
        let call = self.http.request(Method::POST, self.url("/webhooks/desk")).header("x-dsr-token", word);
        Answer::of(call.header("content-type", "application/json").body(body.to_owned())).await
    }
}

/// Only so that a list of kinds is used where a story needs one by itself.
pub async fn on(kind: Kind, change: impl FnOnce(&mut api::serve::Config)) -> (World, Client) {
    let world = World::start_on(kind, change).await;
    let by = world.officer().await;
    (world, by)
}
