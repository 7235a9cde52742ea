//! What each system's refusals come to, for every call alike.

use std::time::Duration;

use serde_json::json;
use ticketing::kind::SystemKind as K;
use ticketing::link::{Credentials, Link};
use ticketing::system::Change;
use ticketing::trouble::Trouble;

use crate::cases::{self, Case};
use crate::world::{World, basic, comment, fault};

/// Reads and writes, each under a fault of its own.
async fn both(world: &World, case: &Case, name: &str) -> [Trouble; 2] {
    let link = world.link(case);
    // The token is fetched first, where there is one: a fault is about tickets.
    case.system().read(&link, case.other).await.unwrap();
    world.fault(fault(case, name, "read")).await;
    let read = case.system().read(&link, case.ticket).await.unwrap_err();
    world.fault(fault(case, name, "write")).await;
    let write = case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err();
    [read, write]
}

#[tokio::test]
async fn too_many_calls_come_with_a_wait_and_do_nothing() {
    let world = World::start().await;
    for case in cases::ALL {
        let seconds = match case.kind {
            K::HubSpot => 60..=60,
            K::Salesforce => 3600..=3600,
            // Told as an instant: the answer's date may be a second older.
            K::Intercom => 6..=8,
            _ => 7..=7,
        };
        let link = world.link(case);
        case.system().read(&link, case.other).await.unwrap();
        for calls in ["read", "write"] {
            let mut storm = fault(case, "rate-storm", calls);
            storm["seconds"] = json!(7);
            world.fault(storm).await;
            let trouble = match calls {
                "read" => case.system().read(&link, case.ticket).await.unwrap_err(),
                _ => case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err(),
            };
            let Trouble::RateLimited { wait } = trouble else { panic!("{} {calls}: {trouble}", case.kind) };
            assert!(seconds.contains(&wait.as_secs()), "{} {calls}: {wait:?}", case.kind);
        }
        assert_eq!(world.comments(case).await, 0, "{}", case.kind);
    }
}

/// Where the system says that it was deleted, that counts; where it says that there is none, it may not be for us to see.
fn is_gone(case: &Case, trouble: &Trouble) -> bool {
    match case.kind {
        K::GitHub | K::Salesforce => matches!(trouble, Trouble::Gone),
        _ => matches!(trouble, Trouble::NotFound),
    }
}

#[tokio::test]
async fn a_ticket_that_is_gone_is_gone_for_every_call() {
    let world = World::start().await;
    for case in cases::ALL {
        let link = world.link(case);
        world.put(case, case.ticket, json!({"deleted": true})).await;
        let troubles = [
            case.system().read(&link, case.ticket).await.unwrap_err(),
            case.system().write(&link, case.ticket, &case.change()).await.unwrap_err(),
        ];
        for trouble in troubles {
            assert!(is_gone(case, &trouble), "{}: {trouble}", case.kind);
        }
        let comment = case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err();
        // A comment or a note that hangs on what is gone is refused as wrong, where it is a thing of its own.
        let refused = matches!(case.kind, K::Salesforce | K::HubSpot) && matches!(comment, Trouble::Rejected { .. });
        assert!(refused || is_gone(case, &comment), "{}: {comment}", case.kind);
        assert_eq!(world.written(case).await, [], "{}", case.kind);
    }
}

#[tokio::test]
async fn wrong_credentials_and_missing_rights_are_for_a_person_to_mend() {
    let world = World::start().await;
    for case in cases::ALL {
        let wrong = match (case.credentials)() {
            Credentials::Basic { user, .. } if case.kind != K::Freshdesk => basic(&user, "wrong"),
            Credentials::Basic { .. } => basic("wrong", "X"),
            Credentials::Bearer(_) => Credentials::Bearer("wrong".into()),
            Credentials::Client { token_path, id, .. } => {
                Credentials::Client { token_path, id, secret: "wrong".into() }
            }
        };
        let trouble = case.system().read(&world.link_as(case, wrong), case.ticket).await.unwrap_err();
        assert!(matches!(trouble, Trouble::WrongCredentials), "{}: {trouble}", case.kind);
        for trouble in both(&world, case, "forbidden").await {
            assert!(matches!(trouble, Trouble::Forbidden { .. }), "{}: {trouble}", case.kind);
        }
    }
}

#[tokio::test]
async fn a_token_that_ran_out_is_fetched_again_and_nobody_notices() {
    let world = World::start().await;
    let case = cases::of(K::Salesforce);
    let link = world.link(case);
    case.system().read(&link, case.ticket).await.unwrap();
    // Another link fetches a token, which ends the first one's.
    case.system().read(&world.link(case), case.ticket).await.unwrap();
    case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap();
    assert_eq!(world.comments(case).await, 1);
}

