//! A letter that does not say what it must is not written, and the error names the part and the law.

use std::collections::BTreeSet;

use jiff::civil::date;
use letters::context::answer::{AnswerAccess, AnswerErasure, AnswerRectification};
use letters::context::appeal::AppealDecision;
use letters::context::common::Stated;
use letters::context::decision::{Extension, FeeNotice, Refusal, Unverified};
use letters::context::{Context, samples};
use letters::error::LetterError;
use letters::kind::{LetterKind, Outcome, Right};
use letters::language::Language;
use letters::part::Part;
use letters::requirement::{self, Case};
use letters::template::{Name, Override, Source, TemplateId};
use letters::templates::Templates;
use rstest::rstest;

const ENGLISH: Language = Language::English;

/// The templates with every fence of the part taken away, and its words left where they are.
fn without(part: Part) -> Templates {
    let overrides = Name::all().map(|name| {
        let id = TemplateId { language: ENGLISH, name };
        let mut source = Source::embedded(id);
        let unfenced = |line: &str| match line.strip_prefix(":::") {
            // A fence must name something, and no letter to officers has to.
            Some(names) if names.split_whitespace().eq([part.as_str()]) => format!("::: {}", other_than(part)),
            Some(names) => {
                let others = names.split_whitespace().filter(|name| *name != part.as_str());
                format!("::: {}", others.collect::<Vec<_>>().join(" "))
            }
            None => line.to_owned(),
        };
        source.body = source.body.lines().map(|line| unfenced(line) + "\n").collect();
        Override { id, source }
    });
    match Templates::with_overrides(overrides) {
        Ok(templates) => templates,
        Err(fault) => panic!("{fault}"),
    }
}

fn other_than(part: Part) -> Part {
    if part == Part::RecordKept { Part::Rights } else { Part::RecordKept }
}

#[test]
fn each_mandatory_part_is_missed_by_name_and_source() {
    let mut missed = BTreeSet::new();
    for part in Part::ALL {
        let templates = without(*part);
        let mut tried = BTreeSet::new();
        for context in LetterKind::ALL.iter().flat_map(|kind| samples::all(*kind, ENGLISH)) {
            let Some(case) = Case::of(&context) else { continue };
            let Some(must) = requirement::mandatory(&case).into_iter().find(|must| must.part == *part) else {
                continue;
            };
            // One letter of a kind under a law is enough for a part.
            if !tried.insert((context.kind(), case.regimes.to_owned())) {
                continue;
            }
            // With one fence gone another may be the only one that says it still; what counts is this part.
            let Err(LetterError::Incomplete { kind, regimes, missing }) = templates.render(&context) else {
                panic!("{} under {:?} was written without {part}", context.kind(), case.regimes)
            };
            assert_eq!((kind, &*regimes), (context.kind(), case.regimes));
            assert!(missing.contains(&must), "{kind} under {regimes:?}: {missing:?}");
            missed.insert(*part);
        }
    }
    // These two depend on facts, which no table knows: whether somebody was left untold, whether data is sold.
    let depends = [Part::ThirdPartiesNotTold, Part::OfferOptOut];
    assert_eq!(missed, Part::ALL.iter().copied().filter(|part| !depends.contains(part)).collect());
}

#[test]
fn the_error_reads_as_a_sentence() {
    let mut refusal = Refusal::sample(ENGLISH);
    refusal.common.region = None;
    let error = Templates::embedded().render(&Context::Refusal(refusal)).map_err(|error| error.to_string());
    assert_eq!(error.err().as_deref(), Some("refusal under eu_gdpr lacks `authority`: GDPR Art. 12(4)"));
}

