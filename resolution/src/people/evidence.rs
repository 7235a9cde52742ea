//! The evidence that makes records one person, weighed so that the order in which they came never matters.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Term};
use crate::identifier::IdentifierKind;
use crate::normalise::normalise;

/// The findings, put together into people.
pub(super) struct Clusters {
    /// In the order of their first finding.
    clusters: Vec<Cluster>,
}

/// What is taken for one person.
#[derive(Clone, Default)]
struct Cluster {
    findings: BTreeSet<usize>,
    named: bool,
    emails: BTreeSet<String>,
    /// The terms that found any of it.
    hit_by: BTreeSet<usize>,
    /// The exact terms among those, ids included.
    exact: BTreeSet<usize>,
}

impl Cluster {
    /// Both have e-mail addresses and none in common.
    fn differs_from(&self, other: &Self) -> bool {
        !self.emails.is_empty() && !other.emails.is_empty() && self.emails.is_disjoint(&other.emails)
    }

    fn absorb(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.named |= other.named;
        self.emails.extend(other.emails);
        self.hit_by.extend(other.hit_by);
        self.exact.extend(other.exact);
    }
}

impl Clusters {
    pub(super) fn of(terms: &[Term], findings: &[Finding<'_>]) -> Self {
        let live: Vec<Evidence> = findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| !finding.set_aside)
            .map(|(number, finding)| Evidence::of(number, finding, terms))
            .collect();
        let mut groups = Groups::new(live.len());
        join_equal(&mut groups, &live, |one| one.merge_set.into_iter().collect());
        join_by_email(&mut groups, &live);
        join_equal(&mut groups, &live, |one| {
            let name = one.name.iter();
            name.flat_map(|name| one.cluster.exact.iter().map(move |term| (name.clone(), *term))).collect()
        });
        let mut by_root: BTreeMap<usize, Cluster> = BTreeMap::new();
        for (number, one) in live.into_iter().enumerate() {
            by_root.entry(groups.root(number)).or_default().absorb(one.cluster);
        }
        let mut clusters = join_nameless(by_root.into_values().collect());
        clusters.sort_by_key(|cluster| cluster.findings.first().copied());
        Self { clusters }
    }

    /// The fewest people that the records found by this term can be.
    pub(super) fn people_of(&self, term: usize) -> usize {
        self.fewest_people(|cluster| cluster.hit_by.contains(&term))
    }

    /// The findings of everybody to whom not all exact terms lead that lead anywhere, if they lead to different people.
    pub(super) fn at_odds(&self) -> BTreeSet<usize> {
        if self.fewest_people(|cluster| !cluster.exact.is_empty()) <= 1 {
            return BTreeSet::new();
        }
        let exact: BTreeSet<usize> = self.clusters.iter().flat_map(|cluster| &cluster.exact).copied().collect();
        let others = self.clusters.iter().filter(|cluster| !cluster.exact.is_superset(&exact));
        others.flat_map(|cluster| &cluster.findings).copied().collect()
    }

    /// The fewest people that these clusters can be.
    ///
    /// Every named cluster is one. A nameless one adds a person only if its e-mail addresses differ from those of all the
    /// named that have any, and then it may still be one of the named without an address.
    fn fewest_people(&self, counts: impl Fn(&Cluster) -> bool) -> usize {
        let (named, nameless): (Vec<_>, Vec<_>) =
            self.clusters.iter().filter(|cluster| counts(cluster)).partition(|cluster| cluster.named);
        let with_email = named.iter().filter(|cluster| !cluster.emails.is_empty()).count();
        let strangers = nameless
            .iter()
            .filter(|one| !one.emails.is_empty())
            .filter(|one| named.iter().filter(|other| !other.emails.is_empty()).all(|other| one.differs_from(other)))
            .count();
        let people = with_email + strangers.max(named.len() - with_email);
        people.max(usize::from(!nameless.is_empty()))
    }

    /// Whether this finding bears no name and joined nobody who does.
    pub(super) fn is_apart(&self, finding: usize) -> bool {
        self.clusters.iter().any(|cluster| !cluster.named && cluster.findings.contains(&finding))
    }

    pub(super) fn into_people(self) -> Vec<Vec<usize>> {
        self.clusters.into_iter().map(|cluster| cluster.findings.into_iter().collect()).collect()
    }
}

/// What one record says of its person.
struct Evidence {
    merge_set: Option<usize>,
    /// The full name, folded.
    name: Option<String>,
    cluster: Cluster,
}

