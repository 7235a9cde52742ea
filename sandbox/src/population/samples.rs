//! The sample people: one family for each thing that can happen, so that no sample disturbs another.
//!
//! | # | shows | who |
//! |---|---|---|
//! | 1 | access by e-mail | one curated contact, `ada.access@example.com` (the other organisation has one like it) |
//! | 2 | erasure of a merge set | four contacts, `maya.okafor@example.com`, `+13175550142`, "Maya Okafor"; any of the three finds all four; two conversations |
//! | 3 | rectification | "Rea Correct", `old.mail@example.com`, to become `new.mail@example.com` |
//! | 4 | dialer contacts in two lists | `+13175550160`, lists L1 and L2 |
//! | 5 | a foreign division | user in Overseas and contact in Home, both `sam.rivera@example.com` |
//! | 6 | a name that fits five people | "Alex Kim", `alex.kim1@example.com` to `alex.kim5@example.com` |
//! | 7 | a shared phone | `+13175550170`: `pat.one@example.com` and `pat.two@example.com`, two people |
//! | 8 | nothing found | `nobody@example.com` is not there |
//! | 9 | a job that fails once | `erin.once@example.com` |
//! | 10 | a job that always fails | `erin.forever@example.com` |
//! | 11 | an answer that is lost | `lou.lost@example.com`: the first submission is accepted, then the connection drops |
//! | 12 | 429 | `stan.storm@example.com`: the first three calls |
//! | 13 | a revoked token | `toni.token@example.com`: at the first call all tokens end |
//! | 14 | an export in two parts | `tia.twoparts@example.com` |
//! | 15 | a missing permission | `mia.missing@example.com`: submissions are refused |
//! | 16 | kinds nobody knows yet | `uma.unknown@example.com`: in the search, and as a status of her requests |
//! | 17 | every other kind of term | "Vic Various": address, Twitter, Instagram, Facebook and Apple handles, external id, a journey customer |
//! | 18 | found by no search | conversations of `carla.calls@example.com`, who has no record |

use crate::ids;
use crate::state::people::People;
use crate::state::records::{
    Contact, Conversation, Details, DialerContact, JourneyCustomer, Record, Social, TermKind, User,
};

/// The faults that belong to samples 9 to 13, 15 and 16.
pub const FAULTS: [&str; 7] = [
    "job-error:subject=erin.once@example.com,times=1",
    "job-error:subject=erin.forever@example.com",
    "lost-answer:subject=lou.lost@example.com,route=submit_request,times=1",
    "rate-storm:subject=stan.storm@example.com,times=3,seconds=1",
    "revoke-tokens:subject=toni.token@example.com,times=1",
    "permission-missing:subject=mia.missing@example.com,route=submit_request,permission=gdpr:request:add",
    "extra-enum:subject=uma.unknown@example.com",
];

/// Lets them all move in.
pub fn add(people: &mut People) {
    for (name, email) in SINGLES {
        people.add(Record::Contact(contact(name, email, &[])));
    }
    add_merge_set(people);
    for list in ["L1", "L2"] {
        people.add(Record::Dialer(DialerContact {
            list: ids::named(&format!("list/{list}")),
            id: ids::named(&format!("dialer/{list}")),
            details: Details { phones: vec!["+13175550160".into()], ..Details::default() },
        }));
    }
    people.add(Record::User(User {
        id: ids::named("user/sam.rivera"),
        division: "Overseas".into(),
        state: "active".into(),
        details: details("Sam Rivera", "sam.rivera@example.com", &[]),
    }));
    for number in 1..=5 {
        people.add(Record::Contact(contact("Alex Kim", &format!("alex.kim{number}@example.com"), &[])));
    }
    people.add(Record::Contact(contact("Pat One", "pat.one@example.com", &["+13175550170"])));
    people.add(Record::Contact(contact("Pat Two", "pat.two@example.com", &["+13175550170"])));
    people
        .add(Record::Contact(Contact { export_parts: 2, ..contact("Tia Twoparts", "tia.twoparts@example.com", &[]) }));
    add_various(people);
    people.add_conversation(conversation("carla", &["carla.calls@example.com"]));
}

/// Contacts with a mailbox and nothing else.
const SINGLES: [(&str, &str); 10] = [
    ("Ada Access", "ada.access@example.com"),
    ("Rea Correct", "old.mail@example.com"),
    ("Sam Rivera", "sam.rivera@example.com"),
    ("Erin Once", "erin.once@example.com"),
    ("Erin Forever", "erin.forever@example.com"),
    ("Lou Lost", "lou.lost@example.com"),
    ("Stan Storm", "stan.storm@example.com"),
    ("Toni Token", "toni.token@example.com"),
    ("Mia Missing", "mia.missing@example.com"),
    ("Uma Unknown", "uma.unknown@example.com"),
];

fn add_merge_set(people: &mut People) {
    let member = |number: usize| Contact {
        id: ids::named(&format!("contact/maya.okafor/{number}")),
        ..contact("Maya Okafor", "maya.okafor@example.com", &["+13175550142"])
    };
    let members: Vec<Contact> = (0..4).map(member).collect();
    let ancestor = members[1].id.clone();
    people.add_merge_set(members);
    people.add_conversation(conversation("maya/1", &[&ancestor, "+13175550142"]));
    people.add_conversation(conversation("maya/2", &["maya.okafor@example.com"]));
}

fn add_various(people: &mut People) {
    let social = |kind: TermKind, value: &str| Social { kind, value: value.into() };
    let mut vic = contact("Vic Various", "vic.various@example.com", &["+13175550180"]);
    vic.details.addresses = vec!["12 Sample Street, Springfield".into()];
    vic.details.external_ids = vec!["CRM-10442".into()];
    vic.details.socials = vec![
        social(TermKind::Twitter, "vic_various"),
        social(TermKind::Instagram, "vic.insta"),
        social(TermKind::Facebook, "vic-fb-1"),
        social(TermKind::AppleMessages, "vic-apple-1"),
    ];
    people.add(Record::Contact(vic));
    people.add(Record::Journey(JourneyCustomer {
        kind: "cookie".into(),
        id: ids::named("journey/vic"),
        details: details("", "vic.various@example.com", &[]),
    }));
}

fn contact(name: &str, email: &str, phones: &[&str]) -> Contact {
    Contact {
        id: ids::named(&format!("contact/{email}")),
        division: "Home".into(),
        kind: "Curated".into(),
        canonical: None,
        merge_set: Vec::new(),
        export_parts: 1,
        details: details(name, email, phones),
    }
}

fn details(name: &str, email: &str, phones: &[&str]) -> Details {
    Details {
        name: name.into(),
        emails: vec![email.into()],
        phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
        ..Details::default()
    }
}

fn conversation(id: &str, participants: &[&str]) -> Conversation {
    Conversation {
        id: ids::named(&format!("conversation/{id}")),
        participants: participants.iter().map(|who| (*who).to_owned()).collect(),
        transcript: "Agent: How can I help you?".into(),
    }
}
