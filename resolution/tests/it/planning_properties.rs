//! What holds of every plan, whatever goes in.

use std::collections::BTreeSet;

use proptest::prelude::*;
use resolution::identifier::IdentifierKind;
use resolution::plan::{CandidateInput, Choice, Right, SetAside, TermInput, plan};
use resolution::record::{MergeSet, RecordKey};

#[derive(Clone, Debug)]
struct Input {
    terms: Vec<TermInput>,
    candidates: Vec<CandidateInput>,
    merge_sets: Vec<MergeSet>,
}

fn choice() -> impl Strategy<Value = Choice> {
    proptest::sample::select(vec![Choice::Undecided, Choice::Undecided, Choice::Included, Choice::LeftOut])
}

fn any_term() -> impl Strategy<Value = TermInput> {
    (
        proptest::sample::select(IdentifierKind::ALL.to_vec()),
        "[a-c]",
        choice(),
        0..4_usize,
        0..2_usize,
        proptest::bool::weighted(0.8),
    )
        .prop_map(|(kind, value, choice, people, unknown, searchable)| TermInput {
            kind,
            value,
            choice,
            hits: people,
            people,
            unknown,
            searchable,
        })
}

fn any_candidate() -> impl Strategy<Value = CandidateInput> {
    let key = prop_oneof![
        1 => "[a-c]".prop_map(RecordKey::User),
        6 => "[a-h]".prop_map(RecordKey::ExternalContact),
        1 => ("[a-b]", "[a-b]").prop_map(|(list, id)| RecordKey::DialerContact { list, id }),
        1 => ("[a-b]", "[a-b]").prop_map(|(kind, id)| RecordKey::JourneyCustomer { kind, id }),
    ];
    (
        key,
        choice(),
        any::<bool>(),
        proptest::option::weighted(0.15, proptest::sample::select(vec![SetAside::Foreign, SetAside::Gone])),
        proptest::sample::subsequence(vec![0, 1, 2, 3], 0..3),
    )
        .prop_map(|(key, choice, certain, set_aside, hit_by)| CandidateInput {
            key,
            choice,
            certain,
            set_aside,
            merge_set: None,
            hit_by,
            person: None,
        })
}

/// Mostly sound sets over disjoint contacts, sometimes ones that overlap.
fn any_sets() -> impl Strategy<Value = Vec<MergeSet>> {
    let make = |canonical: &str, members: &[&str]| MergeSet {
        canonical: canonical.into(),
        members: members.iter().map(|&member| member.into()).collect(),
    };
    let all = vec![
        make("a", &["a", "b", "c"]),
        make("e", &["d", "e"]),
        make("g", &["f", "g"]),
        make("h", &["h"]),
        make("f", &["e", "f"]),
        make("b", &["g"]),
    ];
    proptest::sample::subsequence(all, 0..=6)
}

fn any_input() -> impl Strategy<Value = Input> {
    let terms = proptest::collection::vec(any_term(), 0..5);
    let candidates = proptest::collection::vec(any_candidate(), 0..9);
    (terms, candidates, any_sets()).prop_map(|(terms, candidates, merge_sets)| Input { terms, candidates, merge_sets })
}

fn shuffled_indexes(count: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..count).collect::<Vec<_>>()).prop_shuffle()
}

/// An input, and the same in another order.
fn permuted() -> impl Strategy<Value = (Input, Input)> {
    any_input()
        .prop_flat_map(|input| {
            let (terms, candidates) = (input.terms.len(), input.candidates.len());
            let sets = Just(input.merge_sets.clone()).prop_shuffle();
            (Just(input), shuffled_indexes(terms), shuffled_indexes(candidates), sets)
        })
        .prop_map(|(input, terms, candidates, merge_sets)| {
            let moved = |hit: &usize| terms.iter().position(|was| was == hit).unwrap_or(usize::MAX);
            let other = Input {
                terms: terms.iter().map(|&was| input.terms[was].clone()).collect(),
                candidates: candidates
                    .iter()
                    .map(|&was| {
                        let one = input.candidates[was].clone();
                        CandidateInput { hit_by: one.hit_by.iter().map(moved).collect(), ..one }
                    })
                    .collect(),
                merge_sets,
            };
            (input, other)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_job_is_doubled_and_none_stands_beside_its_canonical(input in any_input()) {
        let plan = plan(Right::Erasure, &input.terms, &input.candidates, &input.merge_sets);
        let subjects: BTreeSet<_> = plan.jobs.iter().map(|job| job.subject.clone()).collect();
        prop_assert_eq!(subjects.len(), plan.jobs.len());
        let mut covered = BTreeSet::new();
        for contact in plan.jobs.iter().flat_map(|job| &job.covers) {
            prop_assert!(covered.insert(contact), "{} is covered twice", contact);
        }
        for set in &input.merge_sets {
            for member in set.members.iter().filter(|member| **member != set.canonical) {
                prop_assert!(!subjects.contains(&RecordKey::ExternalContact(member.clone())), "ancestor {}", member);
            }
        }
    }

    #[test]
    fn nothing_set_aside_or_left_out_is_ever_acted_on(input in any_input()) {
        let plan = plan(Right::Erasure, &input.terms, &input.candidates, &input.merge_sets);
        for candidate in input.candidates.iter().filter(|c| c.set_aside.is_some() || c.choice == Choice::LeftOut) {
            for job in &plan.jobs {
                prop_assert_ne!(&job.subject, &candidate.key);
                if let RecordKey::ExternalContact(id) = &candidate.key {
                    prop_assert!(!job.covers.contains(id), "{} is reached through its merge set", id);
                }
            }
        }
    }

    #[test]
    fn a_doubtful_term_needs_a_yes(input in any_input()) {
        let plan = plan(Right::Access, &input.terms, &input.candidates, &input.merge_sets);
        for job in &plan.jobs {
            let RecordKey::Term { kind, value } = &job.subject else { continue };
            let given = input.terms.iter().filter(|term| term.kind == *kind && term.value == *value);
            let yes = given.clone().any(|term| term.choice == Choice::Included);
            let doubtful =
                |term: &TermInput| kind.is_fuzzy() || term.people > 1 || term.unknown > 0 || !term.searchable;
            prop_assert!(kind.is_search_term());
            for term in given {
                prop_assert!(term.choice != Choice::LeftOut);
                prop_assert!(yes || !doubtful(term));
            }
        }
    }

    #[test]
    fn every_candidate_is_answered_for_once(input in any_input()) {
        let plan = plan(Right::Access, &input.terms, &input.candidates, &input.merge_sets);
        for (number, candidate) in input.candidates.iter().enumerate() {
            let in_job = plan.jobs.iter().any(|job| match &candidate.key {
                RecordKey::ExternalContact(id) => job.covers.contains(id),
                key => job.subject == *key,
            });
            let open = plan.undecided.iter().filter(|undecided| undecided.candidate == number).count();
            let out = plan.left_out.iter().filter(|left_out| left_out.candidate == Some(number)).count();
            prop_assert_eq!(usize::from(in_job) + open + out, 1, "candidate {}", number);
        }
    }

    #[test]
    fn the_order_of_input_means_nothing((one, other) in permuted()) {
        let written = |input: &Input| {
            serde_json::to_string(&plan(Right::Erasure, &input.terms, &input.candidates, &input.merge_sets)).unwrap()
        };
        prop_assert_eq!(written(&one), written(&other));
    }
}
