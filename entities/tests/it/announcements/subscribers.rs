//! Subscribers themselves: their keys, what a change of one says, and one that is switched off or removed.

use std::time::Duration;

use entities::announcement::kind::{AnnouncementKind, DeliveryState};
use entities::client::reach::Reach;
use entities::event::chain;
use entities::event::trail::Actor;
use entities::installation::rotation;
use entities::subscriber;
use entities::subscriber::keys;
use entities::subscriber::manage::{self, Change, MOST, NewSubscriber, NotMade};
use entities::subscriber::table::DisabledFor;
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::{EntityTrait, QueryFilter};
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};
use vault::keyring::Keyring;
use webhooks::keys::Version;
use webhooks::sign::MessageId;

use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_replaced_key_signs_for_a_day_beside_the_new_one(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let live = async || keys::live(world.store.db.read(), one.id, world.now()).await.unwrap().len();
    let (_, secret) = world
        .with_locked(&one, async |txn, row| manage::rotate(txn, &world.store, &by, &row, Version::V1a).await.unwrap())
        .await;
    assert!(secret.expose_secret().starts_with("whpk_"));
    assert_eq!(live().await, 2);
    world.later(keys::OVERLAP - Duration::from_secs(1));
    assert_eq!(live().await, 2);
    world.later(Duration::from_secs(1));
    assert_eq!(live().await, 1);
    // A message does not grow without end, and no key that somebody verifies with is cut off before its day is over.
    let rotate = async || {
        world.with_locked(&one, async |txn, row| manage::rotate(txn, &world.store, &by, &row, Version::V1).await).await
    };
    for _ in 1..keys::MOST {
        rotate().await.unwrap();
    }
    let oldest = world.now() + keys::OVERLAP;
    assert!(matches!(rotate().await, Err(keys::NotMade::TooMany(at)) if at == oldest));
    assert_eq!(live().await, keys::MOST);
    keys::signer(world.store.db.read(), &world.store.safe, one.id, world.now()).await.unwrap();
    world.later(keys::OVERLAP);
    rotate().await.unwrap();
    assert_eq!(live().await, 2);
}

#[rstest]
#[tokio::test]
async fn a_new_installation_key_leaves_the_keys_of_subscribers_what_they_are(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let id = MessageId::new("msg_1").unwrap();
    let signed = async |store: &entities::store::Store| {
        let signer = keys::signer(store.db.read(), &store.safe, one.id, world.now()).await.unwrap();
        signer.headers(&id, world.now().timestamp(), b"{}")
    };
    let before = signed(&world.store).await;
    let rotated = world.keyring().rotated();
    let txn = world.begin().await;
    rotation::reseal(&txn, &rotated).await.unwrap();
    txn.commit().await.unwrap();
    let new_alone = Keyring::parse(rotated.to_text().lines().next().unwrap()).unwrap();
    assert_eq!(signed(&world.process_with(new_alone).await).await, before);
}

#[rstest]
#[tokio::test]
async fn a_removed_subscriber_leaves_its_log_and_no_key(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    world.file(Right::Access).await;
    world.link().await;
    let (by, now) = (Actor::operator(), world.now());
    world.with_locked(&one, async |txn, row| manage::remove(txn, now, &by, &row).await.unwrap()).await;
    assert_eq!(subscriber::queries::by_id(world.store.db.read(), &Reach::installation(), one.id).await.unwrap(), None);
    assert!(keys::live(world.store.db.read(), one.id, now).await.unwrap().is_empty());
    assert_eq!(world.told(&one).await.len(), 2);
    world.file(Right::Access).await;
    world.link().await;
    assert_eq!(world.told(&one).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_change_is_an_event_that_names_the_host_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    let by = Actor::operator();
    let change = Change {
        url: Some("https://other.example.com/secret-path".parse().unwrap()),
        kinds: Some(vec![AnnouncementKind::Received]),
        ..Change::default()
    };
    let changed = world
        .with_locked(&one, async |txn, row| manage::change(txn, &world.store, &by, &row, change).await.unwrap())
        .await;
    assert_eq!(changed.url(&world.store.safe).unwrap(), "https://other.example.com/secret-path");
    assert_eq!((changed.version, changed.kinds.as_str()), (2, "dsr.request.received"));
    let events = entities::event::table::Entity::find()
        .filter(entities::event::table::COLUMN.kind.starts_with("subscriber."))
        .all(world.store.db.read())
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(world.places_of(&["secret-path"]).await, Vec::<String>::new(), "it is stored sealed");
    assert!(events.iter().all(|it| !it.data.contains("secret-path") && it.data.contains("example.com")), "{events:?}");
    for _ in 1..MOST {
        world.subscribe(&world.controller, &[]).await;
    }
    let txn = world.begin().await;
    let new = NewSubscriber {
        controller: world.controller.id,
        url: "https://hooks.example.com/".parse().unwrap(),
        description: String::new(),
        kinds: Vec::new(),
        owner: "desk@acme.example".to_owned(),
        version: Version::V1,
    };
    assert!(matches!(manage::make(&txn, &world.store, &by, new).await, Err(NotMade::TooMany)));
}

/// A subscriber that somebody switches off while news is linked: either it is told before, and what waits is given up, or after,
/// and nothing waits. Nothing is left waiting that nobody sends.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_switched_off_meanwhile_waits_for_nobody(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let one = world.subscribe(&world.controller, &[]).await;
    world.file(Right::Access).await;
    let (by, now) = (Actor::operator(), world.now());
    let txn = world.begin().await;
    let row = subscriber::queries::lock(&txn, &Reach::installation(), one.id).await.unwrap().unwrap();
    manage::disable(&txn, now, &by, &row, DisabledFor::Decided).await.unwrap();
    let (store, controller) = (world.another_process().await, world.controller.id);
    let link = tokio::spawn(async move { chain::link(&store, controller, 500).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    txn.commit().await.unwrap();
    link.await.unwrap().unwrap();
    world.link().await;
    let states: Vec<_> = world.told(&one).await.iter().map(|line| line.delivery.state).collect();
    assert_eq!(states, [DeliveryState::Abandoned; 2]);
    assert_eq!(world.notify_steps().await, 0);
}
