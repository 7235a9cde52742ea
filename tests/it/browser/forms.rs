//! Pages that only a form leads to, as an officer who may do everything comes by them.

use super::acts::{Erasure, fill_erasure_in};
use super::exhibition::Exhibition;
use super::looking::Looking;

/// Somebody about whom something is open already.
const ASKED: Erasure = Erasure {
    controller: None,
    place: "DE",
    email: ("maya.okafor@EXAMPLE.com", "maya.okafor@example.com"),
    phone: ("+1 317 555 0142", "+13175550142"),
};

/// Those that are about requests.
pub async fn of_requests(looking: &mut Looking, exhibition: &Exhibition) {
    let path = format!("/console/requests/{}", exhibition.erasure.reference);
    looking.browser.go(&path).await;
    looking.browser.press("Show it in the clear").await;
    looking.browser.choose("purpose", "identify").await;
    looking.browser.press("Show and record").await;
    looking.browser.says("Maya Okafor").await;
    looking.as_it_is("requests-revealed").await;
    looking.browser.go(&format!("{path}/hold")).await;
    looking.browser.press("Put on hold").await;
    looking.browser.says("Say why the request is put on hold").await;
    looking.as_it_is("requests-one-hold-wrong").await;
    looking.browser.go(&format!("{path}/refuse")).await;
    looking.browser.choose("code", "manifestly_unfounded").await;
    looking.browser.fill("reason", "The same was answered in full last week.").await;
    looking.browser.press("Continue").await;
    looking.browser.says("Check before you decide").await;
    looking.as_it_is("requests-one-refuse-check").await;
    looking.browser.go(&format!("{path}/letters")).await;
    looking.browser.choose("kind", "acknowledgement").await;
    looking.browser.press("Look at it").await;
    looking.browser.says("As it would be written now").await;
    looking.as_it_is("requests-one-letters-preview").await;

    fill_erasure_in(&looking.browser, &ASKED).await;
    looking.browser.says("Something is open about the same identifiers").await;
    looking.as_it_is("requests-new-check").await;
    looking.browser.go("/console/requests").await;
    looking.browser.choose("kind", "email").await;
    looking.browser.fill("sought", ASKED.email.1).await;
    looking.browser.press("Find").await;
    looking.browser.says(&exhibition.erasure.reference).await;
    looking.as_it_is("requests-search").await;
    looking.browser.go("/console/requests").await;
    for (_, request) in exhibition.others.iter().filter(|(word, _)| ["plain", "named", "done"].contains(word)) {
        looking.browser.click(&format!("[id=about-{}]", request.reference)).await;
    }
    looking.browser.press("Put on hold").await;
    looking.browser.says("Nothing further is done on the platform for these").await;
    looking.as_it_is("together-hold").await;
    looking.browser.fill("reason", "The platform is looked after tonight.").await;
    looking.browser.click(".actions button.primary").await;
    looking.browser.says("Back to the list").await;
    looking.as_it_is("together-done").await;
}

/// Those of the account and the set-up.
pub async fn of_the_setup(looking: &mut Looking) {
    looking.browser.go("/console/account/recovery-codes").await;
    looking.browser.press("New recovery codes").await;
    looking.browser.says("I have kept them").await;
    looking.as_it_is("account-recovery-codes-new").await;
    looking.browser.go("/console/setup/law").await;
    looking.browser.press("Work it out").await;
    looking.browser.says("No date would move").await;
    looking.as_it_is("setup-law-review").await;
    looking.browser.go("/console/setup/controllers/acme").await;
    looking.browser.press("Ask the platform").await;
    looking.browser.says("Back to the controller").await;
    looking.as_it_is("setup-controllers-one-look").await;
    looking.browser.go("/console/setup/clients/add").await;
    looking.browser.fill("name", "Intake form").await;
    looking.browser.choose("scopes", "requests:file").await;
    looking.browser.press("Make the client").await;
    looking.browser.says("This is shown once").await;
    looking.as_it_is("setup-clients-made").await;
}
