//! The first page: figures, each leading to what it counts.

use entities::clock::table as clock;
use entities::officer::role::{Role, Where};
use entities::rate::pace;
use entities::request::decide::{Case, Decider};
use entities::{client::reach::Reach, controller::queries::credential, event::trail::Actor};
use rstest::rstest;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

/// What the table behind a plot says beside a label, and where that leads.
fn cell(page: &Page, plot: &str, label: &str) -> (String, Option<String>) {
    let section = page.between(&format!("aria-labelledby=\"{plot}-title\">"), "</section>");
    let (_, rest) = section.split_once(&format!("<th scope=\"row\">{label}</th><td class=\"number\">")).unwrap();
    let cell = rest.split("</td>").next().unwrap();
    let Some((_, rest)) = cell.split_once("href=\"") else { return (cell.to_owned(), None) };
    let (address, rest) = rest.split_once('"').unwrap();
    let count = rest.trim_start_matches('>').split('<').next().unwrap();
    (count.to_owned(), Some(address.replace("&#38;", "&")))
}

#[rstest]
#[tokio::test]
async fn every_number_of_open_requests_leads_to_them(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    // Two are late, one is due on Friday of this week, two are fresh; another controller's is not counted.
    for days in [40, 45, 25, 1, 1] {
        world.file(ada.id, &world.acme, days, "Grace Hopper").await;
    }
    world.file(ada.id, &world.beta, 40, "Grace Hopper").await;
    let page = browser.get("/console").await.fine();
    page.says("aria-current=\"true\">Overview").says("role=\"img\"");
    for (plot, label, count) in [
        ("due", "Late", "2"),
        ("due", "5 March 2026", "1"),
        ("due", "6 March 2026", "0"),
        ("ages", "0 to 7 days", "2"),
        ("ages", "15 to 30 days", "1"),
        ("ages", "31 to 60 days", "2"),
        ("ages", "More than 90 days", "0"),
    ] {
        let (told, address) = cell(&page, plot, label);
        assert_eq!(told, count, "{plot} {label}");
        let listed = browser.get(&address.unwrap()).await.fine();
        let links = listed.text.matches("class=\"ref\" href=").count();
        assert_eq!(links.to_string(), count, "{plot} {label}");
    }
    let auditor = world.hire("adm@example.com", "Adam Admin", &[(Where::At(world.acme.id), Role::Administrator)]).await;
    let page = world.signed_in(&auditor).await.get("/console").await.fine();
    assert_eq!(cell(&page, "due", "Late"), ("2".to_owned(), None), "who may not list them sees how many there are");
}

#[rstest]
#[tokio::test]
async fn what_ended_and_what_was_in_time_is_told_for_a_year(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    browser.get("/console").await.fine().says("Nothing was answered").says("The platform was not called yet");
    let by = Decider { actor: Actor::operator(), client: Some(ada.id), reach: Reach::installation() };
    let mut refused = Vec::new();
    for _ in 0..4 {
        let row = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
        let txn = world.store.db.begin().await.unwrap();
        let case = Case::open(&txn, &world.store, &by, row.id, None).await.unwrap();
        case.refuse("manifestly_unfounded", None, "the tenth this week").await.unwrap();
        txn.commit().await.unwrap();
        refused.push(row.id);
    }
    // Of one, the person was told after the statutory day.
    let late = world.store.now() - std::time::Duration::from_secs(86_400);
    clock::Entity::update_many()
        .col_expr(clock::Column::StatutoryAt, Expr::value(late.0))
        .filter(clock::COLUMN.request_id.eq(refused[0]))
        .exec(world.store.db.write())
        .await
        .unwrap();
    let known = credential(&world.store, &world.acme).unwrap();
    let key = pace::key(&world.acme.api_url, &known.client_id);
    pace::learn(&world.store, &key, 300).await.unwrap();
    // How a year went is counted once a minute, and the page says when.
    let page = browser.get("/console").await.fine();
    page.says("Nothing was answered").says("The past year was counted <time");
    world.store.clock.advance(std::time::Duration::from_secs(60));
    pace::reserve(&world.store, &key, 2).await.unwrap();
    let page = browser.get("/console").await.fine();
    assert_eq!(cell(&page, "outcomes", "Refused").0, "4");
    page.says("3 of 4 answers").says("75 %").says("2 calls in the last minute, of 300 that are allowed");
    assert_eq!(cell(&page, "due", "Late").0, "0");
}
