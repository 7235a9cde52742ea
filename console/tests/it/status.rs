//! The person's page: reached by a link that works once, about their own request and nothing else.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId};
use entities::inquiry;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::LetterKind;
use entities::request::decide::{Case, Decider, Inquiring};
use entities::request::keys;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::Model;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

pub const EMAIL: &str = "grace@example.org";

impl World {
    pub fn decider(&self, client: ClientId) -> Decider {
        Decider { actor: Actor::client(client, None), client: Some(client), reach: Reach::installation() }
    }

    /// Decides about a request as this officer does, past the pages.
    pub async fn decide(&self, by: ClientId, id: RequestId, what: impl AsyncFnOnce(Case<'_>)) {
        let decider = self.decider(by);
        let txn = self.store.db.begin().await.unwrap();
        what(Case::open(&txn, &self.store, &decider, id, None).await.unwrap()).await;
        txn.commit().await.unwrap();
    }

    pub async fn person_files(&self, by: ClientId, at: &Controller, email: &str) -> Model {
        self.file_with(by, at, 3, Right::Erasure, &[(K::Email, email)], None).await
    }

    /// Sends the person a link, as an officer does, and says its path.
    pub async fn status_link(&self, by: ClientId, request: &Model) -> String {
        self.decide(by, request.id, async |case| {
            case.write_letter(LetterKind::StatusLink, Some(false)).await.unwrap();
        })
        .await;
        self.link(LetterKind::StatusLink, "/status").await
    }

    /// A browser in which the person has come in, and their page.
    pub async fn come_in(&self, by: ClientId, request: &Model) -> (Browser, Page) {
        let link = self.status_link(by, request).await;
        let mut browser = self.browser();
        let button = browser.get(&link).await.fine();
        let opened = browser.submit(&button, &link, &[]).await;
        assert_eq!(opened.goes_to(), "/status");
        let page = browser.get("/status").await.fine();
        (browser, page)
    }

    pub async fn ask(&self, by: ClientId, request: &Model, words: &str) {
        let asking = Inquiring { kind: InquiryKind::Clarification, words: words.to_owned(), fee: None };
        self.decide(by, request.id, async |case| drop(case.ask(asking).await.unwrap())).await;
        self.all_sent(request.id).await;
    }
}

#[rstest]
#[tokio::test]
async fn a_person_sees_where_it_stands_answers_and_withdraws(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, mut officer) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, EMAIL).await;
    world.ask(ada.id, &request, "Which <b>account</b> & \"number\" do you mean?").await;
    let (mut browser, page) = world.come_in(ada.id, &request).await;
    page.says(&request.reference).says("Erasure").says("ACME").says("We are looking for your data");
    page.says("Art. 12(3)").says("<time datetime=\"2026-03-27\">");
    page.says("Request for clarification")
        .says("Which &#60;b&#62;account&#60;/b&#62; &#38; &#34;number&#34; do you mean?");
    page.does_not_say("Ada Adler").does_not_say(EMAIL).does_not_say("/console/requests");

    // An answer without words is asked for again; one with words is sealed, and the question is gone.
    let open = inquiry::queries::of_request(world.store.db.read(), request.id).await.unwrap().remove(0);
    let path = format!("/status/answer/{}", open.id);
    let form = browser.get(&path).await.fine();
    let empty = browser.submit(&form, &path, &[("words", "  ")]).await;
    assert_eq!(empty.status, 422);
    empty.says("Type your answer").says("href=\"#words\"");
    let sent = browser.submit(&form, &path, &[("words", "The one ending in 7 <script>")]).await;
    assert_eq!(sent.goes_to(), "/status?done=answered");
    let again = browser.submit(&form, &path, &[("words", "The other one")]).await;
    assert_eq!(again.goes_to(), "/status?done=answered-already");
    browser.get("/status?done=answered").await.fine().says("Your answer has arrived").does_not_say(&path);
    let answered = inquiry::queries::of_request(world.store.db.read(), request.id).await.unwrap().remove(0);
    let key = keys::of(world.store.db.read(), &world.store.safe, request.id).await.unwrap();
    let (_, words) = inquiry::queries::words(&key, &answered).unwrap();
    assert_eq!((words.as_deref(), answered.answered_by), (Some("The one ending in 7 <script>"), None));

    // The officer reads it, once the look is on record.
    let path = format!("/console/requests/{}", request.reference);
    let masked = officer.get(&path).await.fine();
    masked.says("Asked of the person").says("The words are sealed").does_not_say("ending in 7");
    let clear = officer.submit(&masked, &format!("{path}/reveal"), &[("purpose", "decide")]).await.fine();
    clear.says("Which &#60;b&#62;account").says("The one ending in 7 &#60;script&#62;");

    // Withdrawing takes a page that says what it means; sent twice it is done once.
    let check = browser.get("/status/withdraw").await.fine();
    check.says("This cannot be undone");
    assert_eq!(browser.submit(&check, "/status/withdraw", &[("reason", "")]).await.goes_to(), "/status?done=withdrawn");
    assert_eq!(browser.submit(&check, "/status/withdraw", &[]).await.goes_to(), "/status?done=too-late");
    let ended = world.request(request.id).await;
    assert_eq!((ended.status, ended.outcome), (RequestStatus::Closed, Some(Outcome::Withdrawn)));
    let page = browser.get("/status").await.fine();
    page.says("You have withdrawn the request").does_not_say("/status/withdraw");
    let events = world.events(request.id).await;
    for kind in ["status.opened", "request.inquiry_answered", "request.withdrawn"] {
        assert_eq!(events.iter().filter(|it| *it == kind).count(), 1, "{kind}: {events:?}");
    }
    let left = browser.submit(&page, "/status/leave", &[]).await;
    assert_eq!(left.goes_to(), "/status/link");
    assert_eq!(browser.get("/status").await.goes_to(), "/status/link");
}

