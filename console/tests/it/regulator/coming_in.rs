//! By a link, then a code, and only as long as the invitation holds.

use std::time::Duration;

use entities::controller::pause;
use entities::letter::kind::LetterKind;
use entities::officer::role::Where;
use entities::regulator::invitation::{self, NewScope};
use entities::regulator::sign_in;
use entities::request::decide::Decider;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::GUEST;
use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_link_stays_good_while_work_is_paused(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, _) = world.officer().await;
    world.invite(&ada, NewScope::Register).await;
    let link = world.link(LetterKind::RoomLink, "/regulator").await;
    let mut browser = world.browser();
    let button = browser.get(&link).await.fine();
    let turned = async |is_paused: bool| {
        let (by, place) = (Decider::operator(), Where::At(world.acme.id));
        let txn = world.store.db.begin().await.unwrap();
        if is_paused {
            pause::pause(&txn, &world.store, &by, place, "maintenance").await.unwrap();
        } else {
            pause::resume(&txn, &world.store, &by, place).await.unwrap();
        }
        txn.commit().await.unwrap();
    };
    turned(true).await;
    let paused = browser.submit(&button, &link, &[]).await;
    assert_eq!(paused.status, 503, "the code would not come");
    paused.says("Your link stays good");
    turned(false).await;
    assert_eq!(browser.submit(&paused, &link, &[]).await.goes_to(), "/regulator/code");
}

#[rstest]
#[tokio::test]
async fn an_invitation_ends_while_its_guest_comes_in(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, _) = world.officer().await;
    for _ in 0..12 {
        let row = world.invite(&ada, NewScope::Register).await;
        let (mut browser, form) = world.half_in().await;
        let code = world.code().await;
        let by = world.decider(ada.id);
        let end = async {
            let txn = world.store.db.begin().await.unwrap();
            assert!(invitation::end(&txn, world.store.now(), &by, row.id).await.unwrap());
            txn.commit().await.unwrap();
        };
        let typed = [("code", code.as_str())];
        let enter = browser.submit(&form, "/regulator/code", &typed);
        let send = sign_in::send_again(&world.store, GUEST);
        let (page, (), sent) = futures::join!(enter, end, send);
        sent.unwrap();
        assert!(page.status == 303 || page.status == 422, "none waits for the other: {}", page.status);
        assert_eq!(browser.get("/regulator").await.goes_to(), "/regulator/link", "whoever was in is out");
    }
}

#[rstest]
#[tokio::test]
async fn guessing_the_code_is_braked_and_a_code_runs_out(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, _) = world.officer().await;
    let row = world.invite(&ada, NewScope::Register).await;
    let wrong = |right: &str| if right == "000000" { "000001" } else { "000000" };
    let (mut browser, form) = world.half_in().await;
    let right = world.code().await;
    assert_eq!(browser.get("/regulator").await.goes_to(), "/regulator/link", "half is not in");
    for _ in 0..5 {
        let page = browser.submit(&form, "/regulator/code", &[("code", wrong(&right))]).await;
        assert_eq!(page.status, 422);
        page.says("This code is not right");
    }
    let page = browser.submit(&form, "/regulator/code", &[("code", &right)]).await;
    assert_eq!(page.status, 422, "too many tries by this session, however right it is");

    // With one link after the other, the brake pulls all the same.
    for _ in 0..2 {
        world.send_room_link(&row).await;
        let (mut next, form) = world.half_in().await;
        let right = world.code().await;
        for _ in 0..4 {
            next.submit(&form, "/regulator/code", &[("code", wrong(&right))]).await;
        }
        assert_eq!(next.submit(&form, "/regulator/code", &[("code", &right)]).await.status, 422, "it rests");
    }
    world.store.clock.advance(Duration::from_secs(2 * 86_400));
    world.send_room_link(&row).await;
    let (mut late, form) = world.half_in().await;
    let right = world.code().await;
    world.store.clock.advance(Duration::from_secs(10 * 60));
    assert_eq!(late.submit(&form, "/regulator/code", &[("code", &right)]).await.status, 422, "it has run out");
}

#[rstest]
#[tokio::test]
async fn who_was_invited_is_out_once_it_ends(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let row = world.invite(&ada, NewScope::Register).await;
    let mut browser = world.in_the_room().await;
    let page = browser.get("/regulator").await.fine();
    let shown = officer.get(&format!("/console/regulators/{}", row.id)).await.fine();
    let path = format!("/console/regulators/{}/end", row.id);
    assert!(officer.submit(&shown, &path, &[]).await.goes_to().ends_with("?done=ended"));
    assert_eq!(browser.get("/regulator").await.goes_to(), "/regulator/link", "mid-session");
    let sent = browser.submit(&page, "/regulator/bundle", &[]).await;
    assert_eq!(sent.goes_to(), "/regulator/link", "its forms as well");
    officer.get(&format!("/console/regulators/{}", row.id)).await.fine().says("Ended").does_not_say(&path);

    // Asking again tells nothing, and brings a link only where an invitation holds.
    let sent = world.written(LetterKind::RoomLink).await.len();
    let mut stranger = world.browser();
    let form = stranger.get("/regulator/link").await.fine();
    let nobody = stranger.submit(&form, "/regulator/link", &[("address", "nobody@example.org")]).await.fine();
    let ended = stranger.submit(&form, "/regulator/link", &[("address", GUEST)]).await.fine();
    assert_eq!(nobody.text, ended.text);
    // What is done once an answer is out must be done before there is an invitation that holds.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let again = world.invite(&ada, NewScope::Register).await;
    let held = stranger.submit(&form, "/regulator/link", &[("address", "RITA@authority.example")]).await.fine();
    assert_eq!(held.text, ended.text);
    world.until_written(LetterKind::RoomLink, sent + 2).await;
    assert_eq!(world.written(LetterKind::RoomLink).await.len(), sent + 2);

    // And so it is once its day has passed.
    let mut browser = world.in_the_room().await;
    browser.get("/regulator").await.fine();
    let left = again.expires_at.since(world.store.now());
    world.store.clock.advance(left.saturating_sub(Duration::from_secs(20 * 60)));
    world.send_room_link(&again).await;
    let mut browser = world.in_the_room().await;
    browser.get("/regulator").await.fine();
    world.store.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(browser.get("/regulator").await.goes_to(), "/regulator/link");
}
