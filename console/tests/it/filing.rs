//! Filing a request by hand.

use entities::client::reach::Reach;
use entities::officer::role::{Role, Where};
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::queries::{Filter, page};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::Model;
use entities::request::table::{COLUMN, Column, Entity};
use reports::load::{Which, each};
use reports::period::Period;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

const NEW: &str = "/console/requests/new";

const PERSON: [(&str, &str); 4] =
    [("kind", "email"), ("value", " Grace.Hopper@Example.COM "), ("kind", "phone"), ("value", "030 901820")];

async fn all(world: &World) -> Vec<Model> {
    page(world.store.db.read(), &Reach::installation(), &Filter::default(), None, 100).await.unwrap()
}

/// What is filled in: an access that came by mail on the second of March, and who it is about.
fn filled<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let what = [
        ("right", "access"),
        ("channel", "letter"),
        ("received_on", "2026-03-01"),
        ("received_time", "14:05"),
        ("place", ""),
        ("regime", ""),
    ];
    let kept = what.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(PERSON).chain(more.iter().copied()).collect()
}

async fn sent(browser: &mut Browser, form: &Page, go: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = filled(more);
    fields.push(("go", go));
    browser.submit(form, NEW, &fields).await
}

#[rstest]
#[tokio::test]
async fn a_request_is_checked_before_it_is_filed_and_filed_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let form = browser.get(NEW).await.fine();
    form.says("name=\"controller\" value=\"acme\"").says("value=\"2026-03-02\"");
    // While it is typed, each identifier is shown as it is understood; what cannot be read says so, and nothing is refused yet.
    let half = [("kind", "email"), ("value", "grace@"), ("right", ""), ("channel", "")];
    let typing = sent(&mut browser, &form, "look", &half).await.fine();
    typing
        .says("hx-trigger=\"input delay:500ms from:#identifiers")
        .says("<dt>Identifier 1 ")
        .says("Grace.Hopper@example.com");
    typing
        .says("+4930901820")
        .says("Rewritten")
        .says("<dt>Identifier 3 ")
        .says("The part after the @ is no domain name");
    let check = sent(&mut browser, &form, "check", &[("note", "she rang\ntwice")]).await.fine();
    check.says(" Grace.Hopper@Example.COM ").says("Grace.Hopper@example.com").says("+4930901820").says("Rewritten");
    check.says("GDPR (EU)").says("because the controller is in DE").says("1 March 2026, 14:05");
    check.says("waits until the identity is proven").does_not_say("Something is open");
    assert!(all(&world).await.is_empty(), "nothing is stored before the last step");

    // Back to the form: everything is still there, and a row more can be had without losing any of it.
    let again = browser.submit(&check, NEW, &[("go", "edit")]).await.fine();
    again.says(" Grace.Hopper@Example.COM ").says("she rang\ntwice");
    let roomy = sent(&mut browser, &again, "row", &[]).await.fine();
    roomy.says("id=\"value-2\"").says("030 901820");
    assert!(all(&world).await.is_empty());

    for _ in 0..2 {
        let filed = browser.submit(&check, NEW, &[("go", "file")]).await;
        let row = all(&world).await.remove(0);
        assert_eq!(filed.goes_to(), format!("/console/requests/{}?done=filed", row.reference));
    }
    let rows = all(&world).await;
    assert_eq!(rows.len(), 1, "a form that is sent twice files once");
    let row = &rows[0];
    assert_eq!((row.filed_by, row.right, row.regime.as_str()), (ada.id, Right::Access, "eu_gdpr"));
    assert_eq!(row.received_at.to_string(), "2026-03-01T13:05:00Z");
    let page = browser.get(&format!("/console/requests/{}?done=filed", row.reference)).await.fine();
    page.says("The request is filed").says("Letter").does_not_say("Hopper");
    assert_eq!(world.events(row.id).await, ["request.filed"]);
}

#[rstest]
#[tokio::test]
async fn a_law_is_suggested_from_the_place_and_can_be_overruled(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let form = browser.get(NEW).await.fine();
    let check = sent(&mut browser, &form, "check", &[("place", "us-ca")]).await.fine();
    check.says("CCPA (California)").says("because the person is in US-CA");
    let check = sent(&mut browser, &form, "check", &[("place", "US-CA"), ("regime", "uk_gdpr")]).await.fine();
    check.says("UK GDPR").does_not_say("is suggested");
    // What was looked at is what is filed.
    browser.submit(&check, NEW, &[("go", "file")]).await.goes_to();
    assert_eq!(all(&world).await[0].regime, "uk_gdpr");
    let nowhere = sent(&mut browser, &form, "check", &[("place", "ZZ")]).await;
    assert_eq!(nowhere.status, 422);
    nowhere.says("href=\"#regime\"").says("Choose the law");
}

#[rstest]
#[tokio::test]
async fn what_is_open_about_the_same_person_is_told_without_saying_whose(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let email = [(K::Email, "grace.hopper@example.com"), (K::Name, "Amazing Grace")];
    let ours = world.file_with(ada.id, &world.acme, 5, Right::Erasure, &email, None).await;
    let theirs = world.file_with(ada.id, &world.beta, 5, Right::Erasure, &email, None).await;
    let other = world.file(ada.id, &world.acme, 5, "Somebody Else").await;
    let form = browser.get(NEW).await.fine();
    let check = sent(&mut browser, &form, "check", &[]).await.fine();
    check.says("Something is open about the same identifiers").says(&ours.reference).does_not_say("Amazing");
    check.does_not_say(&theirs.reference).does_not_say(&other.reference);
    browser.submit(&check, NEW, &[("go", "file")]).await.goes_to();
    assert_eq!(all(&world).await.len(), 4, "it is a warning and not a wall");
}

