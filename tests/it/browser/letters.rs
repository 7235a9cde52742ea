//! A letter from the page of its request: held back, given other words, seen as it would go out, sent; with scripts and without.

use entities::letter::kind::LetterState;
use entities::letter::queries::of_request;
use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sandbox::options::Population;
use testbed::chromium::Look;
use testbed::database::Kind::Sqlite;
use testbed::installation::Installation;
use testbed::platform::swift;

use super::exhibition::policy;
use super::house::House;
use crate::service::Service;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_gets_other_words_before_it_goes(#[values(Look::WIDE, Look::PHONE.without_scripts())] look: Look) {
    let installation = Installation::with_policy(Sqlite, swift(Population::Samples), policy()).await;
    let service = Service::up(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    let browser = house.signed_in(&ada, look).await;
    let who = [(K::Email, "ada.access@example.com")];
    let access = house.file(ada.id, &installation.controller, 3, Right::Access, &who, Some("officer_word")).await;
    // What the worker does meanwhile would be told to whoever has a form open.
    house.until(access.id, |it| it.status == RequestStatus::Reviewing).await;
    let path = format!("/console/requests/{}", access.reference);
    browser.go(&format!("{path}/letters")).await;
    browser.choose("kind", "acknowledgement").await;
    browser.press("Look at it").await;
    browser.press("Write it, and hold it back to change its words").await;
    browser.says("The letter is held back until somebody sends it").await;

    let letters = of_request(installation.store.db.read(), access.id).await.unwrap();
    let held = letters.iter().find(|letter| letter.state == LetterState::Held).unwrap();
    let page = format!("{path}/letters/{}", held.id);
    browser.go(&page).await;
    browser.press("Change what it says").await;
    browser.fill("passage-0", "We spoke on Monday, and you asked for all recordings.").await;
    browser.press("Look at it").await;
    browser.says("As it would go out").await.says("We spoke on Monday").await.says("Nothing is saved yet").await;
    browser.press("Save these words").await;
    browser.says("The letter has these words now").await;
    browser.go(&page).await;
    browser.press("Send it").await;
    browser.says("The letter goes out").await;
    browser.go(&page).await;
    browser.comes_to_say("A letter went out").await;
    assert!(!browser.offers("Change what it says").await);
}
