//! What must not get in: a table of calls that the real service refuses, each with its problem, and none of them leaving
//! anything behind.
//!
//! One process a kind of database answers all of them. After each call every row of every table is compared with what was
//! there before, so a refusal that stores something is found at the call that did it.

mod addresses;
mod allowed;
mod bodies;
mod decisions;
mod described;
mod fences;
mod fields;
mod hooks;
mod identifiers;
mod lists;
mod repeats;
mod row;
mod scopes;
mod server;
mod shapes;
mod slow;
mod sources;
mod stored;
mod subscribers;
mod tokens;
mod wire;
mod world;

use testbed::database::Kind;

use described::Api;
use row::Row;
use stored::Watch;
use world::World;

/// Codes of problems that no row can meet: one takes two callers at once, one records that contradict each other, one a machine
/// that decides, six a controller that has letters written (`api/tests/it/letters.rs`), one five keys of a subscriber
/// (`api/tests/it/subscribers.rs`), one a task that was done (`api/tests/it/work.rs`), one a file that was handed over
/// (`api/tests/it/handed.rs`), one a file of another right than access (`entities/tests/it/handed.rs`), the others a service in
/// trouble, a slow caller or a fast one.
const ELSEWHERE: [&str; 19] = [
    "address_not_proven",
    "body_timeout",
    "conflict",
    "handed_over_already",
    "internal",
    "letter_incomplete",
    "letter_not_failed",
    "letter_not_held",
    "letter_not_waiting",
    "merge_contradiction",
    "no_copy",
    "not_printable",
    "person_needed",
    "raced",
    "rate_limited",
    "task_done",
    "timed_out",
    "too_many_keys",
    "unavailable",
];

/// Makes the calls, and names every one that did not go as its row says.
async fn refused(world: &World, api: &Api, rows: Vec<Row>) {
    let mut wrong = Vec::new();
    let mut unmet = api.problems.clone();
    let watch = Watch::on(&world.installation.store).await;
    let mut before = watch.look().await;
    let count = rows.len();
    for row in rows {
        match row.is_refused_by(&world.server).await {
            Err(reason) => wrong.push(format!("{}: {reason}", row.name())),
            Ok(answer) => {
                let body = answer.body();
                let code = body["code"].as_str();
                if code.is_some_and(|code| !api.problems.contains(code)) {
                    wrong.push(format!("{}: /problems does not know {code:?}", row.name()));
                }
                code.map(|code| unmet.remove(code));
            }
        }
        let after = watch.look().await;
        if let Some(table) = before.differs(&after) {
            wrong.push(format!("{}: something was stored in {table}", row.name()));
            before = after;
        }
    }
    println!("{count} calls on {:?}", world.kind);
    assert!(wrong.is_empty(), "{} of {count} calls:\n{}\n{}", wrong.len(), wrong.join("\n"), world.server.failures());
    assert_eq!(unmet.iter().map(String::as_str).collect::<Vec<_>>(), ELSEWHERE, "codes that no row meets");
}

async fn the_table(kind: Kind) {
    let world = World::start(kind).await;
    let api = Api::read(&world.server).await;
    let rows = [
        bodies::rows(&world),
        shapes::rows(&world),
        fields::rows(&world),
        identifiers::rows(&world),
        tokens::rows(&world),
        scopes::rows(&world, &api),
        decisions::rows(&world),
        repeats::rows(&world),
        lists::rows(&world, &api).await,
        addresses::rows(&world, &api),
        subscribers::rows(&world),
        sources::rows(&world),
        wire::rows(&world),
        hooks::rows(&world),
    ];
    refused(&world, &api, rows.into_iter().flatten().collect()).await;
    fences::nothing_shows_over_them(&world, &api).await;
    fences::nothing_shows_through_them(&world, &api).await;
    described::is_all_there(&world, &api).await;
    allowed::what_is_well_formed_gets_in(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_bad_gets_in_on_sqlite() {
    the_table(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_bad_gets_in_on_postgresql() {
    the_table(Kind::Postgres).await;
}
