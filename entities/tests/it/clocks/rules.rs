//! Rules that have changed move a stored date when somebody signs for it, and by no other act.

use std::collections::BTreeSet;

use entities::client::reach::Reach;
use entities::clock::queries::{current, history};
use entities::clock::review::{NotApplied, Signature, apply, review};
use entities::clock::table::ClockState;
use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::question::queries as question;
use entities::question::table::QuestionCode;
use entities::request::decide::reason;
use entities::request::right::Right;
use entities::{event, request};
use rstest::rstest;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{Place, at, clock_of, days};

fn counsel() -> Signature<'static> {
    Signature { by: "A. Counsel", pack_hash: law::pack::sha256(), reason: None }
}

#[rstest]
#[tokio::test]
async fn computing_anew_is_an_act_that_says_who_and_why(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    place.change_policy(|policy| policy.own_holidays = vec!["2026-12-21".parse().unwrap()]).await;
    assert_eq!(place.days(id, "respond").await.1, "2026-12-21", "a new holiday moves nothing by itself");
    place.decide(id, async |case| case.recompute("a day of mourning").await).await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2026-12-20", "2026-12-22"));
    let all = history(place.world.store.db.read(), id).await.unwrap();
    let before = all.iter().find(|row| row.duty == "respond").unwrap();
    assert_eq!(
        (before.statutory_at, before.superseded_at),
        (at("2026-12-21T22:59:59.999999Z"), Some(place.world.now()))
    );
    let events = event::queries::of_request(place.world.store.db.read(), &place.officer.reach, id, None, 100).await;
    let told = events.unwrap().into_iter().find(|event| event.kind == "clock.recomputed").unwrap();
    assert_eq!(told.actor, place.officer.actor.id);
    let data: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!((&data["why"], &data["moved"][0]["regime"]), (&"recompute".into(), &"eu_gdpr".into()));

    // Once more there is nothing to move, and nothing is written but that somebody wanted it.
    place.decide(id, async |case| case.recompute("to be sure").await).await.unwrap();
    assert_eq!(history(place.world.store.db.read(), id).await.unwrap().len(), all.len());
}

#[rstest]
#[tokio::test]
async fn changed_rules_move_what_runs_only_when_somebody_signs(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let signed = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await;
    let left = place.file(&["eu_gdpr"], Right::Erasure, "2026-11-20T09:00:00Z").await;
    let over = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await;
    place.decide(over.id, async |case| case.withdraw("she called").await).await.unwrap();
    let conn = place.world.store.db.read();
    assert!(review(conn, &Reach::installation()).await.unwrap().is_empty(), "nothing has changed");
    // An earlier pack had counted one day less.
    let day = "86400000000";
    let earlier =
        format!("UPDATE clocks SET statutory_at = statutory_at - {day}, pack = 'older' WHERE duty = 'respond'");
    place.world.by_hand(&earlier).await;
    let moving = review(conn, &Reach::installation()).await.unwrap();
    let named: Vec<_> = moving.iter().map(|it| it.request.id).collect();
    assert_eq!(named, [signed.id, left.id], "what is closed is left alone");
    assert_eq!(moving[0].moves.len(), 1);
    let history_of = async |id| history(conn, id).await.unwrap().len();
    assert_eq!(history_of(signed.id).await, history_of(left.id).await, "looking changes nothing");

    let (store, by) = (&place.world.store, &place.officer);
    let other = apply(store, by, Signature { by: "A. Counsel", pack_hash: "another", reason: None }, signed.id).await;
    assert!(matches!(other, Err(NotApplied::OtherPack { .. })), "what was looked at is what is applied");
    assert_eq!(history_of(signed.id).await, history_of(left.id).await);
    let signature = Signature { reason: Some("as counsel wrote"), ..counsel() };
    let moved = apply(store, by, signature, signed.id).await.unwrap();
    assert_eq!(moved, moving[0].moves);
    assert_eq!(place.clock(signed.id, "respond").await.pack, law::pack::id());
    assert_eq!(place.clock(left.id, "respond").await.pack, "older");
    let events = event::queries::of_request(conn, &place.officer.reach, signed.id, None, 100).await.unwrap();
    let told = events.into_iter().find(|event| event.kind == "law.applied").unwrap();
    let data: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!((&data["signed_by"], &data["pack"]), (&"A. Counsel".into(), &law::pack::id().into()));
    assert!(!told.data.contains("counsel wrote"), "somebody's own words are sealed");
    let key = request::keys::of(conn, &store.safe, signed.id).await.unwrap();
    let words = reason(&key, signed.id, &data).unwrap();
    assert_eq!(words.as_deref(), Some("as counsel wrote"));
    assert_eq!(review(conn, &Reach::installation()).await.unwrap().len(), 1);
}

/// Has the stored answer's clock of a request look as if rules that counted a day less had computed it.
async fn computed_by_older_rules(place: &Place, id: RequestId, law: &str) {
    let request =
        request::queries::by_id(place.world.store.db.read(), &place.officer.reach, id).await.unwrap().unwrap();
    let row = format!(
        "request_id = (SELECT id FROM requests WHERE reference = '{}') AND regime = '{law}'",
        request.reference
    );
    let row = format!("{row} AND duty = 'respond'");
    let sql = format!("UPDATE clocks SET statutory_at = statutory_at - 86400000000, pack = 'older' WHERE {row}");
    assert_eq!(place.world.by_hand(&sql).await, 1);
}

