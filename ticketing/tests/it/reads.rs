//! A ticket read by API is the ticket that its call carried.

use law::right::Right;
use resolution::identifier::IdentifierKind;
use ticketing::kind::{Carries, SystemKind};
use ticketing::mapping::mapped::Verdict;
use ticketing::system::Happened;

use crate::cases;
use crate::world::{START, World};

#[tokio::test]
async fn one_mapping_serves_the_call_and_the_api() {
    let world = World::start().await;
    for case in cases::ALL {
        let (name, mapping, link) = (case.kind, case.mapping(), world.link(case));
        let read = case.system().read(&link, case.ticket).await.unwrap();
        let by_api = mapping.apply(&read.value);
        assert_eq!((&by_api.problems[..], &by_api.verdict), (&[][..], &Verdict::Fileable), "{name}");
        assert_eq!(by_api.right, Some(Right::Erasure), "{name}");
        assert_eq!(by_api.subject_of(IdentifierKind::Email).next().unwrap().raw, "zoe.l@example.com", "{name}");
        assert_eq!(by_api.subject_of(IdentifierKind::Phone).count(), 1, "{name}");
        assert_eq!(by_api.received_at.unwrap().to_string(), START, "{name}");
        assert_eq!(read.updated_at.unwrap().to_string(), START, "{name}");

        let (content_type, body) = world.call(case, case.ticket).await;
        let mentions = case.system().mentions(Some(&content_type), body.as_bytes()).unwrap();
        assert_eq!(mentions.len(), 1, "{name}: several events of one ticket say the same");
        let mention = &mentions[0];
        assert_eq!((mention.ticket.as_str(), mention.happened), (case.ticket, Happened::Changed), "{name}");
        assert_eq!(mention.document.is_some(), case.kind.row().carries == Carries::Fields, "{name}");
        if let Some(document) = &mention.document {
            assert_eq!(mapping.apply(document), by_api, "{name}");
        }
    }
}

#[tokio::test]
async fn the_other_ticket_is_another_request() {
    let world = World::start().await;
    for case in cases::ALL {
        let read = case.system().read(&world.link(case), case.other).await.unwrap();
        let mapped = case.mapping().apply(&read.value);
        assert_eq!((&mapped.problems[..], &mapped.verdict), (&[][..], &Verdict::Fileable), "{}", case.kind);
        assert_eq!(mapped.subject_of(IdentifierKind::Email).next().unwrap().raw, "sam.ortiz@example.net");
        assert_eq!(mapped.places[0].to_string(), "us_ca_ccpa/US-CA", "{}", case.kind);
    }
}

#[tokio::test]
async fn the_echo_of_our_own_write_is_known_by_its_actor() {
    let world = World::start().await;
    for (kind, us) in [
        (SystemKind::Zendesk, "9911223399"),
        (SystemKind::Jira, "712020:8d1f"),
        (SystemKind::ServiceNow, "anna.agent"),
        (SystemKind::Freshdesk, "anna.agent@acme.example"),
        (SystemKind::Salesforce, "0055g00000AnnaAAAS"),
        (SystemKind::HubSpot, "userId:60001"),
        (SystemKind::GitHub, "4711"),
    ] {
        let case = cases::of(kind);
        let (content_type, body) = world.call(case, case.ticket).await;
        let mention = case.system().mentions(Some(&content_type), body.as_bytes()).unwrap().remove(0);
        assert!(mention.is_by(Some(us)), "{kind}");
        assert!(!mention.is_by(Some("another")), "{kind}");
        assert!(!mention.is_by(None), "{kind}: without an account of our own nothing is an echo");
    }
}
