//! The regulator's room: in by a link and a code, no further than the invitation, each look on record.

use std::collections::HashSet;
use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller::pause;
use entities::event::audit::Wrong;
use entities::event::{bundle, chain};
use entities::letter::kind::LetterKind;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::regulator::invitation::{self, NewInvitation, NewScope};
use entities::regulator::sign_in;
use entities::regulator::table::Model as Invitation;
use entities::request::decide::{Case, Decider};
use entities::request::table::Model as Request;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

const GUEST: &str = "rita@authority.example";

impl World {
    fn by(&self, officer: &Officer) -> Decider {
        Decider {
            actor: entities::event::trail::Actor::client(officer.id, None),
            client: Some(officer.id),
            reach: Reach::installation(),
        }
    }

    pub async fn invite(&self, by: &Officer, scope: NewScope) -> Invitation {
        let new = NewInvitation {
            controller: self.acme.id,
            address: GUEST.to_owned(),
            name: "Rita <i>Roth</i>".to_owned(),
            language: "en".to_owned(),
            purpose: "Inspection <b>12/2026</b>".to_owned(),
            watermark: "DPA file 7".to_owned(),
            scope,
            expires_at: self.store.now() + Duration::from_secs(30 * 86_400),
        };
        let txn = self.store.db.begin().await.unwrap();
        let row = invitation::make(&txn, &self.store, &self.by(by), new).await.unwrap();
        txn.commit().await.unwrap();
        row
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
        let by = world.by(&ada);
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
async fn what_lies_outside_an_invitation_is_not_there(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, _) = world.officer().await;
    let new = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let old = world.file(ada.id, &world.acme, 60, "Hedy Lamarr").await;
    let foreign = world.file(ada.id, &world.beta, 1, "Mary Somerville").await;
    let day = |days: u64| world.store.now() - Duration::from_secs(days * 86_400);
    let scopes = [
        (NewScope::Register, vec![&new, &old], vec![&foreign]),
        (NewScope::Period(day(90), day(30)), vec![&old], vec![&new, &foreign]),
        (NewScope::Cases(vec![new.reference.to_lowercase()]), vec![&new], vec![&old, &foreign]),
    ];
    for (scope, within, outside) in scopes {
        world.invite(&ada, scope.clone()).await;
        let mut browser = world.in_the_room().await;
        let start = browser.get("/regulator").await.fine();
        for request in within {
            browser.get(&case(request)).await.fine().says(&request.reference);
        }
        let nothing = browser.get("/regulator/cases/CCCC-CCCC").await;
        for request in outside {
            let page = browser.get(&case(request)).await;
            assert_eq!((page.status, &page.text), (nothing.status, &nothing.text), "{scope:?}");
            assert_eq!(page.status, 404);
            page.does_not_say(&request.reference);
            let id = browser.get(&format!("/regulator/cases/{}", request.id)).await;
            assert_eq!(id.status, 404);
            let path = format!("{}/reveal", case(request));
            let fields = start.hidden("/regulator/bundle");
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(browser.post_bare(&path, &fields).await.status, 404);
            let events = world.events(request.id).await;
            assert!(!events.iter().any(|kind| kind == "regulator.revealed"));
        }
    }
    // Of another controller nothing at all can be listed.
    let txn = world.store.db.begin().await.unwrap();
    let listed = NewInvitation {
        controller: world.acme.id,
        address: GUEST.to_owned(),
        name: "Rita Roth".to_owned(),
        language: "en".to_owned(),
        purpose: "Inspection".to_owned(),
        watermark: "File 7".to_owned(),
        scope: NewScope::Cases(vec![foreign.reference.clone()]),
        expires_at: world.store.now() + Duration::from_secs(86_400),
    };
    let refused = invitation::make(&txn, &world.store, &world.by(&ada), listed).await;
    assert!(matches!(refused, Err(invitation::NotInvited::NoSuchCases(unknown)) if unknown == [foreign.reference]));
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
        let txn = world.store.db.begin().await.unwrap();
        let by = entities::event::trail::Actor::operator();
        sign_in::send_link(&txn, &world.store, &by, &row).await.unwrap();
        txn.commit().await.unwrap();
        let (mut next, form) = world.half_in().await;
        let right = world.code().await;
        for _ in 0..4 {
            next.submit(&form, "/regulator/code", &[("code", wrong(&right))]).await;
        }
        assert_eq!(next.submit(&form, "/regulator/code", &[("code", &right)]).await.status, 422, "it rests");
    }
    world.store.clock.advance(Duration::from_secs(2 * 86_400));
    let txn = world.store.db.begin().await.unwrap();
    let by = entities::event::trail::Actor::operator();
    sign_in::send_link(&txn, &world.store, &by, &row).await.unwrap();
    txn.commit().await.unwrap();
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
    let link = {
        let txn = world.store.db.begin().await.unwrap();
        let by = entities::event::trail::Actor::operator();
        sign_in::send_link(&txn, &world.store, &by, &again).await.unwrap();
        txn.commit().await.unwrap();
        world.in_the_room().await
    };
    let mut browser = link;
    browser.get("/regulator").await.fine();
    world.store.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(browser.get("/regulator").await.goes_to(), "/regulator/link");
}

