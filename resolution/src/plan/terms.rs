//! The part of a plan that acts on search terms.

use std::collections::BTreeMap;

use super::{CandidateInput, Choice, Draft, LeftOut, LeftOutReason, PlannedJob, TermInput};
use crate::record::RecordKey;

pub(super) fn plan_terms(draft: &mut Draft, terms: &[TermInput], candidates: &[CandidateInput]) {
    // The same identifier may have been given twice; one job must answer for all that was said of it.
    let mut same: BTreeMap<RecordKey, Vec<usize>> = BTreeMap::new();
    for (number, term) in terms.iter().enumerate() {
        same.entry(RecordKey::Term { kind: term.kind, value: term.value.clone() }).or_default().push(number);
    }
    for (subject, numbers) in same {
        let given: Vec<&TermInput> = numbers.iter().map(|&number| &terms[number]).collect();
        let term = numbers.first().copied();
        match verdict(draft, &given, &numbers, candidates) {
            Verdict::Act => {
                draft.blast.terms += 1;
                let people = given.iter().map(|term| term.people).max().unwrap_or(0);
                draft.people_of_one_term = draft.people_of_one_term.max(people);
                draft.jobs.push(PlannedJob { subject, candidate: None, term, merge_set: None, covers: Vec::new() });
            }
            Verdict::LeaveOut(reason) => draft.left_out.push(LeftOut { subject, candidate: None, term, reason }),
            Verdict::RecordsAnswer => {}
        }
    }
}

enum Verdict {
    Act,
    LeaveOut(LeftOutReason),
    /// An id: the record it names has a job of its own.
    RecordsAnswer,
}

fn verdict(draft: &Draft, given: &[&TermInput], numbers: &[usize], candidates: &[CandidateInput]) -> Verdict {
    let said = |choice| given.iter().any(|term| term.choice == choice);
    let mut found = (0..candidates.len())
        .filter(|&number| candidates[number].hit_by.iter().any(|term| numbers.contains(term)))
        .peekable();
    let is_other = |number: usize| {
        let CandidateInput { set_aside, choice, .. } = &candidates[number];
        (set_aside.is_some() || *choice == Choice::LeftOut) && !draft.gone_with_others.contains(&number)
    };
    let kind = given[0].kind;
    if said(Choice::LeftOut) {
        Verdict::LeaveOut(LeftOutReason::OfficerChoice)
    } else if !kind.is_search_term() {
        // Candidates count too: a record set aside was found, though it is no hit.
        if given.iter().any(|term| term.hits > 0) || found.peek().is_some() {
            Verdict::RecordsAnswer
        } else {
            Verdict::LeaveOut(LeftOutReason::NoRecord)
        }
    } else if said(Choice::Included) {
        Verdict::Act
    } else if given.iter().any(|term| !term.searchable) {
        Verdict::LeaveOut(LeftOutReason::NotSearchable)
    } else if kind.is_fuzzy() {
        Verdict::LeaveOut(LeftOutReason::Fuzzy)
    } else if given.iter().any(|term| term.people > 1) {
        Verdict::LeaveOut(LeftOutReason::Shared)
    } else if given.iter().any(|term| term.unknown > 0) {
        Verdict::LeaveOut(LeftOutReason::UnknownRecords)
    } else if found.any(is_other) {
        Verdict::LeaveOut(LeftOutReason::ReachesOthers)
    } else {
        Verdict::Act
    }
}
