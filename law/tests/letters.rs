//! What letters must contain, on what grounds a request may be refused, and what proof of identity may be asked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use jiff::civil::{Date, date};
use law::letter::{LetterKind, Part, parts};
use law::refusal::{Proof, Unproven, grounds, identity};
use law::regime::Regime;
use law::right::Right;

fn regime(id: &str) -> Regime {
    id.parse().unwrap()
}

fn needed(regime: Regime, kind: LetterKind, day: Date) -> Vec<Part> {
    parts(regime, kind, day).into_iter().map(|needed| needed.part).collect()
}

#[test]
fn a_letter_must_hold_what_the_law_of_its_day_says() {
    let (before, since) = (date(2026, 6, 18), date(2026, 6, 19));
    let complaint = Part::ComplaintToController;
    assert!(!needed(Regime::UK_GDPR, LetterKind::Refusal, before).contains(&complaint));
    assert!(needed(Regime::UK_GDPR, LetterKind::Refusal, since).contains(&complaint));
    assert_eq!(
        needed(Regime::EU_GDPR, LetterKind::Refusal, since),
        [Part::Reasons, Part::LegalBasis, Part::Authority, Part::JudicialRemedy]
    );
    assert_eq!(needed(Regime::EU_GDPR, LetterKind::AnswerAccess, since).len(), 12);
    assert!(needed(Regime::US_CA_CCPA, LetterKind::AnswerErasure, since).contains(&Part::RecordKept));
    assert!(needed(regime("us_va"), LetterKind::AppealDecision, since).contains(&Part::AttorneyGeneral));
    assert!(needed(regime("us_ut"), LetterKind::AppealDecision, since).is_empty());
    assert_eq!(parts(regime("us_va"), LetterKind::Extension, since)[0].source, "Va. Code 59.1-577");
}

#[test]
fn a_refusal_needs_a_ground_that_stands_against_its_right() {
    let day = date(2026, 11, 20);
    let codes = |regime, right| grounds(regime, right, day).into_iter().map(|ground| ground.code).collect::<Vec<_>>();
    assert!(codes(Regime::EU_GDPR, Right::Erasure).contains(&"exempt_legal_obligation"));
    assert!(!codes(Regime::EU_GDPR, Right::Access).contains(&"exempt_legal_obligation"));
    assert!(codes(Regime::EU_GDPR, Right::Access).contains(&"rights_of_others"));
    for regime in Regime::all() {
        for right in regime.rights(date(2028, 1, 1)) {
            assert!(identity(regime, right).is_some(), "{regime} {right}");
        }
    }
}

#[test]
fn an_opt_out_needs_no_proof_and_an_unverified_access_becomes_one_for_categories() {
    for regime in Regime::all().filter(|regime| regime.rights(date(2028, 1, 1)).any(|right| right == Right::OptOut)) {
        assert_eq!(identity(regime, Right::OptOut).unwrap().proof, Proof::None, "{regime}");
    }
    assert_eq!(identity(Regime::US_CA_CCPA, Right::Access).unwrap().unproven, Unproven::AsCategories);
    assert_eq!(identity(Regime::US_CA_CCPA, Right::Erasure).unwrap().unproven, Unproven::Tell);
    assert_eq!(identity(Regime::EU_GDPR, Right::Access).unwrap().proof, Proof::OnReasonableDoubt);
}
