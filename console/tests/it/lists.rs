//! Narrowing the list, searching, saved views, one decision about several, the table to take along.

use entities::officer::role::{Role, Where};
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::table::ActiveModel;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

/// The references that a page lists, in its order.
fn references(page: &Page) -> Vec<String> {
    let links = page.text.split("class=\"ref\" href=\"/console/requests/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_law_and_by_days(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let fresh = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let old = world.file(ada.id, &world.acme, 20, "Grace Hopper").await;
    let mut listed = async |query: &str| {
        let page = browser.get(&format!("/console/requests?{query}")).await.fine();
        references(&page)
    };
    assert_eq!(listed("regime=eu_gdpr").await, [old.reference.as_str(), fresh.reference.as_str()]);
    assert!(listed("regime=us_ca_ccpa").await.is_empty());
    // Received on the first of March and due on the first of April; received on the tenth of February and due a month later.
    assert_eq!(listed("received_from=2026-03-01&received_to=2026-03-01").await, [fresh.reference.as_str()]);
    assert_eq!(listed("received_to=2026-02-28").await, [old.reference.as_str()]);
    assert_eq!(listed("due_from=2026-04-01&due_to=2026-04-01").await, [fresh.reference.as_str()]);
    assert_eq!(listed("due_to=2026-03-31").await, [old.reference.as_str()]);
    assert_eq!(listed("due_to=soon").await.len(), 2, "what is no day narrows nothing");
    assert!(listed("due_from=2026-04-02").await.is_empty());
}

#[rstest]
#[tokio::test]
async fn ones_own_work_is_listed_and_what_nobody_has_taken(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (_, mut other) = world.with_role("ben@example.com", Where::At(world.acme.id), Role::Officer).await;
    let (mine, free) = (
        world.file(ada.id, &world.acme, 2, "Grace Hopper").await,
        world.file(ada.id, &world.acme, 1, "Grace Hopper").await,
    );
    let assignee = format!("/console/requests/{}/assignee", mine.reference);
    let form = browser.get(&assignee).await.fine();
    browser.submit(&form, &assignee, &[("to", &ada.id.to_string())]).await.goes_to();
    let own = browser.get("/console/requests?assigned=mine").await.fine();
    own.says("value=\"mine\" selected");
    assert_eq!(references(&own), [mine.reference.as_str()]);
    // One address, kept as a view or sent to a colleague, is each reader's own.
    assert!(references(&other.get("/console/requests?assigned=mine").await.fine()).is_empty());
    for browser in [&mut browser, &mut other] {
        let page = browser.get("/console/requests?assigned=nobody").await.fine();
        assert_eq!(references(&page), [free.reference.as_str()]);
    }
}

#[rstest]
#[tokio::test]
async fn a_request_is_found_by_its_reference_or_by_what_is_known(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let email = [(K::Email, "grace.hopper@example.com")];
    let ours = world.file_with(ada.id, &world.acme, 1, Right::Access, &email, None).await;
    let theirs = world.file_with(ada.id, &world.beta, 1, Right::Access, &email, None).await;
    let queue = browser.get("/console/requests").await.fine();
    let path = "/console/requests/search";
    let found = browser.submit(&queue, path, &[("kind", "reference"), ("value", &ours.reference.to_lowercase())]).await;
    assert_eq!(found.goes_to(), format!("/console/requests/{}", ours.reference));
    let found = browser.submit(&queue, path, &[("kind", "email"), ("value", "Grace.Hopper@EXAMPLE.com ")]).await.fine();
    assert_eq!(references(&found), [ours.reference.as_str()]);
    let none = browser.submit(&queue, path, &[("kind", "email"), ("value", "grace@example.com")]).await.fine();
    none.says("No request was filed with that");
    for (kind, value, says) in [
        ("reference", theirs.reference.as_str(), "There is no request of that reference"),
        ("reference", "grace.hopper@example.com", "There is no request of that reference"),
        ("email", "no mailbox", "A mail address has one @"),
        ("phone", "", "Enter something"),
    ] {
        let page = browser.submit(&queue, path, &[("kind", kind), ("value", value)]).await;
        assert_eq!(page.status, 422, "{kind} {value}");
        page.says(says).says("href=\"#sought\"");
    }
}

#[rstest]
#[tokio::test]
async fn a_list_is_kept_under_a_name_by_its_owner_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let queue = browser.get("/console/requests?right=erasure&status=reviewing").await.fine();
    for _ in 0..2 {
        let kept = browser.submit(&queue, "/console/views", &[("name", "To <approve>")]).await;
        assert_eq!(kept.goes_to(), "/console/requests?status=reviewing&right=erasure");
    }
    let queue = browser.get("/console/requests?status=reviewing&right=erasure").await.fine();
    assert_eq!(queue.text.matches("To &#60;approve&#62;").count(), 1, "kept once");
    queue.says("aria-current=\"page\">To &#60;approve&#62;");
    let nameless = browser.submit(&queue, "/console/views", &[("name", " ")]).await;
    assert_eq!(nameless.status, 422);
    nameless.says("Enter a name of 1 to 60 characters");

    let views = browser.get("/console/views").await.fine();
    let id = views.between("action=\"/console/views/", "/rename\"").to_owned();
    let rename = format!("/console/views/{id}/rename");
    let hidden: Vec<_> = views.hidden(&rename).into_iter().filter(|(name, _)| name.starts_with("form_")).collect();
    let mut fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("name", "Mine"));
    assert_eq!(browser.post_bare(&rename, &fields).await.goes_to(), "/console/views");
    browser.get("/console/requests").await.fine().says(">Mine</a>");

    // Somebody else neither sees it nor gets at it.
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let mut stranger = world.signed_in(&ben).await;
    let theirs = stranger.get("/console/requests?right=access").await.fine();
    theirs.does_not_say(">Mine</a>");
    let mut own: Vec<_> = theirs.hidden("/console/views");
    own.push(("name".to_owned(), "Stolen".to_owned()));
    let own: Vec<_> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(stranger.post_bare(&rename, &own).await.status, 404);
    assert_eq!(stranger.post_bare(&format!("/console/views/{id}/remove"), &own).await.status, 404);
    let views = browser.get("/console/views").await.fine();
    views.says("Mine");
    browser.submit(&views, &format!("/console/views/{id}/remove"), &[]).await.goes_to();
    browser.get("/console/views").await.fine().says("Nothing is kept yet");
}