#[rstest]
#[tokio::test]
async fn no_act_moves_a_date_by_rules_that_nobody_signed_for(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr", "uk_gdpr"], Right::Access, "2026-11-02T09:00:00Z").await.id;
    computed_by_older_rules(&place, id, "eu_gdpr").await;
    let before = clock_of(&place, id, "eu_gdpr", "respond").await;

    // The rules changed for the Union's answer alone; what an act does to the other clocks is the act's.
    place.ask(id, InquiryKind::Clarification, "2026-11-04T09:00:00Z").await.unwrap();
    place.answer(id, InquiryKind::Clarification, "2026-11-09T09:00:00Z").await.unwrap();
    assert_eq!(clock_of(&place, id, "eu_gdpr", "respond").await, before, "not moved, not void, not computed anew");
    let british = clock_of(&place, id, "uk_gdpr", "respond").await;
    assert_eq!((british.computation, &*british.why), (2, "inquiry_answered"));
    assert_eq!(
        clock_of(&place, id, "eu_gdpr", "announce_extension").await.computation,
        2,
        "its rules are as they were"
    );

    assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned]);
    let asked = question::of_request(place.world.store.db.read(), id).await.unwrap();
    let detail: Value = serde_json::from_str(&asked[0].detail).unwrap();
    assert_eq!((&detail["regime"], &detail["duties"]), (&"eu_gdpr".into(), &serde_json::json!(["respond"])));
    assert!(detail["way_out"].as_str().unwrap().contains("dsr law review"));

    // Signed, the act's effect and the rules' come together, and nothing is asked any more.
    apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
    let signed = clock_of(&place, id, "eu_gdpr", "respond").await;
    assert_eq!(signed.statutory_at, at("2026-12-07T22:59:59.999999Z"), "2 December and five nights");
    assert!(place.open_questions(id).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn rules_that_change_nothing_for_a_clock_stop_no_act(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let id = place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    // Another edition with other calendars, and a holiday that none of its dates falls on.
    place.world.by_hand("UPDATE clocks SET pack = 'older', pack_hash = 'older', calendar_hash = 'older'").await;
    place.change_policy(|policy| policy.own_holidays = vec!["2026-12-01".parse().unwrap()]).await;
    place.extend(id, "2026-12-18T10:00:00Z").await.unwrap();
    place.announce(id, "2026-12-18T11:00:00Z").await.unwrap();
    assert_eq!(place.days(id, "respond").await, days("2027-02-20", "2027-02-22"));
    assert!(place.open_questions(id).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_changed_policy_waits_to_be_signed_as_a_changed_law_does(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::berlin(on).await;
    let file = async || place.file(&["eu_gdpr"], Right::Access, "2026-11-20T09:00:00Z").await.id;
    let (target, zone, free) = (file().await, file().await, file().await);
    let act = async |id| place.ask(id, InquiryKind::Identity, "2026-11-23T09:00:00Z").await.unwrap();
    let answer = async |id| place.answer(id, InquiryKind::Identity, "2026-11-25T09:00:00Z").await.unwrap();
    for (id, change) in [(target, 0), (zone, 1), (free, 2)] {
        let before = current(place.world.store.db.read(), id).await.unwrap();
        match change {
            0 => place.change_policy(|policy| policy.target_days = 3).await,
            1 => drop(place.world.by_hand("UPDATE controllers SET time_zone = 'Europe/London'").await),
            _ => place.change_policy(|policy| policy.own_holidays = vec!["2026-12-21".parse().unwrap()]).await,
        }
        act(id).await;
        answer(id).await;
        assert_eq!(current(place.world.store.db.read(), id).await.unwrap(), before, "{change}");
        assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned], "{change}");
        let moving = review(place.world.store.db.read(), &Reach::installation()).await.unwrap();
        assert!(moving.iter().any(|it| it.request.id == id), "{change}");
        apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
        assert!(place.open_questions(id).await.is_empty(), "{change}");
        assert_ne!(current(place.world.store.db.read(), id).await.unwrap(), before, "{change}");
    }
}

#[rstest]
#[tokio::test]
async fn a_duty_that_only_changed_rules_begin_waits_to_be_signed(#[values(Sqlite, Postgres)] on: Kind) {
    let place = Place::california(on).await;
    let id = place.file(&["us_ca_ccpa"], Right::Access, "2026-11-20T18:00:00Z").await.id;
    // The older rules knew no acknowledgement, and a duty that is gone by now.
    place.world.by_hand("DELETE FROM clocks WHERE duty = 'acknowledge'").await;
    let gone = "duty = 'stop_use', whole = REPLACE(whole, 'announce_extension', 'stop_use')";
    place.world.by_hand(&format!("UPDATE clocks SET {gone} WHERE duty = 'announce_extension'")).await;
    let duties = async || {
        let rows = current(place.world.store.db.read(), id).await.unwrap();
        rows.into_iter().filter(|row| row.state != ClockState::Void).map(|row| row.duty).collect::<BTreeSet<_>>()
    };
    let before = duties().await;
    place.extend(id, "2026-11-30T18:00:00Z").await.unwrap();
    place.announce(id, "2026-11-30T18:00:00Z").await.unwrap();
    assert_eq!(duties().await, before, "none begun, none void");
    assert_eq!(place.clock(id, "respond").await.computation, 2, "the extension is the act's");
    assert_eq!(place.open_questions(id).await, [QuestionCode::LawUnsigned]);
    apply(&place.world.store, &place.officer, counsel(), id).await.unwrap();
    let after = duties().await;
    assert!(after.contains("acknowledge") && !after.contains("stop_use"), "{after:?}");
}
