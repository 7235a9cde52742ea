//! The door for calls: what is our fault is never a sender's, and strangers cannot fill the house.

use std::time::Duration;

use entities::source::table as source;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use testbed::database::BOTH;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{WORD, on, on_both};
use crate::world::World;

async fn spoil(world: &World, change: impl FnOnce(&mut source::ActiveModel)) {
    let mut row = source::ActiveModel { id: Unchanged(world.source_row().await.id), ..Default::default() };
    change(&mut row);
    source::Entity::update(row).exec(world.store.db.write()).await.unwrap();
}

async fn is_sent_away(world: &World, why: &str) {
    let answer = world.hook(WORD, "{}").await;
    answer.is_problem(503, "unavailable");
    let wait: u64 = answer.header("retry-after").unwrap_or_else(|| panic!("{why}")).parse().unwrap();
    assert!((1..60).contains(&wait), "{why}: some give up where they are asked for a minute");
}

/// A sender that is told 500 may give up, or take its call for wrong. One that is told when to come again comes again.
#[tokio::test]
async fn what_is_our_fault_has_the_sender_come_again() {
    on_both(async |world, by| {
        world.source(&by).await;
        assert_eq!(world.hook(WORD, "{}").await.status, 202);
        let whole = world.source_row().await;
        spoil(&world, |row| row.secret_sealed = Set(vec![7; 60])).await;
        is_sent_away(&world, "a secret that does not open").await;
        let foreign = vault::keyring::Keyring::generate().seal(whole.id.0, "sources.secret", WORD.as_bytes());
        spoil(&world, |row| row.secret_sealed = Set(foreign)).await;
        is_sent_away(&world, "a secret under a key that this process does not hold").await;
        spoil(&world, |row| row.secret_sealed = Set(whole.secret_sealed.clone())).await;
        spoil(&world, |row| row.setup = Set("{}".to_owned())).await;
        is_sent_away(&world, "a setup that nobody understands").await;
        let broken = r#"{"scheme":"header_token","header":""}"#;
        spoil(&world, |row| row.setup = Set(broken.to_owned())).await;
        is_sent_away(&world, "a setup that cannot be used").await;
        spoil(&world, |row| row.setup = Set(whole.setup.clone())).await;
        assert_eq!(world.hook(WORD, "{}").await.status, 202, "once it is mended, the same call is taken");
        world.store.db.read().clone().close().await.unwrap();
        world.store.db.write().clone().close().await.unwrap();
        is_sent_away(&world, "the database is away").await;
    })
    .await;
}

/// A call whose body does not come to its end, of which so much has arrived.
async fn unfinished(world: &World, bytes: usize) -> TcpStream {
    let mut line = TcpStream::connect(world.address).await.unwrap();
    let head = format!("POST /webhooks/desk HTTP/1.1\r\nhost: dsr\r\ncontent-length: {}\r\n\r\n", bytes + 1);
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&vec![b'x'; bytes]).await.unwrap();
    line
}

/// The status that comes of a body of so many bytes.
async fn status_of(world: &World, bytes: usize) -> u16 {
    world.hook("another-word-of-nobody", &"x".repeat(bytes)).await.status.as_u16()
}

#[tokio::test]
async fn bodies_of_strangers_take_so_much_memory_and_no_more() {
    for kind in BOTH {
        // Half of it is for one address, and everybody here has the same one.
        let (world, by) = on(kind, |config| config.webhook_memory = 2 << 20).await;
        world.source(&by).await;
        assert_eq!(status_of(&world, 300_000).await, 401, "there is room");
        let held = [unfinished(&world, 400_000).await, unfinished(&world, 400_000).await];
        let mut full = 0;
        for _ in 0..400 {
            full = status_of(&world, 300_000).await;
            if full == 503 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(full, 503, "what has arrived of others is held, and there is no room beside it");
        let away = world.hook(WORD, &"x".repeat(300_000)).await;
        assert_eq!((away.status.as_u16(), away.header("retry-after")), (503, Some("30")));
        assert_eq!(status_of(&world, 100_000).await, 401, "for a smaller one there is");
        drop(held);
        let mut again = 503;
        for _ in 0..400 {
            again = status_of(&world, 300_000).await;
            if again == 401 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(again, 401, "what was held is given back when its caller goes");
        assert_eq!(status_of(&world, 1_048_577).await, 413, "and no body is longer than the share of one address");
    }
}

#[tokio::test]
async fn an_address_that_calls_too_often_is_told_when_to_come_again() {
    for kind in BOTH {
        let (world, by) = on(kind, |config| config.webhook_rate_per_minute = 3).await;
        world.source(&by).await;
        for _ in 0..3 {
            assert_eq!(world.hook(WORD, "{}").await.status, 202);
        }
        let away = world.hook(WORD, "{}").await;
        away.is_problem(429, "rate_limited");
        assert!(away.header("retry-after").is_some());
        assert_eq!(world.get(&by, super::LIST).await.status, 200, "clients are counted by themselves");
    }
}

#[tokio::test]
async fn more_connections_than_there_may_be_wait_and_are_served() {
    let (world, _) = on(BOTH[0], |config| config.max_connections = 4).await;
    // Whoever says nothing is sent away after ten seconds; until then these four are all there may be.
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(TcpStream::connect(world.address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut waits = TcpStream::connect(world.address).await.unwrap();
    waits.write_all(b"GET /healthz HTTP/1.1\r\nhost: dsr\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let early = tokio::time::timeout(Duration::from_millis(500), waits.read_to_end(&mut answer)).await;
    assert!(early.is_err(), "it waits: {}", String::from_utf8_lossy(&answer));
    drop(idle);
    tokio::time::timeout(Duration::from_secs(20), waits.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}
