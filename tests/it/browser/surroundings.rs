//! What lies about in the office beside requests: a source with a ticket and a call that nobody could read, a subscriber that was
//! told of a request, a regulator who was invited, and a question that waits for its person.

use std::time::Duration;

use ::sources::guide::Guide;
use entities::announcement::kind::{AnnouncementKind, DeliveryState as Told};
use entities::announcement::log;
use entities::client::reach::Reach;
use entities::delivery::queries::of_source;
use entities::delivery::table::DeliveryState;
use entities::event::trail::Actor;
use entities::id::{AnnouncementDeliveryId, InquiryId};
use entities::inquiry;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{LetterKind, LetterState};
use entities::officer::table::Model as Officer;
use entities::regulator::grant;
use entities::regulator::invitation::{self, NewInvitation, NewScope};
use entities::regulator::table::Model as Invitation;
use entities::request::decide::Inquiring;
use entities::request::table::Model as Request;
use entities::source::manage::{self as sources, NewSource};
use entities::source::settings::WriteBack;
use entities::source::table::Model as Source;
use entities::subscriber::manage::{self as subscribers, Change, NewSubscriber};
use entities::subscriber::table::Model as Subscriber;
use entities::ticket::queries::{Filter, page as tickets};
use testbed::receiver::Receiver;
use ticketing::kind::SystemKind;
use url::Url;
use webhooks::keys::Version;

use super::house::{House, there};
use crate::tickets::sign::Call;
use crate::tickets::systems::System;

/// What is called when something happens, as the page shows it. The real one has another port each time.
const SHOWN: &str = "https://hooks.acme.example/requests";

/// All of it.
pub struct Surroundings {
    pub source: Source,
    pub subscriber: Subscriber,
    /// What the subscriber took.
    pub delivery: AnnouncementDeliveryId,
    pub invitation: Invitation,
    /// The question, of the request that the link to a status page is about.
    pub question: InquiryId,
    _receiver: Receiver,
}

/// What is set up before the first request comes in.
pub struct Begun {
    source: Source,
    subscriber: Subscriber,
    receiver: Receiver,
}

impl Begun {
    /// Sets a source up by its guide, has it called twice, and sets a subscriber up.
    pub async fn begin(house: &House<'_>) -> Self {
        let source = source(house).await;
        let (content_type, body) = Guide::of(SystemKind::Zendesk).call().unwrap();
        call(house, content_type, body).await;
        call(house, content_type, "{").await;
        let receiver = Receiver::start().await;
        let new = NewSubscriber {
            controller: house.installation.controller.id,
            url: Url::parse(&receiver.url).unwrap(),
            description: "Ticket desk".to_owned(),
            kinds: vec![AnnouncementKind::Received, AnnouncementKind::Completed],
            owner: "desk@acme.example".to_owned(),
            version: Version::V1,
        };
        let store = &house.installation.store;
        let txn = store.db.begin().await.unwrap();
        let (subscriber, _) = subscribers::make(&txn, store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
        Self { source, subscriber, receiver }
    }

    /// Invites, asks, and waits until everything has come to where it shows something. `shown` is the case whose data the guest
    /// may see, `asked` the one whose person is asked.
    pub async fn finish(self, house: &House<'_>, ada: &Officer, shown: &Request, asked: &Request) -> Surroundings {
        let Self { source, subscriber, receiver } = self;
        let store = &house.installation.store;
        let (conn, reach) = (store.db.read(), Reach::installation());
        let invitation = invite(house, ada, shown).await;
        let asking = Inquiring {
            kind: InquiryKind::Clarification,
            words: "Which of your two contracts do you mean?".to_owned(),
            fee: None,
        };
        house.decide(ada.id, asked.id, async |case| case.ask(asking).await.map(drop).unwrap()).await;
        house
            .decide(ada.id, asked.id, async |case| {
                case.write_letter(LetterKind::StatusLink, Some(false)).await.map(drop).unwrap()
            })
            .await;

        for mailed in [LetterKind::StatusLink, LetterKind::RoomLink] {
            house.letter(mailed, LetterState::Sent).await;
        }
        let question = there("the question to be sent", async || {
            let all = inquiry::queries::of_request(conn, asked.id).await.unwrap();
            all.into_iter().find(|row| row.sent_at.is_some()).map(|row| row.id)
        })
        .await;
        let of = Filter { source: Some(source.id), state: None };
        there("the ticket to become a request", async || {
            tickets(conn, &reach, of, None, 1).await.unwrap().pop()?.request_id
        })
        .await;
        let unreadable = (source.id, Some(DeliveryState::Unreadable));
        there("a call that nobody can read", async || {
            of_source(conn, &reach, unreadable, None, 1).await.unwrap().pop()
        })
        .await;
        let taken = log::Filter { state: Some(Told::Delivered), ..log::Filter::default() };
        let delivery = there("the subscriber to be told", async || {
            log::page(conn, subscriber.id, taken, None, 1).await.unwrap().pop().map(|line| line.delivery.id)
        })
        .await;
        Surroundings { source, subscriber, delivery, invitation, question, _receiver: receiver }
    }
}

impl Surroundings {
    /// Puts the address that pages show in place of the real one, once nobody calls it any more.
    pub async fn settle(&self, house: &House<'_>) {
        let store = &house.installation.store;
        let change = Change { url: Some(Url::parse(SHOWN).unwrap()), ..Change::default() };
        let txn = store.db.begin().await.unwrap();
        subscribers::change(&txn, store, &Actor::operator(), &self.subscriber, change).await.unwrap();
        txn.commit().await.unwrap();
    }
}

fn desk() -> &'static System {
    System::of("zendesk")
}

