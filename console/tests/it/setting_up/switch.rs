//! The switch that stops work.

use entities::controller::policy::Policy;
use entities::controller::queries::{self, Credential, NewController};
use entities::event::trail::Actor;
use entities::id::ControllerId;
use entities::officer::role::Where;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{administrator, fill, own_events, stored};
use crate::world::World;

#[rstest]
#[tokio::test]
async fn one_controller_is_paused_with_a_reason_that_everybody_there_reads(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    let switch = "/console/setup/controllers/acme/pause";
    let page = fill(&mut browser, switch, switch, &[("reason", "  ")]).await;
    assert_eq!(page.status, 422);
    page.says("Say why it is paused");
    let page = browser.get(switch).await.fine();
    let reason = [("reason", "wrong <results> at the platform")];
    assert_eq!(browser.submit(&page, switch, &reason).await.goes_to(), "/console/setup/controllers/acme");
    assert_eq!(browser.submit(&page, switch, &reason).await.goes_to(), "/console/setup/controllers/acme");
    assert!(stored(&world, "acme").await.unwrap().paused);
    assert!(!stored(&world, "beta").await.unwrap().paused);
    let (_, mut officer) = world.officer().await;
    let page = officer.get("/console/requests").await.fine();
    page.says("Paused: ACME").says("(Adam Acht)").says("wrong &#60;results&#62; at the platform");
    page.says("<time datetime=\"2026-03-02T09:00:00Z\">");
    let page = browser.get(switch).await.fine();
    page.says("Let ACME go on").says("Adam Acht");
    let events = own_events(&world, world.acme.id).await;
    let event = events.last().unwrap();
    assert_eq!(event.kind, "controller.paused");
    assert!(!event.data.contains("results"), "somebody's own words are sealed: {}", event.data);
    let resume = "/console/setup/controllers/acme/resume";
    assert_eq!(browser.submit(&page, resume, &[]).await.goes_to(), "/console/setup/controllers/acme");
    assert!(!stored(&world, "acme").await.unwrap().paused);
    officer.get("/console/requests").await.fine().does_not_say("Paused:");
    // Somebody else was faster.
    let again = fill(&mut browser, switch, switch, &reason).await;
    again.goes_to();
    let stale = browser.submit(&page, resume, &[("form_key", "x")]).await;
    assert!(stale.status == 303 || stale.status == 422 || stale.status == 409, "{}", stale.status);
}

#[rstest]
#[tokio::test]
async fn everything_stops_also_what_is_added_later_and_goes_on_but_for_what_was_paused_by_itself(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::Everywhere).await;
    let acme = "/console/setup/controllers/acme/pause";
    fill(&mut browser, acme, acme, &[("reason", "its own trouble")]).await.goes_to();
    let all = "/console/setup/pause";
    fill(&mut browser, all, all, &[("reason", "incident 4711")]).await.goes_to();
    let txn = world.store.db.begin().await.unwrap();
    let new = NewController {
        slug: "gamma".to_owned(),
        name: "GAMMA".to_owned(),
        organisation_id: "org-3".to_owned(),
        login_url: "https://login.example.com".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        credential: Credential { client_id: "id".to_owned(), client_secret: "secret".to_owned().into() },
        time_zone: "Europe/Berlin".to_owned(),
        region: None,
        policy: Policy::default(),
    };
    queries::add(&txn, &world.store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    for slug in ["acme", "beta", "gamma"] {
        assert!(stored(&world, slug).await.unwrap().paused, "{slug}");
    }
    // Who works at one controller alone reads why it stopped, too.
    let (_, mut officer) = world.officer().await;
    officer.get("/console/account").await.fine().says("Paused: everything").says("incident 4711");
    // Ending a controller's own pause does not start it while everything stands.
    let page = browser.get(acme).await.fine();
    page.says("Everything is paused as well");
    browser.submit(&page, "/console/setup/controllers/acme/resume", &[]).await.goes_to();
    assert!(stored(&world, "acme").await.unwrap().paused);
    fill(&mut browser, acme, acme, &[("reason", "its own trouble")]).await.goes_to();
    fill(&mut browser, all, "/console/setup/resume", &[]).await.goes_to();
    for (slug, paused) in [("acme", true), ("beta", false), ("gamma", false)] {
        assert_eq!(stored(&world, slug).await.unwrap().paused, paused, "{slug}");
    }
    let kinds: Vec<_> = own_events(&world, ControllerId::INSTALLATION).await.into_iter().map(|it| it.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| kind.starts_with("installation.")).count(), 2, "{kinds:?}");
}
