//! What officers file and decide, from the form to what comes of it: an erasure that takes two, a refusal, more time.

use entities::letter::kind::{LetterKind, LetterState};
use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table as request;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sandbox::options::Population;
use sea_orm::{EntityTrait, PaginatorTrait};
use testbed::chromium::Look;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;
use testbed::platform::swift;

use super::acts::{Erasure, approve_erasure, decide, file_erasure};
use super::exhibition::policy;
use super::house::{House, there};
use crate::service::Service;

const ASKED: Erasure = Erasure {
    controller: None,
    place: "DE",
    email: (" ada.access@Example.COM ", "ada.access@example.com"),
    phone: ("030 901820", "+4930901820"),
};

#[rstest]
#[case(Sqlite, Look::WIDE)]
#[case(Postgres, Look::PHONE.without_scripts())]
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_takes_two_and_goes_to_its_end(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::with_policy(on, swift(Population::Samples), policy()).await;
    let service = Service::up(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer, Role::Approver]).await;
    let ben = house.hire("ben.beyer@acme.example", "Ben Beyer", &[Role::Approver]).await;
    let (hers, his) = (house.signed_in(&ada, look).await, house.signed_in(&ben, look).await);
    let acme = &installation.controller;

    if look.has_scripts {
        // While she types she sees how it will be understood.
        hers.go("/console/requests/new").await;
        hers.fill("value-0", ASKED.email.0).await;
        hers.fill("value-1", ASKED.phone.0).await;
        hers.says(ASKED.email.1).await.says(ASKED.phone.1).await;
    }
    // Who filed it sees why its approval is not theirs, and whose it is.
    let reference = file_erasure(&hers, &ASKED).await;
    let erasure = house.named(&reference).await;
    assert_eq!((erasure.filed_by, erasure.right), (ada.id, Right::Erasure));
    let all = request::Entity::find().count(installation.store.db.read()).await.unwrap();
    assert_eq!(all, 1, "two clicks file one request");
    let path = format!("/console/requests/{reference}");
    house.until(erasure.id, |it| it.status == RequestStatus::Reviewing).await;
    hers.go(&path).await;
    hers.says("Somebody else approves this").await;
    hers.go(&format!("{path}/approve")).await;
    hers.says("its approval is not yours").await.says("Who can: Ben Beyer").await;
    assert!(!hers.offers("Continue").await);
    approve_erasure(&his, &reference).await;
    let is_live = his.has("#watch[hx-get]").await;
    house.until(erasure.id, |it| it.status == RequestStatus::Closed).await;
    if look.has_scripts {
        // The page that he has open tells of the end by itself.
        assert!(is_live, "the jobs are on their way when he comes to see them");
        his.says("3 done of 3").await.says("Nothing is left to do").await.says("Answer to an erasure").await;
    } else {
        his.reload().await;
        his.says("Closed").await.says("3 done of 3").await;
    }
    assert_eq!(house.count(erasure.id, "request.approved").await, 1);
    // The answer has gone out, and she sees it among the letters.
    let answer = house.letter(LetterKind::AnswerErasure, LetterState::Sent).await;
    assert!(answer.contains(&reference), "{answer}");
    hers.go(&path).await;
    hers.comes_to_say("Answer to an erasure").await;

    // More time, then a refusal: each says beforehand what would come of it.
    let who = [(K::Email, "tia.twoparts@example.com")];
    let access = house.file(ada.id, acme, 3, Right::Access, &who, Some("officer_word")).await;
    let path = format!("/console/requests/{}", access.reference);
    house.until(access.id, |it| it.status == RequestStatus::Reviewing).await;
    hers.go(&format!("{path}/extend")).await;
    hers.choose("code", "complexity").await;
    hers.fill("reason", "Recordings of four years have to be looked at.").await;
    decide(&hers, "Take more time", "The extension is decided").await;
    // What the worker does meanwhile would be told to whoever has a form open.
    let announced = async || (house.count(access.id, "extension.announced").await == 1).then_some(());
    there("the extension to be announced", announced).await;
    hers.go(&format!("{path}/refuse")).await;
    hers.choose("code", "manifestly_unfounded").await;
    hers.fill("reason", "The same was answered in full last week.").await;
    decide(&hers, "Refuse the request", "The refusal is decided").await;
    house.until(access.id, |it| it.status == RequestStatus::Closed).await;
    hers.comes_to_say("Closed").await;
}
