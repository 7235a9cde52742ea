//! How many people the records are, and which records are surely those of the person asking.
//!
//! Two records are one person when
//! - they are in one merge set: the platform, or somebody working with it, said so; or
//! - they carry one e-mail address in their own data and nothing in their names speaks against it. A family's or a
//!   department's mailbox is shared by people of different names, and one of them must not be erased for another; or
//! - they bear the same full name and one exact identifier of the request found both. Neither is enough alone: a name is
//!   borne by many, a telephone is answered by a household.
//!
//! A record without a name, as in most dialling lists, joins the one named person its identifiers found, if there is exactly
//! one and their e-mail addresses do not differ. Otherwise it stays apart and unsure, without making the identifier that
//! found it shared: only different e-mail addresses show that it must be somebody else.
//!
//! The identifiers of one request are meant to be one person's. If the exact ones, ids among them, lead to more than one,
//! somebody mistyped, has a number that was another's before, or asks for two: then nobody is certain but the one to whom all
//! of them lead that lead anywhere. Two identifiers that each find a stranger make both a question, and so do an id that names
//! one and an e-mail address that finds another. Else a telephone that has changed hands would hand out its new owner's data.
//!
//! Records set aside do not count: they are not acted on.

mod evidence;

use serde::{Deserialize, Serialize};

use crate::identifier::IdentifierKind;
use crate::record::Record;
use evidence::Clusters;

/// One identifier of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What sort of identifier.
    pub kind: IdentifierKind,
}

/// One record that was found, and how.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// The record.
    pub record: &'a Record,
    /// Which terms found it, as positions in the terms. One that does not exist is ignored.
    pub hit_by: &'a [usize],
    /// The merge set it is in; equal numbers mean the same set.
    pub merge_set: Option<usize>,
    /// Whether it lies outside what the controller may act on.
    pub set_aside: bool,
}

/// What the findings say about people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// One for each term, in their order.
    pub terms: Vec<TermAssessment>,
    /// One for each finding, in their order.
    pub findings: Vec<Certainty>,
    /// The people, each as the positions of their findings in ascending order, ordered by the first. A nameless record that
    /// joined nobody stands alone. Records set aside are not in it.
    pub people: Vec<Vec<usize>>,
}

/// What one term found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermAssessment {
    /// How many records.
    pub hits: usize,
    /// The fewest people those records can be.
    pub people: usize,
    /// Whether it is a name or an address.
    pub fuzzy: bool,
    /// Whether it finds more than one person.
    pub shared: bool,
}

/// Whether a record surely belongs to the person asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// It was named by its id, or an exact identifier that is nobody else's found it, and no other exact identifier leads to
    /// somebody else alone.
    Certain,
    /// A person must say.
    Ambiguous(Reason),
}

impl Certainty {
    /// Whether it is [`Certainty::Certain`].
    pub const fn is_certain(self) -> bool {
        matches!(self, Self::Certain)
    }
}

/// Why a record is not surely the person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Only a name or a postal address found it.
    NameOnly,
    /// Every exact identifier that found it finds other people too.
    SharedIdentifier,
    /// The exact identifiers lead to different people, and not all of them to this one.
    DifferentPeople,
    /// It bears no name and cannot be joined to exactly one person, or no identifier leads to it.
    Unlinked,
    /// It lies outside what the controller may act on.
    SetAside,
}

impl Reason {
    /// The word stored and shown to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NameOnly => "name_only",
            Self::SharedIdentifier => "shared_identifier",
            Self::DifferentPeople => "different_people",
            Self::Unlinked => "unlinked",
            Self::SetAside => "set_aside",
        }
    }
}

/// Says how many people the findings are, and which of them are certain.
pub fn assess(terms: &[Term], findings: &[Finding<'_>]) -> Assessment {
    let clusters = Clusters::of(terms, findings);
    let term_assessments: Vec<_> = terms
        .iter()
        .enumerate()
        .map(|(number, term)| {
            let hits = findings.iter().filter(|f| !f.set_aside && f.hit_by.contains(&number)).count();
            let people = clusters.people_of(number);
            // An id names one record. If that is several people, the id is not what is shared.
            let shared = term.kind.is_search_term() && people > 1;
            TermAssessment { hits, people, fuzzy: term.kind.is_fuzzy(), shared }
        })
        .collect();
    let at_odds = clusters.at_odds();
    let findings = findings
        .iter()
        .enumerate()
        .map(|(number, finding)| match certainty(terms, &term_assessments, &clusters, number, finding) {
            Certainty::Certain if at_odds.contains(&number) => Certainty::Ambiguous(Reason::DifferentPeople),
            certainty => certainty,
        })
        .collect();
    Assessment { terms: term_assessments, findings, people: clusters.into_people() }
}

/// How sure one finding is by what found it, whomever else the other identifiers lead to.
fn certainty(
    terms: &[Term],
    assessed: &[TermAssessment],
    clusters: &Clusters,
    number: usize,
    finding: &Finding<'_>,
) -> Certainty {
    let hits = || finding.hit_by.iter().copied().filter(|&term| term < terms.len());
    if finding.set_aside {
        return Certainty::Ambiguous(Reason::SetAside);
    }
    if hits().any(|term| !terms[term].kind.is_search_term()) {
        return Certainty::Certain;
    }
    let mut exact = hits().filter(|&term| !assessed[term].fuzzy).peekable();
    if exact.peek().is_none() {
        return Certainty::Ambiguous(if hits().next().is_some() { Reason::NameOnly } else { Reason::Unlinked });
    }
    if exact.all(|term| assessed[term].shared) {
        Certainty::Ambiguous(Reason::SharedIdentifier)
    } else if clusters.is_apart(number) {
        Certainty::Ambiguous(Reason::Unlinked)
    } else {
        Certainty::Certain
    }
}
