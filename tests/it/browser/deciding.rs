//! What officers decide, from the page of the request to what comes of it: an erasure that takes two, a refusal, more time.

use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sandbox::options::Population;
use testbed::chromium::{Chromium, Look};
use testbed::database::Kind::Sqlite;
use testbed::installation::Installation;
use testbed::platform::swift;

use super::exhibition::policy;
use super::house::House;
use crate::service::Service;

/// From a form through what would come of it to the decision itself.
async fn decide(browser: &Chromium, go: &str, done: &str) {
    browser.press("Continue").await;
    browser.says("Check before you decide").await.says("Nothing has happened yet").await;
    browser.press(go).await;
    browser.says(done).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_takes_two_and_goes_to_its_end(#[values(Look::WIDE, Look::PHONE.without_scripts())] look: Look) {
    let installation = Installation::with_policy(Sqlite, swift(Population::Samples), policy()).await;
    let service = Service::up(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer, Role::Approver]).await;
    let ben = house.hire("ben.beyer@acme.example", "Ben Beyer", &[Role::Approver]).await;
    let (hers, his) = (house.signed_in(&ada, look).await, house.signed_in(&ben, look).await);
    let who = [(K::Email, "ada.access@example.com")];
    let acme = &installation.controller;

    // Who filed it sees why its approval is not theirs, and whose it is.
    let erasure = house.file(ada.id, acme, 3, Right::Erasure, &who, Some("officer_word")).await;
    let path = format!("/console/requests/{}", erasure.reference);
    house.until(erasure.id, |it| it.status == RequestStatus::Reviewing).await;
    hers.go(&path).await;
    hers.says("Somebody else approves this").await;
    hers.go(&format!("{path}/approve")).await;
    hers.says("its approval is not yours").await.says("Who can: Ben Beyer").await;
    assert!(!hers.offers("Continue").await);
    his.go(&format!("{path}/approve")).await;
    his.press("Continue").await;
    his.says("Confirm that you have looked").await;
    his.click("#sure").await;
    decide(&his, "Approve the erasure", "The plan is approved and runs").await;
    his.comes_to_say("Closed").await;
    house.until(erasure.id, |it| it.status == RequestStatus::Closed).await;
    assert_eq!(house.count(erasure.id, "request.approved").await, 1);
    hers.go(&path).await;
    hers.comes_to_say("Sent").await;

    // More time, then a refusal: each says beforehand what would come of it.
    let who = [(K::Email, "tia.twoparts@example.com")];
    let access = house.file(ada.id, acme, 3, Right::Access, &who, Some("officer_word")).await;
    let path = format!("/console/requests/{}", access.reference);
    house.until(access.id, |it| it.status == RequestStatus::Reviewing).await;
    hers.go(&format!("{path}/extend")).await;
    hers.choose("code", "complexity").await;
    hers.fill("reason", "Recordings of four years have to be looked at.").await;
    decide(&hers, "Take more time", "The extension is decided").await;
    hers.go(&format!("{path}/refuse")).await;
    hers.choose("code", "manifestly_unfounded").await;
    hers.fill("reason", "The same was answered in full last week.").await;
    decide(&hers, "Refuse the request", "The refusal is decided").await;
    house.until(access.id, |it| it.status == RequestStatus::Closed).await;
    hers.comes_to_say("Closed").await;
}
