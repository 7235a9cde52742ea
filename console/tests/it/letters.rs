//! Letters: looked at before they are written, read for a purpose, printed, recorded, sent elsewhere.

use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::{queries, table as letter};
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::request::decide::Inquiring;
use entities::request::right::Right;
use entities::request::table::Model as Request;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sea_orm::EntityTrait;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

const ADDRESS: &str = "grace.hopper@example.com";
pub const HOSTILE: &str = "Which <script>alert(1)</script> **years**, Hopper?";

impl World {
    pub async fn letters(&self, request: &Request) -> Vec<letter::Model> {
        queries::of_request(self.store.db.read(), request.id).await.unwrap()
    }

    /// Asks the person what is unclear, in these words.
    pub async fn asked(&self, by: &Officer, id: RequestId, words: &str) {
        let asking = Inquiring { kind: InquiryKind::Clarification, words: words.to_owned(), fee: None };
        self.decide(by.id, id, async |case| drop(case.ask(asking).await.unwrap())).await;
    }

    /// A request about somebody who reads `ADDRESS`, which an officer vouches for on the page.
    pub async fn addressed(&self, browser: &mut Browser, by: entities::id::ClientId) -> (Request, String) {
        self.has_letters_written(&self.acme).await;
        let known = [(K::Name, "Grace Hopper"), (K::Email, ADDRESS)];
        let row = self.file_with(by, &self.acme, 1, Right::Access, &known, None).await;
        let path = format!("/console/requests/{}", row.reference);
        let address = format!("{path}/address");
        let form = browser.get(&address).await.fine();
        for given in ["nobody", ""] {
            let page = browser.submit(&form, &address, &[("address", given)]).await;
            assert_eq!(page.status, 422, "{given}");
            page.says("There is a problem");
        }
        let filled = [("address", ADDRESS), ("vouched", "yes")];
        assert_eq!(browser.submit(&form, &address, &filled).await.goes_to(), format!("{path}?done=address-set"));
        (row, path)
    }
}

/// Looks at a letter of this kind before it is written.
pub async fn preview(browser: &mut Browser, path: &str, kind: &str) -> Page {
    let form = browser.get(&format!("{path}/letters")).await.fine();
    browser.submit(&form, &format!("{path}/letters/preview"), &[("kind", kind)]).await
}

/// Looks at it, and writes it.
pub async fn write(browser: &mut Browser, path: &str, kind: &str) -> Page {
    let shown = preview(browser, path, kind).await.fine();
    browser.submit(&shown, &format!("{path}/letters"), &[]).await
}

#[rstest]
#[tokio::test]
async fn a_letter_is_looked_at_written_and_read_for_a_purpose(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    assert_eq!(preview(&mut browser, &path, "").await.status, 422);
    let shown = preview(&mut browser, &path, "acknowledgement").await.fine();
    shown.says("We have received your request").says("privacy@acme.example").says(&row.reference);
    shown.does_not_say("href=\"mailto").does_not_say("style=");
    assert!(world.letters(&row).await.is_empty(), "a look writes nothing");
    assert_eq!(world.events(row.id).await.last().unwrap(), "personal_data.revealed");
    for _ in 0..2 {
        let sent = browser.submit(&shown, &format!("{path}/letters"), &[]).await;
        assert_eq!(sent.goes_to(), format!("{path}?done=letter-written"));
    }
    let letters = world.letters(&row).await;
    assert_eq!(letters.len(), 1, "a double click writes nothing twice");
    let page = format!("{path}/letters/{}", letters[0].id);
    browser.get(&path).await.fine().says(&format!("href=\"{page}\""));

    let masked = browser.get(&page).await.fine();
    masked.says("Acknowledgement").says("is sealed").says("A letter was written").says("Attempts");
    masked.does_not_say(ADDRESS).does_not_say("We have received");
    let odd = browser.submit(&masked, &format!("{page}/reveal"), &[("purpose", "")]).await;
    assert_eq!(odd.status, 400);
    let clear = browser.submit(&masked, &format!("{page}/reveal"), &[("purpose", "answer")]).await.fine();
    clear.says(ADDRESS).says("We have received your request").says("written to the audit trail");
    assert_eq!(clear.header("cache-control"), "no-store");

    let printed = browser.submit(&masked, &format!("{page}/pdf"), &[]).await.fine();
    assert_eq!((printed.header("content-type"), printed.header("cache-control")), ("application/pdf", "no-store"));
    let saved = format!("attachment; filename=\"{}-acknowledgement.pdf\"", row.reference);
    assert_eq!(printed.header("content-disposition"), saved);
    assert!(printed.text.starts_with("%PDF-"));
    let looks = world.events(row.id).await.into_iter().filter(|kind| kind == "personal_data.revealed").count();
    assert_eq!(looks, 3);
    for end in ["reveal", "pdf"] {
        assert_eq!(browser.get(&format!("{page}/{end}")).await.status, 405, "no address leads to what it says");
    }
}