#[rstest]
#[tokio::test]
async fn a_link_works_once_and_looking_at_it_uses_nothing_up(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, EMAIL).await;
    let link = world.status_link(ada.id, &request).await;
    for _ in 0..5 {
        world.browser().get(&link).await.fine().says("Open my request").does_not_say(&request.reference);
    }
    let (mut first, mut second) = (world.browser(), world.browser());
    let (button, also) = (first.get(&link).await.fine(), second.get(&link).await.fine());
    assert_eq!(first.submit(&button, &link, &[]).await.goes_to(), "/status");
    let late = second.submit(&also, &link, &[]).await;
    assert_eq!(late.status, 410);
    let mut stranger = world.browser();
    let button = stranger.get("/status/link/dsr_link_nothing").await.fine();
    let unknown = stranger.submit(&button, "/status/link/dsr_link_nothing", &[]).await;
    assert_eq!((unknown.status, &unknown.text), (late.status, &late.text), "used and unknown are the same");

    // A newer one takes the place of an older, and each runs out.
    let older = world.status_link(ada.id, &request).await;
    let newer = world.status_link(ada.id, &request).await;
    let button = second.get(&older).await.fine();
    assert_eq!(second.submit(&button, &older, &[]).await.status, 410);
    world.store.clock.advance(Duration::from_secs(7 * 86_400));
    let button = second.get(&newer).await.fine();
    assert_eq!(second.submit(&button, &newer, &[]).await.status, 410);
    assert_eq!(first.get("/status").await.goes_to(), "/status/link", "the session is over as well");
}

