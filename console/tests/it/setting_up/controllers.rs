//! Adding a controller step by step, and changing each part of one.

use entities::controller::policy::{HeldBack, Review};
use entities::controller::queries::credential;
use entities::officer::role::Where;
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{administrator, fill, own_events, stored};
use crate::world::World;

const LIST: &str = "/console/setup/controllers";
const ADD: &str = "/console/setup/controllers/add";
const SECRET: &str = "correct-horse-battery";

#[rstest]
#[tokio::test]
async fn a_controller_is_added_step_by_step_and_its_secret_is_on_no_page(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::Everywhere).await;
    browser.get("/console/setup").await.fine().says("href=\"/console/setup/controllers\"");
    browser.get(LIST).await.fine().says("ACME").says("BETA").says(ADD);
    let first = browser.get(ADD).await.fine();
    first.says("step 1 of 7");

    // What is wrong is named field by field, and what was typed stays.
    let wrong = [("name", "Gamma GmbH"), ("slug", "acme"), ("platform", "mars"), ("organisation", "")];
    let page = browser.submit(&first, ADD, &wrong).await;
    assert_eq!(page.status, 422);
    page.says("value=\"Gamma GmbH\"").says("Choose the region of the platform").says("href=\"#organisation\"");
    let taken = [("name", "Gamma GmbH"), ("slug", "acme"), ("platform", "eu_central_1"), ("organisation", "org-3")];
    let page = browser.submit(&page, ADD, &taken).await;
    assert_eq!(page.status, 422);
    page.says("There is a controller of this short name already");
    let right = [("name", "Gamma GmbH"), ("slug", "gamma"), ("platform", "eu_central_1"), ("organisation", "org-3")];
    let page = browser.submit(&page, ADD, &right).await.fine();
    page.says("step 2 of 7");
    let page = browser.submit(&page, ADD, &[("time_zone", "Mars/Olympus"), ("region", "Germany")]).await;
    assert_eq!(page.status, 422);
    page.says("value=\"Mars/Olympus\"").says("Enter a code of ISO 3166");
    let page = browser.submit(&page, ADD, &[("time_zone", "Europe/Berlin"), ("region", "de")]).await.fine();
    let page = browser.submit(&page, ADD, &[("client_id", "an-id"), ("client_secret", SECRET)]).await.fine();
    page.says("step 4 of 7").does_not_say(SECRET);
    let page = browser.submit(&page, ADD, &[("divisions", "Home\r\n\r\nSales")]).await.fine();
    let policy = [("review", "access_unless_doubtful"), ("target_days", "5"), ("own_holidays", "2026-12-24")];
    let page = browser.submit(&page, ADD, &policy).await.fine();
    let officers = ("officers", "desk@example.com");
    let letters = [("letters", "mail"), ("hold", "decisions"), ("language", "de"), officers, ("warn_days", "7, 1")];
    let check = browser.submit(&page, ADD, &letters).await.fine();
    check.says("Check your answers").says("Gamma GmbH").says("eu_central_1").says("Home, Sales").says("2026-12-24");
    check.does_not_say(SECRET).says("never shown");
    assert!(stored(&world, "gamma").await.is_none(), "nothing is stored before the last step");

    // One answer is changed on the way, and the others stay.
    let back = browser.submit(&check, ADD, &[("show", "place")]).await.fine();
    back.says("value=\"Europe/Berlin\"").does_not_say(SECRET);
    let check = browser.submit(&back, ADD, &[("time_zone", "Europe/Vienna"), ("region", "AT")]).await.fine();
    check.says("Check your answers").says("Europe/Vienna").says("Home, Sales");
    let then = browser.submit(&check, ADD, &[]).await;
    assert_eq!(then.goes_to(), "/console/setup/controllers/gamma?done=added");
    // A second click does nothing twice.
    assert_eq!(browser.submit(&check, ADD, &[]).await.goes_to(), "/console/setup/controllers/gamma?done=added");

    let row = stored(&world, "gamma").await.unwrap();
    assert_eq!((row.name.as_str(), row.organisation_id.as_str()), ("Gamma GmbH", "org-3"));
    assert_eq!((row.time_zone.as_str(), row.region.as_deref()), ("Europe/Vienna", Some("AT")));
    assert_eq!(row.api_url, "https://api.mypurecloud.de/");
    assert_eq!((row.policy.review, row.policy.target_days), (Review::AccessUnlessDoubtful, 5));
    assert_eq!(row.policy.divisions, ["Home", "Sales"]);
    assert_eq!(row.policy.writing.warn_days, [7, 1]);
    assert_eq!(row.policy.writing.hold, HeldBack::Decisions);
    let known = credential(&world.store, &row).unwrap();
    assert_eq!((known.client_id.as_str(), known.client_secret.expose_secret()), ("an-id", SECRET));
    let events = own_events(&world, row.id).await;
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["controller.added"]);
    assert!(!events[0].data.contains(SECRET));
    let page = browser.get("/console/setup/controllers/gamma?done=added").await.fine();
    page.says("The controller was added").says("an-id").does_not_say(SECRET);
}

