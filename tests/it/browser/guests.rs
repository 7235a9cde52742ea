//! Guests who come by a link from their mail: a regulator who follows one case and takes the evidence along, the person who
//! withdraws, and the one who first proves who they are. With scripts and without.

use std::path::{Path, PathBuf};
use std::process::Command;

use entities::letter::kind::{LetterKind, LetterState};
use entities::officer::role::Role;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sandbox::options::Population;
use testbed::chromium::Look;
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;
use testbed::platform::swift;

use super::exhibition::policy;
use super::house::{House, code, link, there};
use crate::service::Service;

/// In how many places of the bundle a byte is changed, one at a time.
const PLACES: usize = 12;

/// The one file that was downloaded, once it is whole. A browser writes it under another name until it is.
async fn downloaded(folder: &Path) -> PathBuf {
    let is_whole = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "jsonl");
    there("the bundle to be downloaded", async || {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).find(is_whole)
    })
    .await
}

/// Whether `dsr audit verify` finds a bundle whole, run where nothing of the installation is: with a public key that came another
/// way, and no more.
fn is_whole(bundle: &Path, public_key: &str) -> bool {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut verify = Command::new(env!("CARGO_BIN_EXE_dsr"));
    verify.env_clear().current_dir(&elsewhere).args(["audit", "verify", "--public-key", public_key, "--bundle"]);
    verify.arg(bundle).output().unwrap().status.success()
}

#[rstest]
#[case(Sqlite, Look::WIDE)]
#[case(Postgres, Look::PHONE.without_scripts())]
#[tokio::test(flavor = "multi_thread")]
async fn a_regulator_follows_one_case_and_takes_proof_along(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::with_policy(on, swift(Population::Samples), policy()).await;
    let service = Service::by_name(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    let file = async |email| {
        let who = [(K::Email, email)];
        house.file(ada.id, &installation.controller, 3, Right::Erasure, &who, Some("officer_word")).await
    };
    let (case, other) = (file("ada.access@example.com").await, file("tia.twoparts@example.com").await);
    for request in [&case, &other] {
        house.until(request.id, |it| it.status == RequestStatus::Reviewing).await;
    }

    // An officer invites to this case and no other.
    let hers = house.signed_in(&ada, look).await;
    hers.go("/console/regulators/new").await;
    hers.fill("name", "Rita Roth").await;
    hers.fill("address", "rita.roth@authority.example").await;
    hers.fill("purpose", "Inspection 12/2026").await;
    hers.fill("watermark", "DPA file 7").await;
    hers.choose("scope", "cases").await;
    hers.fill("cases", &case.reference).await;
    hers.choose_day("expires", &house.in_days(30)).await;
    hers.press("Invite and send the link").await;
    hers.says("The invitation is made, and the link is on its way").await;
    let invitation = hers.path().await;

    // The link from the mail, and the code from the next one. The link works once.
    let mailed = link(&house.letter(LetterKind::RoomLink, LetterState::Sent).await, "/regulator");
    let rita = house.browser(look).await;
    rita.go(&mailed).await;
    rita.press("Come in").await;
    rita.says("Confirm that it is you").await;
    rita.go("/regulator").await;
    rita.says("Ask for a link to the regulator's room").await;
    let code = code(&house.letter(LetterKind::RoomCode, LetterState::Sent).await);
    rita.go("/regulator/code").await;
    rita.fill("code", &code).await;
    rita.press("Go on").await;
    rita.says("How requests are handled").await.says("Inspection 12/2026").await.says("DPA file 7").await;
    let late = house.browser(look).await;
    late.go(&mailed).await;
    late.press("Come in").await;
    late.says("This link does not work any more").await;

    // The case goes on while she follows it. Of the other there is nothing.
    rita.press(&case.reference).await;
    rita.says("The request was filed").await.says("Under review").await;
    rita.does_not_say("ada.access@example.com").await.does_not_say("Ada Adler").await;
    assert_eq!(installation.approve_what_waits().await, 2);
    house.until(case.id, |it| it.status == RequestStatus::Closed).await;
    rita.reload().await;
    rita.says("The plan was approved").await.says("Fulfilled").await;
    rita.go(&format!("/regulator/cases/{}", other.reference)).await;
    rita.does_not_say("The request was filed").await;

    // The bundle holds for whoever checks it elsewhere, and not with one byte changed.
    let folder = tempfile::tempdir().unwrap();
    rita.keep_downloads(folder.path()).await;
    rita.go("/regulator").await;
    rita.press("Download the bundle").await;
    let bundle = downloaded(folder.path()).await;
    let key = installation.store.safe.signing().public_key();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(is_whole(&bundle, &key));
    assert!(!is_whole(&bundle, &"0f".repeat(32)), "another's key proves nothing");
    let bytes = std::fs::read(&bundle).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(&case.id.to_string()) && !text.contains(&other.id.to_string()));
    let altered = folder.path().join("altered");
    for place in 0..PLACES {
        let mut bytes = bytes.clone();
        let at = place * bytes.len() / PLACES;
        bytes[at] ^= 1;
        std::fs::write(&altered, bytes).unwrap();
        assert!(!is_whole(&altered, &key), "byte {at} was changed");
    }
    // What was downloaded may be asked for again.
    std::fs::remove_file(&bundle).unwrap();
    rita.press("Download the bundle").await;
    assert!(is_whole(&downloaded(folder.path()).await, &key));

    // The controller sees every look.
    hers.go(&invitation).await;
    hers.says("Came in").await.says("A case").await.says("Downloaded the evidence").await;
    hers.says("A number that they may not see, or that does not exist").await;
}

