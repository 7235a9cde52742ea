//! Every page, looked at as everybody must be able to: in both themes, on a wide window and a telephone's, by keyboard. With
//! `DSR_PICTURES` naming a folder, pictures of them are left there: `scripts/screenshots` makes those of the documentation so.

use console::routes::PAGES;
use entities::officer::role::Role;
use letters::language::Language;

use super::acts::sign_in;
use super::exhibition::Exhibition;
use super::looking::{Looking, address, shown};
use super::{forms, rooms, setup};

/// Addresses that show nothing of their own to whoever is in: another way to write one, and the ways to a provider and back.
const LEAD_ON: [&str; 4] = ["/", "/sign-in/provider", "/sign-in/provider/back", "/sign-in/provider/end"];

/// Pages for whoever has not signed in, or not altogether.
const OUTSIDE: [&str; 4] = ["/sign-in", "/sign-in/code", "/sign-in/passkey", "/invitation/{token}"];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody() {
    let exhibition = Exhibition::open().await;
    let house = exhibition.house();
    let olga = house.hire("olga.orth@acme.example", "Olga Orth", Role::ALL).await;
    let mut looking = Looking::at_the_pages_of(&house).await;

    looking.at("sign-in", "/console/sign-in").await;
    sign_in(&looking.browser, &olga.login, "not this one").await;
    looking.browser.says("Address and password do not match").await;
    looking.as_it_is("sign-in-wrong").await;
    looking.at("sign-in-passkey", "/console/sign-in/passkey").await;
    looking.at("sign-in-provider", "/console/sign-in/provider/back").await;
    let newcomer = house.hire("nora.neu@acme.example", "Nora Neu", &[Role::Officer]).await;
    looking.at("invitation", &house.invite(&newcomer).await).await;
    house.enrol(&newcomer).await;
    looking.browser.keep("dsr", &house.session(&newcomer, false).await).await;
    looking.at("sign-in-code", "/console/sign-in/code").await;

    looking.browser.keep("dsr", &house.session(&olga, true).await).await;
    let things = exhibition.things(newcomer.id).await;
    for pattern in shown(PAGES).filter(|pattern| !LEAD_ON.contains(pattern) && !OUTSIDE.contains(pattern)) {
        let (path, name) = address(pattern, &things);
        let name = if name.is_empty() { "overview" } else { &name };
        looking.at(name, &format!("/console{path}")).await;
        if looking.browser.has("main > .notice.info[role=note]").await {
            looking.findings.note(name, "shows why there is no form in place of the form");
        }
    }
    looking.browser.keep("dsr", &house.session(&exhibition.ada, true).await).await;
    looking
        .at("requests-one-approve-own", &format!("/console/requests/{}/approve", exhibition.erasure.reference))
        .await;
    looking.browser.keep("dsr", &house.session(&olga, true).await).await;
    house.speaks(&olga, Language::German).await;
    for pattern in shown(PAGES).filter(|pattern| !LEAD_ON.contains(pattern) && !OUTSIDE.contains(pattern)) {
        let (path, name) = address(pattern, &things);
        looking.in_german(&name, &format!("/console{path}")).await;
    }
    house.speaks(&olga, Language::English).await;
    for (name, request) in &exhibition.others {
        looking.at(&format!("requests-{name}"), &format!("/console/requests/{}", request.reference)).await;
    }
    looking.at("nothing", "/console/nothing").await;
    looking.at("requests-none", "/console/requests?right=objection").await;

    forms::of_one(&mut looking, &exhibition).await;
    forms::of_several(&mut looking, &exhibition).await;
    forms::of_a_letter(&mut looking, &exhibition).await;
    forms::of_a_late_decision(&mut looking, &exhibition).await;
    setup::of_secrets(&mut looking, &exhibition).await;
    setup::of_sources(&mut looking, &exhibition).await;
    setup::of_controllers(&mut looking).await;
    setup::of_the_law(&mut looking, &exhibition).await;
    setup::of_pauses(&mut looking).await;
    looking.browser.keep("dsr", &house.session(&newcomer, true).await).await;
    looking.at("not-yours", "/console/setup/officers").await;

    rooms::of_a_person(&mut looking, &exhibition).await;
    rooms::of_a_regulator(&mut looking, &exhibition).await;
    rooms::of_a_proof(&mut looking, &exhibition).await;
    looking.findings.templates(&looking.seen);
    looking.findings.none();
}
