//! Merge sets collapse to their canonical contact, and contradictions are told, not guessed away.

use proptest::prelude::*;
use resolution::merge::{Canonical, Contradiction, MAX_MEMBERS, collapse};
use resolution::record::MergeSet;

fn set(canonical: &str, members: &[&str]) -> MergeSet {
    MergeSet { canonical: canonical.into(), members: members.iter().map(|&member| member.into()).collect() }
}

fn canonical(id: &str, merge_set: Option<usize>, hits: &[&str]) -> Canonical {
    Canonical { id: id.into(), merge_set, hits: hits.iter().map(|&hit| hit.into()).collect() }
}

#[test]
fn ancestors_collapse_and_a_lone_contact_stays() {
    let collapsed = collapse(&["b", "a", "z", "a"], &[set("c", &["a", "b", "c"])]);
    assert_eq!(collapsed.contacts, [canonical("c", Some(0), &["a", "b"]), canonical("z", None, &["z"])]);
    assert_eq!(collapsed.contradictions, []);
}

#[test]
fn the_same_set_told_twice_is_one() {
    let collapsed = collapse(&["a"], &[set("c", &["a", "c"]), set("c", &["c", "a", "a"])]);
    assert_eq!(collapsed.contacts, [canonical("c", Some(0), &["a"])]);
    assert_eq!(collapsed.contradictions, []);
}

#[test]
fn a_contact_in_two_sets_stays_as_found_and_is_told() {
    let collapsed = collapse(&["a", "b", "c"], &[set("b", &["a", "b"]), set("c", &["b", "c"])]);
    let contacts = [canonical("a", None, &["a"]), canonical("b", None, &["b"]), canonical("c", None, &["c"])];
    assert_eq!(collapsed.contacts, contacts, "a shares its set with b, so it is as doubtful");
    let told = Contradiction::InTwoSets { contact: "b".into(), canonicals: vec!["b".into(), "c".into()] };
    assert_eq!(collapsed.contradictions, [told]);
}

#[test]
fn sets_that_head_each_other_are_a_cycle() {
    let sets = [set("b", &["a", "b"]), set("c", &["b", "c"]), set("a", &["c", "a"])];
    let collapsed = collapse(&["a"], &sets);
    let cycle = Contradiction::Cycle { canonicals: vec!["a".into(), "b".into(), "c".into()] };
    assert!(collapsed.contradictions.contains(&cycle), "{:?}", collapsed.contradictions);
    assert_eq!(collapsed.contacts, [canonical("a", None, &["a"])]);
}

#[test]
fn a_chain_is_no_cycle() {
    let collapsed = collapse(&["a"], &[set("b", &["a", "b"]), set("c", &["b", "c"])]);
    assert!(!collapsed.contradictions.iter().any(|told| matches!(told, Contradiction::Cycle { .. })));
}

#[test]
fn a_head_outside_its_set_blocks_head_and_members() {
    let collapsed = collapse(&["a", "c"], &[set("c", &["a", "b"])]);
    assert_eq!(collapsed.contacts, [canonical("a", None, &["a"]), canonical("c", None, &["c"])]);
    assert_eq!(collapsed.contradictions, [Contradiction::CanonicalNotMember { canonical: "c".into() }]);
    assert!(collapsed.contradictions[0].is_blocking());
}

#[test]
fn a_set_too_large_is_told_but_used() {
    let members: Vec<String> = (0..=MAX_MEMBERS).map(|number| format!("m{number:02}")).collect();
    let sets = [MergeSet { canonical: "m00".into(), members }];
    let collapsed = collapse(&["m52"], &sets);
    assert_eq!(collapsed.contacts, [canonical("m00", Some(0), &["m52"])]);
    assert_eq!(
        collapsed.contradictions,
        [Contradiction::TooManyMembers { canonical: "m00".into(), members: MAX_MEMBERS + 1 }]
    );
    assert!(!collapsed.contradictions[0].is_blocking());
}

proptest! {
    #[test]
    fn every_hit_is_kept_once_and_the_order_of_sets_means_nothing(
        hits in proptest::collection::vec("[a-f]", 0..8),
        sets in proptest::collection::vec(("[a-f]", proptest::collection::vec("[a-f]", 0..4)), 0..4),
    ) {
        let sets: Vec<_> = sets.into_iter().map(|(canonical, members)| MergeSet { canonical, members }).collect();
        let collapsed = collapse(&hits, &sets);
        let mut kept: Vec<_> = collapsed.contacts.iter().flat_map(|contact| contact.hits.clone()).collect();
        kept.sort();
        let mut given = hits.clone();
        given.sort();
        given.dedup();
        prop_assert_eq!(kept, given);

        let reversed: Vec<_> = sets.iter().rev().cloned().collect();
        let other = collapse(&hits, &reversed);
        prop_assert_eq!(&other.contradictions, &collapsed.contradictions);
        let ids = |collapsed: &[Canonical]| collapsed.iter().map(|c| (c.id.clone(), c.hits.clone())).collect::<Vec<_>>();
        prop_assert_eq!(ids(&other.contacts), ids(&collapsed.contacts));
    }
}
