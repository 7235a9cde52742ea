//! Whom a request means, as it is stored, and what follows from it: the rows opened and handed to the pure rules.

use std::collections::HashMap;

use resolution::people::{Assessment, Finding, Term, assess};
use resolution::plan::{self, CandidateInput, Plan, SetAside, TermInput};
use resolution::record::{MergeSet, Record};
use sea_orm::ConnectionTrait;
use vault::data_key::DataKey;

use super::right::Right;
use super::table::Model;
use crate::error::StoreError;
use crate::id::{CandidateId, IdentifierId, MergeSetId};
use crate::identifier::table::Choice;
use crate::installation::secrets::Safe;
use crate::{candidate, identifier, merge_set};

/// A request's identifiers, candidates and merge sets, opened.
pub struct Findings {
    /// What is asked for.
    pub right: Right,
    /// Whether people do it, so that nothing is asked of the platform but whom it knows.
    pub by_people: bool,
    /// The request's identifiers, in order.
    pub identifiers: Vec<identifier::table::Model>,
    /// Their values.
    pub values: Vec<String>,
    /// The candidates.
    pub candidates: Vec<candidate::table::Model>,
    /// Their records.
    pub records: Vec<Record>,
    /// Which identifiers, by position, found each candidate.
    pub hit_by: Vec<Vec<usize>>,
    /// The stored merge sets.
    pub merge_set_ids: Vec<MergeSetId>,
    /// What they hold.
    pub merge_sets: Vec<MergeSet>,
}

impl Findings {
    /// Opens what is stored of a request.
    ///
    /// # Errors
    /// The database fails, or a value does not open.
    pub async fn load(conn: &impl ConnectionTrait, key: &DataKey, request: &Model) -> Result<Self, StoreError> {
        let identifiers = identifier::queries::of_request(conn, request.id).await?;
        let values = identifiers.iter().map(|row| identifier::queries::value(key, row)).collect::<Result<_, _>>()?;
        let candidates = candidate::queries::of_request(conn, request.id).await?;
        let records = candidates.iter().map(|row| candidate::queries::record(key, row)).collect::<Result<_, _>>()?;
        let hit_by = hit_by(conn, &identifiers, &candidates).await?;
        let mut merge_set_ids = Vec::new();
        let mut merge_sets = Vec::new();
        for (set, members) in merge_set::queries::of_request(conn, request.id).await? {
            let contacts =
                members.iter().map(|row| merge_set::queries::contact(key, row)).collect::<Result<Vec<_>, _>>()?;
            let canonical = members.iter().position(|row| row.canonical).map(|at| contacts[at].clone());
            merge_set_ids.push(set.id);
            merge_sets.push(MergeSet {
                canonical: canonical.ok_or(StoreError::Corrupt("a merge set has no canonical contact"))?,
                members: contacts,
            });
        }
        let by_people = request.is_done_by_people();
        Ok(Self {
            right: request.right,
            by_people,
            identifiers,
            values,
            candidates,
            records,
            hit_by,
            merge_set_ids,
            merge_sets,
        })
    }

    fn merge_set(&self, candidate: &candidate::table::Model) -> Option<usize> {
        candidate.merge_set_id.and_then(|id| self.merge_set_ids.iter().position(|known| *known == id))
    }

    /// How many people the findings are, and which of them are certain.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn assess(&self) -> Result<Assessment, StoreError> {
        let terms = self
            .identifiers
            .iter()
            .map(|row| identifier::queries::kind(row).map(|kind| Term { kind }))
            .collect::<Result<Vec<_>, _>>()?;
        let findings: Vec<_> = self
            .candidates
            .iter()
            .zip(&self.records)
            .zip(&self.hit_by)
            .map(|((row, record), hit_by)| Finding {
                record,
                hit_by,
                merge_set: self.merge_set(row),
                set_aside: row.set_aside.is_some(),
            })
            .collect();
        Ok(assess(&terms, &findings))
    }

    /// What would be done about the request as it stands.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn plan(&self) -> Result<Plan, StoreError> {
        let assessment = self.assess()?;
        let mut terms = Vec::new();
        for ((row, value), term) in self.identifiers.iter().zip(&self.values).zip(&assessment.terms) {
            terms.push(TermInput {
                kind: identifier::queries::kind(row)?,
                value: value.clone(),
                choice: choice(row.choice),
                hits: term.hits,
                people: term.people,
                unknown: row.unknown_hits.unwrap_or(0).try_into().unwrap_or(usize::MAX),
                searchable: row.not_searchable.is_none(),
            });
        }
        let candidates: Vec<_> = self
            .candidates
            .iter()
            .enumerate()
            .map(|(at, row)| CandidateInput {
                key: self.records[at].key.clone(),
                choice: choice(row.choice),
                certain: assessment.findings[at].is_certain(),
                set_aside: row.set_aside.map(set_aside),
                merge_set: self.merge_set(row),
                hit_by: self.hit_by[at].clone(),
                person: assessment.people.iter().position(|person| person.contains(&at)),
            })
            .collect();
        let right = self.right.on_platform().unwrap_or(plan::Right::Access);
        let mut plan = plan::plan(right, &terms, &candidates, &self.merge_sets);
        if self.by_people {
            plan.jobs.clear();
        }
        Ok(plan)
    }
}

async fn hit_by(
    conn: &impl ConnectionTrait,
    identifiers: &[identifier::table::Model],
    candidates: &[candidate::table::Model],
) -> Result<Vec<Vec<usize>>, StoreError> {
    let place: HashMap<IdentifierId, usize> = identifiers.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut by_candidate: HashMap<CandidateId, Vec<usize>> = HashMap::new();
    for hit in candidate::queries::hits(conn, candidates).await? {
        if let Some(at) = place.get(&hit.identifier_id) {
            by_candidate.entry(hit.candidate_id).or_default().push(*at);
        }
    }
    Ok(candidates
        .iter()
        .map(|row| {
            let mut terms = by_candidate.remove(&row.id).unwrap_or_default();
            terms.sort_unstable();
            terms
        })
        .collect())
}

const fn choice(stored: Choice) -> plan::Choice {
    match stored {
        Choice::Undecided => plan::Choice::Undecided,
        Choice::Included => plan::Choice::Included,
        Choice::LeftOut => plan::Choice::LeftOut,
    }
}

const fn set_aside(stored: candidate::table::SetAside) -> SetAside {
    match stored {
        candidate::table::SetAside::ForeignDivision => SetAside::Foreign,
        candidate::table::SetAside::Gone => SetAside::Gone,
    }
}

/// What an approval binds itself to: a keyed hash of the whole plan, and of what a rectification replaces. If the plan changes,
/// so does this.
///
/// # Errors
/// The plan does not serialise.
pub fn digest(safe: &Safe, request: &Model, plan: &Plan) -> Result<String, StoreError> {
    let text = serde_json::to_string(plan).map_err(|_| StoreError::Corrupt("a plan does not serialise"))?;
    // What a rectification replaces by what is sealed once, at filing; so the seal stands for it.
    let replacements = request.replacements_sealed.as_deref().map(vault::digest::sha256_hex).unwrap_or_default();
    Ok(safe.hash(request.controller_id, "plan", &format!("{text}\n{replacements}")))
}
