//! A crowd: contacts that differ by number alone, for benches.

use crate::ids;
use crate::state::people::People;
use crate::state::records::{Contact, Details, Record};

/// Adds contact N with mailbox `person-N@example.net`, for N from 1 to `people`.
pub fn add(people: u32, to: &mut People) {
    for number in 1..=people {
        let email = format!("person-{number}@example.net");
        to.add(Record::Contact(Contact {
            id: ids::named(&email),
            division: "Home".into(),
            kind: "Curated".into(),
            canonical: None,
            merge_set: Vec::new(),
            export_parts: 1,
            details: Details { name: format!("Person {number}"), emails: vec![email], ..Details::default() },
        }));
    }
}