#[rstest]
#[tokio::test]
async fn answers_of_somebody_else_or_of_yesterday_are_not_taken(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::Everywhere).await;
    let name = [("name", "Gamma"), ("slug", "gamma"), ("platform", "eu_central_1"), ("organisation", "org-3")];
    let mine = fill(&mut browser, ADD, ADD, &name).await.fine();
    let draft = mine.hidden(ADD).into_iter().find(|(field, _)| field == "draft").unwrap().1;
    let row = world
        .hire("eve@example.com", "Eve Ernst", &[(Where::Everywhere, entities::officer::role::Role::Administrator)])
        .await;
    let mut other = world.signed_in(&row).await;
    let theirs = other.get(ADD).await.fine();
    let mut fields = theirs.hidden(ADD);
    fields.retain(|(field, _)| field != "draft" && field != "at");
    fields.extend([("draft".to_owned(), draft), ("at".to_owned(), "place".to_owned())]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(other.post_bare(ADD, &fields).await.goes_to(), ADD, "it opens for whom it was sealed alone");
    world.store.clock.advance(std::time::Duration::from_secs(3601));
    let row = world.by_login("adam@example.com").await.unwrap();
    let mut late = world.signed_in(&row).await;
    let fresh = late.get(ADD).await.fine().hidden("/console/sign-out");
    let mut fields = mine.hidden(ADD);
    fields.retain(|(field, _)| field != "form_token");
    fields.extend(fresh.into_iter().filter(|(field, _)| field == "form_token"));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(late.post_bare(ADD, &fields).await.goes_to(), ADD, "after an hour one begins again");
}

