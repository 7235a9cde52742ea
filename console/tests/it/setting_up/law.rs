//! Law packs: what is in force, what it would move, and signing for that.

use entities::controller::queries::{Change, change};
use entities::event::trail::Actor;
use entities::officer::role::Where;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{administrator, fill, stored};
use crate::world::World;

const LAW: &str = "/console/setup/law";
const REVIEW: &str = "/console/setup/law/review";
const APPLY: &str = "/console/setup/law/apply";

#[rstest]
#[tokio::test]
async fn the_page_tells_what_is_in_force_and_the_holidays_of_a_year(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    let page = browser.get(LAW).await.fine();
    page.says(law::pack::id()).says(law::pack::sha256()).says(law::holidays::edition()).says("GDPR (EU)");
    // Of the controller's own region at first, in the present year.
    page.says("value=\"DE\"").says("datetime=\"2026-04-03\"");
    let page = browser.get("/console/setup/law?region=ie&year=2027").await.fine();
    page.says("value=\"IE\"").says("datetime=\"2027-03-17\"").does_not_say("datetime=\"2026-");
    let page = browser.get("/console/setup/law?region=%3Cscript%3E&year=1").await.fine();
    page.says("No public holiday is known there").does_not_say("<SCRIPT>");
}

#[rstest]
#[tokio::test]
async fn dates_move_only_once_somebody_has_signed_and_only_of_their_own_controllers(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let world = World::on(on).await;
    let (ada, _) = world.officer().await;
    let ours = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let theirs = world.file(ada.id, &world.beta, 1, "Alan Turing").await;
    let mut browser = administrator(&world, Where::At(world.acme.id)).await;
    fill(&mut browser, LAW, REVIEW, &[]).await.fine().says("No date would move");
    // Both aim two days earlier from now on.
    for slug in ["acme", "beta"] {
        let row = stored(&world, slug).await.unwrap();
        let mut policy = row.policy.clone();
        policy.target_days += 2;
        let policy = Change { policy: Some(policy), ..Change::default() };
        let txn = world.store.db.begin().await.unwrap();
        change(&txn, &world.store, &Actor::operator(), &row, policy).await.unwrap();
        txn.commit().await.unwrap();
    }
    let page = fill(&mut browser, LAW, REVIEW, &[]).await.fine();
    page.says("The dates of 1 request would move").says(&ours.reference).does_not_say(&theirs.reference);
    page.says("Earlier").does_not_say("Hopper");
    // What moves is the day that is aimed at: that is the day to show, before and after.
    page.says("Aimed at");
    let days: Vec<_> = page.text.split("datetime=\"").skip(1).map(|rest| &rest[..10]).collect();
    assert!(!days.is_empty() && days.chunks(2).all(|days| days.len() == 2 && days[0] != days[1]), "{days:?}");
    assert!(!world.events(ours.id).await.contains(&"law.applied".to_owned()), "looking changes nothing");
    let unsigned = browser.submit(&page, APPLY, &[("reason", "")]).await;
    assert_eq!(unsigned.status, 422);
    let mut other = page.hidden(APPLY);
    other.retain(|(name, _)| name != "pack_hash");
    other.extend([("pack_hash", "another"), ("reason", "because")].map(|(n, v)| (n.to_owned(), v.to_owned())));
    let other: Vec<_> = other.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post_bare(APPLY, &other).await.status, 409, "what was looked at is what is applied");
    let then = browser.submit(&page, APPLY, &[("reason", "as the board decided")]).await;
    assert_eq!(then.goes_to(), "/console/setup/law?done=applied");
    assert!(world.events(ours.id).await.contains(&"law.applied".to_owned()));
    assert!(!world.events(theirs.id).await.contains(&"law.applied".to_owned()), "another controller's stay");
    browser.get(then.goes_to()).await.fine().says("signed by you");
    fill(&mut browser, LAW, REVIEW, &[]).await.fine().says("No date would move");
    let reach = entities::client::reach::Reach::installation();
    let events =
        entities::event::queries::of_kind(world.store.db.read(), &reach, ours.id, "law.applied").await.unwrap();
    assert!(events[0].data.contains("Adam Acht") && !events[0].data.contains("board"), "{}", events[0].data);
}
