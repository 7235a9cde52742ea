//! The part of a plan that acts on records: candidates are grouped by what one job would cover, then each group decided.

use std::collections::{BTreeMap, BTreeSet};

use super::{CandidateInput, Choice, Draft, LeftOut, LeftOutReason, PlannedJob, SetAside, Undecided, UndecidedReason};
use crate::merge::{MergeIndex, Place};
use crate::record::{MergeSet, RecordKey};

/// The candidates one job would cover.
struct Group {
    members: Vec<usize>,
    merge_set: Option<usize>,
    contradicts: bool,
}

pub(super) fn plan_candidates(
    draft: &mut Draft,
    candidates: &[CandidateInput],
    merge_sets: &[MergeSet],
    index: &MergeIndex<'_>,
) {
    let mut groups: BTreeMap<RecordKey, Group> = BTreeMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        if matches!(candidate.key, RecordKey::Term { .. }) {
            leave_out(draft, candidates, number, LeftOutReason::NotARecord);
            continue;
        }
        let (subject, merge_set, contradicts) = subject_of(candidate, merge_sets, index);
        let group = groups.entry(subject).or_insert(Group { members: Vec::new(), merge_set, contradicts: false });
        group.members.push(number);
        group.contradicts |= contradicts;
    }
    for (subject, group) in groups {
        decide(draft, candidates, merge_sets, subject, group);
    }
}

/// What a job for this candidate would be about, and whether the merge sets contradict that.
fn subject_of(
    candidate: &CandidateInput,
    merge_sets: &[MergeSet],
    index: &MergeIndex<'_>,
) -> (RecordKey, Option<usize>, bool) {
    let own = || candidate.key.clone();
    let RecordKey::ExternalContact(id) = &candidate.key else { return (own(), None, false) };
    match index.place(id) {
        Place::Contradicted => (own(), None, true),
        // A candidate that claims a set which does not hold it.
        Place::Alone => (own(), None, candidate.merge_set.is_some()),
        Place::In(set) => {
            // The same set may have been given more than once.
            let agrees = candidate.merge_set.is_none_or(|claimed| {
                merge_sets.get(claimed).is_some_and(|claimed| claimed.canonical == merge_sets[set].canonical)
            });
            (RecordKey::ExternalContact(merge_sets[set].canonical.clone()), Some(set), !agrees)
        }
    }
}

fn decide(draft: &mut Draft, candidates: &[CandidateInput], merge_sets: &[MergeSet], subject: RecordKey, group: Group) {
    let (mut open, mut gone) = (Vec::new(), Vec::new());
    for &number in &group.members {
        let candidate = &candidates[number];
        if let Some(why) = candidate.set_aside {
            leave_out(draft, candidates, number, LeftOutReason::SetAside);
            if why == SetAside::Gone {
                gone.push(number);
            }
        } else if candidate.choice == Choice::LeftOut {
            leave_out(draft, candidates, number, LeftOutReason::OfficerChoice);
        } else {
            open.push(number);
        }
    }
    if open.is_empty() {
        return;
    }
    let said_yes = |&number: &usize| candidates[number].choice == Choice::Included || candidates[number].certain;
    // A member that is gone divides nothing. But it cannot be the head, or no member would lead to it, nor be here as well.
    let cannot_be = |&number: &usize| {
        let key = &candidates[number].key;
        *key == subject || open.iter().any(|&other| candidates[other].key == *key)
    };
    let unclear = group.contradicts || gone.iter().any(cannot_be);
    let question = if unclear {
        Some(UndecidedReason::MergeSetContradicts)
    } else if open.len() + gone.len() < group.members.len() {
        Some(UndecidedReason::MergeSetDivided)
    } else if !open.iter().any(said_yes) {
        Some(UndecidedReason::NotCertain)
    } else {
        None
    };
    if let Some(reason) = question {
        draft.undecided.extend(open.into_iter().map(|number| Undecided {
            subject: candidates[number].key.clone(),
            candidate: number,
            reason,
        }));
        return;
    }
    draft.blast.records += open.iter().map(|&number| &candidates[number].key).collect::<BTreeSet<_>>().len();
    draft.people.extend(open.iter().filter_map(|&number| candidates[number].person));
    let covers = match (&subject, group.merge_set) {
        (_, Some(set)) => {
            let mut members = merge_sets[set].members.clone();
            let is_gone = |id: &String| {
                gone.iter().any(|&number| candidates[number].key == RecordKey::ExternalContact(id.clone()))
            };
            members.retain(|id| !is_gone(id));
            members.sort();
            members.dedup();
            draft.blast.merge_set_members += members.len();
            members
        }
        (RecordKey::ExternalContact(id), None) => vec![id.clone()],
        _ => Vec::new(),
    };
    draft.gone_with_others.extend(gone);
    // The subject itself if it was found, else the ancestor with the smallest key: not the one that happened to come first.
    let stands_for =
        open.into_iter().min_by_key(|&number| (candidates[number].key != subject, &candidates[number].key));
    draft.jobs.push(PlannedJob { subject, candidate: stands_for, term: None, merge_set: group.merge_set, covers });
}

fn leave_out(draft: &mut Draft, candidates: &[CandidateInput], number: usize, reason: LeftOutReason) {
    let subject = candidates[number].key.clone();
    draft.left_out.push(LeftOut { subject, candidate: Some(number), term: None, reason });
}