#[rstest]
#[tokio::test]
async fn whoever_asks_for_a_link_does_not_learn_whether_there_is_a_request(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, EMAIL).await;
    let elsewhere = world.person_files(ada.id, &world.beta, EMAIL).await;
    let mut browser = world.browser();
    let form = browser.get("/status/link").await.fine();
    let mut answers = Vec::new();
    for (reference, address) in [
        ("CCCC-CCCC", EMAIL),
        (request.reference.as_str(), "somebody@example.org"),
        (elsewhere.reference.as_str(), EMAIL),
        (&request.reference.to_lowercase(), " GRACE@example.org "),
    ] {
        let filled = [("reference", reference), ("address", address)];
        let page = browser.submit(&form, "/status/link", &filled).await.fine();
        page.says("Look into your mailbox").does_not_say(reference);
        answers.push(page.text);
    }
    assert!(answers.iter().all(|text| *text == answers[0]));
    world.until_written(LetterKind::StatusLink, 1).await;
    // However often it is asked for, a mailbox is not filled.
    for _ in 0..6 {
        let filled = [("reference", request.reference.as_str()), ("address", EMAIL)];
        browser.submit(&form, "/status/link", &filled).await.fine();
    }
    world.until_written(LetterKind::StatusLink, 3).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.written(LetterKind::StatusLink).await.len(), 3);
    assert_eq!(world.request(request.id).await.open_questions, 0);
    let link = world.link(LetterKind::StatusLink, "/status").await;
    let button = browser.get(&link).await.fine();
    assert_eq!(browser.submit(&button, &link, &[]).await.goes_to(), "/status");
}

#[rstest]
#[tokio::test]
async fn a_person_reaches_nothing_of_anybody_else(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let own = world.person_files(ada.id, &world.acme, EMAIL).await;
    let other = world.person_files(ada.id, &world.acme, "hedy@example.org").await;
    world.ask(ada.id, &other, "Which one?").await;
    let theirs = inquiry::queries::of_request(world.store.db.read(), other.id).await.unwrap().remove(0);
    let (mut browser, page) = world.come_in(ada.id, &own).await;
    page.does_not_say(&other.reference);
    let path = format!("/status/answer/{}", theirs.id);
    let unknown = browser.get(&format!("/status/answer/{}", uuid::Uuid::nil())).await;
    let refused = browser.get(&path).await;
    assert_eq!((refused.status.as_u16(), unknown.status.as_u16()), (404, 404));
    assert_eq!(refused.text, unknown.text);
    let mut fields = page.hidden("/status/leave");
    fields.push(("words".to_owned(), "mine".to_owned()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post_bare(&path, &fields).await.status, 404);
    // Nor the officers' pages; and what is kept for one door is not sent to another.
    assert!(browser.get("/console/requests").await.goes_to().starts_with("/console/sign-in"));

    // Where letters go elsewhere from now on, whoever read the old mailbox is out.
    let decider = world.decider(ada.id);
    let txn = world.store.db.begin().await.unwrap();
    let case = Case::open(&txn, &world.store, &decider, own.id, None).await.unwrap();
    case.set_address(Some("new@example.org"), false).await.unwrap();
    txn.commit().await.unwrap();
    assert_eq!(browser.get("/status").await.goes_to(), "/status/link");
    // And a page that tells of the request goes to no address that nobody has proven.
    let txn = world.store.db.begin().await.unwrap();
    let case = Case::open(&txn, &world.store, &decider, own.id, None).await.unwrap();
    assert!(case.write_letter(LetterKind::StatusLink, Some(false)).await.is_err());
}

#[rstest]
#[tokio::test]
async fn an_officer_sends_the_link_and_it_speaks_the_persons_language(#[values(Sqlite)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, mut browser) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, EMAIL).await;
    let path = format!("/console/requests/{}/status-link", request.reference);
    browser.get(&format!("/console/requests/{}", request.reference)).await.fine().says(&path);
    let check = browser.get(&path).await.fine();
    let sent = browser.submit(&check, &path, &[]).await;
    assert!(sent.goes_to().ends_with("?done=status-link"));
    browser.get(sent.goes_to()).await.fine().says("A link to the status page is on its way");
    assert_eq!(world.written(LetterKind::StatusLink).await.len(), 1);
    let mut german = world.browser();
    german.language = "de-DE,de;q=0.9";
    let link = world.link(LetterKind::StatusLink, "/status").await;
    // The letter was written in English, and so is what it leads to, whatever the browser asks for.
    german.get(&link).await.fine().says("lang=\"en\"").says("Open my request");
    german.get("/status/link").await.fine().says("lang=\"de\"").says("Link schicken");
}
