//! The rooms of guests, page by page as a guest comes through them: the person's, and the regulator's; and the page on which a person
//! proves who they are.

use console::routes::guests::{REGULATOR, STATUS};
use entities::letter::kind::{LetterKind, LetterState};
use testbed::chromium::Key;

use super::exhibition::Exhibition;
use super::house::{code, link};
use super::looking::{Looking, address, shown};

/// Addresses that show nothing of their own: another way to write one, and the way from a number to its case.
const LEAD_ON: [&str; 2] = ["/", "/find"];

/// Pages for whoever is not in yet.
const OUTSIDE: [&str; 3] = ["/link", "/link/{token}", "/code"];

/// Every page of a room that is for those who are in.
async fn inside(looking: &mut Looking, door: &str, table: &[(&'static str, &'static str)], things: &[(&str, String)]) {
    for pattern in shown(table).filter(|pattern| !LEAD_ON.contains(pattern) && !OUTSIDE.contains(pattern)) {
        let (path, name) = address(&format!("{door}{pattern}"), things);
        looking.at(&name, &path).await;
    }
}

/// The page on which a person sees where their request stands, and those around it.
pub async fn of_a_person(looking: &mut Looking, exhibition: &Exhibition) {
    let house = exhibition.house();
    looking.at("status-link", "/status/link").await;
    looking.browser.press("Send me a link").await;
    looking.browser.says("Type the number of your request").await;
    looking.as_it_is("status-link-wrong").await;
    looking.browser.fill("reference", "K7PW-3MXD").await;
    looking.browser.fill("address", "somebody@example.org").await;
    looking.browser.press("Send me a link").await;
    looking.browser.says("Look into your mailbox").await;
    looking.as_it_is("status-link-sent").await;
    let asked = exhibition.other("plain").id;
    let link_of = async |id| link(&house.letter_about(id, LetterKind::StatusLink, LetterState::Sent).await, "/status");
    let link = link_of(asked).await;
    looking.at("status-link-one", &link).await;
    looking.browser.press("Open my request").await;
    looking.browser.says("Where it stands").await;
    inside(looking, "/status", STATUS, &[("{inquiry}", exhibition.surroundings.question.to_string())]).await;
    looking.browser.go(&link).await;
    looking.browser.press("Open my request").await;
    looking.browser.says("This link does not work any more").await;
    looking.as_it_is("status-link-used").await;
    looking.browser.go(&link_of(exhibition.other("done").id).await).await;
    looking.browser.press("Open my request").await;
    looking.browser.says("Your data").await;
    looking.as_it_is("status-with-files").await;
    looking.at("status-nothing", "/status/nothing").await;
}

/// The regulator's room, and the way in.
pub async fn of_a_regulator(looking: &mut Looking, exhibition: &Exhibition) {
    let house = exhibition.house();
    looking.at("regulator-link", "/regulator/link").await;
    looking.browser.fill("address", "somebody@example.org").await;
    looking.browser.press("Send me a link").await;
    looking.browser.says("Look into your mailbox").await;
    looking.as_it_is("regulator-link-sent").await;
    let link = link(&house.letter(LetterKind::RoomLink, LetterState::Sent).await, "/regulator");
    looking.at("regulator-link-one", &link).await;
    looking.browser.press("Come in").await;
    looking.browser.says("Confirm that it is you").await;
    looking.at("regulator-code", "/regulator/code").await;
    looking.browser.press("Go on").await;
    looking.browser.says("This code is not right").await;
    looking.as_it_is("regulator-code-wrong").await;
    // Nobody sends mail any more in the exhibition: it waits as it was written.
    let code = code(&house.letter(LetterKind::RoomCode, LetterState::Queued).await);
    looking.browser.fill("code", &code).await;
    looking.browser.press("Go on").await;
    looking.browser.says("How requests are handled").await;
    inside(looking, "/regulator", REGULATOR, &[("{name}", exhibition.erasure.reference.clone())]).await;
    looking.browser.go(&format!("/regulator/cases/{}", exhibition.erasure.reference)).await;
    looking.browser.press("Show and record").await;
    looking.browser.says("Maya Okafor").await;
    looking.as_it_is("regulator-cases-revealed").await;
    looking.at("regulator-nothing", "/regulator/nothing").await;
}

/// The page behind the link by which a person proves who they are. It is plain and has one button, which the keyboard reaches and
/// presses.
pub async fn of_a_proof(looking: &mut Looking, exhibition: &Exhibition) {
    let house = exhibition.house();
    let letter = house.letter(LetterKind::IdentityLink, LetterState::Sent).await;
    let path = letter.lines().find_map(|line| line.strip_prefix(house.url.as_str())).unwrap();
    looking.browser.go(path).await;
    looking.bare("identity").await;
    looking.browser.key(Key::Tab).await;
    let ring = "(it => it.matches('button:focus-visible') && getComputedStyle(it).boxShadow)(document.activeElement)";
    assert_eq!(looking.browser.evaluate(ring).await, "rgb(26, 26, 26) 0px 0px 0px 2px", "light ground shows the ring");
    looking.browser.key(Key::Enter).await;
    looking.browser.says("Thank you").await;
    looking.bare("identity-proven").await;
    looking.browser.go(path).await;
    looking.bare("identity-gone").await;
}
