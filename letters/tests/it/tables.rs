//! Two tables say what a letter must contain: `law`'s, which people read, and the one that letters are checked against. What
//! the first lists, the second asks for.

use std::collections::BTreeSet;

use jiff::civil::date;
use law::letter::{LetterKind as Listed, Part as L, parts};
use law::regime::Regime;
use letters::kind::{Decision, LetterKind, Outcome, Right};
use letters::part::Part;
use letters::requirement::{Case, mandatory};

/// What no letter can be refused for lacking, since whether it belongs there depends on facts that no table knows.
const EXCEPTIONS: [(&str, Listed, L); 9] = [
    // Where sold or shared data is concerned, and the person has not opted out yet. Rendered where there is a link for it.
    ("us_ca_ccpa", Listed::AnswerErasure, L::OfferOptOut),
    ("us_ca_ccpa", Listed::Refusal, L::OfferOptOut),
    // Where somebody could not be told. Rendered where they are named.
    ("us_ca_ccpa", Listed::AnswerErasure, L::ThirdPartiesNotTold),
    // Where there are values that must never be disclosed, such as a number of an identity card.
    ("us_ca_ccpa", Listed::AnswerAccess, L::HeldNotDisclosed),
    ("us_ca_ccpa", Listed::AnswerPortability, L::HeldNotDisclosed),
    // For data on health alone.
    ("us_ca_ccpa", Listed::AnswerRectification, L::StatementMayBeAdded),
    // "Any" right to appeal: the act gives none. Rendered where the controller has stated one.
    ("us_ca_ccpa", Listed::Refusal, L::Appeal),
    // The corrected record goes out with the answer by a way of the controller's own.
    ("ca_qc", Listed::AnswerRectification, L::Copy),
    // Where the person and the organisation still disagree.
    ("ca_pipeda", Listed::AnswerRectification, L::RecordKept),
];

/// The letters of ours that a listed letter may become.
fn letter(kind: Listed) -> (LetterKind, &'static [Right]) {
    use Right as R;
    match kind {
        Listed::Acknowledgement => (LetterKind::Acknowledgement, R::ALL),
        Listed::IdentityInquiry => (LetterKind::IdentityLink, R::ALL),
        Listed::Clarification => (LetterKind::Clarification, R::ALL),
        Listed::Fee => (LetterKind::FeeNotice, R::ALL),
        Listed::Extension => (LetterKind::Extension, R::ALL),
        Listed::AnswerAccess => (LetterKind::AnswerAccess, &[R::Access]),
        Listed::AnswerErasure => (LetterKind::AnswerErasure, &[R::Erasure]),
        Listed::AnswerRectification => (LetterKind::AnswerRectification, &[R::Rectification]),
        Listed::AnswerPortability => (LetterKind::AnswerAccess, &[R::Portability]),
        Listed::AnswerRestriction => (LetterKind::AnswerOptOut, &[R::Restriction]),
        Listed::AnswerObjection => (LetterKind::AnswerOptOut, &[R::Objection]),
        Listed::AnswerOptOut => (LetterKind::AnswerOptOut, &[R::OptOut]),
        Listed::Refusal => (LetterKind::Refusal, R::ALL),
        Listed::Unverified => (LetterKind::Unverified, R::ALL),
        Listed::AppealDecision => (LetterKind::AppealDecision, R::ALL),
        Listed::ComplaintAcknowledgement => (LetterKind::AppealReceived, R::ALL),
    }
}

/// The part of a letter that says what is listed, if there is one.
fn said_by(part: L) -> Option<Part> {
    match part {
        // The format is one of the things that the copy's part says.
        L::PortableFormat => Some(Part::Copy),
        // How and when it goes on.
        L::NextSteps => Some(Part::WhenToExpect),
        part => part.as_str().parse().ok(),
    }
}

#[test]
fn whatever_a_law_lists_is_asked_for_in_some_such_letter() {
    let mut unasked = BTreeSet::new();
    for regime in Regime::all() {
        let regimes = [regime.as_str().to_owned()];
        for written_on in [date(2026, 6, 18), date(2026, 11, 20)] {
            for listed in Listed::ALL {
                let (kind, rights) = letter(*listed);
                let decisions = Decision::ALL.iter().map(|decision| Some(decision.as_str()));
                let outcomes = Outcome::ALL.iter().map(|outcome| Some(outcome.as_str())).chain(decisions).chain([None]);
                let asked: BTreeSet<Part> = outcomes
                    .flat_map(|outcome| rights.iter().map(move |right| (outcome, *right)))
                    .flat_map(|(outcome, right)| {
                        mandatory(&Case { kind, regimes: &regimes, right, outcome, written_on })
                    })
                    .map(|must| must.part)
                    .collect();
                for needed in parts(regime, *listed, written_on) {
                    if said_by(needed.part).is_none_or(|part| !asked.contains(&part)) {
                        unasked.insert((regime.as_str(), listed.as_str(), needed.part.as_str()));
                    }
                }
            }
        }
    }
    // Both ways: what is asked for by now is no exception any more.
    let exceptions = EXCEPTIONS.map(|(regime, kind, part)| (regime, kind.as_str(), part.as_str()));
    assert_eq!(unasked, BTreeSet::from(exceptions));
}
