//! No further than the invitation: the cases within it, a person's data by a grant, and the bundle that is taken along.

use std::collections::HashSet;
use std::time::Duration;

use entities::client::reach::Reach;
use entities::event::audit::Wrong;
use entities::event::{bundle, chain};
use entities::officer::role::{Role, Where};
use entities::regulator::invitation::{self, NewInvitation, NewScope};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{GUEST, case};
use crate::world::World;

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
    let refused = invitation::make(&txn, &world.store, &world.decider(ada.id), listed).await;
    assert!(matches!(refused, Err(invitation::NotInvited::NoSuchCases(unknown)) if unknown == [foreign.reference]));
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
    world.decide(ada.id, hidden.id, async |case| drop(case.hold("a doubt").await.unwrap())).await;
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