#[rstest]
#[tokio::test]
async fn the_list_is_narrowed_by_controller_and_by_what_waits(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (eva, mut browser) = world.everything().await;
    let ours = world.file(eva.id, &world.acme, 3, "Grace Hopper").await;
    let theirs = world.file(eva.id, &world.beta, 3, "Alan Turing").await;
    let changed = |on_hold, open_questions| ActiveModel {
        id: Unchanged(theirs.id),
        on_hold: Set(on_hold),
        open_questions: Set(open_questions),
        ..Default::default()
    };
    world.set(changed(true, 1)).await;
    let (ours, theirs) = (vec![ours.reference], vec![theirs.reference]);
    for (query, found) in [
        ("controller=acme", &ours),
        ("controller=beta", &theirs),
        ("signal=on_hold", &theirs),
        ("signal=attention", &theirs),
        ("controller=acme&signal=on_hold", &Vec::new()),
    ] {
        let page = browser.get(&format!("/console/requests?{query}")).await.fine();
        assert_eq!(&references(&page), found, "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn the_receipt_of_several_is_noted_as_acknowledged_where_that_is_due(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    // Due under Californian law (11 CCR § 7021(a)), and not under the GDPR.
    let new = world.request_of(&world.acme, 1, Right::Access, &[(K::Name, "Grace Hopper")]);
    let due = NewRequest { regime: "us_ca_ccpa".parse().unwrap(), ..new };
    let due = world.file_new(ada.id, &world.acme, due).await;
    let other = world.file(ada.id, &world.acme, 1, "Alan Turing").await;
    let acknowledge = "/console/together/acknowledge";
    let queue = browser.get("/console/requests").await.fine();
    let fields = queue.hidden("/console/together/hold");
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("about", due.reference.as_str()), ("about", other.reference.as_str())]);
    let preview = browser.post_bare(acknowledge, &fields).await.fine();
    preview.says("1 request, as it would be").says("1 request for which it is not possible");
    browser.submit(&preview, acknowledge, &[]).await.fine().says("It was done for 1 request");
    assert_eq!(world.events(due.id).await.iter().filter(|kind| *kind == "clock.met").count(), 1);
    assert!(!world.events(other.id).await.contains(&"clock.met".to_owned()));
}