#[rstest]
#[tokio::test]
async fn what_a_letter_lacks_is_named_with_the_provision(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    let bare = preview(&mut browser, &path, "answer_access").await.fine();
    bare.says("cannot be written yet")
        .says("Purposes")
        .says("GDPR Art. 15(1)(a)</span>")
        .does_not_say("Write and send it");
    preview(&mut browser, &path, "refusal").await.fine().says("An occasion");
    let form = browser.get(&format!("{path}/letters")).await.fine();
    form.does_not_say("value=\"answer_erasure\"").does_not_say("identity-link");
    // Sent past the page, it is refused as the rules say.
    let hold = browser.get(&format!("{path}/hold")).await.fine();
    let mut fields = hold.hidden(&format!("{path}/hold"));
    fields.push(("kind".to_owned(), "refusal".to_owned()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post_bare(&format!("{path}/letters"), &fields).await;
    assert_eq!(page.status, 409);
    page.says("The letter lacks something");
    assert!(world.letters(&row).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_letter_that_failed_is_tried_again_or_goes_elsewhere(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    write(&mut browser, &path, "acknowledgement").await.goes_to();
    let page = format!("{path}/letters/{}", world.letters(&row).await[0].id);
    let queued = browser.get(&page).await.fine();
    queued.does_not_say("/retry\"").does_not_say("/resend\"");
    let failed = async || {
        let all = letter::Entity::update_many().col_expr(letter::Column::State, LetterState::Failed.into());
        all.exec(world.store.db.write()).await.unwrap();
    };
    failed().await;
    let shown = browser.get(&page).await.fine();
    assert_eq!(
        browser.submit(&shown, &format!("{page}/retry"), &[]).await.goes_to(),
        format!("{path}?done=letter-retried")
    );
    assert_eq!(world.letters(&row).await[0].state, LetterState::Queued);
    failed().await;
    let resend = format!("{page}/resend");
    let form = browser.get(&resend).await.fine();
    assert_eq!(browser.submit(&form, &resend, &[("address", "a@b, c@d")]).await.status, 422);
    let filled = [("address", "grace@example.org")];
    assert_eq!(browser.submit(&form, &resend, &filled).await.goes_to(), format!("{path}?done=letter-resent"));
    let states: Vec<_> = world.letters(&row).await.iter().map(|letter| letter.state).collect();
    assert_eq!(states, [LetterState::Superseded, LetterState::Queued]);
    browser.get(&page).await.fine().says("A letter was replaced");
}

#[rstest]
#[tokio::test]
async fn a_letter_sent_another_way_is_checked_before_it_is_recorded(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    let record = format!("{path}/letters/record");
    let form = browser.get(&record).await.fine();
    // It is ten in Berlin.
    form.says("value=\"2026-03-02\"").says("value=\"10:00\"");
    for (day, time, says) in [
        ("2026-03-03", "09:00", "in the future"),
        ("2026-02-01", "09:00", "before the request arrived"),
        ("soon", "9", "Enter the day"),
    ] {
        let filled = [("kind", "acknowledgement"), ("means", "post"), ("day", day), ("time", time)];
        let page = browser.submit(&form, &record, &filled).await;
        assert_eq!(page.status, 422, "{day}");
        page.says(says);
    }
    let filled = [("kind", "acknowledgement"), ("means", "post"), ("day", "2026-03-02"), ("time", "09:30")];
    let check = browser.submit(&form, &record, &filled).await.fine();
    check.says("Check before you record it").says("2 March 2026, 09:30");
    assert!(world.letters(&row).await.is_empty(), "nothing is recorded yet");
    assert_eq!(browser.submit(&check, &record, &[]).await.goes_to(), format!("{path}?done=letter-recorded"));
    let letters = world.letters(&row).await;
    assert_eq!((letters.len(), letters[0].kind), (1, LetterKind::Acknowledgement));
    assert_eq!(letters[0].sent_at.unwrap().to_string(), "2026-03-02T08:30:00Z");
    let page = browser.get(&format!("{path}/letters/{}", letters[0].id)).await.fine();
    page.says("by other means").does_not_say("/reveal\"").does_not_say("/pdf\"");
    let early = [("kind", "answer_access"), ("means", "post"), ("day", "2026-03-02"), ("time", "09:30")];
    let check = browser.get(&record).await.fine();
    let check = browser.submit(&check, &record, &early).await.fine();
    check.says("the request closes with it");
    let refused = browser.submit(&check, &record, &[]).await;
    assert_eq!(refused.status, 409);
    refused.says("once the work is done");
}

#[rstest]
#[tokio::test]
async fn a_letter_is_for_who_may_reveal_and_its_words_stay_text(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let (row, path) = world.addressed(&mut browser, ada.id).await;
    world.asked(&ada, row.id, HOSTILE).await;
    let id = world.letters(&row).await[0].id;
    let page = format!("{path}/letters/{id}");
    let masked = browser.get(&page).await.fine();
    masked.does_not_say("Hopper");
    let clear = browser.submit(&masked, &format!("{page}/reveal"), &[("purpose", "answer")]).await.fine();
    clear.says("&#60;script&#62;alert(1)&#60;/script&#62; **years**").does_not_say("<script>alert");

    let auditor = world.hire("aud@example.com", "Axel Auer", &[(Where::At(world.acme.id), Role::Auditor)]).await;
    let stranger = world.hire("cy@example.com", "Cy Coen", &[(Where::At(world.beta.id), Role::Officer)]).await;
    let mut his = world.signed_in(&auditor).await;
    his.get(&page).await.fine().says("Request for clarification").does_not_say("/reveal\"").does_not_say("/pdf\"");
    for (who, status) in [(&auditor, 403), (&stranger, 404)] {
        let mut theirs = world.signed_in(who).await;
        let own = theirs.get("/console/account").await.fine();
        let token = own.hidden("/console/sign-out").into_iter().find(|(name, _)| name == "form_token").unwrap().1;
        let one = format!("letters/{id}");
        for end in [
            "letters",
            "letters/preview",
            "letters/record",
            "letters/identity-link",
            "address",
            &format!("{one}/reveal"),
            &format!("{one}/pdf"),
            &format!("{one}/retry"),
            &format!("{one}/resend"),
        ] {
            let fields = [
                ("form_token", &*token),
                ("form_key", end),
                ("form_version", "1"),
                ("kind", "acknowledgement"),
                ("means", "post"),
                ("day", "2026-03-02"),
                ("time", "09:30"),
                ("sure", "yes"),
                ("address", ADDRESS),
                ("purpose", "answer"),
            ];
            let answer = theirs.post_bare(&format!("{path}/{end}"), &fields).await;
            assert_eq!(answer.status, status, "{end}");
            answer.does_not_say("Hopper");
        }
    }
    assert_eq!(world.letters(&row).await.len(), 1);
    // No letter of another request is found by its id.
    let other = world.file(ada.id, &world.acme, 1, "Ada Lovelace").await;
    assert_eq!(browser.get(&format!("/console/requests/{}/letters/{id}", other.reference)).await.status, 404);
}
