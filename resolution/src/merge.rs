//! Merge sets: which external contacts are one, and which of them stands for the rest.
//!
//! Subject search finds ancestors as well as the canonical contact, and the platform repeats a request for one member for
//! all of them (contract §3.5), so only the canonical contact is ever acted on. What the platform told us may contradict
//! itself, most often because a merge happened between two reads. Then nothing is guessed: the contacts concerned are
//! reported and a person looks, usually by resolving again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::record::MergeSet;

/// The most members the platform lets a merge set have (contract §4).
pub const MAX_MEMBERS: usize = 52;

/// The contacts found, each once and under its canonical id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collapsed {
    /// In the order of their ids.
    pub contacts: Vec<Canonical>,
    /// Everything odd about the merge sets, also about sets that nothing hit.
    pub contradictions: Vec<Contradiction>,
}

/// A contact that stands for itself and its ancestors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The id to act on.
    pub id: String,
    /// Which of the given merge sets it heads. `None` for a contact never merged, and for one whose merge sets contradict
    /// each other: that one stays as it was found.
    pub merge_set: Option<usize>,
    /// The ids that were found, of this contact or its ancestors, in order.
    pub hits: Vec<String>,
}

/// What is wrong with the merge sets. It names contacts, never positions, so it means the same in every order of input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Contradiction {
    /// One contact is in several different sets.
    InTwoSets {
        /// The contact.
        contact: String,
        /// The heads of those sets.
        canonicals: Vec<String>,
    },
    /// Sets head each other in a circle.
    Cycle {
        /// Their heads.
        canonicals: Vec<String>,
    },
    /// The head of a set is not among its members.
    CanonicalNotMember {
        /// The head.
        canonical: String,
    },
    /// More members than the platform allows. Odd, but nothing contradicts: it does not block.
    TooManyMembers {
        /// The head.
        canonical: String,
        /// How many there are.
        members: usize,
    },
}

impl Contradiction {
    /// Whether the contacts concerned must wait for a person.
    pub const fn is_blocking(&self) -> bool {
        !matches!(self, Self::TooManyMembers { .. })
    }
}

/// Collapses the contacts that were found into their canonical contacts.
pub fn collapse<S: AsRef<str>>(hits: &[S], merge_sets: &[MergeSet]) -> Collapsed {
    let index = MergeIndex::new(merge_sets);
    let mut contacts: BTreeMap<&str, (Option<usize>, BTreeSet<&str>)> = BTreeMap::new();
    for hit in hits.iter().map(AsRef::as_ref) {
        let (id, set) = match index.place(hit) {
            Place::In(set) => (merge_sets[set].canonical.as_str(), Some(set)),
            Place::Alone | Place::Contradicted => (hit, None),
        };
        contacts.entry(id).or_insert((set, BTreeSet::new())).1.insert(hit);
    }
    let contacts = contacts
        .into_iter()
        .map(|(id, (merge_set, hits))| Canonical {
            id: id.to_owned(),
            merge_set,
            hits: hits.into_iter().map(str::to_owned).collect(),
        })
        .collect();
    Collapsed { contacts, contradictions: index.contradictions }
}

/// Where a contact stands among the merge sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In no set.
    Alone,
    /// In this one, which contradicts nothing.
    In(usize),
    /// In sets that contradict each other or themselves.
    Contradicted,
}

/// The merge sets, looked at once.
pub(crate) struct MergeIndex<'a> {
    places: BTreeMap<&'a str, Place>,
    pub(crate) contradictions: Vec<Contradiction>,
}

impl<'a> MergeIndex<'a> {
    pub(crate) fn new(merge_sets: &'a [MergeSet]) -> Self {
        let sets = distinct(merge_sets);
        let mut found = BTreeSet::new();
        let mut memberships: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut broken = vec![false; sets.len()];
        for (number, set) in sets.iter().enumerate() {
            for &member in &set.members {
                memberships.entry(member).or_default().push(number);
            }
            if !set.members.contains(set.canonical) {
                broken[number] = true;
                // It belongs here in some way, so it must not be acted on as if it stood alone.
                memberships.entry(set.canonical).or_default().push(number);
                found.insert(Contradiction::CanonicalNotMember { canonical: set.canonical.to_owned() });
            }
            if set.members.len() > MAX_MEMBERS {
                let (canonical, members) = (set.canonical.to_owned(), set.members.len());
                found.insert(Contradiction::TooManyMembers { canonical, members });
            }
        }
        for (contact, numbers) in memberships.iter().filter(|(_, numbers)| numbers.len() > 1) {
            let canonicals: BTreeSet<_> = numbers.iter().map(|&number| sets[number].canonical.to_owned()).collect();
            let canonicals = canonicals.into_iter().collect();
            found.insert(Contradiction::InTwoSets { contact: (*contact).to_owned(), canonicals });
        }
        found.extend(cycles(&sets, &memberships));
        spread(&mut broken, &memberships);
        let places = memberships
            .into_iter()
            .map(|(contact, numbers)| {
                let place = match numbers.as_slice() {
                    &[number] if !broken[number] => Place::In(sets[number].given),
                    _ => Place::Contradicted,
                };
                (contact, place)
            })
            .collect();
        Self { places, contradictions: found.into_iter().collect() }
    }

    pub(crate) fn place(&self, contact: &str) -> Place {
        self.places.get(contact).copied().unwrap_or(Place::Alone)
    }
}

struct Distinct<'a> {
    /// Where it stood in the input, the first of its kind.
    given: usize,
    canonical: &'a str,
    members: BTreeSet<&'a str>,
}

/// The same set comes once for every member that was fetched: kept once.
fn distinct(merge_sets: &[MergeSet]) -> Vec<Distinct<'_>> {
    let mut seen = BTreeSet::new();
    let mut sets = Vec::new();
    for (given, set) in merge_sets.iter().enumerate() {
        let canonical = set.canonical.as_str();
        let members: BTreeSet<_> = set.members.iter().map(String::as_str).collect();
        if seen.insert((canonical, members.clone())) {
            sets.push(Distinct { given, canonical, members });
        }
    }
    sets
}

/// A set that shares a contact with a broken one, or with any other, is as doubtful as that one.
fn spread(broken: &mut [bool], memberships: &BTreeMap<&str, Vec<usize>>) {
    for numbers in memberships.values().filter(|numbers| numbers.len() > 1) {
        for &number in numbers {
            broken[number] = true;
        }
    }
}

/// Circles of sets, each of whose heads is an ancestor in the next.
fn cycles(sets: &[Distinct<'_>], memberships: &BTreeMap<&str, Vec<usize>>) -> BTreeSet<Contradiction> {
    let next = |number: usize| {
        let head = sets[number].canonical;
        memberships[head].iter().copied().filter(move |&other| sets[other].canonical != head)
    };
    // Sets are few: for each, what can be reached from it.
    let reach: Vec<BTreeSet<usize>> = (0..sets.len())
        .map(|start| {
            let mut reached = BTreeSet::new();
            let mut open: Vec<usize> = next(start).collect();
            while let Some(number) = open.pop() {
                if reached.insert(number) {
                    open.extend(next(number));
                }
            }
            reached
        })
        .collect();
    (0..sets.len())
        .filter(|&start| reach[start].contains(&start))
        .map(|start| {
            let heads: BTreeSet<_> = (0..sets.len())
                .filter(|&other| reach[start].contains(&other) && reach[other].contains(&start))
                .map(|other| sets[other].canonical.to_owned())
                .collect();
            Contradiction::Cycle { canonicals: heads.into_iter().collect() }
        })
        .collect()
}
