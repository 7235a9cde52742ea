//! Who calls, and how far they reach: secrets, tokens, idempotency keys, and the walls between controllers.

use std::time::Duration;

use entities::client::queries as client;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::event::trail::Actor;
use entities::id::ClientId;
use entities::idempotency::queries::{Answer, Known, forget, keep, take};
use entities::request::decide::NotDecided;
use entities::request::queries::{Filter, by_id, by_reference, lock, page};
use entities::step::kind::StepKind;
use entities::step::queue;
use entities::step::waiting;
use entities::{client as clients, event, identifier};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::EntityTrait;
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinSet;

use crate::world::{START, World, add_client, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

const LIFE: Duration = Duration::from_secs(600);

impl World {
    async fn client(&self) -> (clients::table::Model, SecretString) {
        let txn = self.begin().await;
        let by = Actor::operator();
        let scopes = [Scope::RequestsFile, Scope::RequestsRead];
        let made = client::create(&txn, &self.store, &by, "ticketing", &scopes, &[self.controller.id], LIFE).await;
        txn.commit().await.unwrap();
        made.unwrap()
    }

    async fn token(&self, of: &clients::table::Model) -> String {
        let txn = self.begin().await;
        let (token, life) = client::issue_token(&txn, self.now(), of).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(life, LIFE);
        token.expose_secret().to_owned()
    }

    async fn is_let_in(&self, token: &str) -> bool {
        client::by_token(&self.store, token).await.unwrap().is_some()
    }
}

#[rstest]
#[tokio::test]
async fn a_secret_opens_its_own_client_and_no_other(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (one, secret) = world.client().await;
    let (two, _) = world.client().await;
    let conn = world.store.db.read();
    let secret = secret.expose_secret();
    let found = client::by_secret(conn, &one.id.to_string(), secret).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(one.id));
    for (id, secret) in [
        (two.id.to_string(), secret),
        (ClientId::new().to_string(), secret),
        ("no id".to_owned(), secret),
        (one.id.to_string(), ""),
        (one.id.to_string(), &secret[..secret.len() - 1]),
        (one.id.to_string(), one.secret_hash.as_str()),
    ] {
        assert_eq!(client::by_secret(conn, &id, secret).await.unwrap(), None);
    }
    assert!(!one.secret_hash.contains(secret), "the secret is not kept");
}

#[rstest]
#[tokio::test]
async fn a_token_lives_as_long_as_it_says(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (client, _) = world.client().await;
    let token = world.token(&client).await;
    let caller = client::by_token(&world.store, &token).await.unwrap().expect("it is valid");
    assert_eq!(caller.client.id, client.id);
    assert_eq!(caller.scopes, [Scope::RequestsFile, Scope::RequestsRead]);
    assert!(caller.reach.covers(world.controller.id));
    assert!(!world.is_let_in(&format!("{token}x")).await);
    world.later(LIFE - Duration::from_micros(1));
    assert!(world.is_let_in(&token).await);
    world.later(Duration::from_micros(1));
    assert!(!world.is_let_in(&token).await, "at its end it has ended");
    let txn = world.begin().await;
    assert_eq!(client::forget_tokens(&txn, world.now()).await.unwrap(), 0, "not before it has ended");
    assert_eq!(client::forget_tokens(&txn, world.now() + Duration::from_micros(1)).await.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_revoked_ends_at_once_everywhere(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = world.another_process().await;
    let (client, secret) = world.client().await;
    let (stranger, _) = world.client().await;
    let (first, second) = (world.token(&client).await, world.token(&client).await);

    let revoke = async |by: ClientId, token: &str| {
        let txn = world.begin().await;
        let revoked = client::revoke_token(&txn, world.now(), by, token).await.unwrap();
        txn.commit().await.unwrap();
        revoked
    };
    assert!(!revoke(stranger.id, &first).await, "another client's token is none of its business");
    assert!(client::by_token(&other, &first).await.unwrap().is_some());
    assert!(revoke(client.id, &first).await);
    assert!(client::by_token(&other, &first).await.unwrap().is_none());
    assert!(!revoke(client.id, &first).await, "once is enough");
    assert!(client::by_token(&other, &second).await.unwrap().is_some(), "the other one lives on");

    for revoked in [true, false] {
        let txn = world.begin().await;
        assert_eq!(client::revoke(&txn, &world.store, &Actor::operator(), client.id).await.unwrap(), revoked);
        txn.commit().await.unwrap();
    }
    assert!(client::by_token(&other, &second).await.unwrap().is_none());
    let id = client.id.to_string();
    assert!(client::by_secret(other.db.read(), &id, secret.expose_secret()).await.unwrap().is_none());
}

/// Ten calls with one key fall together; each files a request if the key is new to it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_key_has_one_effect(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut calls = JoinSet::new();
    for call in 0..10 {
        let store = if call % 2 == 0 { world.store.clone() } else { world.another_process().await };
        let client = world.filer;
        calls.spawn(async move {
            let txn = store.db.begin().await.unwrap();
            match take(&txn, client, "key", "body", START).await.unwrap() {
                Known::New => {
                    // Long enough that the others come meanwhile.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    let answer = Answer { status: 201, location: Some(format!("/{call}")), body: "{}".to_owned() };
                    keep(&txn, client, "key", &answer).await.unwrap();
                    txn.commit().await.unwrap();
                    (true, answer)
                }
                Known::Answered(answer) => (false, answer),
                Known::OtherBody => panic!("all bodies are the same"),
            }
        });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|(did, _)| *did).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(_, answer)| *answer == answers[0].1), "all get the answer of the one: {answers:?}");
}

