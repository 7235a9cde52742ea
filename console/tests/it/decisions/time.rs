//! Decisions about time: more of it, questions that stop the clock, notices that were sent, dates computed anew.

use entities::extension;
use entities::request::file::NewRequest;
use entities::request::right::Right;
use law::regime::Regime;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::decide;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn more_time_is_taken_with_the_dates_it_gives_and_counts_once_it_is_told(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let extend = format!("{path}/extend");
    let form = browser.get(&extend).await.fine();
    form.says("GDPR (EU)").says("if the notice goes out today").says("It is complex");
    let odd = browser.submit(&form, &extend, &[("code", "complexity"), ("reason", "much"), ("until", "soon")]).await;
    assert_eq!(odd.status, 422);
    odd.says("href=\"#until\"").says("value=\"soon\"");
    let long = [("code", "complexity"), ("reason", "much"), ("until", "2027-03-01")];
    let long = browser.submit(&form, &extend, &long).await;
    assert_eq!(long.status, 422);
    long.says("later than the law allows");
    let filled = [("code", "complexity"), ("reason", "eleven systems hold it")];
    let check = browser.submit(&form, &extend, &filled).await.fine();
    check.says("<time datetime=\"2026-04-01\">").says("<time datetime=\"2026-06-01\">");
    let taken = browser.submit(&check, &extend, &[("step", "go")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=extended"));
    let page = browser.get(&path).await.fine();
    page.says(&format!("href=\"{path}/announce\"")).does_not_say(&format!("href=\"{extend}\""));
    let again = decide(&mut browser, &extend, &filled).await;
    assert_eq!(again.status, 409);
    again.says("There is an extension already");

    // Its notice: a day alone is not enough, and nothing was sent tomorrow or before it was decided.
    let announce = format!("{path}/announce");
    let form = browser.get(&announce).await.fine();
    for (day, time, says) in [
        ("2026-03-02", "", "Say at what time"),
        ("2026-03-02", "25:00", "Say at what time"),
        ("2026-02-30", "10:00", "Give the day"),
        ("", "10:00", "Say on which day"),
        ("2026-03-02", "10:01", "This lies in the future"),
        ("2026-03-02", "09:59", "before the decision"),
    ] {
        let filled = [("means", "letter"), ("sent_at", day), ("sent_at_time", time)];
        let odd = browser.submit(&form, &announce, &filled).await;
        assert_eq!(odd.status, 422, "{day} {time}");
        odd.says(says).says("href=\"#sent_at\"").says("value=\"letter\" selected");
    }
    let filled = [("means", "letter"), ("sent_at", "2026-03-02"), ("sent_at_time", "10:00")];
    assert_eq!(decide(&mut browser, &announce, &filled).await.goes_to(), format!("{path}?done=announced"));
    let told = extension::queries::of_request(world.store.db.read(), row.id).await.unwrap().unwrap();
    assert_eq!(told.announced_at, Some(world.store.now()));
    assert!(world.request(row.id).await.cautious_at > row.cautious_at);
}

#[rstest]
#[tokio::test]
async fn the_person_is_asked_and_answers(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    let (ask, answer) = (format!("{path}/ask"), format!("{path}/answer"));
    browser.get(&answer).await.fine().says("Nothing is being asked of the person").does_not_say("name=\"kind\"");
    let form = browser.get(&ask).await.fine();
    let no_fee = [("kind", "fee"), ("words", "Please pay"), ("fee_amount_minor", "15,5"), ("fee_currency", "")];
    let odd = browser.submit(&form, &ask, &no_fee).await;
    assert_eq!(odd.status, 422);
    odd.says("href=\"#fee_amount_minor\"").says("href=\"#fee_currency\"").says("value=\"15,5\"");
    let fee = [("kind", "fee"), ("words", "Please pay"), ("fee_amount_minor", "15,50"), ("fee_currency", "EUR")];
    assert_eq!(decide(&mut browser, &ask, &fee).await.goes_to(), format!("{path}?done=asked"));
    let asked = entities::inquiry::queries::of_request(world.store.db.read(), row.id).await.unwrap();
    assert_eq!((asked[0].fee_minor, asked[0].fee_currency.as_deref()), (Some(1550), Some("EUR")));
    let twice = decide(&mut browser, &ask, &fee).await;
    assert_eq!(twice.status, 409);
    twice.says("is being asked of the person already");
    browser.get(&path).await.fine().says(&format!("href=\"{answer}\""));
    let form = browser.get(&answer).await.fine();
    form.says("value=\"fee\" checked").says("Asked on 2 March 2026");
    let early = [("kind", "fee"), ("answered_at", "2026-03-02"), ("answered_at_time", "09:00")];
    let early = browser.submit(&form, &answer, &early).await;
    assert_eq!(early.status, 422);
    early.says("before the question was asked");
    let taken = decide(&mut browser, &answer, &[("kind", "fee"), ("words", "paid in full")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=answered"));
    assert!(world.events(row.id).await.contains(&"request.inquiry_answered".to_owned()));
}

#[rstest]
#[tokio::test]
async fn an_acknowledgement_is_noted_and_dates_are_computed_anew(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let new = world.request_of(&world.acme, 1, Right::Access, &[(K::Name, "Grace Hopper")]);
    let row = world.file_new(ada.id, &world.acme, NewRequest { regime: Regime::US_CA_CCPA, ..new }).await;
    let path = format!("/console/requests/{}", row.reference);
    let acknowledge = format!("{path}/acknowledge");
    browser.get(&path).await.fine().says(&format!("href=\"{acknowledge}\""));
    assert_eq!(decide(&mut browser, &acknowledge, &[]).await.goes_to(), format!("{path}?done=acknowledged"));
    browser.get(&path).await.fine().does_not_say(&format!("href=\"{acknowledge}\""));
    let twice = decide(&mut browser, &acknowledge, &[]).await;
    assert_eq!(twice.status, 409);
    twice.says("This duty does not wait any more");
    let taken = decide(&mut browser, &format!("{path}/recompute"), &[("reason", "the calendar was wrong")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=recomputed"));
    assert!(world.events(row.id).await.contains(&"request.recomputed".to_owned()));
}
