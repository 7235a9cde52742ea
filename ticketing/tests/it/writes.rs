//! Writing back: fields, statuses and comments, also when the answer is lost.

use serde_json::{Value, json};
use ticketing::kind::SystemKind as K;
use ticketing::system::{Change, Presence};
use ticketing::trouble::Trouble;

use crate::cases::{self, Case};
use crate::world::{World, comment, fault};

#[tokio::test]
async fn field_and_status_are_written_and_writing_twice_is_writing_once() {
    let world = World::start().await;
    for case in cases::ALL {
        let link = world.link(case);
        for _ in 0..2 {
            case.system().write(&link, case.ticket, &case.change()).await.unwrap();
        }
        let native = world.ticket(case).await["native"].clone();
        for (place, expected) in case.shown() {
            let found = native.pointer(place).map(as_text);
            let expected = if case.kind == K::GitHub && place == case.field.2 {
                "dsr-status:in_progress".into()
            } else {
                as_text(&expected)
            };
            assert_eq!(found, Some(expected), "{} {place}", case.kind);
        }
        let none: Vec<_> = world.written(case).await.into_iter().filter(|(what, ..)| what == "comment").collect();
        assert_eq!(none, [], "{}", case.kind);
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test]
async fn a_comment_is_internal_unless_it_says_otherwise() {
    let world = World::start().await;
    for case in cases::ALL {
        let (row, link) = (case.kind.row(), world.link(case));
        for (public, offered) in [(false, row.internal_comments), (true, row.public_comments)] {
            let before = world.comments(case).await;
            let sent = ticketing::system::Comment { public, ..comment(case, 1) };
            let said = case.system().comment(&link, case.ticket, &sent).await;
            if offered {
                said.unwrap();
                let written = world.written(case).await;
                assert_eq!((written.len(), written.last().unwrap().2), (before + 1, public), "{}", case.kind);
            } else {
                assert!(matches!(said, Err(Trouble::NotOffered(_))), "{}", case.kind);
                assert_eq!(world.comments(case).await, before, "{}: what is not offered is not sent", case.kind);
            }
        }
    }
}

/// Posts a comment the careful way: after an unclear end it looks before it posts again.
async fn post(case: &Case, world: &World, number: u32) -> u32 {
    let (link, comment) = (world.link(case), comment(case, number));
    for tries in 1..5 {
        match case.system().comment(&link, case.ticket, &comment).await {
            Ok(()) => return tries,
            Err(trouble) => {
                assert!(trouble.may_have_happened(), "{}: {trouble}", case.kind);
                match case.system().has_comment(&link, case.ticket, &comment.marker).await.unwrap() {
                    Presence::Present => return tries,
                    Presence::Absent => {}
                    Presence::CannotTell => panic!("{} can tell", case.kind),
                }
            }
        }
    }
    panic!("{}: never posted", case.kind)
}

#[tokio::test]
async fn a_comment_is_there_once_whether_the_call_or_its_answer_was_lost() {
    let world = World::start().await;
    for case in cases::ALL {
        assert_eq!(post(case, &world, 1).await, 1, "{}", case.kind);
        for (name, number, tries) in [("lost-answer", 2, 1), ("reset-before", 3, 2)] {
            world.fault(fault(case, name, "write")).await;
            assert_eq!(post(case, &world, number).await, tries, "{} {name}", case.kind);
            assert_eq!(world.comments(case).await, number as usize, "{} {name}", case.kind);
        }
    }
}

#[tokio::test]
async fn one_marker_is_no_part_of_another() {
    let world = World::start().await;
    for case in cases::ALL {
        post(case, &world, 11).await;
        for (number, presence) in [(11, Presence::Present), (1, Presence::Absent)] {
            let marker = ticketing::milestone::marker("R-7KQ2", number);
            let found = case.system().has_comment(&world.link(case), case.ticket, &marker).await.unwrap();
            assert_eq!(found, presence, "{} {marker}", case.kind);
        }
    }
}

#[tokio::test]
async fn a_comment_far_down_is_found_and_one_too_far_is_not_denied() {
    let world = World::start().await;
    // How much others may say after it, so that it is still found; and how much, so that nobody can tell.
    for (kind, far, too_far) in [
        (K::Zendesk, 950, 100),
        (K::Jira, 950, 100),
        (K::Freshdesk, 950, 100),
        (K::Salesforce, 150, 100),
        (K::Intercom, 450, 100),
        (K::HubSpot, 450, 100),
        (K::GitHub, 950, 100),
    ] {
        let case = cases::of(kind);
        let link = world.link(case);
        let ask = |number| {
            let (link, marker) = (&link, ticketing::milestone::marker("R-7KQ2", number));
            async move { case.system().has_comment(link, case.ticket, &marker).await.unwrap() }
        };
        post(case, &world, 1).await;
        world.put(case, case.ticket, json!({"chatter": far})).await;
        assert_eq!((ask(1).await, ask(2).await), (Presence::Present, Presence::Absent), "{kind}");
        world.put(case, case.ticket, json!({"chatter": too_far})).await;
        assert_eq!(ask(2).await, Presence::CannotTell, "{kind}");
    }
}

#[tokio::test]
async fn a_journal_that_shows_nothing_denies_nothing() {
    let world = World::start().await;
    let case = cases::of(K::ServiceNow);
    let link = world.link(case);
    let ask = || case.system().has_comment(&link, case.ticket, "[dsr R-7KQ2 #1]");
    assert_eq!(ask().await.unwrap(), Presence::CannotTell, "no line at all: there may be none, or we may not see them");
    post_plainly(case, &world).await;
    assert_eq!(ask().await.unwrap(), Presence::Present);
    world.put(case, case.ticket, json!({"native": {"journal": "hidden"}})).await;
    assert_eq!(ask().await.unwrap(), Presence::CannotTell);
    world.fault(fault(case, "forbidden", "read")).await;
    assert_eq!(ask().await.unwrap(), Presence::CannotTell);
}

async fn post_plainly(case: &Case, world: &World) {
    case.system().comment(&world.link(case), case.ticket, &comment(case, 1)).await.unwrap();
}

#[tokio::test]
async fn a_status_is_found_by_its_name_or_refused_with_those_there_are() {
    let world = World::start().await;
    for (kind, there_are) in [
        (K::Jira, vec!["In progress", "Canceled"]),
        (K::Freshdesk, vec!["Open", "Pending", "Resolved", "Closed", "With privacy team"]),
        (K::Intercom, vec!["Submitted", "With privacy team", "Waiting on customer", "Resolved"]),
        (K::HubSpot, vec!["New", "Waiting on contact", "Waiting on us", "Closed"]),
        (K::GitHub, vec!["open", "completed", "not_planned"]),
    ] {
        let case = cases::of(kind);
        let change = Change { status: Some("Nirvana".to_owned()), ..Change::default() };
        let trouble = case.system().write(&world.link(case), case.ticket, &change).await.unwrap_err();
        let Trouble::NoSuch { there_are: mut named, .. } = trouble else { panic!("{kind}: {trouble}") };
        let mut expected: Vec<_> = there_are.into_iter().map(str::to_owned).collect();
        named.sort();
        expected.sort();
        assert_eq!(named, expected, "{kind}");
        assert_eq!(world.written(case).await, [], "{kind}: nothing was written");
    }
}

#[tokio::test]
async fn a_field_that_there_is_not_is_named_by_the_refusal() {
    let world = World::start().await;
    for (kind, field) in [
        (K::Jira, "customfield_99999"),
        (K::ServiceNow, "u_no_such"),
        (K::Freshdesk, "cf_no_such"),
        (K::Salesforce, "No_Such__c"),
        (K::Intercom, "no_such"),
        (K::HubSpot, "no_such"),
    ] {
        let case = cases::of(kind);
        let change = Change { field: Some((field.to_owned(), "x".to_owned())), ..Change::default() };
        let trouble = case.system().write(&world.link(case), case.ticket, &change).await.unwrap_err();
        assert!(
            matches!(trouble, Trouble::Rejected { .. } | Trouble::NoSuch { what: "column", .. }),
            "{kind}: {trouble}"
        );
        if matches!(kind, K::Jira | K::Freshdesk | K::Salesforce) {
            assert!(trouble.to_string().contains(field), "{kind}: {trouble}");
        }
    }
}

#[tokio::test]
async fn zendesk_refuses_what_is_closed() {
    let world = World::start().await;
    let case = cases::of(K::Zendesk);
    let link = world.link(case);
    world.put(case, case.ticket, json!({"closed": true})).await;
    for trouble in [
        case.system().write(&link, case.ticket, &case.change()).await.unwrap_err(),
        case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err(),
    ] {
        assert!(matches!(trouble, Trouble::Locked), "{trouble}");
    }
    let nonsense = Change { status: Some("asleep".to_owned()), ..Change::default() };
    let trouble = case.system().write(&link, case.other, &nonsense).await.unwrap_err();
    assert_eq!(trouble.to_string(), "rejected with 422 (RecordInvalid) in status", "that is no closed ticket");
}

#[tokio::test]
async fn a_locked_case_and_an_unwritable_path_are_told_apart() {
    let world = World::start().await;
    let case = cases::of(K::Salesforce);
    world.put(case, case.ticket, json!({"closed": true})).await;
    let trouble = case.system().write(&world.link(case), case.ticket, &case.change()).await.unwrap_err();
    assert!(matches!(trouble, Trouble::Locked), "{trouble}");
}

#[tokio::test]
async fn jira_is_moved_by_the_way_that_leads_on_from_where_it_is() {
    let world = World::start().await;
    let case = cases::of(K::Jira);
    let link = world.link(case);
    let to = |status: &str| Change { status: Some(status.to_owned()), ..Change::default() };
    for status in ["In progress", "Waiting for customer", "In progress", "In progress", "Resolved"] {
        case.system().write(&link, case.ticket, &to(status)).await.unwrap();
    }
    let statuses: Vec<_> = world.written(case).await.into_iter().map(|(_, value, _)| value).collect();
    assert_eq!(statuses, ["In progress", "Waiting for customer", "In progress", "Resolved"], "where it is it stays");
}

#[tokio::test]
async fn a_family_of_labels_has_one_member_at_a_time() {
    let world = World::start().await;
    let case = cases::of(K::GitHub);
    for value in ["in_progress", "done"] {
        let change = Change { field: Some(("dsr-status:".to_owned(), value.to_owned())), ..Change::default() };
        case.system().write(&world.link(case), case.ticket, &change).await.unwrap();
    }
    let labels = world.ticket(case).await["native"]["labels"].clone();
    assert_eq!(labels, json!([{"name": "dsr"}, {"name": "dsr-status:done"}]));
}