/// What an officer left out, and the part that is missed for it.
#[rstest]
#[case(Context::Refusal(Refusal { reasons: vec![], ..Refusal::sample(ENGLISH) }), Part::Reasons)]
#[case(Context::Refusal(Refusal { reasons: vec![" \u{2028}- ".to_owned()], ..Refusal::sample(ENGLISH) }), Part::Reasons)]
#[case(Context::Extension(Extension { reasons: vec![], ..Extension::sample(ENGLISH) }), Part::Reasons)]
#[case(Context::FeeNotice(FeeNotice { fee: " ".to_owned(), ..FeeNotice::sample(ENGLISH) }), Part::FeeAmount)]
#[case(Context::Unverified(Unverified { reasons: vec![], ..Unverified::sample(ENGLISH) }), Part::Reasons)]
#[case(access(|answer| answer.purposes.clear()), Part::Purposes)]
#[case(access(|answer| answer.categories.clear()), Part::Categories)]
#[case(access(|answer| answer.recipients = unsaid()), Part::Recipients)]
#[case(access(|answer| answer.transfers = unsaid()), Part::Transfers)]
#[case(access(|answer| answer.automated_decisions = unsaid()), Part::AutomatedDecisions)]
#[case(access(|answer| answer.storage_period.clear()), Part::StoragePeriod)]
#[case(access(|answer| answer.source_of_data.clear()), Part::SourceOfData)]
#[case(access(|answer| answer.copy = None), Part::Copy)]
#[case(access(|answer| answer.withheld.clear()), Part::Withheld)]
#[case(access(|answer| answer.common.region = Some("XX".to_owned())), Part::Authority)]
#[case(Context::AnswerErasure(AnswerErasure { done: vec![], backups_until: None, ..AnswerErasure::sample(ENGLISH) }), Part::WhatWasDone)]
#[case(Context::AnswerErasure(AnswerErasure { remains: vec![], ..AnswerErasure::sample(ENGLISH) }), Part::WhatRemains)]
#[case(Context::AnswerRectification(AnswerRectification { corrected: vec![], ..AnswerRectification::sample(ENGLISH) }), Part::WhatWasDone)]
fn what_nobody_said_is_missed(#[case] context: Context, #[case] part: Part) {
    match Templates::embedded().render(&context) {
        Err(LetterError::Incomplete { missing, .. }) => assert!(missing.iter().any(|must| must.part == part)),
        other => panic!("{part} was not missed: {other:?}"),
    }
}

fn access(change: impl FnOnce(&mut AnswerAccess)) -> Context {
    let mut answer = AnswerAccess::sample(ENGLISH);
    change(&mut answer);
    Context::AnswerAccess(answer)
}

fn unsaid() -> Stated {
    Stated::listed([""; 0])
}

#[test]
fn a_complaint_to_the_controller_is_named_in_the_united_kingdom_from_its_day_on() {
    for (written_on, named) in [(date(2026, 6, 18), false), (date(2026, 6, 19), true)] {
        let mut refusal = Refusal::sample(ENGLISH);
        refusal.common.regimes = vec!["uk_gdpr".to_owned()];
        refusal.common.written_on = written_on;
        let Ok(letter) = Templates::embedded().render(&Context::Refusal(refusal)) else { panic!("complete") };
        assert_eq!(letter.parts.contains(&Part::ComplaintToController), named, "{written_on}");
    }
}

#[test]
fn an_answer_must_be_to_the_right_that_was_asked_for() {
    let answer = access(|answer| answer.common.right = Right::Erasure);
    assert_eq!(Templates::embedded().render(&answer), Err(LetterError::WrongRight(LetterKind::AnswerAccess)));
}

#[test]
fn a_law_nobody_knows_is_refused() {
    let answer = access(|answer| answer.common.regimes = vec!["EU-GDPR".to_owned()]);
    assert_eq!(Templates::embedded().render(&answer), Err(LetterError::UnknownRegime));
}

#[test]
fn nothing_found_is_an_answer_without_a_list_of_what_is_held() {
    let answer = access(|answer| {
        answer.outcome = Outcome::NoDataFound;
        answer.purposes.clear();
        answer.copy = None;
    });
    let Ok(letter) = Templates::embedded().render(&answer) else { panic!("complete") };
    assert!(letter.parts.contains(&Part::Confirmation) && !letter.parts.contains(&Part::Purposes));
}

#[test]
fn a_decision_on_an_appeal_offers_no_second_appeal_but_the_attorney_general() {
    let mut decision = AppealDecision::sample(ENGLISH);
    decision.common.regimes = vec!["us_co".to_owned()];
    decision.common.appeal = Some("Write to us again.".to_owned());
    let Ok(letter) = Templates::embedded().render(&Context::AppealDecision(decision)) else { panic!("complete") };
    assert!(letter.parts.contains(&Part::AttorneyGeneral) && !letter.parts.contains(&Part::Appeal));
    assert!(letter.text.contains("https://coag.gov"));
}