#[rstest]
#[tokio::test]
async fn one_decision_about_several_is_shown_first_and_then_taken_for_each(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let one = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let two = world.file(ada.id, &world.acme, 2, "Grace Hopper").await;
    let held = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let other = world.file(ada.id, &world.beta, 3, "Grace Hopper").await;
    let hold = "/console/together/hold";
    let path = format!("/console/requests/{}/hold", held.reference);
    let form = browser.get(&path).await.fine();
    browser.submit(&form, &path, &[("reason", "counsel looks at it")]).await.goes_to();

    let queue = browser.get("/console/requests").await.fine();
    let chosen: Vec<_> = [&one, &two, &held, &other].map(|row| ("about", row.reference.as_str())).into();
    let preview = browser.submit(&queue, hold, &chosen).await.fine();
    preview.says("2 requests, as they would be").says("1 request for which it is not possible");
    preview.says("It has to be released first").does_not_say(&other.reference);
    assert!(!world.request(one.id).await.on_hold, "looking changes nothing");
    let empty = browser.submit(&preview, hold, &[("reason", " ")]).await;
    assert_eq!(empty.status, 422);
    empty.says("href=\"#reason\"").says("Give the reason");

    // Of two that were looked at, one changes before the button is pressed.
    let path = format!("/console/requests/{}/hold", two.reference);
    let form = browser.get(&path).await.fine();
    browser.submit(&form, &path, &[("reason", "somebody was faster")]).await.goes_to();
    for _ in 0..2 {
        let done = browser.submit(&preview, hold, &[("reason", "the platform is down")]).await.fine();
        done.says("It was done for 1 request").says("1 request was left as it is").says("has changed since you looked");
    }
    for row in [&one, &two] {
        let count = world.events(row.id).await.into_iter().filter(|kind| kind == "request.held").count();
        assert_eq!((count, world.request(row.id).await.on_hold), (1, true), "{}", row.reference);
    }
    assert!(!world.request(other.id).await.on_hold);

    let release = "/console/together/release";
    let queue = browser.get("/console/requests").await.fine();
    let chosen: Vec<_> = [&one, &two].map(|row| ("about", row.reference.as_str())).into();
    let token = queue.hidden(hold);
    let mut fields: Vec<_> = token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(chosen);
    let preview = browser.post_bare(release, &fields).await.fine();
    browser.submit(&preview, release, &[]).await.fine().says("It was done for 2 requests");
    assert!(!world.request(two.id).await.on_hold);
}

#[rstest]
#[tokio::test]
async fn more_time_for_several_shows_the_days_it_would_give(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let queue = browser.get("/console/requests").await.fine();
    let extend = "/console/together/extend";
    let fields = queue.hidden("/console/together/hold");
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("about", &row.reference));
    let preview = browser.post_bare(extend, &fields).await.fine();
    preview.says("1 Apr 2026").says("1 Jun 2026");
    let vague = browser.submit(&preview, extend, &[("reason", "many records")]).await;
    assert_eq!(vague.status, 422);
    vague.says("href=\"#code\"").says("many records");
    let done = browser.submit(&preview, extend, &[("code", "complexity"), ("reason", "many records")]).await.fine();
    done.says("It was done for 1 request");
    assert!(world.events(row.id).await.contains(&"request.extension_decided".to_owned()));
    let auditor = world.hire("aud@example.com", "Axel Auer", &[(Where::At(world.acme.id), Role::Auditor)]).await;
    let page = world.signed_in(&auditor).await.get("/console/requests").await.fine();
    page.does_not_say("/console/together/").does_not_say("type=\"checkbox\"");
}

#[rstest]
#[tokio::test]
async fn the_list_is_taken_along_as_a_table_and_that_is_an_event(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let mut filed = Vec::new();
    // More than are read at once.
    for n in 0..12 {
        filed.push(world.file(ada.id, &world.acme, n, "Grace Hopper").await.reference);
    }
    let other = world.file(ada.id, &world.beta, 3, "Grace Hopper").await;
    let erasure = world.file_with(ada.id, &world.acme, 3, Right::Erasure, &[(K::Name, "Ada Lovelace")], None).await;
    let queue = browser.get("/console/requests?right=access").await.fine();
    let table = browser.submit(&queue, "/console/requests/export", &[]).await.fine();
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.header("content-disposition").starts_with("attachment; filename=\"requests-2026-03-02"));
    assert_eq!(table.header("cache-control"), "no-store");
    let lines: Vec<_> = table.text.lines().collect();
    assert!(lines[0].starts_with("reference,controller,right,regime,"), "{}", lines[0]);
    assert_eq!(lines.len(), 13);
    for reference in &filed {
        assert!(lines.iter().any(|line| line.starts_with(&format!("{reference},acme,access,eu_gdpr,"))), "{reference}");
    }
    table.does_not_say(&other.reference).does_not_say(&erasure.reference).does_not_say("Hopper");
    let told = world.told(world.acme.id, "requests.exported").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("right=access"), "{told:?}");
    assert!(world.told(world.beta.id, "requests.exported").await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_visitor_keeps_a_language(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let page = browser.get("/console/account").await.fine();
    page.says("<html lang=\"en\"");
    let then = browser.submit(&page, "/console/language", &[("language", "de")]).await;
    assert_eq!(then.goes_to(), "/console/account");
    let page = browser.get("/console/requests").await.fine();
    page.says("<html lang=\"de\"").says("Anfragen");
    browser.submit(&page, "/console/language", &[("language", "tlh")]).await.goes_to();
    browser.get("/console/requests").await.fine().says("<html lang=\"en\"");
}
