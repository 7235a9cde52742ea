//! Pages about requests that only a form leads to, as an officer who may do everything comes by them.

use entities::letter;
use entities::letter::kind::LetterState;

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

/// Has what a page masks shown in the clear.
async fn reveal(looking: &Looking, path: &str) {
    looking.browser.go(path).await;
    looking.browser.press("Show it in the clear").await;
    looking.browser.choose("purpose", "identify").await;
    looking.browser.press("Show and record").await;
    looking.browser.says("Mask it again").await;
}

/// One request in the clear, and what is decided about it, up to the last button.
pub async fn of_one(looking: &mut Looking, exhibition: &Exhibition) {
    let path = format!("/console/requests/{}", exhibition.erasure.reference);
    reveal(looking, &path).await;
    looking.browser.says("Maya Okafor").await;
    looking.as_it_is("requests-revealed").await;
    reveal(looking, &format!("{path}/history")).await;
    looking.as_it_is("requests-one-history-revealed").await;
    looking.browser.go(&format!("{path}/hold")).await;
    looking.browser.press("Put on hold").await;
    looking.browser.says("Say why the request is put on hold").await;
    looking.as_it_is("requests-one-hold-wrong").await;
    looking.browser.go(&format!("{path}/approve")).await;
    looking.browser.click("#sure").await;
    looking.browser.press("Continue").await;
    looking.browser.says("Check before you decide").await;
    looking.as_it_is("requests-one-approve-check").await;
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
}

/// Chooses some requests in the list, and what is to be done about them.
async fn choose_some(looking: &Looking, exhibition: &Exhibition, act: &str) {
    looking.browser.go("/console/requests").await;
    for word in ["plain", "named", "failed"] {
        looking.browser.click(&format!("[id=about-{}]", exhibition.other(word).reference)).await;
    }
    looking.browser.press(act).await;
}

/// A new request beside those that are open, a search, and what is done about several together.
pub async fn of_several(looking: &mut Looking, exhibition: &Exhibition) {
    fill_erasure_in(&looking.browser, &ASKED).await;
    looking.browser.says("Something is open about the same identifiers").await;
    looking.as_it_is("requests-new-check").await;
    looking.browser.go("/console/requests").await;
    looking.browser.choose("kind", "email").await;
    looking.browser.fill("sought", ASKED.email.1).await;
    looking.browser.press("Find").await;
    looking.browser.says(&exhibition.erasure.reference).await;
    looking.as_it_is("requests-search").await;
    choose_some(looking, exhibition, "Take more time").await;
    looking.browser.says("It is told to each person").await;
    looking.as_it_is("together-extend").await;
    choose_some(looking, exhibition, "Put on hold").await;
    looking.browser.says("Nothing further is done on the platform for these").await;
    looking.as_it_is("together-hold").await;
    looking.browser.fill("reason", "The platform is looked after tonight.").await;
    looking.browser.click(".actions button.primary").await;
    looking.browser.says("Back to the list").await;
    looking.as_it_is("together-done").await;
}

/// A letter that is held back, read, and given other words.
pub async fn of_a_letter(looking: &mut Looking, exhibition: &Exhibition) {
    let request = exhibition.other("held");
    let path = format!("/console/requests/{}", request.reference);
    looking.browser.go(&format!("{path}/letters")).await;
    looking.browser.choose("kind", "acknowledgement").await;
    looking.browser.press("Look at it").await;
    looking.browser.press("Write it, and hold it back to change its words").await;
    looking.browser.says("The letter is held back until somebody sends it").await;
    let letters = letter::queries::of_request(exhibition.installation.store.db.read(), request.id).await.unwrap();
    let held = letters.iter().find(|letter| letter.state == LetterState::Held).unwrap();
    let page = format!("{path}/letters/{}", held.id);
    reveal(looking, &page).await;
    looking.as_it_is("requests-one-letters-one-revealed").await;
    looking.at("requests-one-letters-one-held", &page).await;
    looking.browser.press("Change what it says").await;
    looking.browser.says("For this letter and this person alone").await;
    looking.as_it_is("requests-one-letters-one-edit").await;
    looking.browser.fill("passage-0", "We spoke on Monday, and you asked for all recordings.").await;
    looking.browser.press("Look at it").await;
    looking.browser.says("As it would go out").await;
    looking.as_it_is("requests-one-letters-one-edit-look").await;
}

/// A decision that is not taken, because somebody has noted something since its form was opened.
pub async fn of_a_late_decision(looking: &mut Looking, exhibition: &Exhibition) {
    let request = exhibition.other("doubtful");
    looking.browser.go(&format!("/console/requests/{}/hold", request.reference)).await;
    looking.browser.fill("reason", "The person rang and wants to add something first.").await;
    let (house, note) = (exhibition.house(), "The number of the contract comes tomorrow.");
    house.decide(request.filed_by, request.id, async |case| case.note(note).await.map(drop).unwrap()).await;
    looking.browser.press("Put on hold").await;
    looking.browser.says("Somebody was here before you").await;
    looking.as_it_is("requests-one-hold-stale").await;
}