#[rstest]
#[tokio::test]
async fn a_key_belongs_to_its_client_and_its_body(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = add_client(&world.store, "other", &[]).await;
    let answer = Answer { status: 201, location: None, body: "{}".to_owned() };

    let txn = world.begin().await;
    assert_eq!(take(&txn, world.filer, "key", "body", START).await.unwrap(), Known::New);
    drop(txn);
    let txn = world.begin().await;
    assert_eq!(
        take(&txn, world.filer, "key", "body", START).await.unwrap(),
        Known::New,
        "what failed may be tried again"
    );
    keep(&txn, world.filer, "key", &answer).await.unwrap();
    txn.commit().await.unwrap();
    let txn = world.begin().await;
    assert_eq!(take(&txn, world.filer, "key", "another body", START).await.unwrap(), Known::OtherBody);
    assert_eq!(take(&txn, other, "key", "another body", START).await.unwrap(), Known::New);
    assert_eq!(take(&txn, world.filer, "key", "body", START).await.unwrap(), Known::Answered(answer));
    assert_eq!(forget(&txn, START).await.unwrap(), 0);
    assert_eq!(forget(&txn, START + Duration::from_micros(1)).await.unwrap(), 2);
    assert_eq!(take(&txn, world.filer, "key", "another body", START).await.unwrap(), Known::New);
}

/// The same person wrote to two controllers; each one's officer sees her once (promise 3).
#[rstest]
#[tokio::test]
async fn another_controllers_request_cannot_be_seen_or_touched(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let other = add_controller(&world.store, "other").await;
    let ours = world.file(Right::Erasure).await;
    let theirs = world.file_at(&other, Right::Erasure, Some("post_ident"), START).await;
    let officer = world.officer().await;
    let reach = &officer.reach;
    let conn = world.store.db.read();

    assert_eq!(by_id(conn, reach, ours.id).await.unwrap().map(|found| found.id), Some(ours.id));
    assert_eq!(by_id(conn, reach, theirs.id).await.unwrap(), None);
    assert_eq!(by_reference(conn, reach, &ours.reference).await.unwrap().map(|found| found.id), Some(ours.id));
    assert_eq!(by_reference(conn, reach, &theirs.reference).await.unwrap(), None);
    let txn = world.begin().await;
    assert_eq!(lock(&txn, reach, theirs.id).await.unwrap(), None);
    drop(txn);

    let ids = async |filter: Filter| -> Vec<_> {
        page(conn, reach, &filter, None, 100).await.unwrap().into_iter().map(|found| found.id).collect()
    };
    let hashes = |rows: Vec<identifier::table::Model>| rows.into_iter().map(|row| row.lookup_hash).collect::<Vec<_>>();
    let our_hashes = hashes(identifier::queries::of_request(conn, ours.id).await.unwrap());
    let their_hashes = hashes(identifier::queries::of_request(conn, theirs.id).await.unwrap());
    assert!(our_hashes.iter().all(|hash| !their_hashes.contains(hash)), "one person, but no hash tells so");
    assert_eq!(ids(Filter::default()).await, [ours.id]);
    assert_eq!(ids(Filter { controller: Some(other.id), ..Filter::default() }).await, []);
    assert_eq!(ids(Filter { lookup_hashes: Some(our_hashes), ..Filter::default() }).await, [ours.id]);
    assert_eq!(ids(Filter { lookup_hashes: Some(their_hashes.clone()), ..Filter::default() }).await, []);

    assert!(!event::queries::of_request(conn, reach, ours.id, None, 100).await.unwrap().is_empty());
    assert_eq!(event::queries::of_request(conn, reach, theirs.id, None, 100).await.unwrap().len(), 0);
    event::chain::link(&world.store, other.id, 100).await.unwrap();
    assert_eq!(event::queries::of_controller(conn, reach, other.id, 0, 100).await.unwrap().len(), 0);
    let all = Reach::installation();
    assert!(event::queries::of_controller(conn, &all, other.id, 0, 100).await.unwrap().len() >= 2);

    let held = world.decide(&officer, theirs.id, async |case| case.hold("not mine").await).await;
    assert!(matches!(held, Err(NotDecided::NotFound("request"))), "{held:?}");
    let nobody = Reach::of_client(conn, ClientId::new()).await.unwrap();
    assert_eq!(page(conn, &nobody, &Filter::default(), None, 100).await.unwrap().len(), 0, "no reach is not all reach");
}

/// Pages of a list: newest first, each request once, whatever is filed meanwhile.
#[rstest]
#[tokio::test]
async fn a_list_is_read_page_by_page(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut filed = Vec::new();
    for _ in 0..5 {
        filed.push(world.file(Right::Access).await.id);
    }
    let reach = Reach::installation();
    let conn = world.store.db.read();
    let mut seen = Vec::new();
    loop {
        let rows = page(conn, &reach, &Filter::default(), seen.last().copied(), 2).await.unwrap();
        if rows.is_empty() {
            break;
        }
        seen.extend(rows.into_iter().map(|row| row.id));
        world.file(Right::Access).await;
    }
    filed.reverse();
    assert_eq!(seen, filed);
}

/// What `steps` says of a request is of that request alone.
#[rstest]
#[tokio::test]
async fn dropping_one_requests_steps_leaves_the_others(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (one, two) = (world.file(Right::Access).await, world.file(Right::Access).await);
    let conn = world.store.db.write();
    assert_eq!(waiting::of(one.id).but(StepKind::Mail).remove(conn).await.unwrap(), 2, "the search and the warnings");
    assert_eq!(queue::of_request(conn, one.id).await.unwrap().len(), 0);
    assert_eq!(queue::of_request(conn, two.id).await.unwrap().len(), 2);
    assert_eq!(entities::step::table::Entity::find().all(conn).await.unwrap().len(), 2);
}
