//! Somebody new is invited, sets a second factor up, signs out and in again; with scripts and without.

use std::time::Duration;

use entities::officer::role::Role;
use rstest::rstest;
use testbed::chromium::Look;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;
use testbed::platform::swift;

use super::acts::{enrol, sign_in};
use super::house::House;
use crate::service::Service;

const PASSWORD: &str = "a long walk by the sea";

#[rstest]
#[case(Sqlite, Look::WIDE)]
#[case(Postgres, Look::PHONE.without_scripts())]
#[tokio::test(flavor = "multi_thread")]
async fn an_officer_is_invited_and_signs_in_with_a_second_factor(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::new(on, swift(sandbox::options::Population::Empty)).await;
    let service = Service::up(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;

    let browser = house.browser(look).await;
    browser.go(&house.invite(&ada).await).await;
    browser.says("Ada Adler, choose a password").await;
    browser.fill("password", PASSWORD).await;
    browser.fill("again", PASSWORD).await;
    browser.press("Set password").await;
    browser.says("Set up your second factor").await;
    let half = browser.cookie("dsr").await;
    let authenticator = enrol(&browser, house.seconds()).await;
    let full = browser.cookie("dsr").await;
    assert!(half.is_some() && full.is_some() && half != full, "each step has a session of its own");
    browser.press("I have kept them").await;
    browser.says("Ada Adler").await;

    // Colours are chosen by a button, whatever the system prefers, and stay chosen.
    let ground = async |theme: &str| {
        // The page that a button brings may still be on its way.
        while browser.evaluate("document.documentElement.dataset.theme").await != theme {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        browser.evaluate("getComputedStyle(document.body).backgroundColor").await
    };
    let light = ground("system").await;
    browser.press("Dark").await;
    let dark = ground("dark").await;
    assert_ne!(light, dark);
    browser.look(look.dark()).await;
    browser.press("Light").await;
    assert_eq!(ground("light").await, light);
    browser.press("As my system").await;
    assert_eq!(ground("system").await, dark);

    // What was looked at cannot be brought back once one has signed out.
    browser.press("Sign out").await;
    browser.says("For officers, approvers").await;
    browser.back().await;
    browser.does_not_say("Ada Adler").await;
    browser.go("/console/requests?status=reviewing").await;
    sign_in(&browser, "ada.adler@acme.example", "not this one").await;
    browser.says("There is a problem").await.says("Address and password do not match").await;
    browser.fill("password", PASSWORD).await;
    browser.click("main button[type=submit]").await;
    browser.says("Confirm that it is you").await;
    // The next code: the one that enrolled is used up.
    browser.fill("code", &authenticator.code(house.seconds() + 30)).await;
    browser.press("Go on").await;
    browser.says("No request matches").await;
    assert_eq!(browser.path().await, "/console/requests?status=reviewing");
}
