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
