//! Long times in a moment: our clock and the sandbox's are moved together, by the story alone.

use std::time::Duration;

use entities::controller::policy::{Policy, Review};
use entities::request::status::Outcome;
use entities::step::{lease, table as step};
use entities::time::{At, Clock};
use jiff::Timestamp;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::{Options, Population};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use testbed::database::Kind;
use testbed::platform::swift;

use crate::world::{Setup, World, on_both};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A world whose clocks stand still until the story moves them.
async fn standing_still(kind: Kind, mut options: Options, policy: Policy) -> World {
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    options.start_at = Some(start);
    options.speed = 0.0;
    let clock = Clock::driven(At::from(start));
    World::with(kind, Setup { policy, clock, working: false, ..Setup::new(options) }).await
}

async fn pass(world: &World, by: Duration) {
    world.platform.turn("clock", &json!({ "advance_seconds": by.as_secs_f64() })).await;
    world.store.clock.advance(by);
}

/// Moves the clocks from one due step to the next, and but slowly while any is at work, until `done`.
async fn run_until(world: &World, done: impl AsyncFn() -> bool) {
    let begun = tokio::time::Instant::now();
    while !done().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}: it does not come to its end", world.kind);
        let now = world.store.now();
        let at_work = step::Entity::find().filter(step::Column::LeaseUntil.gt(now)).all(world.store.db.read());
        let due = lease::next_due(&world.store).await.unwrap();
        match due {
            Some(due) if due > now && at_work.await.unwrap().is_empty() => pass(world, due.since(now)).await,
            // Enough time for a worker to look again, or to get its slot of the platform's budget.
            _ => pass(world, world.config.idle_poll).await,
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Promise 5: fourteen days of an erasure at the default cadence of four hours. The platform is asked for one page each time,
/// however many jobs are open, and once for each result.
#[tokio::test(flavor = "multi_thread")]
async fn fourteen_days_cost_what_the_cadence_implies() {
    on_both(async |kind| {
        let mut options = swift(Population::Samples);
        options.settings.erasure_takes = 14 * DAY;
        options.settings.export_takes = DAY;
        options.settings.sibling_delay = Duration::from_secs(60);
        let mut world = standing_still(kind, options, Policy::default()).await;
        // Leases are renewed by the machine's clock, which is slow in these stories.
        world.config.lease = Duration::from_secs(3600);
        world.work();
        let erasure = world.file(Right::Erasure, &[(K::Email, "maya.okafor@example.com")]).await;
        let mut exports = Vec::new();
        for number in 0..5 {
            exports.push(world.file(Right::Access, &[(K::Email, &format!("nobody-{number}@example.org"))]).await);
        }
        for id in exports.iter().chain([&erasure]) {
            let reviewing = async || world.request(*id).await.status.as_str() == "reviewing";
            run_until(&world, reviewing).await;
            world.approve(*id).await;
        }
        let began = world.store.now();
        run_until(&world, async || world.request(erasure).await.status.is_closed()).await;
        let took = world.store.now().since(began);
        assert!(took >= 14 * DAY && took < 15 * DAY, "{took:?}");
        assert_eq!(world.request(erasure).await.outcome, Some(Outcome::Fulfilled));
        for id in exports {
            assert_eq!(world.request(id).await.outcome, Some(Outcome::NoDataFound));
        }
        let implied = 14 * 24 / 4;
        let (pages, reads) = (world.calls("list_requests").await, world.calls("read_request").await);
        println!("{kind:?}: 14 days by 4 h imply {implied} rounds: {pages} pages and {reads} single reads for 10 jobs");
        assert!(
            (implied..=implied + 3).contains(&pages),
            "the siblings end a minute later, which takes one more round"
        );
        assert_eq!(reads, 15, "an export without results is looked at three times before that is believed");
        world.books_agree().await;
    })
    .await;
}

/// Promise 5: two workers share one budget of 120 calls a minute. In no minute do they exceed it together, the platform never has
/// to say no, and hardly any of it goes unused while there is work.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_use_one_budget_and_no_more() {
    const ALLOWED: usize = 120;
    const MINUTES: usize = 1;
    on_both(async |kind| {
        let mut options = swift(Population::Samples);
        options.settings.rate_per_minute = u32::try_from(ALLOWED).unwrap();
        options.settings.rate_follows_clock = true;
        let policy = Policy { review: Review::AccessUnlessDoubtful, ..Policy::default() };
        let mut world = standing_still(kind, options, policy).await;
        world.config.lease = Duration::from_secs(3600);
        for number in 0..100 {
            world.file(Right::Access, &[(K::Email, &format!("nobody-{number}@example.org"))]).await;
        }
        world.work();
        let beside = world.work_beside();
        // The first half minute is for starting: tokens, limits, the burst.
        let tick = Duration::from_millis(25);
        for _ in 0..(Duration::from_secs(60 * MINUTES as u64 + 30).as_millis() / tick.as_millis()) {
            pass(&world, tick).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        beside.cancel();
        world.kill();
        let counters = world.platform.show("counters").await;
        assert_eq!(counters["limited"]["by_rate"], 0, "{kind:?}: the platform had to say no");
        let journal = world.platform.show("journal").await;
        let mut calls: Vec<Timestamp> = journal["entries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["route"] != "token")
            .map(|entry| entry["at"].as_str().unwrap().parse().unwrap())
            .collect();
        calls.sort();
        let within = |from: Timestamp, length: Duration| {
            let to = from + length;
            calls.iter().filter(|at| (from..to).contains(*at)).count()
        };
        let busiest = calls.iter().map(|at| within(*at, Duration::from_secs(60))).max().unwrap();
        let used = within(calls[0] + Duration::from_secs(20), Duration::from_secs(60 * MINUTES as u64));
        let share = 100.0 * used as f64 / (ALLOWED * MINUTES) as f64;
        println!("{kind:?}: {share:.0} % of the budget used, {busiest} of {ALLOWED} calls in the busiest minute");
        assert!(busiest <= ALLOWED, "{kind:?}: {busiest} calls in one minute");
        assert!(share >= 90.0, "{kind:?}: only {share:.0} % of the budget used");
    })
    .await;
}
