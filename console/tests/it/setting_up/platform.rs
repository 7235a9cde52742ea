//! Asking the platform what a controller may do there.

use entities::controller::policy::Policy;
use entities::controller::queries::{self, Credential, NewController};
use entities::event::trail::Actor;
use entities::officer::role::Where;
use rstest::rstest;
use sandbox::options::Population;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::platform::{Platform, swift};

use super::{administrator, fill};
use crate::browser::Browser;
use crate::world::World;

/// Adds a controller that lives on a sandbox.
async fn add(world: &World, platform: &Platform, slug: &str, organisation: &str, client: (&str, &str)) {
    let txn = world.store.db.begin().await.unwrap();
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        organisation_id: organisation.to_owned(),
        login_url: platform.url.clone(),
        api_url: platform.url.clone(),
        credential: Credential { client_id: client.0.to_owned(), client_secret: client.1.to_owned().into() },
        time_zone: "Europe/Berlin".to_owned(),
        region: None,
        policy: Policy::default(),
    };
    queries::add(&txn, &world.store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn the_platform_says_what_is_missing_and_the_page_says_the_way_out(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let platform = Platform::start(swift(Population::Empty)).await;
    let organisation = platform.organisation(0).await;
    for (slug, organisation, client) in [
        ("whole", organisation.as_str(), ("demo-client", "demo-secret")),
        ("partial", &organisation, ("no-submit-client", "no-submit-secret")),
        ("wrong", &organisation, ("demo-client", "not-the-secret")),
        ("strange", "another-organisation", ("demo-client", "demo-secret")),
        ("away", "nowhere", ("demo-client", "demo-secret")),
    ] {
        add(&world, &platform, slug, organisation, client).await;
    }
    let mut browser = administrator(&world, Where::Everywhere).await;
    let mut look = async |slug: &str| {
        let show = format!("/console/setup/controllers/{slug}");
        let page = fill(&mut browser, &show, &format!("{show}/look"), &[]).await.fine();
        page.does_not_say("secret\"").does_not_say("not-the-secret");
        page
    };
    let page = look("whole").await;
    page.says("It can do all it must").says("gdpr:request:add").says("Held in all divisions").says(&organisation);
    let page = look("partial").await;
    page.says("Something is missing").says("Add gdpr:request:add to a role").says("tag alarm");
    let page = look("wrong").await;
    page.says("does not know this id and secret").says("set the credential anew").does_not_say("gdpr:request:add");
    let page = look("strange").await;
    page.says("does not belong to another-organisation").says("Use an OAuth client of that organisation");
    platform.stop().await;
    look("away").await.says("The platform gave no token").says("can be reached from here");
}

/// Whoever adds a controller learns what its credential may do before the controller is there.
#[rstest]
#[tokio::test]
async fn a_credential_is_tried_on_the_platform_while_a_controller_is_added(#[values(Sqlite, Postgres)] on: Kind) {
    const ADD: &str = "/console/setup/controllers/add";
    let world = World::on(on).await;
    let platform = Platform::start(swift(Population::Empty)).await;
    let organisation = platform.organisation(0).await;
    add(&world, &platform, "whole", &organisation, ("demo-client", "demo-secret")).await;
    let mut browser = administrator(&world, Where::Everywhere).await;
    let first = browser.get(ADD).await.fine();
    // Where another controller is already, such as a platform for tests, can be chosen beside the regions.
    first.says("value=\"as:whole\"").says(&platform.url);
    let name = [("name", "Gamma"), ("slug", "gamma"), ("platform", "as:whole"), ("organisation", &organisation)];
    let page = browser.submit(&first, ADD, &name).await.fine();
    let early = browser.submit(&page, ADD, &[("show", "look")]).await;
    assert_eq!(early.status, 400, "there is no credential to try");
    let credential = browser.submit(&page, ADD, &[("time_zone", "Europe/Berlin"), ("region", "DE")]).await.fine();
    let try_out = async |browser: &mut Browser, client: &str, secret: &str| {
        let given = [("client_id", client), ("client_secret", secret)];
        let divisions = browser.submit(&credential, ADD, &given).await.fine();
        divisions.says("Can it work on the platform?").does_not_say("It can do all it must");
        let looked = browser.submit(&divisions, ADD, &[("show", "look"), ("divisions", "Home")]).await.fine();
        looked.says(">Home</textarea>").does_not_say(secret);
        looked
    };
    let wrong = try_out(&mut browser, "demo-client", "not-the-secret").await;
    wrong.says("does not know this id and secret").says("tag alarm");
    let partial = try_out(&mut browser, "no-submit-client", "no-submit-secret").await;
    partial.says("Something is missing").says("Add gdpr:request:add to a role");
    let whole = try_out(&mut browser, "demo-client", "demo-secret").await;
    whole.says("It can do all it must").says(&organisation);
    assert!(super::stored(&world, "gamma").await.is_none(), "nothing is stored by looking");

    // From there on as without a look, to the controller on that platform.
    let page = browser.submit(&whole, ADD, &[("divisions", "")]).await.fine();
    let page = browser.submit(&page, ADD, &[("review", "always"), ("target_days", "0")]).await.fine();
    let letters = [("letters", "none"), ("hold", "none"), ("language", "en"), ("warn_days", "")];
    let check = browser.submit(&page, ADD, &letters).await.fine();
    check.says(&format!("Where whole is ({})", platform.url));
    browser.submit(&check, ADD, &[]).await.goes_to();
    let row = super::stored(&world, "gamma").await.unwrap();
    assert_eq!((row.api_url, row.policy.divisions), (platform.url, Vec::new()));
}
