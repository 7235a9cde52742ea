//! What looking after jobs costs the platform's budget: pages or single reads, whichever is fewer (promise 5).

use std::time::Duration;

use entities::controller::policy::Policy;
use entities::id::RequestId;
use entities::request::status::Outcome;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use testbed::database::Kind;
use testbed::platform::swift;

use crate::world::{Setup, World, on_both, swift_policy};

/// A platform that takes `takes` over an export.
async fn slow(kind: Kind, takes: Duration, policy: Policy) -> World {
    let mut options = swift(Population::Samples);
    options.settings.export_takes = takes;
    World::with(kind, Setup { policy, ..Setup::new(options) }).await
}

async fn file_unknown(world: &World, how_many: usize) -> Vec<RequestId> {
    let mut ids = Vec::new();
    for number in 0..how_many {
        ids.push(world.file(Right::Access, &[(K::Email, &format!("nobody-{number}@example.org"))]).await);
    }
    ids
}

/// Thirty jobs that were placed one after the other, all over the cadence, are soon looked at together, on one page of the list.
#[tokio::test(flavor = "multi_thread")]
async fn many_jobs_are_looked_at_on_the_list() {
    on_both(async |kind| {
        let policy = Policy { poll_ms: 400, ..swift_policy() };
        let world = slow(kind, Duration::from_millis(2_600), policy).await;
        let ids = file_unknown(&world, 30).await;
        for id in &ids {
            world.approve(*id).await;
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        world.until_true("all to be placed", async || world.calls("submit_request").await == 30).await;
        for id in &ids {
            assert_eq!(world.until_closed(*id).await.outcome, Some(Outcome::NoDataFound));
        }
        let (pages, reads) = (world.calls("list_requests").await, world.calls("read_request").await);
        println!("{kind:?}: 30 jobs over some 7 rounds: {pages} pages, {reads} single reads");
        // Each job yields nothing, which is believed after three reads. While the first few are placed they are read singly, before the list is worth it.
        assert!(reads <= 3 * 30 + 12, "{reads}");
        assert!(pages <= 16, "{pages}");
        world.books_agree().await;
    })
    .await;
}

/// Two jobs among many of others are read singly: the list would cost fifty pages each time.
#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_among_many_are_read_singly() {
    on_both(async |kind| {
        let policy = Policy { poll_ms: 100, page_size: 20, ..swift_policy() };
        let world = slow(kind, Duration::from_millis(600), policy).await;
        assert_eq!(world.crowd(1_000).await, 1_000);
        let ids = file_unknown(&world, 2).await;
        for id in &ids {
            world.approve(*id).await;
        }
        for id in &ids {
            world.until_closed(*id).await;
        }
        assert!(world.calls("list_requests").await <= 2, "its first page tells how long it is, once a run of rounds");
        assert!(world.calls("read_request").await <= 2 * (6 + 4), "six rounds, and three looks for results");
        world.books_agree_but_for(1_000).await;
    })
    .await;
}
