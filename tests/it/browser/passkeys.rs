//! A passkey, from its making on the account's page to the sign-in that takes nothing else. The authenticator is the browser's own
//! stand-in for one.

use entities::officer::role::Role;
use rstest::rstest;
use sandbox::options::Population;
use testbed::chromium::Look;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;
use testbed::platform::swift;

use super::house::House;
use crate::service::Service;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_lets_its_holder_in_and_nobody_once_it_is_removed(#[values(Sqlite, Postgres)] on: Kind) {
    let installation = Installation::new(on, swift(Population::Empty)).await;
    let service = Service::by_name(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    house.enrol(&ada).await;

    let browser = house.signed_in(&ada, Look::WIDE).await;
    browser.plug_authenticator_in().await;
    browser.go("/console/account").await;
    browser.press("Add a passkey").await;
    browser.fill("name", "work laptop").await;
    browser.press("Make the passkey").await;
    browser.says("work laptop").await.says("never").await;

    browser.press("Sign out").await;
    browser.says("For officers, approvers").await;
    let out = browser.cookie("dsr").await;
    browser.go("/console/sign-in/passkey").await;
    browser.press("Use a passkey").await;
    browser.says("Ada Adler").await;
    assert_ne!(browser.cookie("dsr").await, out, "a session of its own");
    browser.go("/console/account").await;
    browser.says("work laptop").await.does_not_say("never").await;

    // Once it is removed it is as unknown as any other.
    browser.click("form[action$=remove] button").await;
    browser.says("Passkeys").await.does_not_say("work laptop").await;
    browser.press("Sign out").await;
    browser.says("For officers, approvers").await;
    browser.go("/console/sign-in/passkey").await;
    browser.press("Use a passkey").await;
    browser.says("This passkey does not let you in").await.does_not_say("Ada Adler").await;
}
