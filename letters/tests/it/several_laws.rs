//! A request may stand under several laws: one letter says what each of them wants said, or is not written.

use letters::context::decision::Refusal;
use letters::context::{Context, samples};
use letters::error::LetterError;
use letters::kind::LetterKind;
use letters::language::Language;
use letters::letter::Letter;
use letters::part::Part;
use letters::requirement::{self, Case};
use letters::template::{Name, Override, Shared, Source, TemplateId};
use letters::templates::Templates;
use proptest::prelude::*;
use rstest::rstest;

const ENGLISH: Language = Language::English;

fn refusal(regimes: &[&str]) -> Refusal {
    let mut refusal = Refusal::sample(ENGLISH);
    refusal.common.regimes = regimes.iter().map(|regime| (*regime).to_owned()).collect();
    refusal.common.appeal = Some("Write to appeals@acme.example.".to_owned());
    refusal
}

fn written(refusal: Refusal) -> Letter {
    match Templates::embedded().render(&Context::Refusal(refusal)) {
        Ok(letter) => letter,
        Err(error) => panic!("{error}"),
    }
}

/// Every letter under all these laws says what each of them asks for.
fn says_what_each_wants(kind: LetterKind, regimes: &[&str]) -> Result<(), TestCaseError> {
    for context in samples::under(kind, ENGLISH, regimes) {
        let Some(case) = Case::of(&context) else { return Ok(()) };
        let letter = Templates::embedded().render(&context);
        let Ok(letter) = letter else { return Err(TestCaseError::fail(format!("{regimes:?}: {letter:?}"))) };
        for regime in case.regimes.chunks(1) {
            for must in requirement::mandatory(&Case { regimes: regime, ..case }) {
                prop_assert!(letter.parts.contains(&must.part), "{kind} under {regimes:?}: {must:?} of {regime:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_letter_under_two_laws_says_what_each_of_them_wants() {
    let laws = ["eu_gdpr", "uk_gdpr", "us_ca_ccpa", "us_va", "us_co"];
    for first in laws {
        for second in laws.into_iter().filter(|second| *second != first) {
            for kind in LetterKind::ALL {
                if let Err(error) = says_what_each_wants(*kind, &[first, second]) {
                    panic!("{error}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_the_laws_none_of_them_goes_unheard(
        regimes in proptest::sample::subsequence(requirement::regimes().collect::<Vec<_>>(), 2..=4).prop_shuffle(),
        kind in proptest::sample::select(LetterKind::ALL),
    ) {
        says_what_each_wants(kind, &regimes)?;
    }
}

/// The law that the answer goes by first asks for less than the other.
#[rstest]
#[case(&["us_ca_ccpa", "eu_gdpr"], &["Data Protection Commission", "to court", "(CCPA); General Data"])]
#[case(&["eu_gdpr", "us_va"], &["Data Protection Commission", "appeals@acme.example"])]
#[case(&["eu_gdpr", "uk_gdpr"], &["Data Protection Commission", "Information Commissioner's Office", "complain to us"])]
#[case(&["eu_gdpr", "ca_qc"], &["Data Protection Commission", "Commission d'accès", "30 days"])]
fn a_refusal_names_whom_each_law_lets_one_turn_to(#[case] regimes: &[&str], #[case] named: &[&str]) {
    let text = written(refusal(regimes)).text;
    for name in named {
        assert_eq!(text.matches(name).count(), 1, "{name}: {text}");
    }
}

#[test]
fn each_states_attorney_general_is_named_once_an_appeal_is_denied() {
    let denied = |context: &Context| Case::of(context).is_some_and(|case| case.outcome == Some("denied"));
    let samples = samples::under(LetterKind::AppealDecision, ENGLISH, &["us_va", "us_co"]);
    let Some(Ok(letter)) = samples.iter().find(|it| denied(it)).map(|it| Templates::embedded().render(it)) else {
        panic!("there is one that was denied, and it is complete")
    };
    for page in ["https://coag.gov", "https://www.oag.state.va.us"] {
        assert_eq!(letter.text.matches(page).count(), 1, "{}", letter.text);
    }
}

#[test]
fn a_part_that_several_laws_want_is_asked_for_once_by_all_of_them() {
    let context = Context::Refusal(refusal(&["uk_gdpr", "eu_gdpr", "us_va"]));
    let Some(case) = Case::of(&context) else { panic!("it goes to a person") };
    let mandatory = requirement::mandatory(&case);
    let sources: Vec<_> =
        mandatory.iter().filter(|must| must.part == Part::Reasons).map(|must| must.source()).collect();
    assert_eq!(
        sources,
        ["GDPR Art. 12(4); UK GDPR Art. 12(4); the state's consumer privacy act: justification and appeal"]
    );
}

/// The one of the United Kingdom is known, and would fill the part.
#[test]
fn a_letter_that_can_name_only_one_laws_authority_is_not_written() {
    let mut refusal = refusal(&["uk_gdpr", "eu_gdpr"]);
    refusal.common.region = Some("US-CA".to_owned());
    match Templates::embedded().render(&Context::Refusal(refusal)) {
        Err(LetterError::Incomplete { missing, .. }) => {
            assert_eq!(missing.iter().map(|must| must.part).collect::<Vec<_>>(), [Part::Authority]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_controllers_own_remedies_that_name_one_authority_are_refused_when_they_are_saved() {
    let id = TemplateId { language: ENGLISH, name: Name::Shared(Shared::Remedies) };
    let mut source = Source::embedded(id);
    let each = "- **{{ authority.name }}**";
    assert!(source.body.contains(each));
    source.body = source.body.replace(each, "- **{{ authorities[0].name }}**");
    match Templates::embedded().check(&Override { id, source }) {
        Err(LetterError::Incomplete { regimes, missing, .. }) => {
            assert_eq!(regimes, ["eu_gdpr", "uk_gdpr"]);
            assert!(missing.iter().all(|must| must.part == Part::Authority), "{missing:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_law_nobody_knows_is_refused_beside_one_that_is_known_and_so_is_none() {
    for regimes in [&["eu_gdpr", "mars"][..], &[]] {
        let context = Context::Refusal(refusal(regimes));
        assert_eq!(Templates::embedded().render(&context), Err(LetterError::UnknownRegime), "{regimes:?}");
    }
}