#[rstest]
#[tokio::test]
async fn personal_data_takes_a_grant_for_the_case_that_says_why(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let request = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let other = world.file(ada.id, &world.acme, 3, "Hedy Lamarr").await;
    let row = world.invite(&ada, NewScope::Register).await;
    let mut browser = world.in_the_room().await;
    let path = format!("/console/regulators/{}/grant", row.id);
    let form = officer.get(&path).await.fine();
    let missing = officer.submit(&form, &path, &[("number", &request.reference), ("reason", " ")]).await;
    assert_eq!(missing.status, 422);
    missing.says("href=\"#reason\"").says(&request.reference);
    let unknown = officer.submit(&form, &path, &[("number", "CCCC-CCCC"), ("reason", "because")]).await;
    unknown.says("no such case").says("because");
    let why = "She <b>complained</b> to us about this case";
    let given = officer.submit(&form, &path, &[("number", &request.reference), ("reason", why)]).await;
    assert!(given.goes_to().ends_with("?done=granted"));
    let page = browser.get(&case(&request)).await.fine();
    page.says("She &#60;b&#62;complained&#60;/b&#62; to us").does_not_say("Hopper");
    let reveal = format!("{}/reveal", case(&request));
    let clear = browser.submit(&page, &reveal, &[]).await.fine();
    clear.says("Grace Hopper").says("DPA file 7").does_not_say("Lamarr");
    browser.get(&case(&other)).await.fine().says("Nothing of the person is shown").does_not_say("Lamarr");
    let events = world.events(request.id).await;
    assert!(events.contains(&"regulator.data_granted".to_owned()) && events.contains(&"regulator.revealed".to_owned()));

    // Who may not see the data grants none; and what was granted can be taken back.
    let admin = world.hire("root@example.com", "Rosa", &[(Where::At(world.acme.id), Role::Administrator)]).await;
    let mut administrator = world.signed_in(&admin).await;
    assert_eq!(administrator.get(&path).await.status, 403);
    let shown = officer.get(&format!("/console/regulators/{}", row.id)).await.fine();
    let grants = format!("/console/regulators/{}/grants/", row.id);
    let id = shown.between(&grants, "/end\"").to_owned();
    let end = format!("{grants}{id}/end");
    assert!(officer.submit(&shown, &end, &[]).await.goes_to().ends_with("?done=taken-back"));
    assert_eq!(browser.submit(&page, &reveal, &[]).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn the_bundle_is_whole_and_shows_what_the_invitation_does(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, _) = world.officer().await;
    let shown = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    let hidden = world.file(ada.id, &world.acme, 3, "Hedy Lamarr").await;
    let by = world.by(&ada);
    let txn = world.store.db.begin().await.unwrap();
    Case::open(&txn, &world.store, &by, hidden.id, None).await.unwrap().hold("a doubt").await.unwrap();
    txn.commit().await.unwrap();
    let public = world.store.safe.signing().public_key();
    for (scope, all) in [(NewScope::Register, true), (NewScope::Cases(vec![shown.reference.clone()]), false)] {
        world.invite(&ada, scope).await;
        let mut browser = world.in_the_room().await;
        let start = browser.get("/regulator").await.fine();
        chain::link(&world.store, world.acme.id, 10_000).await.unwrap();
        let file = browser.submit(&start, "/regulator/bundle", &[]).await.fine();
        assert!(file.header("content-disposition").starts_with("attachment; filename=\"acme-2026-03-02.jsonl\""));
        let (header, found) = bundle::verify(file.text.as_bytes(), Some(&public), &[]).unwrap();
        assert!(found.is_whole(), "{:?}", found.chains);
        let made_for = header.made_for.unwrap();
        assert!(made_for.starts_with("DPA file 7; Rita <i>Roth</i> <rita@authority.example>"), "{made_for}");
        // What was done for guests and by others of them is withheld from each.
        assert!(found.chains[0].withheld > 0 && !file.text.contains("regulator.invited"));
        assert!(file.text.contains(&shown.id.to_string()));
        assert_eq!(file.text.contains(&hidden.id.to_string()), all, "outside events are a digest alone");
        for secret in ["Hopper", "Lamarr", "a doubt"] {
            assert!(!file.text.contains(secret), "{secret}");
        }

        // Whoever changes a word of it, shown or not, is found out.
        let lines: Vec<&str> = file.text.lines().collect();
        let mut kinds = HashSet::new();
        for (at, line) in lines.iter().enumerate().skip(1) {
            let forged = match line.split_once("\"digest\":\"") {
                Some((before, rest)) => format!("{before}\"digest\":\"{}{}", flipped(&rest[..1]), &rest[1..]),
                None if line.contains("\"kind\":\"") => line.replacen("\"kind\":\"", "\"kind\":\"x", 1),
                None => continue,
            };
            let mut lines = lines.clone();
            lines[at] = &forged;
            let (_, found) = bundle::verify(lines.join("\n").as_bytes(), Some(&public), &[]).unwrap();
            kinds.insert(found.chains[0].fault.as_ref().map(|fault| fault.wrong));
        }
        assert_eq!(kinds, HashSet::from([Some(Wrong::Altered)]));
        chain::link(&world.store, world.acme.id, 10_000).await.unwrap();
        let (conn, reach) = (world.store.db.read(), Reach::installation());
        let events = entities::event::queries::of_controller(conn, &reach, world.acme.id, 0, 10_000).await.unwrap();
        assert!(events.iter().any(|row| row.kind == "regulator.downloaded"));
    }
}

fn flipped(digit: &str) -> &'static str {
    if digit == "0" { "1" } else { "0" }
}

