//! Every letter in every language, kept as it looks, and what holds for all of them.

use std::collections::BTreeSet;

use letters::context::samples;
use letters::kind::{LetterKind, Right};
use letters::language::Language;
use letters::letter::{Letter, MAX_SUBJECT};
use letters::part::Part;
use letters::requirement::Case;
use letters::templates::Templates;

fn letter(kind: LetterKind, language: Language) -> Letter {
    match Templates::embedded().render(&samples::one(kind, language)) {
        Ok(letter) => letter,
        Err(error) => panic!("{language}/{kind}: {error}"),
    }
}

fn keep(name: String, said: String) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, said);
    });
}

fn each() -> impl Iterator<Item = (LetterKind, Language)> {
    Language::ALL.into_iter().flat_map(|language| LetterKind::ALL.iter().map(move |kind| (*kind, language)))
}

#[test]
fn letters_look_like_this() {
    for (kind, language) in each() {
        let letter = letter(kind, language);
        let said = format!("Subject: {}\nParts: {}\n\n{}", letter.subject, named(&letter.parts), letter.text);
        keep(format!("{language}_{kind}"), said);
    }
}

/// What other laws than the GDPR want said, where it is most.
#[test]
fn letters_under_other_laws_look_like_this() {
    for (kind, regime, right) in [
        (LetterKind::Refusal, "uk_gdpr", Right::Access),
        (LetterKind::Refusal, "us_ca_ccpa", Right::Erasure),
        (LetterKind::Refusal, "ca_qc", Right::Access),
        (LetterKind::Unverified, "us_ca_ccpa", Right::Access),
        (LetterKind::AppealDecision, "us_va", Right::Access),
    ] {
        let sample = samples::all(kind, Language::English).into_iter().find(|context| {
            let case = Case::of(context);
            case.is_some_and(|case| {
                case.regimes == [regime]
                    && case.right == right
                    && case.outcome.is_none_or(|outcome| outcome == "denied")
            })
        });
        let Some(context) = sample else { panic!("there are samples for all laws") };
        let Ok(letter) = Templates::embedded().render(&context) else { panic!("samples are complete") };
        keep(format!("en_{kind}_{regime}"), letter.text);
    }
}

#[test]
fn pages_look_like_this() {
    for (kind, language) in [
        (LetterKind::IdentityLink, Language::English),
        (LetterKind::Refusal, Language::German),
        (LetterKind::AnswerAccess, Language::French),
        (LetterKind::Overdue, Language::Spanish),
    ] {
        keep(format!("{language}_{kind}.html"), letter(kind, language).html);
    }
}

#[test]
fn all_languages_say_the_same_parts() {
    for kind in LetterKind::ALL {
        let english = letter(*kind, Language::English).parts;
        for language in Language::ALL {
            assert_eq!(letter(*kind, language).parts, english, "{language}/{kind}");
        }
    }
}

#[test]
fn subjects_are_short_lines() {
    for (kind, language) in each() {
        let subject = letter(kind, language).subject;
        let named = match kind {
            LetterKind::SubscriberSilent => "Ticketing",
            LetterKind::RoomLink | LetterKind::RoomCode => "Acme",
            _ => "K7PW-3MXD",
        };
        assert!(subject.contains(named), "{subject}");
        assert!(subject.chars().count() <= MAX_SUBJECT && !subject.contains(char::is_control), "{subject}");
    }
}

#[test]
fn pages_fetch_nothing_and_say_their_language() {
    for (kind, language) in each() {
        let page = letter(kind, language).html;
        assert!(page.contains(&format!("<html lang=\"{language}\" ")));
        for loading in ["<img", "<link", "<script", "<iframe", "url(", "@import", "src="] {
            assert!(!page.contains(loading), "{language}/{kind}: {loading}");
        }
    }
}

#[test]
fn officers_and_guests_are_told_nothing_of_the_person() {
    for (kind, language) in each().filter(|(kind, _)| kind.audience() != letters::kind::Audience::Person) {
        let context = samples::one(kind, language);
        let Ok(said) = serde_json::to_string(&context) else { panic!("contexts are data") };
        assert!(!said.contains("Lovelace") && !letter(kind, language).text.contains("Lovelace"));
    }
}

#[test]
fn a_letter_can_be_made_again_to_the_byte() {
    for (kind, language) in each() {
        assert_eq!(letter(kind, language), letter(kind, language));
    }
}

#[test]
fn contexts_can_be_stored() {
    for (kind, language) in each() {
        let context = samples::one(kind, language);
        let stored = serde_json::to_value(&context).and_then(serde_json::from_value);
        assert!(matches!(stored, Ok(read) if context == read), "{language}/{kind}");
    }
}

fn named(parts: &BTreeSet<Part>) -> String {
    parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(", ")
}
