//! Who is one person, what is shared, and what is certain.

use proptest::prelude::*;
use resolution::identifier::IdentifierKind::{self, *};
use resolution::people::{Assessment, Certainty, Finding, Reason, Term, assess};
use resolution::record::{Record, RecordKey};

use Certainty::{Ambiguous, Certain};

/// One record as these tests write it: name, e-mails, terms that found it.
#[derive(Clone, Debug)]
struct Found {
    record: Record,
    hit_by: Vec<usize>,
    merge_set: Option<usize>,
    set_aside: bool,
}

fn found(name: &str, emails: &[&str], hit_by: &[usize]) -> Found {
    let record = Record {
        key: RecordKey::ExternalContact(String::new()),
        name: (!name.is_empty()).then(|| name.to_owned()),
        emails: emails.iter().map(|&email| email.to_owned()).collect(),
        phones: Vec::new(),
        division: None,
    };
    Found { record, hit_by: hit_by.to_vec(), merge_set: None, set_aside: false }
}

impl Found {
    fn merged(self, set: usize) -> Self {
        Self { merge_set: Some(set), ..self }
    }

    fn aside(self) -> Self {
        Self { set_aside: true, ..self }
    }
}

fn assessed(kinds: &[IdentifierKind], found: &[Found]) -> Assessment {
    let terms: Vec<_> = kinds.iter().map(|&kind| Term { kind }).collect();
    let findings: Vec<_> = found
        .iter()
        .map(|one| Finding {
            record: &one.record,
            hit_by: &one.hit_by,
            merge_set: one.merge_set,
            set_aside: one.set_aside,
        })
        .collect();
    assess(&terms, &findings)
}

const SHARED: Certainty = Ambiguous(Reason::SharedIdentifier);
const DIFFERENT: Certainty = Ambiguous(Reason::DifferentPeople);
const UNLINKED: Certainty = Ambiguous(Reason::Unlinked);
const NAME_ONLY: Certainty = Ambiguous(Reason::NameOnly);

#[test]
fn one_mailbox_of_one_person_is_certain() {
    let got = assessed(&[Email], &[found("Maya Okafor", &["maya@example.com"], &[0])]);
    assert_eq!(got.findings, [Certain]);
    assert_eq!(got.people, [[0]]);
    assert_eq!((got.terms[0].hits, got.terms[0].people, got.terms[0].shared), (1, 1, false));
}

#[test]
fn a_common_mailbox_makes_one_person_whatever_its_letter_case() {
    let got = assessed(
        &[Email, Phone],
        &[found("Maya Okafor", &["Maya@Example.com"], &[0]), found("M. Okafor", &["maya@example.com"], &[1])],
    );
    assert_eq!(got.people, [[0, 1]]);
    assert_eq!(got.findings, [Certain, Certain]);
}

#[test]
fn a_family_mailbox_is_shared_by_people_of_different_names() {
    let got = assessed(
        &[Email],
        &[
            found("Maya Okafor", &["family@example.com"], &[0]),
            found("Ben Okafor", &["family@example.com"], &[0]),
            found("Okafor", &["family@example.com"], &[0]),
        ],
    );
    assert_eq!(got.people.len(), 3, "the bare family name ties nobody to anybody");
    assert!(got.terms[0].shared);
    assert_eq!(got.findings, [SHARED; 3]);
}

#[test]
fn names_in_another_order_or_with_initials_agree() {
    for other in ["Okafor, Maya", "maya okafor", "Maya A. Okafor", "M Okafor", "Maya"] {
        let got = assessed(
            &[Email],
            &[found("Maya Okafor", &["m@example.com"], &[0]), found(other, &["m@example.com"], &[0])],
        );
        assert_eq!(got.people, [[0, 1]], "{other}");
    }
    for other in ["Ben Okafor", "M O", "Mayara Okafor", "B. Okafor"] {
        let got = assessed(
            &[Email],
            &[found("Maya Okafor", &["m@example.com"], &[0]), found(other, &["m@example.com"], &[0])],
        );
        assert_eq!(got.people.len(), 2, "{other}");
    }
}

