//! What will be done: from identifiers, candidates and decisions to the list of platform requests.
//!
//! A plan is a value. It is shown before anything happens, approved, kept, and made again just before execution to see that
//! nothing has moved. Therefore its serialised form names subjects, not positions, and is the same for every order of input.
//!
//! What decides:
//! - One job per included user, canonical contact, dialler contact and journey customer. An ancestor never stands beside its
//!   canonical contact, because the platform repeats a request for all members (contract §3.5).
//! - One job per search term, even if nothing was found: conversations and recordings are found by the term alone.
//! - A term that may reach other people is acted on only after an explicit yes, whatever the right: an erasure would destroy,
//!   an access would disclose, a rectification would falsify what belongs to somebody else.
//! - Records set aside are never acted on, not even through the merge set of another. One that is gone cannot be: it divides
//!   no set, and whoever else is in the set is acted on.

mod contacts;
mod terms;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identifier::IdentifierKind;
use crate::merge::{Contradiction, MergeIndex};
use crate::record::{MergeSet, RecordKey};

/// What the person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// A copy of the data (platform: `GDPR_EXPORT`).
    Access,
    /// Erasure (platform: `GDPR_DELETE`).
    Erasure,
    /// Correction (platform: `GDPR_UPDATE`).
    Rectification,
}

/// What an officer said of a candidate or a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Nothing yet: the rules decide where they are sure.
    #[default]
    Undecided,
    /// Yes.
    Included,
    /// No.
    LeftOut,
}

/// One identifier of the request.
#[derive(Clone)]
pub struct TermInput {
    /// What sort of identifier.
    pub kind: IdentifierKind,
    /// Its normalised value.
    pub value: String,
    /// What an officer said.
    pub choice: Choice,
    /// How many records it found, set-aside ones not counted.
    pub hits: usize,
    /// How many people those are, at least.
    pub people: usize,
    /// How many things it found besides that are of kinds we do not know. Whose they are nobody can say.
    pub unknown: usize,
    /// Whether the platform searches by it. If not, nobody can say whom it would reach.
    pub searchable: bool,
}

impl fmt::Debug for TermInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TermInput")
            .field("kind", &self.kind)
            .field("choice", &self.choice)
            .field("hits", &self.hits)
            .field("people", &self.people)
            .field("unknown", &self.unknown)
            .field("searchable", &self.searchable)
            .finish_non_exhaustive()
    }
}

/// Why a record is never acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetAside {
    /// It is not the controller's, such as a user of another division.
    Foreign,
    /// The platform no longer knows it, so there is nothing left to act on.
    Gone,
}

/// One record that was found.
#[derive(Clone, Debug)]
pub struct CandidateInput {
    /// Which record.
    pub key: RecordKey,
    /// What an officer said.
    pub choice: Choice,
    /// Whether it surely belongs to the person (`people::assess`).
    pub certain: bool,
    /// Why it is never acted on, if so.
    pub set_aside: Option<SetAside>,
    /// Which of the merge sets it is in.
    pub merge_set: Option<usize>,
    /// Which terms found it, as positions in the terms. A term that found a record left out would reach that record's
    /// conversations all the same, so it needs its own yes.
    pub hit_by: Vec<usize>,
    /// Which person it belongs to, as a position in `people::Assessment::people`. Only counted.
    pub person: Option<usize>,
}

/// What will be done, what will not, and what somebody must still say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The right it serves: an approval of an access is none of an erasure.
    pub right: Right,
    /// In the order of their subjects.
    pub jobs: Vec<PlannedJob>,
    /// In the order of their subjects.
    pub left_out: Vec<LeftOut>,
    /// The candidates somebody must decide on, in the order of their keys.
    pub undecided: Vec<Undecided>,
    /// What is odd about the merge sets.
    pub contradictions: Vec<Contradiction>,
    /// How far it reaches.
    pub blast: Blast,
}

/// One platform request to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedJob {
    /// What it is about.
    pub subject: RecordKey,
    /// The candidate that stands for it: the subject itself if it was found, else the first of its ancestors.
    #[serde(skip)]
    pub candidate: Option<usize>,
    /// The term, if it is about one.
    #[serde(skip)]
    pub term: Option<usize>,
    /// The merge set, if the subject heads one.
    #[serde(skip)]
    pub merge_set: Option<usize>,
    /// The external contacts it is expected to cover, in order: the whole merge set but for members that are gone, or the one
    /// contact. Empty otherwise.
    pub covers: Vec<String>,
}

