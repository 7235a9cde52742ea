//! The person's appeal, from its arrival to its end.

use entities::appeal;
use entities::appeal::table::AppealDecision;
use entities::request::file::NewRequest;
use entities::request::right::Right;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::decide;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn an_appeal_is_noted_takes_longer_and_is_decided(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let new = world.request_of(&world.acme, 1, Right::Access, &[(K::Name, "Grace Hopper")]);
    let row = world.file_new(ada.id, &world.acme, NewRequest { regime: "us_co".parse().unwrap(), ..new }).await;
    let path = format!("/console/requests/{}", row.reference);
    let early = decide(&mut browser, &format!("{path}/appeal"), &[]).await;
    assert_eq!(early.status, 409);
    early.says("An appeal is against a refusal");
    let refusal = [("code", "not_authenticated"), ("reason", "no account of that name")];
    decide(&mut browser, &format!("{path}/refuse"), &refusal).await.goes_to();
    browser.get(&path).await.fine().says(&format!("href=\"{path}/appeal\""));
    let taken = decide(&mut browser, &format!("{path}/appeal"), &[("words", "I am Grace Hopper")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=appealed"));
    // It is closed, and something is left to do all the same.
    let page = browser.get(&path).await.fine();
    page.says("Answer the question").says(&format!("class=\"button primary\" href=\"{path}/decide-appeal\""));
    let none = decide(&mut browser, &format!("{path}/extend-appeal"), &[]).await;
    assert_eq!(none.status, 422);
    none.says("Say why it takes longer");
    let taken = decide(&mut browser, &format!("{path}/extend-appeal"), &[("reason", "the archive is slow")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=appeal-extended"));
    let ruling = format!("{path}/decide-appeal");
    let form = browser.get(&ruling).await.fine();
    form.says("Sealed.").does_not_say("I am Grace");
    let clear = browser.submit(&form, &ruling, &[("step", "reveal"), ("purpose", "complaint")]).await.fine();
    clear.says("I am Grace Hopper");
    assert_eq!(browser.submit(&form, &ruling, &[("decision", "granted")]).await.status, 422);
    let taken = decide(&mut browser, &ruling, &[("decision", "granted"), ("reason", "the account was found")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=appeal-decided"));
    let decided = appeal::queries::of_request(world.store.db.read(), row.id).await.unwrap().unwrap();
    assert_eq!(decided.decision, Some(AppealDecision::Granted));
    browser.get(&ruling).await.fine().says("No appeal waits for its decision").does_not_say("name=\"decision\"");
}
