//! What subscribers are told: each event once, in order, with nothing of the person, and only whom it concerns.

mod deliveries;
mod kinds;
mod subscribers;
mod told;

use entities::announcement::kind::AnnouncementKind;
use entities::announcement::log::{Filter, Line, page};
use entities::client::reach::Reach;
use entities::event::chain;
use entities::event::trail::Actor;
use entities::step::kind::StepKind;
use entities::step::table as step;
use entities::subscriber::manage::{self, NewSubscriber};
use entities::subscriber::table::Model as Subscriber;
use entities::{controller, subscriber};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::ExposeSecret;
use serde_json::Value;
use webhooks::keys::Version;

use crate::world::World;

impl World {
    async fn subscribe(&self, controller: &controller::table::Model, kinds: &[AnnouncementKind]) -> Subscriber {
        let new = NewSubscriber {
            controller: controller.id,
            url: "https://hooks.example.com/dsr".parse().unwrap(),
            description: "tickets".to_owned(),
            kinds: kinds.to_vec(),
            owner: "desk@acme.example".to_owned(),
            version: Version::V1,
        };
        let txn = self.begin().await;
        let (made, secret) = manage::make(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
        assert!(secret.expose_secret().starts_with("whsec_"));
        made
    }

    async fn link(&self) {
        for controller in chain::unlinked(self.store.db.read()).await.unwrap() {
            chain::link(&self.store, controller, 500).await.unwrap();
        }
    }

    /// What was written down for a subscriber, oldest first.
    async fn told(&self, to: &Subscriber) -> Vec<Line> {
        let mut lines = page(self.store.db.read(), to.id, Filter::default(), None, 1_000).await.unwrap();
        lines.reverse();
        lines
    }

    async fn bodies(&self, to: &Subscriber) -> Vec<Value> {
        let lines = self.told(to).await;
        lines.iter().map(|line| serde_json::from_str(&line.announcement.payload).unwrap()).collect()
    }

    async fn notify_steps(&self) -> usize {
        let steps = step::Entity::find().filter(step::COLUMN.kind.eq(StepKind::Notify));
        steps.all(self.store.db.read()).await.unwrap().len()
    }

    /// Changes a subscriber as a decision over the API does.
    async fn with_locked<T>(
        &self,
        one: &Subscriber,
        change: impl AsyncFnOnce(&entities::db::Txn, Subscriber) -> T,
    ) -> T {
        let txn = self.begin().await;
        let row = subscriber::queries::lock(&txn, &Reach::installation(), one.id).await.unwrap().unwrap();
        let done = change(&txn, row).await;
        txn.commit().await.unwrap();
        done
    }
}

impl World {
    /// A ticket of a source that became this request.
    async fn ticket_of(&self, request: entities::id::RequestId, name: &str) {
        use entities::source::manage::{NewSource, add};
        use entities::ticket::queries::{Heard, by_external_id, hear};
        let new = NewSource {
            slug: "desk".to_owned(),
            controller: self.controller.id,
            system: "standard".to_owned(),
            setup: r#"{"scheme": "standard_webhooks"}"#.to_owned(),
            secret: "whsec_enp5enh6enp5enh6enp5enh6enp5enh6".into(),
            settings: Default::default(),
            mapping: r#"{"map": {}}"#.to_owned(),
            credentials: None,
        };
        let txn = self.begin().await;
        let source = add(&txn, &self.store, &Actor::operator(), new).await.unwrap();
        let heard = Heard {
            external_id: name,
            document: None,
            vouched: true,
            changed_at: None,
            gone: false,
            by_us: false,
            received_at: self.now(),
        };
        hear(&txn, &self.store, &source, heard).await.unwrap();
        let id = by_external_id(&*txn, source.id, name).await.unwrap().unwrap().id;
        let row = entities::ticket::table::ActiveModel {
            id: sea_orm::ActiveValue::Unchanged(id),
            request_id: sea_orm::ActiveValue::Set(Some(request)),
            ..Default::default()
        };
        entities::ticket::table::Entity::update(row).exec(&*txn).await.unwrap();
        txn.commit().await.unwrap();
    }
}