#[tokio::test]
async fn what_fails_while_reading_did_nothing_and_while_writing_nobody_knows() {
    let world = World::start().await;
    for case in cases::ALL {
        for name in ["unavailable", "server-error", "reset-before", "lost-answer"] {
            let [read, write] = both(&world, case, name).await;
            assert!(matches!(read, Trouble::Down { .. }), "{} {name}: {read}", case.kind);
            assert!(matches!(write, Trouble::Unclear { .. }), "{} {name}: {write}", case.kind);
        }
    }
}

#[tokio::test]
async fn half_an_answer_spoils_a_read_and_not_a_write() {
    let world = World::start().await;
    for case in cases::ALL {
        let link = world.link(case);
        case.system().read(&link, case.other).await.unwrap();
        world.fault(fault(case, "broken-answer", "read")).await;
        let trouble = case.system().read(&link, case.ticket).await.unwrap_err();
        assert!(matches!(trouble, Trouble::Unreadable(_)), "{}: {trouble}", case.kind);
        world.fault(fault(case, "broken-answer", "write")).await;
        case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap();
        assert_eq!(world.comments(case).await, 1, "{}: its status said that it was done", case.kind);
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_the_link_says() {
    let world = World::start().await;
    let case = cases::of(K::Zendesk);
    let link = world.link(case).within(Duration::from_millis(200));
    let mut stall = fault(case, "stall", "write");
    stall["ms"] = json!(3000);
    world.fault(stall).await;
    let trouble = case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err();
    assert!(trouble.may_have_happened(), "{trouble}");
    assert_eq!(world.comments(case).await, 1);
}

#[tokio::test]
async fn one_ticket_of_zendesk_takes_thirty_updates_and_no_more() {
    let world = World::start().await;
    let case = cases::of(K::Zendesk);
    let link = world.link(case);
    let pending = Change { status: Some("pending".to_owned()), ..Change::default() };
    for _ in 0..30 {
        case.system().write(&link, case.ticket, &pending).await.unwrap();
    }
    let trouble = case.system().write(&link, case.ticket, &pending).await.unwrap_err();
    assert!(matches!(trouble, Trouble::RateLimited { wait } if wait > Duration::from_secs(500)), "{trouble}");
    case.system().write(&link, case.other, &pending).await.unwrap();
}

#[tokio::test]
async fn nobody_home_means_that_nothing_happened() {
    let world = World::start().await;
    let http = world.http.clone();
    let url = world.sandbox.url.clone();
    world.sandbox.stop().await;
    for case in cases::ALL {
        let link = Link::new(http.clone(), url.parse().unwrap(), (case.credentials)()).unwrap();
        let link = link.with_options(case.options().as_object().unwrap().clone());
        let trouble = case.system().comment(&link, case.ticket, &comment(case, 1)).await.unwrap_err();
        assert!(matches!(trouble, Trouble::Down { .. }), "{}: {trouble}", case.kind);
    }
}

#[test]
fn an_address_that_is_none_and_settings_that_are_unknown_are_named() {
    let http = reqwest::Client::new();
    for address in ["ftp://acme.example/", "https://user@acme.example/", "https://acme.example/?x=1", "data:x"] {
        let made = Link::new(http.clone(), address.parse().unwrap(), basic("a", "b"));
        assert!(matches!(made, Err(Trouble::Misconfigured { .. })), "{address}");
    }
    for (kind, options, named) in [
        (K::Zendesk, json!({"x": 1}), "unknown field `x`"),
        (K::ServiceNow, json!({}), "missing field `table`"),
        (K::ServiceNow, json!({"table": "../x"}), "options.table"),
        (K::ServiceNow, json!({"table": "t", "fields": ["a^b"]}), "options.fields"),
        (K::Salesforce, json!({"api_version": "v62.0/../x"}), "options.api_version"),
        (K::Salesforce, json!({"fields": ["Id FROM User"]}), "options.fields"),
        (K::Intercom, json!({"app_id": "a"}), "missing field `admin_id`"),
        (K::Intercom, json!({"admin_id": "1"}), "missing field `app_id`"),
        (K::HubSpot, json!({"properties": ["x"]}), "missing field `portal_id`"),
        (K::HubSpot, json!({"portal_id": "1", "properties": []}), "options.properties"),
        (K::GitHub, json!({"repository": "acme"}), "options.repository"),
        (K::Jira, json!({"status_field": "blob"}), "unknown variant `blob`"),
        (K::Freshdesk, json!({"x": 1}), "unknown field `x`"),
        (K::Standard, json!({"x": 1}), "unknown field `x`"),
    ] {
        let trouble = kind.system().check_options(options.as_object().unwrap()).unwrap_err();
        assert!(trouble.to_string().contains(named), "{kind}: {trouble}");
    }
}
