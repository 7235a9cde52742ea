//! The queue and the request.

use std::collections::HashSet;
use std::time::Duration;

use entities::officer::role::{Role, Where};
use entities::request::decide::{Case, Decider};
use entities::request::right::Right;
use entities::{candidate, identifier, request};
use resolution::identifier::IdentifierKind as K;
use resolution::record::{Record, RecordKey};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::World;

#[rstest]
#[tokio::test]
async fn the_queue_has_the_most_urgent_on_top_and_goes_on_page_by_page(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let mut filed = Vec::new();
    for n in 0..60u64 {
        // In no order, and some of one day.
        let days = n * 7 % 20;
        filed.push((days, world.file(ada.id, &world.acme, days, "Grace Hopper").await));
    }
    let late = world.file(ada.id, &world.acme, 45, "Grace Hopper").await;
    let other = world.file(ada.id, &world.beta, 50, "Grace Hopper").await;
    let first = browser.get("/console/requests").await.fine();
    let references = |text: &str| -> Vec<String> {
        let links = text.split("class=\"ref\" href=\"/console/requests/").skip(1);
        links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let mut seen = references(&first.text);
    assert_eq!((seen.len(), &seen[0]), (50, &late.reference));
    first.says("<span class=\"tag alarm\">").says("days late").does_not_say(&other.reference);
    let next = first.between("class=\"button\" href=\"", "\" rel=\"next\"").replace("&#38;", "&");
    let second = browser.get(&next).await.fine();
    second.does_not_say("rel=\"next\"");
    seen.extend(references(&second.text));
    assert_eq!(seen.len(), 61);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 61, "each once");
    let days = seen.iter().skip(1).map(|name| filed.iter().find(|(_, row)| row.reference == *name).unwrap().0);
    let days: Vec<_> = days.collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");

    // Who reaches both controllers sees what is most urgent of both, in one order.
    let everywhere = world.hire("cy@example.com", "Cy Coen", &[(Where::Everywhere, Role::Officer)]).await;
    let of_both = world.signed_in(&everywhere).await.get("/console/requests").await.fine();
    assert_eq!(references(&of_both.text)[..2], [other.reference.clone(), late.reference.clone()]);

    let overdue = browser.get("/console/requests?signal=overdue&status=&right=").await.fine();
    assert_eq!(references(&overdue.text), [late.reference.as_str()]);
    let none = browser.get("/console/requests?right=erasure").await.fine();
    none.says("No request matches");
    let closed = browser.get("/console/requests?status=closed").await.fine();
    closed.says("No request matches");
    let odd = browser.get("/console/requests?after=made-up").await;
    assert_eq!(odd.status, 400);
    odd.says("Start again at its first page");
}

#[rstest]
#[tokio::test]
async fn who_is_meant_is_masked_until_somebody_says_what_for(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let identifiers = [(K::Name, "Grace Hopper"), (K::Email, "grace@example.com")];
    let note = "she rang on Monday";
    let row = world.file_with(ada.id, &world.acme, 1, Right::Access, &identifiers, Some(note)).await;
    let path = format!("/console/requests/{}", row.reference);
    let page = browser.get(&path).await.fine();
    page.says("G… H…").says("g…@e….com").does_not_say("Hopper").does_not_say("grace@").does_not_say(note);
    let reveal = format!("{path}/reveal");
    let odd = browser.submit(&page, &reveal, &[("purpose", "")]).await;
    assert_eq!(odd.status, 400);
    assert!(!world.events(row.id).await.contains(&"personal_data.revealed".to_owned()));
    let clear = browser.submit(&page, &reveal, &[("purpose", "identify")]).await.fine();
    clear.says("Grace Hopper").says("grace@example.com").says(note).says("written to the audit trail");
    assert_eq!(world.events(row.id).await.last().unwrap(), "personal_data.revealed");
    browser.get(&path).await.fine().does_not_say("Hopper").says("Personal data was looked at in the clear");
}

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
const WITHOUT_SPACES: &str = "<script>alert(1)</script>\"'><img/src=x/onerror=alert(2)>";