/// As its guide sets it up, but that nothing is read back or told: there is no system behind it.
async fn source(house: &House<'_>) -> Source {
    let store = &house.installation.store;
    let described = Guide::of(SystemKind::Zendesk).description().unwrap();
    let mut settings = described.settings.clone();
    (settings.link, settings.write_back) = (None, WriteBack::default());
    let new = NewSource {
        slug: desk().slug.to_owned(),
        controller: house.installation.controller.id,
        system: desk().kind.to_owned(),
        setup: described.setup().unwrap(),
        secret: desk().secret.into(),
        settings,
        mapping: described.mapping().unwrap(),
        credentials: None,
    };
    let txn = store.db.begin().await.unwrap();
    let row = sources::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}

/// A call, signed as the system signs.
async fn call(house: &House<'_>, content_type: &str, body: &str) {
    let url = format!("{}/webhooks/{}", house.url, desk().slug);
    let (now, secret) = (house.installation.store.now(), desk().secret);
    let signed = (desk().sign)(&Call { url: &url, secret, now, body, id: "delivery-1" });
    let send = reqwest::Client::new().post(&url).header("Content-Type", content_type).body(body.to_owned());
    let send = signed.into_iter().fold(send, |send, (name, value)| send.header(name, value));
    assert_eq!(send.send().await.unwrap().status(), 202);
}

/// Lets a regulator see the whole register, and in one case the person's data.
async fn invite(house: &House<'_>, ada: &Officer, shown: &Request) -> Invitation {
    let store = &house.installation.store;
    let new = NewInvitation {
        controller: house.installation.controller.id,
        address: "rita.roth@authority.example".to_owned(),
        name: "Rita Roth".to_owned(),
        language: "en".to_owned(),
        purpose: "Inspection 12/2026".to_owned(),
        watermark: "DPA file 7".to_owned(),
        scope: NewScope::Register,
        expires_at: store.now() + Duration::from_secs(30 * 86_400),
    };
    let by = house.decider(ada.id);
    let txn = store.db.begin().await.unwrap();
    let row = invitation::make(&txn, store, &by, new).await.unwrap();
    let why = "The person complained to the authority and has to be told apart from others of the name.";
    grant::give(&txn, store, &by, row.id, &shown.reference, why).await.unwrap();
    txn.commit().await.unwrap();
    row
}