#[test]
fn a_household_telephone_is_shared() {
    let got = assessed(&[Phone], &[found("Maya Okafor", &[], &[0]), found("Ben Okafor", &[], &[0])]);
    assert_eq!((got.terms[0].hits, got.terms[0].people, got.terms[0].shared), (2, 2, true));
    assert_eq!(got.findings, [SHARED, SHARED]);
}

#[test]
fn an_unshared_term_makes_a_record_certain_though_another_is_shared() {
    let got = assessed(
        &[Phone, Email],
        &[found("Maya Okafor", &["maya@example.com"], &[0, 1]), found("Ben Okafor", &["ben@example.com"], &[0])],
    );
    assert_eq!(got.findings, [Certain, SHARED]);
}

#[test]
fn the_same_name_needs_an_exact_term_in_common() {
    let got = assessed(&[Name, Phone], &[found("Maya Okafor", &[], &[0, 1]), found("MAYA  Okafor", &[], &[0, 1])]);
    assert_eq!(got.people, [[0, 1]]);
    let got = assessed(&[Name, Phone], &[found("Maya Okafor", &[], &[0, 1]), found("Maya Okafor", &[], &[0])]);
    assert_eq!(got.people, [[0], [1]]);
    assert_eq!(got.findings, [Certain, NAME_ONLY]);
    assert!(got.terms[0].fuzzy && got.terms[0].shared && !got.terms[1].shared);
}

#[test]
fn an_address_is_as_fuzzy_as_a_name() {
    let got = assessed(&[Address], &[found("Maya Okafor", &[], &[0])]);
    assert_eq!(got.findings, [NAME_ONLY]);
}

#[test]
fn a_merge_set_is_one_person_whatever_the_names() {
    let got = assessed(&[Phone], &[found("Maya Okafor", &[], &[0]).merged(7), found("Mrs O.", &[], &[0]).merged(7)]);
    assert_eq!(got.people, [[0, 1]]);
    assert_eq!(got.findings, [Certain, Certain]);
}

#[test]
fn a_record_named_by_its_id_is_certain() {
    let got = assessed(
        &[ExternalContactId, Phone],
        &[found("", &[], &[0, 1]), found("Ben Okafor", &[], &[1]), found("Maya Okafor", &[], &[1])],
    );
    assert_eq!(got.findings, [Certain, SHARED, SHARED]);
}

#[test]
fn two_terms_that_each_find_a_stranger_make_both_a_question() {
    let got = assessed(
        &[Email, Phone],
        &[found("Ada Access", &["ada@example.com"], &[0]), found("Vic Various", &["vic@example.org"], &[1])],
    );
    assert_eq!(got.findings, [DIFFERENT, DIFFERENT]);
    assert!(got.terms.iter().all(|term| term.people == 1 && !term.shared), "each term by itself is in order");
}

#[test]
fn an_id_and_a_term_that_find_strangers_make_both_a_question() {
    let named = assessed(
        &[ExternalContactId, Email],
        &[found("Ada Access", &[], &[0]), found("Vic Various", &["vic@example.org"], &[1])],
    );
    assert_eq!(named.findings, [DIFFERENT, DIFFERENT]);
    let nameless = assessed(
        &[UserId, Email],
        &[found("", &["ada@example.com"], &[0]), found("Vic Various", &["vic@example.org"], &[1])],
    );
    assert_eq!(nameless.findings, [DIFFERENT, DIFFERENT], "no name, but another mailbox");
    let ids =
        assessed(&[UserId, ExternalContactId], &[found("Ada Access", &[], &[0]), found("Vic Various", &[], &[1])]);
    assert_eq!(ids.findings, [DIFFERENT, DIFFERENT]);
}

#[test]
fn an_id_and_a_term_that_find_one_person_are_certain() {
    for (record, found_by_mail) in [
        (found("Ada Access", &["ada@example.com"], &[0, 1]), found("Ada Access", &[], &[1])),
        (found("Ada Access", &["ada@example.com"], &[0]), found("A. Access", &["ada@example.com"], &[1])),
        (found("Ada Access", &[], &[0]).merged(1), found("Ada Miller", &[], &[1]).merged(1)),
        (found("", &[], &[0]), found("Ada Access", &[], &[1])),
    ] {
        let got = assessed(&[ExternalContactId, Email], &[record.clone(), found_by_mail]);
        assert_eq!(got.findings, [Certain, Certain], "{record:?}");
    }
}

