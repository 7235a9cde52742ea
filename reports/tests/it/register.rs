//! The register: what is filed, and the line that stands for it.

use entities::client::reach::Reach;
use entities::job::status::JobStatus;
use entities::request::right::Right;
use entities::request::status::Outcome;
use entities::request::table::ActiveModel;
use futures::TryStreamExt;
use reports::fact::Fact;
use reports::load::{self, Which};
use reports::register::{COLUMNS, Line};
use reports::sheet;
use rstest::rstest;
use sea_orm::ActiveValue::Set;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{NAME, World};

async fn read(world: &World, which: Which) -> Vec<Fact> {
    load::facts(world.store.clone(), which).try_collect::<Vec<_>>().await.unwrap().concat()
}

async fn lines(world: &World, which: Which) -> Vec<Line> {
    let (zone, now) = (which.period.zone.clone(), world.store.now());
    read(world, which).await.iter().map(|fact| Line::of(fact, &zone, now)).collect()
}

/// The columns of a line that a story is about.
fn told(line: &Line, columns: &str) -> String {
    let cells = line.cells();
    let place = |name: &str| COLUMNS.iter().position(|it| *it == name).unwrap();
    columns.split(' ').map(|name| cells[place(name)].as_str()).collect::<Vec<_>>().join("|")
}

#[rstest]
#[tokio::test]
async fn every_request_is_one_line(#[values(Sqlite, Postgres)] on: Kind) {
    use Outcome as O;
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    // received, law, right, how it ended → the line
    let table = [
        (
            "2026-01-05T10:00:00Z",
            "eu_gdpr",
            Right::Access,
            Some((O::Fulfilled, None, "2026-01-20T10:00:00Z")),
            "2026-01-05|access|eu_gdpr|closed|fulfilled||2026-02-05|2026-02-05|15|yes|yes",
        ),
        // The month ends on a Saturday: the strict reading does not move it to Monday.
        (
            "2026-01-31T10:00:00Z",
            "eu_gdpr",
            Right::Erasure,
            Some((O::PartiallyFulfilled, None, "2026-03-02T10:00:00Z")),
            "2026-01-31|erasure|eu_gdpr|closed|partially_fulfilled||2026-02-28|2026-03-02|30|no|yes",
        ),
        (
            "2026-02-03T10:00:00Z",
            "eu_gdpr",
            Right::Access,
            Some((O::Refused, Some("excessive"), "2026-03-04T10:00:00Z")),
            "2026-02-03|access|eu_gdpr|closed|refused|excessive|2026-03-03|2026-03-03|29|no|no",
        ),
        (
            "2026-02-04T10:00:00Z",
            "eu_gdpr",
            Right::Access,
            Some((O::Withdrawn, None, "2026-04-30T10:00:00Z")),
            "2026-02-04|access|eu_gdpr|closed|withdrawn||2026-03-04|2026-03-04|||",
        ),
        (
            "2026-02-05T10:00:00Z",
            "eu_gdpr",
            Right::Rectification,
            None,
            "2026-02-05|rectification|eu_gdpr|resolving|||2026-03-05|2026-03-05||no|no",
        ),
        (
            "2026-05-06T10:00:00Z",
            "us_ca_ccpa eu_gdpr",
            Right::Access,
            None,
            "2026-05-06|access|us_ca_ccpa eu_gdpr|resolving|||2026-06-06|2026-06-08|||",
        ),
    ];
    for (received, laws, right, end, _) in &table {
        let request = world.file(&world.acme, *right, laws, received).await;
        if let Some((outcome, code, closed)) = end {
            world.close(&request, *outcome, *code, closed).await;
        }
    }
    world.file(&world.beta, Right::Access, "us_ca_ccpa", "2026-02-01T10:00:00Z").await;
    let lines = lines(&world, world.year(&world.acme, 2026)).await;
    let columns = "received_on right regimes status outcome refusal_code cautious_on statutory_on days_to_answer \
                   in_time_cautious in_time_statutory";
    let found: Vec<_> = lines.iter().map(|line| told(line, columns)).collect();
    assert_eq!(found, table.map(|(.., line)| line.to_owned()));
    let whole = format!("{lines:?}");
    assert!(!whole.contains("Ada") && !whole.contains(NAME));
}