#[rstest]
#[tokio::test]
async fn an_officer_invites_step_by_step_and_only_within_reach(#[values(Sqlite)] on: Kind) {
    let world = World::welcoming(on).await;
    let (_, mut officer) = world.officer().await;
    let form = officer.get("/console/regulators/new").await.fine();
    form.does_not_say("value=\"beta\"");
    let filled = |extra: &[(&'static str, &'static str)]| {
        let mut fields = vec![
            ("controller", "acme"),
            ("name", "Rita Roth"),
            ("address", GUEST),
            ("language", "de"),
            ("purpose", "Inspection"),
            ("watermark", "File 7"),
            ("scope", "register"),
            ("expires", "2026-04-30"),
        ];
        for (name, value) in extra {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        fields
    };
    let path = "/console/regulators/new";
    for (extra, field) in [
        (&[("address", "rita")][..], "address"),
        (&[("purpose", "")], "purpose"),
        (&[("watermark", "")], "watermark"),
        (&[("expires", "2026-03-01")], "expires"),
        (&[("expires", "2028-01-01")], "expires"),
        (&[("controller", "beta")], "controller"),
        (&[("scope", "period"), ("from", "2026-02-02"), ("to", "2026-02-01")], "to"),
        (&[("scope", "cases"), ("cases", "")], "cases"),
        (&[("scope", "cases"), ("cases", "CCCC-CCCC")], "cases"),
        (&[("scope", "everything")], "scope"),
    ] {
        let page = officer.submit(&form, path, &filled(extra)).await;
        assert_eq!(page.status, 422, "{extra:?}");
        page.says(&format!("href=\"#{field}\"")).says("value=\"Rita Roth\"");
    }
    assert!(world.written(LetterKind::RoomLink).await.is_empty());
    let sent = officer.submit(&form, path, &filled(&[])).await;
    officer.get(sent.goes_to()).await.fine().says("the link is on its way").says("Rita Roth");
    let text = world.written(LetterKind::RoomLink).await.pop().unwrap();
    assert!(text.contains("Guten Tag Rita Roth") && text.contains("1. Mai 2026, 0:00 Uhr"), "{text}");
    // A link is in German where its reader reads German, and so is the room.
    let mut browser = world.in_the_room().await;
    browser.get("/regulator").await.fine().says("lang=\"de\"").says("Wie Anfragen bearbeitet werden");

    // Another controller's officer sees nothing of it.
    let other = world.hire("ben@example.com", "Ben", &[(Where::At(world.beta.id), Role::Officer)]).await;
    let mut stranger = world.signed_in(&other).await;
    stranger.get("/console/regulators").await.fine().does_not_say("Rita Roth");
    let own = sent.goes_to().split('?').next().unwrap().to_owned();
    assert_eq!(stranger.get(&own).await.status, 404);
    assert_eq!(stranger.get(&format!("{own}/grant")).await.status, 404);
}
