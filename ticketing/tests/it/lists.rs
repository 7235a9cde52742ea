//! The hourly look at what changed: nothing is passed over, page by page.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;
use ticketing::kind::SystemKind as K;
use ticketing::mapping::mapped::Verdict;
use ticketing::system::{Cursor, Happened, Page};
use ticketing::trouble::Trouble;

use crate::cases;
use crate::world::{START, World, walk};

fn tickets(pages: &[Page]) -> BTreeSet<&str> {
    pages.iter().flat_map(|page| &page.mentions).map(|mention| mention.ticket.as_str()).collect()
}

#[tokio::test]
async fn every_change_is_listed_once_its_turn_comes() {
    let world = World::start().await;
    let start: Timestamp = START.parse().unwrap();
    for case in cases::ALL {
        let (name, link, system) = (case.kind, world.link(case), case.system());
        let (pages, cursor) = walk(system, &link, start.into()).await.unwrap();
        assert_eq!(tickets(&pages), BTreeSet::from([case.ticket, case.other]), "{name}");
        for mention in pages.iter().flat_map(|page| &page.mentions) {
            let document = mention.document.as_ref().unwrap();
            assert_eq!(
                case.mapping().apply(document).verdict,
                Verdict::Fileable,
                "{name}: a listed ticket maps as it is"
            );
        }
        // A cursor is stored and read again.
        let cursor: Cursor = serde_json::from_value(json!(cursor)).unwrap();
        world.put(case, case.other, json!({})).await;
        let (pages, cursor) = walk(system, &link, cursor).await.unwrap();
        assert!(tickets(&pages).contains(case.other), "{name}: what changed after the last look");
        assert!(cursor.since > start, "{name}: it moves on");
        let later = Cursor::from(cursor.since + jiff::SignedDuration::from_hours(2));
        let (pages, _) = walk(system, &link, later).await.unwrap();
        assert_eq!(tickets(&pages), BTreeSet::new(), "{name}");
    }
}

#[tokio::test]
async fn more_than_a_page_of_one_instant_is_walked_to_its_end() {
    let world = World::start().await;
    let start: Timestamp = START.parse().unwrap();
    for kind in [K::Freshdesk, K::GitHub, K::ServiceNow, K::Salesforce] {
        let case = cases::of(kind);
        let native = world.ticket(case).await["native"].clone();
        let name = |at: usize| match kind {
            K::GitHub => format!("acme/privacy#{}", 1000 + at),
            K::ServiceNow => format!("{at:032x}"),
            K::Salesforce => format!("5005g0000000{at:03}AAA"),
            _ => (80_000 + at).to_string(),
        };
        for at in 0..220 {
            world.put(case, &name(at), json!({"native": native, "updated": START})).await;
        }
        let mut cursor = Cursor::from(start);
        let mut seen = BTreeSet::new();
        for _ in 0..300 {
            let page = case.system().changed_since(&world.link(case), &cursor).await.unwrap();
            seen.extend(page.mentions.iter().map(|mention| mention.ticket.clone()));
            cursor = page.next;
            if !page.more {
                break;
            }
        }
        assert_eq!(seen.len(), 222, "{kind}");
    }
}

#[tokio::test]
async fn a_deleted_ticket_is_told_where_the_system_tells_it() {
    let world = World::start().await;
    let case = cases::of(K::Zendesk);
    world.put(case, case.ticket, json!({"deleted": true})).await;
    let (pages, _) = walk(case.system(), &world.link(case), Timestamp::UNIX_EPOCH.into()).await.unwrap();
    let gone = pages.iter().flat_map(|page| &page.mentions).find(|mention| mention.ticket == case.ticket).unwrap();
    assert_eq!(gone.happened, Happened::Deleted);
}

#[tokio::test]
async fn what_has_no_api_says_so() {
    let world = World::start().await;
    let link = world.link(cases::of(K::Zendesk));
    let system = K::Standard.system();
    assert!(matches!(system.read(&link, "1").await, Err(Trouble::NotOffered(_))));
    assert!(matches!(system.changed_since(&link, &Timestamp::UNIX_EPOCH.into()).await, Err(Trouble::NotOffered(_))));
    let row = K::Standard.row();
    assert!(!row.reads && !row.writes && !row.lists);
}