impl Evidence {
    fn of(number: usize, finding: &Finding<'_>, terms: &[Term]) -> Self {
        let name = finding.record.name.as_deref().and_then(|name| lookup(IdentifierKind::Name, name));
        // Addresses that are none tell nothing about anybody.
        let emails = finding.record.emails.iter().filter_map(|email| lookup(IdentifierKind::Email, email)).collect();
        let hit_by: BTreeSet<_> = finding.hit_by.iter().copied().filter(|&term| term < terms.len()).collect();
        let exact = hit_by.iter().copied().filter(|&term| !terms[term].kind.is_fuzzy()).collect();
        let cluster = Cluster { findings: BTreeSet::from([number]), named: name.is_some(), emails, hit_by, exact };
        Self { merge_set: finding.merge_set, name, cluster }
    }
}

fn lookup(kind: IdentifierKind, value: &str) -> Option<String> {
    normalise(kind, value, None).ok().map(|normal| normal.lookup)
}

/// Joins all records that have one of these keys in common.
fn join_equal<K: Ord>(groups: &mut Groups, live: &[Evidence], keys: impl Fn(&Evidence) -> Vec<K>) {
    let mut first: BTreeMap<K, usize> = BTreeMap::new();
    for (number, one) in live.iter().enumerate() {
        for key in keys(one) {
            let other = *first.entry(key).or_insert(number);
            groups.join(number, other);
        }
    }
}

/// Joins records of one e-mail address if no two names among them disagree; else only those of the very same name.
///
/// All or none: joined one by one, a bare family name would tie together two people of that family.
fn join_by_email(groups: &mut Groups, live: &[Evidence]) {
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, one) in live.iter().enumerate() {
        for email in &one.cluster.emails {
            holders.entry(email).or_default().push(number);
        }
    }
    for numbers in holders.values() {
        let names: BTreeSet<&str> = numbers.iter().filter_map(|&number| live[number].name.as_deref()).collect();
        let agree = names.iter().all(|one| names.iter().all(|other| names_agree(one, other)));
        let mut first: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for &number in numbers {
            let name = live[number].name.as_deref();
            let key = if agree { None } else { name };
            groups.join(number, *first.entry(key).or_insert(number));
        }
    }
}

/// Whether two folded names can be one person's: every word of the shorter stands in the longer, in any order, whole or as
/// an initial, and at least one of them whole.
fn names_agree(one: &str, other: &str) -> bool {
    fn words(name: &str) -> Vec<&str> {
        name.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect()
    }
    let (mut short, mut long) = (words(one), words(other));
    if short.len() > long.len() {
        (short, long) = (long, short);
    }
    let mut take = |fits: &dyn Fn(&&str) -> bool| {
        let place = long.iter().position(fits);
        place.map(|place| long.swap_remove(place)).is_some()
    };
    // Whole words first, so that an initial does not use up a word that another needs.
    let (whole, rest): (Vec<_>, Vec<_>) = short.into_iter().partition(|word| take(&|other| other == word));
    let initial = |a: &str, b: &str| a.chars().count() == 1 && b.starts_with(a);
    !whole.is_empty() && rest.iter().all(|word| take(&|other| initial(word, other) || initial(other, word)))
}

/// Lets every nameless cluster join the one named person its exact terms found, if that is safe to say.
fn join_nameless(clusters: Vec<Cluster>) -> Vec<Cluster> {
    let (mut named, nameless): (Vec<_>, Vec<_>) = clusters.into_iter().partition(|cluster| cluster.named);
    // Chosen for all before any joins, or the first to join would change the choice of the next.
    let choices: Vec<Option<usize>> = nameless
        .iter()
        .map(|one| {
            let mut found = (0..named.len()).filter(|&number| !named[number].hit_by.is_disjoint(&one.exact));
            let only = found.next().filter(|_| found.next().is_none())?;
            (!one.differs_from(&named[only])).then_some(only)
        })
        .collect();
    let rivals = |number: usize| {
        let mut others = (0..nameless.len()).filter(|&other| other != number && choices[other] == choices[number]);
        others.any(|other| nameless[number].differs_from(&nameless[other]))
    };
    let safe: Vec<Option<usize>> =
        (0..nameless.len()).map(|number| choices[number].filter(|_| !rivals(number))).collect();
    let mut apart = Vec::new();
    for (one, choice) in nameless.into_iter().zip(safe) {
        match choice {
            Some(number) => named[number].absorb(one),
            None => apart.push(one),
        }
    }
    named.extend(apart);
    named
}

/// Which records are joined so far, as a forest of positions.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parent[number] != number {
            number = self.parent[number];
        }
        number
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}