#[rstest]
#[tokio::test]
async fn every_mistake_is_told_at_its_field_and_nothing_typed_is_lost(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let form = browser.get(NEW).await.fine();
    let wrong = [
        ("right", ""),
        ("channel", ""),
        ("received_on", "2026-03-09"),
        ("kind", ""),
        ("value", ""),
        ("kind", "email"),
        ("value", "no mailbox"),
        ("kind", "email"),
        ("value", "grace.hopper@example.com"),
        ("corrected", "email"),
        ("existing", "old@example.com"),
        ("updated", "new@example.com"),
        ("reply_to", "nobody"),
        ("region", "Bavaria"),
    ];
    let page = sent(&mut browser, &form, "check", &wrong).await;
    assert_eq!(page.status, 422);
    for (field, says) in [
        ("right", "Choose what the person asks for"),
        ("channel", "Choose how it came"),
        ("received_on", "lies in the future"),
        ("value-3", "Identifier 4: A mail address has one @"),
        ("value-4", "Identifier 5: This is the same as one above"),
        ("reply_to", "Enter one mail address"),
        ("region", "Enter a code such as DE"),
    ] {
        let summary = page.between("class=\"errors\"", "</ul>");
        let line = summary.split("<li>").find(|line| line.contains(&format!("href=\"#{field}\"")));
        assert!(line.is_some_and(|line| line.contains(says)), "{field}: {summary}");
        page.says(&format!("id=\"{field}\""));
    }
    page.says("value=\"no mailbox\"").says("value=\"old@example.com\"").says("value=\"BAVARIA\"");
    let correcting = [("corrected", "email"), ("existing", "old@example.com"), ("updated", "new@example.com")];
    let page = sent(&mut browser, &form, "check", &correcting).await;
    assert_eq!(page.status, 422);
    page.says("Only a rectification corrects anything");
    // A law that grants no such right is told before anything is filed.
    let page = sent(&mut browser, &form, "check", &[("right", "opt_out")]).await;
    assert_eq!(page.status, 422);
    page.says("href=\"#right\"").says("does not grant that right");
    assert!(all(&world).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_rectification_carries_its_corrections(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let form = browser.get(NEW).await.fine();
    let correcting = [
        ("right", "rectification"),
        ("corrected", "email"),
        ("existing", "grace.hopper@example.com"),
        ("updated", "Grace@EXAMPLE.org"),
        ("identity", "document"),
    ];
    let check = sent(&mut browser, &form, "check", &correcting).await.fine();
    check.says("Grace@example.org").says("Document");
    browser.submit(&check, NEW, &[("go", "file")]).await.goes_to();
    let row = all(&world).await.remove(0);
    assert_eq!((row.right, row.identity_method.as_deref()), (Right::Rectification, Some("document")));
    assert!(row.replacements_sealed.is_some());
}

#[rstest]
#[tokio::test]
async fn nobody_files_for_a_controller_that_is_not_theirs(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    let form = browser.get(NEW).await.fine();
    let hidden: Vec<_> = form.hidden(NEW).into_iter().filter(|(name, _)| name != "controller").collect();
    let mut fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(filled(&[("controller", "beta"), ("go", "file")]));
    let page = browser.post_bare(NEW, &fields).await;
    assert_eq!(page.status, 422);
    page.says("Choose the controller");
    let approver = world.hire("app@example.com", "Anna App", &[(Where::At(world.acme.id), Role::Approver)]).await;
    let mut browser = world.signed_in(&approver).await;
    let page = browser.get(NEW).await;
    assert_eq!(page.status, 403);
    page.says("Who can: Officer");
    browser.get("/console/requests").await.fine().does_not_say(NEW);
    assert!(all(&world).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_test_is_never_carried_out_and_counts_in_no_report(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let form = browser.get(NEW).await.fine();
    let trying = [("test", "yes"), ("identity", "document")];
    let check = sent(&mut browser, &form, "check", &trying).await.fine();
    check.says("never carried out on the platform");
    browser.submit(&check, NEW, &[("go", "file")]).await.goes_to();
    let row = all(&world).await.into_iter().find(|row| row.is_test).unwrap();
    browser.get(&format!("/console/requests/{}", row.reference)).await.fine().says(">Test</span>");
    browser.get("/console/requests").await.fine().says(">Test</span>");
    // Searched for and planned like any other.
    Entity::update_many()
        .col_expr(Column::Status, RequestStatus::Reviewing.into())
        .filter(COLUMN.id.eq(row.id))
        .exec(world.store.db.write())
        .await
        .unwrap();
    let actor = entities::event::trail::Actor::operator();
    let by = Decider { actor, client: None, reach: Reach::installation() };
    let txn = world.store.db.begin().await.unwrap();
    let refused = Case::open(&txn, &world.store, &by, row.id, None).await.unwrap().approve(None).await;
    assert!(matches!(refused, Err(NotDecided::Conflict { .. })), "{refused:?}");
    txn.rollback().await.unwrap();
    let period = Period::year(jiff::tz::TimeZone::UTC, 2026).unwrap();
    let which = Which { controller: world.acme.id, reach: Reach::installation(), period };
    let mut counted = 0;
    each(&world.store, which, |_| counted += 1).await.unwrap();
    assert_eq!(counted, 1);
}