#[rstest]
#[tokio::test]
async fn each_part_is_changed_at_the_version_that_was_looked_at(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    let show = "/console/setup/controllers/acme";
    let part = |word: &str| format!("{show}/change/{word}");
    let old = browser.get(&part("name")).await.fine();
    let then = browser.submit(&old, &part("name"), &[("name", "Acme & Söhne")]).await;
    assert_eq!(then.goes_to(), "/console/setup/controllers/acme?done=changed");
    browser.get(show).await.fine().says("Acme &#38; Söhne");
    // Whoever looked before is told, and changes nothing.
    let other = [("form_key", "another"), ("form_token", ""), ("name", "Late")];
    let mut fields = old.hidden(&part("name"));
    fields.retain(|(field, _)| field != "form_key");
    fields.extend(other.iter().filter(|(_, value)| !value.is_empty()).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post_bare(&part("name"), &fields).await;
    assert_eq!(page.status, 412);
    page.says("Somebody changed this since you opened it");
    assert_eq!(stored(&world, "acme").await.unwrap().name, "Acme & Söhne");

    // The credential is renewed; neither secret is ever on a page.
    let page = browser.get(&part("credential")).await.fine();
    page.says("value=\"id\"").does_not_say("value=\"secret\"");
    let page = browser.submit(&page, &part("credential"), &[("client_id", "id"), ("client_secret", "")]).await;
    assert_eq!(page.status, 422);
    let then = browser.submit(&page, &part("credential"), &[("client_id", "id-2"), ("client_secret", SECRET)]).await;
    then.goes_to();
    let row = stored(&world, "acme").await.unwrap();
    assert_eq!(credential(&world.store, &row).unwrap().client_secret.expose_secret(), SECRET);
    browser.get(show).await.fine().says("id-2").does_not_say(SECRET);

    let place = [("time_zone", "Europe/Dublin"), ("region", "IE")];
    fill(&mut browser, &part("place"), &part("place"), &place).await.goes_to();
    let policy = [("review", "always"), ("target_days", "many"), ("own_holidays", "Christmas")];
    let page = fill(&mut browser, &part("policy"), &part("policy"), &policy).await;
    assert_eq!(page.status, 422);
    page.says("value=\"many\"").says("href=\"#own_holidays\"");
    let letters =
        [("letters", "mail"), ("hold", "some"), ("language", "de"), ("officers", "nobody"), ("warn_days", "7")];
    let page = fill(&mut browser, &part("letters"), &part("letters"), &letters).await;
    assert_eq!(page.status, 422);
    page.says("href=\"#hold\"").says("href=\"#officers\"");
    fill(&mut browser, &part("divisions"), &part("divisions"), &[("divisions", "Home")]).await.goes_to();
    let row = stored(&world, "acme").await.unwrap();
    assert_eq!((row.time_zone.as_str(), row.region.as_deref()), ("Europe/Dublin", Some("IE")));
    assert_eq!((row.policy.divisions.as_slice(), row.version), (&["Home".to_owned()][..], 5));
    let kinds: Vec<_> = own_events(&world, row.id).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "controller.changed").count(), 4);
    assert_eq!(browser.get(&part("nothing")).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn whoever_administers_one_controller_reaches_no_other(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    browser.get(LIST).await.fine().says("ACME").does_not_say("BETA").does_not_say(ADD).does_not_say("/setup/pause");
    let beta = "/console/setup/controllers/beta";
    for page in [
        ADD.to_owned(),
        "/console/setup/pause".to_owned(),
        beta.to_owned(),
        format!("{beta}/change/credential"),
        format!("{beta}/pause"),
        format!("{beta}/texts"),
        format!("{beta}/texts/en/refusal"),
    ] {
        let shown = browser.get(&page).await;
        assert_eq!(shown.status, 404, "{page}");
        shown.does_not_say("BETA");
    }
    let guard = browser.get(LIST).await.fine().hidden("/console/sign-out");
    for action in [
        ADD.to_owned(),
        "/console/setup/pause".to_owned(),
        "/console/setup/resume".to_owned(),
        format!("{beta}/look"),
        format!("{beta}/pause"),
        format!("{beta}/resume"),
        format!("{beta}/change/name"),
        format!("{beta}/texts/en/refusal"),
        format!("{beta}/texts/en/refusal/withdraw"),
    ] {
        let mut fields: Vec<_> = guard.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend([("reason", "because"), ("name", "Taken"), ("form_version", "1"), ("then", "save")]);
        assert_eq!(browser.post_bare(&action, &fields).await.status, 404, "{action}");
    }
    let after = stored(&world, "beta").await.unwrap();
    assert_eq!(after, world.beta);
    // Who decides about requests sets nothing up.
    let (_, mut officer) = world.officer().await;
    for page in [LIST, ADD, "/console/setup/pause", "/console/setup/law", "/console/setup/controllers/acme"] {
        assert_eq!(officer.get(page).await.status, 403, "{page}");
    }
}
