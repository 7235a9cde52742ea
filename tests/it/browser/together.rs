//! Two officers at one request, and what hands do that tests do not: clicking twice, going back, leaving a page open while the
//! world goes on. With scripts and without.

use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sandbox::options::Population;
use testbed::chromium::Look;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;
use testbed::platform::swift;

use super::exhibition::policy;
use super::house::House;
use crate::service::{Service, dsr};

const HELD: &str = "request.held";

#[rstest]
#[case(Sqlite, Look::WIDE)]
#[case(Postgres, Look::WIDE.without_scripts())]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_twice_and_nobody_works_over_another(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::with_policy(on, swift(Population::Samples), policy()).await;
    let service = Service::up(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    let ben = house.hire("ben.beyer@acme.example", "Ben Beyer", &[Role::Officer]).await;
    let who = [(K::Email, "ada.access@example.com")];
    let request = house.file(ada.id, &installation.controller, 3, Right::Access, &who, Some("officer_word")).await;
    house.until(request.id, |it| it.status == RequestStatus::Reviewing).await;
    let path = format!("/console/requests/{}", request.reference);
    let (hers, his) = (house.signed_in(&ada, look).await, house.signed_in(&ben, look).await);

    // Both open the same form. His comes first; hers is not taken, and says why and by whom.
    hers.go(&path).await;
    hers.says("a…@e….com").await.does_not_say("ada.access@example.com").await;
    for browser in [&hers, &his] {
        browser.go(&format!("{path}/hold")).await;
        browser.fill("reason", "The person rang.").await;
    }
    his.press_twice("Put on hold").await;
    his.says("The request is on hold").await;
    assert_eq!(house.count(request.id, HELD).await, 1, "two clicks are one act");
    hers.press("Put on hold").await;
    hers.says("Somebody was here before you").await.says("Ben Beyer").await;
    assert_eq!(house.count(request.id, HELD).await, 1);
    hers.press("Look at the request again").await;
    hers.says("The clock runs on").await;

    // Back to a form that was sent, and sent again.
    his.back().await;
    his.fill("reason", "The person rang.").await;
    his.press("Put on hold").await;
    his.says("on hold").await;
    assert_eq!(house.count(request.id, HELD).await, 1, "what is held is not held again");
    hers.reload().await;
    hers.press("Let it go on").await;
    hers.says("The request goes on").await;
    hers.reload().await;
    assert_eq!(house.count(request.id, "request.released").await, 1);

    // Her session is ended while she writes: nothing of hers is taken, and she comes back to where she was.
    hers.go(&format!("{path}/hold")).await;
    hers.fill("reason", "The person rang again.").await;
    let ended = dsr(&installation, &["officer", "sign-out", "ada.adler@acme.example"]).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    hers.press("Put on hold").await;
    hers.says("For officers, approvers").await;
    assert!(hers.path().await.starts_with("/console/sign-in?to="), "{}", hers.path().await);
    assert_eq!(house.count(request.id, HELD).await, 1);
    his.reload().await;
    his.says("Ben Beyer").await;
}