#[rstest]
#[tokio::test]
async fn what_others_wrote_stays_text(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let places = [(Where::At(world.acme.id), Role::Officer)];
    let ada = world.hire("ada@example.com", &format!("Ada {HOSTILE}"), &places).await;
    let mut browser = world.signed_in(&ada).await;
    let identifiers = [(K::Name, HOSTILE), (K::ExternalId, WITHOUT_SPACES)];
    let row = world.file_with(ada.id, &world.acme, 1, Right::Access, &identifiers, Some(HOSTILE)).await;
    let record = Record {
        key: RecordKey::ExternalContact(HOSTILE.to_owned()),
        name: Some(HOSTILE.to_owned()),
        emails: vec![HOSTILE.to_owned()],
        phones: vec![HOSTILE.to_owned()],
        division: None,
    };
    found(&world, &row, &record).await;
    let path = format!("/console/requests/{}", row.reference);
    let hold = browser.get(&format!("{path}/hold")).await.fine();
    let held = browser.submit(&hold, &format!("{path}/hold"), &[("reason", HOSTILE)]).await;
    held.goes_to();
    let masked = browser.get(&path).await.fine();
    let clear = browser.submit(&masked, &format!("{path}/reveal"), &[("purpose", "identify")]).await.fine();
    assert!(clear.text.matches("&#60;script&#62;alert(1)").count() >= 7, "{}", clear.text);
    let too_long = browser.submit(&hold, &format!("{path}/hold"), &[("reason", &HOSTILE.repeat(20))]).await;
    assert_eq!(too_long.status, 422);
    let queries = [
        format!("/console/requests?controller={}", encoded(HOSTILE)),
        format!("/console/requests?status={}", encoded(HOSTILE)),
        format!("/console/requests?{}=1", encoded(HOSTILE)),
        format!("/console/requests/{}", encoded(HOSTILE)),
        format!("{path}?done={}", encoded(HOSTILE)),
        format!("/console/sign-in?to={}", encoded(HOSTILE)),
        format!("/console/account?say={}", encoded(HOSTILE)),
        format!("/console/{}", encoded(HOSTILE)),
    ];
    let mut pages = vec![masked, clear, too_long];
    for query in &queries {
        pages.push(browser.get(query).await);
    }
    for page in pages {
        page.does_not_say("<script>alert").does_not_say("<img").does_not_say("'><");
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn found(world: &World, row: &request::table::Model, record: &Record) {
    let (store, now) = (&world.store, world.store.now());
    let txn = store.db.begin().await.unwrap();
    let key = request::keys::of(&*txn, &store.safe, row.id).await.unwrap();
    let terms = identifier::queries::of_request(&*txn, row.id).await.unwrap();
    let of = (row.controller_id, row.id);
    candidate::queries::found(&txn, &store.safe, &key, of, terms[0].id, record, now).await.unwrap();
    txn.commit().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let form = browser.get(&format!("{path}/hold")).await.fine();
    let empty = browser.submit(&form, &format!("{path}/hold"), &[("reason", "  ")]).await;
    assert_eq!(empty.status, 422);
    empty.says("href=\"#reason\"").says("Say why the request is put on hold");
    for _ in 0..2 {
        let sent = browser.submit(&form, &format!("{path}/hold"), &[("reason", "counsel looks at it")]).await;
        assert_eq!(sent.goes_to(), format!("{path}?done=held"));
    }
    let held = world.events(row.id).await.into_iter().filter(|kind| kind == "request.held").count();
    assert_eq!((held, world.request(row.id).await.on_hold), (1, true));
    let page = browser.get(&format!("{path}?done=held")).await.fine();
    page.says("The request is on hold").says("The words are sealed");
    let released = browser.submit(&page, &format!("{path}/release"), &[]).await;
    assert_eq!(released.goes_to(), format!("{path}?done=released"));
    assert!(!world.request(row.id).await.on_hold);
}

#[rstest]
#[tokio::test]
async fn of_two_who_decide_at_once_the_second_is_told_what_the_first_did(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let form = browser.get(&format!("{path}/hold")).await.fine();
    let by = Decider {
        actor: entities::event::trail::Actor::client(ben.id, None),
        client: Some(ben.id),
        reach: entities::client::reach::Reach::installation(),
    };
    let txn = world.store.db.begin().await.unwrap();
    Case::open(&txn, &world.store, &by, row.id, None).await.unwrap().hold("I was first").await.unwrap();
    txn.commit().await.unwrap();
    let late = browser.submit(&form, &format!("{path}/hold"), &[("reason", "so do I")]).await;
    assert_eq!(late.status, 409);
    late.says("Somebody was here before you").says("The request was put on hold").says("Ben Beyer");
    late.says(&format!("href=\"{path}\"")).does_not_say("I was first");
    let held = world.events(row.id).await.into_iter().filter(|kind| kind == "request.held").count();
    assert_eq!(held, 1);
}

#[rstest]
#[tokio::test]
async fn clocks_are_shown_with_how_they_came_about_and_in_the_readers_language(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let page = browser.get(&path).await.fine();
    page.says("<html lang=\"en\"").says("How this date came about").says("Art. 12(3)").says("Europe/Berlin");
    page.says("<time datetime=\"2026-04-01\">");
    // An officer's own language goes before the browser's.
    browser.language = "de";
    browser.get(&path).await.fine().says("<html lang=\"en\"");
    let mut stranger = world.browser();
    stranger.language = "de-AT, en;q=0.5";
    let page = stranger.get("/console/sign-in").await.fine();
    page.says("<html lang=\"de\"").says("Anmelden");
    assert_eq!(page.header("content-language"), "de");
}

/// A page that asks keeps its session alive, and nobody may be looking any more.
#[rstest]
#[tokio::test]
async fn a_page_asks_by_itself_how_the_work_goes_on_for_a_quarter_of_an_hour(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let request = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let now = world.store.now();
    let since = |minutes: u64| {
        let since = now - Duration::from_secs(minutes * 60);
        format!("/console/requests/{}?watch={}", request.reference, since.0)
    };
    browser.get(&since(16)).await.fine().says("id=\"watch\"").does_not_say("hx-get");
    for minutes in [0, 14] {
        let page = browser.get(&since(minutes)).await.fine();
        // It asks on by the same words: by when it stops is not put off.
        page.says(&format!("hx-get=\"{}\"", since(minutes)));
        let renewed = page.between("hx-select-oob=\"", "\"").split(',').map(|part| part.trim_start_matches('#'));
        for part in renewed {
            page.says(&format!("id=\"{part}\""));
        }
    }
    for never in ["soon", "-1", &i64::MIN.to_string(), &(now.0 + 1_000_000).to_string()] {
        let malformed = browser.get(&format!("/console/requests/{}?watch={never}", request.reference)).await;
        assert_eq!(malformed.status, 400, "{never}");
    }
}
