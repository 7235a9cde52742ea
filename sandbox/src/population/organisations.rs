//! The two organisations: the one the samples live in, and a neighbour nothing may cross over to.

use crate::ids;
use crate::state::people::People;
use crate::state::records::{Contact, Details, Record};
use crate::state::requests::Requests;
use crate::state::{Division, Organisation};

/// Example Org with divisions Home and Overseas, and Other Org with division Home.
pub fn both() -> Vec<Organisation> {
    vec![organisation("Example Org", &["Home", "Overseas"]), organisation("Other Org", &["Home"])]
}

/// Gives the neighbour a contact with the mailbox of sample 1: whoever finds it from Example Org has found a leak.
pub fn add_namesake(people: &mut People) {
    people.add(Record::Contact(Contact {
        id: ids::named("other/ada"),
        division: "Home".into(),
        kind: "Curated".into(),
        canonical: None,
        merge_set: Vec::new(),
        export_parts: 1,
        details: Details {
            name: "Ada Access".into(),
            emails: vec!["ada.access@example.com".into()],
            ..Details::default()
        },
    }));
}

fn organisation(name: &str, divisions: &[&str]) -> Organisation {
    let division = |division: &&str| Division {
        id: ids::named(&format!("{name}/division/{division}")),
        name: (*division).to_owned(),
        home: *division == "Home",
    };
    Organisation {
        id: ids::named(&format!("organisation/{name}")),
        name: name.to_owned(),
        divisions: divisions.iter().map(division).collect(),
        people: People::default(),
        requests: Requests::default(),
    }
}