#[rstest]
#[case(Sqlite, Look::WIDE)]
#[case(Postgres, Look::PHONE.without_scripts())]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_withdraws_by_the_link_from_their_mail(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::with_policy(on, swift(Population::Samples), policy()).await;
    let service = Service::by_name(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    let who = [(K::Email, "tia.twoparts@example.com")];
    let request = house.file(ada.id, &installation.controller, 3, Right::Erasure, &who, Some("officer_word")).await;
    house.until(request.id, |it| it.status == RequestStatus::Reviewing).await;
    let path = format!("/console/requests/{}", request.reference);
    let hers = house.signed_in(&ada, look).await;
    hers.go(&format!("{path}/status-link")).await;
    hers.press("Send the link").await;
    hers.says("A link to the status page is on its way").await;

    let mailed = link(&house.letter(LetterKind::StatusLink, LetterState::Sent).await, "/status");
    let theirs = house.browser(look).await;
    theirs.go(&mailed).await;
    theirs.does_not_say(&request.reference).await;
    theirs.press("Open my request").await;
    theirs.says("Somebody is checking what we found").await.says(&request.reference).await;
    theirs.does_not_say("Ada Adler").await;

    // A second opening lets nobody in, whoever holds the link.
    let second = house.browser(look).await;
    second.go(&mailed).await;
    second.press("Open my request").await;
    second.says("This link does not work any more").await.does_not_say(&request.reference).await;
    second.go("/status").await;
    second.says("Ask for a link to your request").await;

    theirs.press("Withdraw the request").await;
    theirs.says("This cannot be undone").await;
    theirs.fill("reason", "I have thought it over.").await;
    theirs.press_twice("Yes, withdraw it").await;
    theirs.says("You have withdrawn the request").await;
    let ended = house.until(request.id, |it| it.status == RequestStatus::Closed).await;
    assert_eq!(ended.outcome, Some(Outcome::Withdrawn));
    assert_eq!(house.count(request.id, "request.withdrawn").await, 1, "two clicks are one act");
    theirs.back().await;
    theirs.go("/status/withdraw").await;
    theirs.says("The request cannot be withdrawn any more").await;
    hers.go(&path).await;
    hers.says("Withdrawn").await.says("The person withdrew the request").await;
    house.letter(LetterKind::Withdrawal, LetterState::Sent).await;

    theirs.press("Leave").await;
    theirs.says("Ask for a link to your request").await;
    theirs.back().await;
    theirs.does_not_say(&request.reference).await;
}

#[rstest]
#[case(Sqlite, Look::PHONE.without_scripts())]
#[case(Postgres, Look::WIDE)]
#[tokio::test(flavor = "multi_thread")]
async fn a_person_proves_who_they_are_by_the_button_of_a_link(#[case] on: Kind, #[case] look: Look) {
    let installation = Installation::with_policy(on, swift(Population::Samples), policy()).await;
    let service = Service::by_name(&installation).await;
    let house = House { installation: &installation, url: service.url() };
    let ada = house.hire("ada.adler@acme.example", "Ada Adler", &[Role::Officer]).await;
    let who = [(K::Email, "tia.twoparts@example.com")];
    let request = house.file(ada.id, &installation.controller, 3, Right::Access, &who, None).await;
    let letter = house.letter(LetterKind::IdentityLink, LetterState::Sent).await;
    let (_, rest) = letter.split_once("/identity/").unwrap_or_else(|| panic!("no link in:\n{letter}"));
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let theirs = house.browser(look).await;
    theirs.go(&format!("/identity/{token}")).await;
    theirs.says(&request.reference).await;
    // A browser says by itself where the button was pressed.
    theirs.press("Yes, this is my request").await;
    theirs.says("Your request is confirmed").await;
    let proven = house.until(request.id, |it| it.status == RequestStatus::Reviewing).await;
    assert_eq!(proven.identity_method.as_deref(), Some("email_link"));
    theirs.go(&format!("/identity/{token}")).await;
    theirs.says("This link does not work any more").await;
}