#[test]
fn whom_all_terms_find_is_certain_whoever_else_one_of_them_finds() {
    let maya = || found("Maya Okafor", &["maya@example.com"], &[0, 1]);
    let got = assessed(&[Email, Phone, ExternalId], &[maya(), found("Ben Okafor", &[], &[1])]);
    assert_eq!(got.findings, [Certain, SHARED], "a term that finds nobody leads nowhere");
    let got = assessed(&[Email, Phone, ExternalId], &[maya(), found("Ben Okafor", &[], &[2])]);
    assert_eq!(got.findings, [DIFFERENT, DIFFERENT], "one that finds a stranger alone does not");
}

#[test]
fn neither_names_nor_what_is_set_aside_lead_to_different_people() {
    let got = assessed(
        &[Email, Name, Phone],
        &[
            found("Maya Okafor", &["maya@example.com"], &[0]),
            found("Maya Okafor", &["other@example.com"], &[1]),
            found("Ben Okafor", &[], &[2]).aside(),
        ],
    );
    assert_eq!(got.findings, [Certain, NAME_ONLY, Ambiguous(Reason::SetAside)]);
}

#[test]
fn a_nameless_record_joins_the_one_person_its_term_found() {
    let got = assessed(
        &[Phone],
        &[found("", &[], &[0]), found("Maya Okafor", &["maya@example.com"], &[0]), found("  ", &[], &[0])],
    );
    assert_eq!(got.people, [[0, 1, 2]]);
    assert_eq!(got.findings, [Certain; 3]);
}

#[test]
fn a_nameless_record_between_two_people_stays_apart() {
    let got = assessed(
        &[Phone, Email],
        &[found("", &[], &[0, 1]), found("Maya Okafor", &[], &[0]), found("Ben Okafor", &[], &[1])],
    );
    assert_eq!(got.people, [[0], [1], [2]]);
    assert_eq!(got.findings, [UNLINKED, DIFFERENT, DIFFERENT]);
    assert!(got.terms.iter().all(|term| !term.shared), "it does not make its terms shared");
}

#[test]
fn nameless_records_alone_are_unsure_but_one_person_at_least() {
    let got = assessed(&[Phone], &[found("", &[], &[0]), found("", &[], &[0])]);
    assert_eq!((got.terms[0].people, got.terms[0].shared), (1, false));
    assert_eq!(got.findings, [UNLINKED, UNLINKED]);
}

#[test]
fn nameless_records_of_different_mailboxes_make_a_term_shared() {
    let got = assessed(
        &[Phone],
        &[found("", &["a@example.com"], &[0]), found("", &["b@example.com"], &[0]), found("", &[], &[0])],
    );
    assert_eq!((got.terms[0].people, got.terms[0].shared), (2, true));
    assert_eq!(got.findings, [SHARED; 3]);
}

#[test]
fn a_nameless_record_of_another_mailbox_is_somebody_else() {
    let got =
        assessed(&[Phone], &[found("Maya Okafor", &["maya@example.com"], &[0]), found("", &["ben@example.com"], &[0])]);
    assert_eq!((got.terms[0].people, got.terms[0].shared), (2, true));
    assert_eq!(got.findings, [SHARED, SHARED]);
}

#[test]
fn two_nameless_rivals_join_nobody() {
    let got = assessed(
        &[Phone],
        &[found("Maya Okafor", &[], &[0]), found("", &["a@example.com"], &[0]), found("", &["b@example.com"], &[0])],
    );
    assert_eq!(got.people, [[0], [1], [2]]);
    assert_eq!(got.terms[0].people, 2, "one of them may be Maya, not both");
    assert_eq!(got.findings, [SHARED; 3]);
}

#[test]
fn a_name_alone_joins_no_nameless_record() {
    let got = assessed(&[Name, Phone], &[found("Maya Okafor", &[], &[0]), found("", &[], &[0])]);
    assert_eq!(got.people, [[0], [1]]);
    assert_eq!(got.findings, [NAME_ONLY, NAME_ONLY]);
}

