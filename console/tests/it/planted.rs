//! What somebody else has put into a browser beforehand is worth nothing: no session of theirs becomes somebody's, and no form.

use entities::letter::kind::LetterKind;
use entities::officer::enrolment;
use entities::officer::session::Visitor;
use entities::regulator::invitation::NewScope;
use rstest::rstest;
use testbed::authenticator::Authenticator;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::{PASSWORD, World};

/// Longer than any secret of ours, and well formed.
pub const PLANTED: &str = "dsr_visit_planted_by_somebody_who_will_come_back_for_it_later";

#[rstest]
#[tokio::test]
async fn each_step_of_signing_in_leaves_what_was_there_behind(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, _) = world.officer().await;
    world.set_password(&ada).await;
    let seconds = || u64::try_from(world.store.now().timestamp().as_second()).unwrap();
    let token = world.half_a_session(&ada).await;
    let offered = enrolment::offer(&world.store, &token, "dsr").await.unwrap().unwrap();
    let authenticator = Authenticator::typed(&offered.secret);
    let code = authenticator.code(seconds());
    enrolment::finish(&world.store, &token, &code, &Visitor::default()).await.unwrap().unwrap();

    // Both cookies are there before she comes, and whoever planted them knows them.
    let mut browser = world.browser();
    browser.cookies.insert("dsr".to_owned(), PLANTED.to_owned());
    browser.cookies.insert("dsr-visit".to_owned(), PLANTED.to_owned());
    let before = browser.get("/console/sign-in").await.fine();
    let fields = [("login", "ada@example.com"), ("password", PASSWORD)];
    let first = browser.submit(&before, "/console/sign-in", &fields).await;
    assert_eq!(first.goes_to(), "/console/sign-in/code");
    let half = browser.cookies["dsr"].clone();
    let page = browser.get("/console/sign-in/code").await.fine();
    let next = authenticator.code(seconds() + 30);
    let second = browser.submit(&page, "/console/sign-in/code", &[("code", &next)]).await;
    assert_eq!(second.goes_to(), "/console");
    let full = browser.cookies["dsr"].clone();
    assert!(PLANTED != half && half != full && PLANTED != full);
    browser.get("/console/requests").await.fine();

    // Who holds what was there before is nobody, and forms made for the steps before are no good any more.
    let mut stranger = world.browser();
    for token in [PLANTED, &half] {
        stranger.cookies.insert("dsr".to_owned(), token.to_owned());
        for path in ["/console/requests", "/console/account", "/console/sign-in/code", "/console/enrol"] {
            assert!(stranger.get(path).await.goes_to().starts_with("/console/sign-in"), "{path}");
        }
    }
    for (old, action) in [(&before, "/console/sign-in"), (&page, "/console/sign-in/code")] {
        let sent = old.hidden(action);
        let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(browser.post_bare("/console/account/sessions/end-others", &sent).await.status, 403);
    }

    // And once she has signed out, what she held is worth nothing either.
    let account = browser.get("/console/account").await.fine();
    browser.submit(&account, "/console/sign-out", &[]).await.goes_to();
    stranger.cookies.insert("dsr".to_owned(), full);
    assert!(stranger.get("/console/requests").await.goes_to().starts_with("/console/sign-in"));
}

#[rstest]
#[tokio::test]
async fn a_guests_link_and_code_leave_what_was_there_behind(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, "grace@example.org").await;
    let link = world.status_link(ada.id, &request).await;
    let mut person = world.browser();
    for name in ["dsr-person", "dsr-visit"] {
        person.cookies.insert(name.to_owned(), PLANTED.to_owned());
    }
    let button = person.get(&link).await.fine();
    assert_eq!(person.submit(&button, &link, &[]).await.goes_to(), "/status");
    assert_ne!(person.cookies["dsr-person"], PLANTED);
    let page = person.get("/status").await.fine();
    // The form that was made before coming in is no good any more, and what was planted is nobody.
    let old: Vec<_> = button.hidden(&link);
    let old: Vec<_> = old.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(person.post_bare("/status/leave", &old).await.status, 403);
    let mut stranger = world.browser();
    stranger.cookies.insert("dsr-person".to_owned(), PLANTED.to_owned());
    assert_eq!(stranger.get("/status").await.goes_to(), "/status/link");
    let full = person.cookies["dsr-person"].clone();
    person.submit(&page, "/status/leave", &[]).await.goes_to();
    stranger.cookies.insert("dsr-person".to_owned(), full);
    assert_eq!(stranger.get("/status").await.goes_to(), "/status/link", "left is left");

    // A regulator has two steps, and each has a session of its own.
    world.invite(&ada, NewScope::Register).await;
    let link = world.link(LetterKind::RoomLink, "/regulator").await;
    let mut guest = world.browser();
    for name in ["dsr-regulator", "dsr-visit"] {
        guest.cookies.insert(name.to_owned(), PLANTED.to_owned());
    }
    let button = guest.get(&link).await.fine();
    assert_eq!(guest.submit(&button, &link, &[]).await.goes_to(), "/regulator/code");
    let half = guest.cookies["dsr-regulator"].clone();
    let form = guest.get("/regulator/code").await.fine();
    let code = world.code().await;
    assert_eq!(guest.submit(&form, "/regulator/code", &[("code", &code)]).await.goes_to(), "/regulator");
    let full = guest.cookies["dsr-regulator"].clone();
    assert!(PLANTED != half && half != full && PLANTED != full);
    let page = guest.get("/regulator").await.fine();
    for (old, action) in [(&button, link.as_str()), (&form, "/regulator/code")] {
        let old = old.hidden(action);
        let old: Vec<_> = old.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(guest.post_bare("/regulator/leave", &old).await.status, 403);
    }
    guest.submit(&page, "/regulator/leave", &[]).await.goes_to();
    for token in [PLANTED, &half, &full] {
        stranger.cookies.insert("dsr-regulator".to_owned(), token.to_owned());
        for path in ["/regulator", "/regulator/code"] {
            assert_eq!(stranger.get(path).await.goes_to(), "/regulator/link", "{path}");
        }
    }
}