/// A candidate or a term that the plan does not act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// What is left out.
    pub subject: RecordKey,
    /// Its position among the candidates, if it is one.
    #[serde(skip)]
    pub candidate: Option<usize>,
    /// Its position among the terms, if it is one.
    #[serde(skip)]
    pub term: Option<usize>,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why something is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// An officer said so.
    OfficerChoice,
    /// It lies outside what the controller may act on, or is gone.
    SetAside,
    /// The platform does not search by it, so nobody knows whom it finds, without an explicit yes.
    NotSearchable,
    /// A name or an address, without an explicit yes.
    Fuzzy,
    /// It finds more than one person, without an explicit yes.
    Shared,
    /// It finds something of a kind that we do not know, without an explicit yes.
    UnknownRecords,
    /// It finds a record that is left out or set aside, without an explicit yes of its own.
    ReachesOthers,
    /// The id names no record that we could find, so there is nothing to act on.
    NoRecord,
    /// Given as a candidate but not a record.
    NotARecord,
}

impl LeftOutReason {
    /// The word stored and shown to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OfficerChoice => "officer_choice",
            Self::SetAside => "set_aside",
            Self::NotSearchable => "not_searchable",
            Self::Fuzzy => "fuzzy",
            Self::Shared => "shared",
            Self::UnknownRecords => "unknown_records",
            Self::ReachesOthers => "reaches_others",
            Self::NoRecord => "no_record",
            Self::NotARecord => "not_a_record",
        }
    }

    /// Whether it was left out because nobody could be sure, so that another answer is possible.
    pub const fn is_doubt(self) -> bool {
        !matches!(self, Self::OfficerChoice | Self::SetAside)
    }
}

/// A candidate somebody must decide on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undecided {
    /// The record.
    pub subject: RecordKey,
    /// Its position among the candidates.
    #[serde(skip)]
    pub candidate: usize,
    /// What makes it a question.
    pub reason: UndecidedReason,
}

/// Why a candidate needs a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndecidedReason {
    /// Nothing makes it sure that the record is the person's.
    NotCertain,
    /// Another member of its merge set is left out, or not the controller's, and the platform would reach that one too.
    MergeSetDivided,
    /// What the platform says about its merge set contradicts itself, or its head is gone.
    MergeSetContradicts,
}

impl UndecidedReason {
    /// The word stored and shown to programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCertain => "not_certain",
            Self::MergeSetDivided => "merge_set_divided",
            Self::MergeSetContradicts => "merge_set_contradicts",
        }
    }
}

/// How far a plan reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blast {
    /// How many people it touches, at least: those of its records, or those of its most shared term if they are more.
    pub people: usize,
    /// How many of the records found its jobs cover.
    pub records: usize,
    /// How many terms it acts on.
    pub terms: usize,
    /// How many contacts are in the merge sets it acts on.
    pub merge_set_members: usize,
}

impl Plan {
    /// Whether somebody must decide before it can run.
    pub fn needs_person(&self) -> bool {
        !self.undecided.is_empty()
    }

    /// Whether a controller's policy may release it without review: one person at most, nothing to decide, nothing left out
    /// for doubt, nothing odd about the merge sets.
    pub fn is_unambiguous(&self) -> bool {
        !self.needs_person()
            && self.blast.people <= 1
            && self.contradictions.is_empty()
            && !self.left_out.iter().any(|left_out| left_out.reason.is_doubt())
    }
}

/// Makes the plan.
///
/// A candidate nobody decided on is acted on if it is certain; whether the plan as a whole needs an approval is the
/// controller's policy, not a rule of planning.
pub fn plan(right: Right, terms: &[TermInput], candidates: &[CandidateInput], merge_sets: &[MergeSet]) -> Plan {
    let index = MergeIndex::new(merge_sets);
    let mut draft = Draft::default();
    contacts::plan_candidates(&mut draft, candidates, merge_sets, &index);
    terms::plan_terms(&mut draft, terms, candidates);
    draft.finish(right, index.contradictions)
}

/// The plan while it is being made.
#[derive(Default)]
struct Draft {
    /// The candidates that are gone, but whose merge set is acted on: no term that finds them reaches anybody else.
    gone_with_others: BTreeSet<usize>,
    jobs: Vec<PlannedJob>,
    left_out: Vec<LeftOut>,
    undecided: Vec<Undecided>,
    people: BTreeSet<usize>,
    people_of_one_term: usize,
    blast: Blast,
}

impl Draft {
    fn finish(mut self, right: Right, contradictions: Vec<Contradiction>) -> Plan {
        self.jobs.sort_by(|a, b| a.subject.cmp(&b.subject));
        self.left_out.sort_by(|a, b| (&a.subject, a.reason).cmp(&(&b.subject, b.reason)));
        self.undecided.sort_by(|a, b| (&a.subject, a.reason).cmp(&(&b.subject, b.reason)));
        self.blast.people = self.people.len().max(self.people_of_one_term);
        let Self { jobs, left_out, undecided, blast, .. } = self;
        Plan { right, jobs, left_out, undecided, contradictions, blast }
    }
}