#[test]
fn records_set_aside_do_not_count() {
    let got = assessed(&[Phone], &[found("Maya Okafor", &[], &[0]), found("Ben Okafor", &[], &[0]).aside()]);
    assert_eq!((got.terms[0].hits, got.terms[0].people, got.terms[0].shared), (1, 1, false));
    assert_eq!(got.findings, [Certain, Ambiguous(Reason::SetAside)]);
    assert_eq!(got.people, [[0]]);
}

#[test]
fn a_term_without_a_hit_and_a_record_without_a_term() {
    let got = assessed(&[Email], &[found("Maya Okafor", &[], &[]), found("Ben Okafor", &[], &[9])]);
    assert_eq!((got.terms[0].hits, got.terms[0].people), (0, 0));
    assert_eq!(got.findings, [UNLINKED, UNLINKED]);
}

fn any_found() -> impl Strategy<Value = Found> {
    let names = proptest::sample::select(vec!["", "Maya Okafor", "MAYA OKAFOR", "M. Okafor", "Okafor", "Ben Okafor"]);
    let emails = proptest::sample::subsequence(vec!["m@example.com", "b@example.com", "not a mailbox"], 0..3);
    let hit_by = proptest::sample::subsequence(vec![0, 1, 2, 3], 0..4);
    (names, emails, hit_by, proptest::option::weighted(0.2, 0..2_usize), proptest::bool::weighted(0.1)).prop_map(
        |(name, emails, hit_by, merge_set, set_aside)| Found { merge_set, set_aside, ..found(name, &emails, &hit_by) },
    )
}

const KINDS: [IdentifierKind; 4] = [Name, Email, Phone, ExternalContactId];

proptest! {
    #[test]
    fn the_order_of_findings_means_nothing(
        (given, order) in proptest::collection::vec(any_found(), 0..7)
            .prop_flat_map(|given| { let n = given.len(); (Just(given), Just((0..n).collect::<Vec<_>>()).prop_shuffle()) }),
    ) {
        let straight = assessed(&KINDS, &given);
        let mut slots: Vec<_> = given.into_iter().map(Some).collect();
        let shuffled: Vec<_> = order.iter().filter_map(|&place| slots[place].take()).collect();
        let other = assessed(&KINDS, &shuffled);

        prop_assert_eq!(&other.terms, &straight.terms);
        for (place, &was) in order.iter().enumerate() {
            prop_assert_eq!(other.findings[place], straight.findings[was]);
        }
        let mut people: Vec<Vec<usize>> = other.people.iter()
            .map(|person| { let mut person: Vec<_> = person.iter().map(|&place| order[place]).collect(); person.sort(); person })
            .collect();
        people.sort();
        prop_assert_eq!(people, straight.people);
    }

    #[test]
    fn everybody_counted_is_one_person_and_certainty_has_a_cause(given in proptest::collection::vec(any_found(), 0..7)) {
        let got = assessed(&KINDS, &given);
        let mut counted: Vec<_> = got.people.concat();
        counted.sort();
        let live: Vec<_> = (0..given.len()).filter(|&number| !given[number].set_aside).collect();
        prop_assert_eq!(counted, live);
        for (one, certainty) in given.iter().zip(&got.findings) {
            if certainty.is_certain() {
                prop_assert!(!one.set_aside);
                prop_assert!(one.hit_by.iter().any(|&term| !got.terms[term].fuzzy && !got.terms[term].shared));
            }
        }
        for term in &got.terms {
            prop_assert!(term.people <= term.hits && (term.hits == 0) == (term.people == 0));
        }
    }
    #[test]
    fn never_are_two_people_certain(given in proptest::collection::vec(any_found(), 0..7)) {
        let mut given = given;
        // An id names one record.
        for one in given.iter_mut().skip(1) {
            one.hit_by.retain(|&term| term != 3);
        }
        let got = assessed(&KINDS, &given);
        let is_named = |&number: &usize| given[number].record.name.is_some();
        let certain = |person: &&Vec<usize>| person.iter().any(|&number| got.findings[number].is_certain());
        let people = got.people.iter().filter(certain).filter(|person| person.iter().any(is_named));
        prop_assert!(people.count() <= 1);
    }
}
