//! Keys: rotating the installation's, and losing it.

use entities::controller::queries::credential;
use entities::installation::rotation::reseal;
use entities::request::keys;
use entities::store::Store;
use entities::{controller, event, identifier, request};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use vault::keyring::Keyring;

use crate::world::{EMAIL, World, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

/// Whether everything of the request opens in this process.
async fn reads_everything(store: &Store, request: &request::table::Model) {
    let key = keys::of(store.db.read(), &store.safe, request.id).await.unwrap();
    let rows = identifier::queries::of_request(store.db.read(), request.id).await.unwrap();
    assert_eq!(identifier::queries::value(&key, &rows[1]).unwrap(), EMAIL);
    for row in controller::queries::all(store.db.read()).await.unwrap() {
        let secret = credential(store, &row).unwrap().client_secret;
        assert_eq!(secret.expose_secret(), format!("{}-platform-secret", row.slug));
    }
}

#[rstest]
#[tokio::test]
async fn after_a_rotation_the_new_key_alone_opens_everything(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    add_controller(&world.store, "other").await;
    let request = world.file(Right::Access).await;
    event::chain::link(&world.store, world.controller.id, 100).await.unwrap();
    let hash = world.store.safe.hash(world.controller.id, "email", EMAIL);
    let public = world.store.safe.signing().public_key();

    let rotated = world.keyring().rotated();
    let txn = world.begin().await;
    // Two secrets of the installation, two credentials, one request's key.
    assert_eq!(reseal(&txn, &rotated).await.unwrap(), 5);
    txn.commit().await.unwrap();
    let txn = world.begin().await;
    assert_eq!(reseal(&txn, &rotated).await.unwrap(), 0, "nothing is left to do");
    drop(txn);

    let text = rotated.to_text();
    let new_alone = Keyring::parse(text.lines().next().unwrap()).unwrap();
    let process = world.process_with(new_alone).await;
    reads_everything(&process, &request).await;
    assert_eq!(process.safe.hash(world.controller.id, "email", EMAIL), hash, "what was filed before is still found");
    assert_eq!(process.safe.signing().public_key(), public);
    assert!(event::chain::verify(&process.db, &public, None, &[]).await.unwrap().is_whole());

    let old = keys::of(world.store.db.read(), &world.store.safe, request.id).await.unwrap_err();
    assert!(old.is_unknown_key(), "{old:?}: a process with the old file alone says what it lacks");
}

#[rstest]
#[tokio::test]
async fn a_rotation_with_a_key_missing_changes_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let request = world.file(Right::Access).await;
    // The operator forgot to keep the old key in the file.
    let txn = world.begin().await;
    let error = reseal(&txn, &Keyring::generate()).await.unwrap_err();
    assert!(error.is_unknown_key(), "{error:?}");
    drop(txn);
    reads_everything(&world.another_process().await, &request).await;
    let rows = request::table::key::Entity::find().all(world.store.db.read()).await.unwrap();
    assert!(rows.iter().all(|row| world.keyring().is_current(row.wrapped.as_ref().unwrap())));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_start_together_have_the_same_secrets(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    world.by_hand("DELETE FROM installation_secrets").await;
    let mut processes = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (db, keyring, clock) = (world.store.db.clone(), world.keyring().clone(), world.clock.clone());
        processes.spawn(async move { Store::open(db, keyring, clock).await.unwrap().safe.signing().public_key() });
    }
    let keys = processes.join_all().await;
    assert!(keys.iter().all(|key| *key == keys[0]));
}