#[rstest]
#[tokio::test]
async fn jobs_files_and_extensions_are_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-03-20T09:00:00Z").await;
    let request = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-03-02T10:00:00Z").await;
    for status in [JobStatus::Completed, JobStatus::Completed, JobStatus::Superseded, JobStatus::Failed] {
        world.job(&request, status, Some("2026-03-03T10:00:00Z"), None).await;
    }
    world.extend(&request, "2026-03-20T08:00:00Z").await;
    let late = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-01-05T10:00:00Z").await;
    world.extend(&late, "2026-03-01T08:00:00Z").await;
    let columns = "received_on extended extension_reason extension_announced_at statutory_on jobs files";
    let found: Vec<_> =
        lines(&world, world.year(&world.acme, 2026)).await.iter().map(|line| told(line, columns)).collect();
    // A notice that came too late lengthens nothing, and the register says so.
    assert_eq!(found[0], "2026-01-05|no|complexity|2026-03-01T08:00:00Z|2026-02-05|0|0");
    assert_eq!(found[1], "2026-03-02|yes|complexity|2026-03-20T08:00:00Z|2026-06-02|3|2");
}

#[rstest]
#[tokio::test]
async fn a_year_is_the_controllers(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2027-02-01T09:00:00Z").await;
    let berlin = [
        ("2025-12-31T22:59:59Z", 2025, "2025-12-31"),
        ("2025-12-31T23:00:00Z", 2026, "2026-01-01"),
        ("2026-12-31T22:59:59Z", 2026, "2026-12-31"),
        ("2026-12-31T23:30:00Z", 2027, "2027-01-01"),
    ];
    for (received, _, _) in berlin {
        world.file(&world.acme, Right::Access, "eu_gdpr", received).await;
        world.file(&world.beta, Right::Access, "us_ca_ccpa", received).await;
    }
    for year in [2025, 2026, 2027] {
        let found: Vec<_> =
            lines(&world, world.year(&world.acme, year)).await.iter().map(|it| it.received_on.to_string()).collect();
        let expected: Vec<_> = berlin.iter().filter(|(_, of, _)| *of == year).map(|(_, _, day)| *day).collect();
        assert_eq!(found, expected, "{year}");
    }
    // In Los Angeles all of these are still the old year.
    assert_eq!(lines(&world, world.year(&world.beta, 2025)).await.len(), 2);
    assert_eq!(lines(&world, world.year(&world.beta, 2026)).await.len(), 2);
    assert_eq!(lines(&world, world.year(&world.beta, 2027)).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn nothing_is_left_out_or_told_twice_between_batches(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    // More than two batches, most of them received at the very same instant.
    for number in 0..1_203 {
        let received = if number % 3 == 0 { "2026-03-02T10:00:01Z" } else { "2026-03-02T10:00:00Z" };
        world.file(&world.acme, Right::Access, "eu_gdpr", received).await;
    }
    let facts = read(&world, world.year(&world.acme, 2026)).await;
    let ids: std::collections::BTreeSet<_> = facts.iter().map(|fact| fact.id).collect();
    assert_eq!((facts.len(), ids.len()), (1_203, 1_203));
    assert!(facts.is_sorted_by_key(|fact| (fact.received_at, fact.id)));
}

#[rstest]
#[tokio::test]
async fn who_does_not_reach_a_controller_is_told_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    world.file(&world.acme, Right::Access, "eu_gdpr", "2026-03-02T10:00:00Z").await;
    let nowhere = Reach::of_client(world.store.db.read(), entities::id::ClientId::new()).await.unwrap();
    let which = Which { reach: nowhere, ..world.year(&world.acme, 2026) };
    assert_eq!(read(&world, which).await, []);
}

#[rstest]
#[tokio::test]
async fn a_formula_in_a_column_is_only_text(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    let evil = ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=1,2\n3"];
    for text in evil {
        let request = world.file(&world.acme, Right::Access, "eu_gdpr", "2026-03-02T10:00:00Z").await;
        let change = ActiveModel {
            channel: Set(text.to_owned()),
            refusal_basis: Set(Some(text.to_owned())),
            identity_method: Set(Some(text.to_owned())),
            ..Default::default()
        };
        world.change(&request, change).await;
    }
    let lines = lines(&world, world.year(&world.acme, 2026)).await;
    let csv = sheet::lines(std::iter::once(COLUMNS.map(str::to_owned)).chain(lines.iter().map(Line::cells)));
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_slice());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    let read: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(read.len(), evil.len());
    for (record, text) in read.iter().zip(evil) {
        for column in ["channel", "refusal_basis", "identity_method"] {
            let place = COLUMNS.iter().position(|it| *it == column).unwrap();
            assert_eq!(record[place], format!("'{text}"), "{column}");
        }
    }
}
