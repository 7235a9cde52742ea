//! The regulator's room: in by a link and a code, no further than the invitation, each look on record.

mod coming_in;
mod inviting;
mod long;
mod programs;
mod seeing;

use std::time::Duration;

use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::letter::kind::LetterKind;
use entities::officer::table::Model as Officer;
use entities::regulator::invitation::{self, NewInvitation, NewScope};
use entities::regulator::sign_in;
use entities::regulator::table::Model as Invitation;
use entities::request::table::Model as Request;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

const GUEST: &str = "rita@authority.example";

impl World {
    /// Invites somebody to `acme`.
    pub async fn invite(&self, by: &Officer, scope: NewScope) -> Invitation {
        self.invite_to(&self.acme, by, "Rita <i>Roth</i>", scope).await
    }

    pub async fn invite_to(&self, at: &Controller, by: &Officer, name: &str, scope: NewScope) -> Invitation {
        let new = NewInvitation {
            controller: at.id,
            address: GUEST.to_owned(),
            name: name.to_owned(),
            language: "en".to_owned(),
            purpose: "Inspection <b>12/2026</b>".to_owned(),
            watermark: "DPA file 7".to_owned(),
            scope,
            expires_at: self.store.now() + Duration::from_secs(30 * 86_400),
        };
        let txn = self.store.db.begin().await.unwrap();
        let row = invitation::make(&txn, &self.store, &self.decider(by.id), new).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    /// Sends a guest another link.
    pub async fn send_room_link(&self, to: &Invitation) {
        let txn = self.store.db.begin().await.unwrap();
        sign_in::send_link(&txn, &self.store, &Actor::operator(), to).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// The newest code that was mailed.
    pub async fn code(&self) -> String {
        let text = self.written(LetterKind::RoomCode).await.pop().unwrap();
        let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|it| it.len() == 6).collect();
        assert_eq!(digits.len(), 1, "{text}");
        digits[0].to_owned()
    }

    /// A browser that has used the newest link up, and the page that asks for the code.
    pub async fn half_in(&self) -> (Browser, Page) {
        let link = self.link(LetterKind::RoomLink, "/regulator").await;
        let mut browser = self.browser();
        let button = browser.get(&link).await.fine();
        assert_eq!(browser.submit(&button, &link, &[]).await.goes_to(), "/regulator/code");
        let form = browser.get("/regulator/code").await.fine();
        (browser, form)
    }

    /// A browser in the room.
    pub async fn in_the_room(&self) -> Browser {
        let (mut browser, form) = self.half_in().await;
        let code = self.code().await;
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(browser.submit(&form, "/regulator/code", &[("code", &spaced)]).await.goes_to(), "/regulator");
        browser
    }
}

fn case(request: &Request) -> String {
    format!("/regulator/cases/{}", request.reference)
}

#[rstest]
#[tokio::test]
async fn a_regulator_comes_in_by_link_and_code_and_follows_a_case(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let request = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let row = world.invite(&ada, NewScope::Register).await;
    let mut browser = world.in_the_room().await;
    let start = browser.get("/regulator").await.fine();
    start.says("Inspection &#60;b&#62;12/2026&#60;/b&#62;").says("DPA file 7").says("Rita &#60;i&#62;Roth&#60;/i&#62;");
    start.says("few").does_not_say("<dd>1</dd>").does_not_say("Hopper").does_not_say("Ada Adler");
    let found = browser.get(&format!("/regulator/find?number={}", request.reference.to_lowercase())).await;
    assert_eq!(found.goes_to(), case(&request));
    assert_eq!(browser.get("/regulator/find?number=%3Cscript%3E").await.goes_to(), "/regulator?unknown=1");
    let page = browser.get(&case(&request)).await.fine();
    page.says("How this date came about").says("Art. 12(3)").says("The request was filed").says("officer 1");
    page.says("DPA file 7").says("Nothing of the person is shown").does_not_say("Hopper").does_not_say("Ada Adler");

    // The controller sees every look: on the page of the invitation, and on the request's own history.
    let shown = officer.get(&format!("/console/regulators/{}", row.id)).await.fine();
    shown.says("Came in").says("The figures").says("A case").says(&request.reference);
    officer.get("/console/regulators").await.fine().says("Rita &#60;i&#62;Roth&#60;/i&#62;").says("Holds");
    let events = world.events(request.id).await;
    assert!(events.iter().any(|kind| kind == "regulator.looked"), "{events:?}");
    let own = officer.get(&format!("/console/requests/{}", request.reference)).await.fine();
    own.says("A regulator looked at the case").says("a regulator");
    // A guest is no officer, and an officer no guest.
    assert!(browser.get("/console/requests").await.goes_to().starts_with("/console/sign-in"));
    let left = browser.submit(&page, "/regulator/leave", &[]).await;
    assert_eq!(left.goes_to(), "/regulator/link");
    assert_eq!(browser.get(&case(&request)).await.goes_to(), "/regulator/link");
}
