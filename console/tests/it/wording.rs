//! Every language says the same things, and everything that is said is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use api::words::{CHANNELS, IDENTITY_METHODS};
use console::words::FILES;
use entities::announcement::decision::TABLE;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser::parse;

/// The messages of a text, each with the values it inserts.
fn messages(page: &str, text: &'static str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = parse(text).unwrap_or_else(|(_, errors)| panic!("{page}: {errors:?}"));
    let mut all = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            assert!(!matches!(entry, Entry::Junk { .. }), "{page} has something that is no message");
            continue;
        };
        let mut values = BTreeSet::new();
        let pattern = message.value.unwrap_or_else(|| panic!("{} says nothing", message.id.name));
        inserted(&pattern.elements, &mut values);
        assert!(all.insert(message.id.name.to_owned(), values).is_none(), "{} is there twice", message.id.name);
    }
    all
}

fn inserted(elements: &[PatternElement<&str>], values: &mut BTreeSet<String>) {
    let mut inline = |expression: &InlineExpression<&str>| {
        if let InlineExpression::VariableReference { id } = expression {
            values.insert(id.name.to_owned());
        }
    };
    let mut variants = Vec::new();
    for element in elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(expression) } => inline(expression),
            PatternElement::Placeable { expression: Expression::Select { selector, variants: cases } } => {
                inline(selector);
                variants.extend(cases.iter().map(|case| &case.value.elements));
            }
            PatternElement::TextElement { .. } => {}
        }
    }
    for elements in variants {
        inserted(elements, values);
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_values() {
    let mut all = BTreeSet::new();
    for (page, english, german) in FILES {
        let english = messages(page, english);
        assert_eq!(english, messages(page, german), "{page}");
        for id in english.into_keys() {
            assert!(all.insert(id.clone()), "{id} is in two files");
        }
    }
    let names: BTreeSet<_> = FILES.iter().map(|(page, ..)| format!("{page}.ftl")).collect();
    for language in ["en", "de"] {
        let there = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language)).unwrap();
        let there: BTreeSet<_> = there.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(there, names, "{language}");
    }
}

/// All sources and templates, as one text.
fn sources() -> String {
    fn read(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, text);
            } else {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let (root, mut text) = (Path::new(env!("CARGO_MANIFEST_DIR")), String::new());
    read(&root.join("src"), &mut text);
    read(&root.join("templates"), &mut text);
    // As one line, so that no call looks different because it was too long for its own.
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(")
}

/// The closed sets whose words are named `<set>-<word>`, each with its words; and whether all of them must be there.
fn sets() -> Vec<(&'static str, Vec<String>, bool)> {
    use entities::clock::table::ClockState;
    use entities::identifier::table::Choice;
    use entities::job::status::{JobOrigin, JobStatus};
    use entities::letter::kind::{Audience, LetterKind, LetterState, Means};
    use entities::officer::role::Role;
    use entities::question::table::QuestionCode;
    use entities::request::right::Right;
    use entities::request::status::{Outcome, RequestStatus};
    use law::duty::Duty;
    use resolution::identifier::IdentifierKind;
    fn all<T: std::fmt::Display>(words: &[T]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let regimes = law::pack::laws().iter().map(|law| law.id.to_string()).collect();
    let events = TABLE.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    let codes = api::problem::codes::ALL.iter().map(|code| code.word.to_owned()).collect();
    vec![
        ("status", all(RequestStatus::ALL), true),
        ("outcome", all(Outcome::ALL), true),
        ("right", all(Right::ALL), true),
        ("role", all(Role::ALL), true),
        ("regime", regimes, true),
        ("channel", all(CHANNELS), true),
        ("identifier", IdentifierKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect(), true),
        ("record", own(&["user", "external_contact", "dialer_contact", "journey_customer", "term"]), true),
        ("job", all(JobStatus::ALL), true),
        ("job-origin", all(JobOrigin::ALL), true),
        ("letter", all(LetterKind::ALL), true),
        ("letter-state", all(LetterState::ALL), true),
        ("audience", all(Audience::ALL), true),
        ("means", all(Means::ALL), true),
        ("duty", all(Duty::ALL), true),
        ("clock-state", all(ClockState::ALL), false),
        ("choice", all(Choice::ALL), false),
        ("set-aside", all(entities::candidate::table::SetAside::ALL), true),
        ("question", all(QuestionCode::ALL), true),
        ("question-help", all(QuestionCode::ALL), true),
        ("event", events, false),
        ("problem", codes, false),
        ("method", all(IDENTITY_METHODS), true),
        ("language", all(api::words::LANGUAGES), true),
        ("theme", own(&["system", "light", "dark"]), true),
        ("weekday", (1..=7).map(|n| n.to_string()).collect(), true),
        ("month", (1..=12).map(|n| n.to_string()).collect(), true),
        ("month-short", (1..=12).map(|n| n.to_string()).collect(), true),
        ("signal", own(&["overdue", "week", "attention", "on_hold"]), true),
        ("purpose", own(&["identify", "decide", "contact", "answer", "complaint"]), true),
        ("offer", own(&["hold", "release"]), true),
        ("request-done", own(&["held", "released"]), true),
        (
            "account-say",
            own(&["ended", "passkey-added", "passkey-last", "passkey-removed", "password-changed", "sign-in-again"]),
            true,
        ),
        ("request-done", own(&["filed", "held", "released"]), true),
        ("extension-reason", all(entities::extension::table::ExtensionReason::ALL), true),
        ("together", own(&["hold", "release", "acknowledge", "extend"]), true),
        ("together-says", own(&["hold", "release", "acknowledge", "extend"]), true),
        ("new-fault", own(&NEW_FAULTS), true),
        ("filing-fault", own(&FILING_FAULTS), true),
        ("account-say", own(&["ended", "password-changed", "sign-in-again"]), true),
        (
            "plan-reason",
            own(&[
                "officer_choice",
                "set_aside",
                "not_searchable",
                "fuzzy",
                "shared",
                "unknown_records",
                "reaches_others",
                "no_record",
                "not_a_record",
                "not_certain",
                "merge_set_divided",
                "merge_set_contradicts",
            ]),
            true,
        ),
        (
            "error",
            [
                "no-right",
                "forged",
                "malformed",
                "stale",
                "not-found",
                "method",
                "conflict",
                "too-fast",
                "away",
                "internal",
            ]
            .iter()
            .flat_map(|word| [(*word).to_owned(), format!("{word}-title")])
            .collect(),
            true,
        ),
        (
            "next",
            [
                "closed",
                "held",
                "verifying",
                "undecided",
                "approve",
                "approve-other",
                "question",
                "resolving",
                "executing",
                "answering",
            ]
            .iter()
            .flat_map(|word| [(*word).to_owned(), format!("{word}-text")])
            .collect(),
            true,
        ),
    ]
}

/// What the form to file a request finds wrong, by field and code.
const NEW_FAULTS: [&str; 25] = [
    "controller-unknown-controller",
    "right-unknown-right",
    "right-not-granted",
    "regime-unknown-regime",
    "regime-no-such-duty",
    "channel-unknown-channel",
    "received-on-not-an-instant",
    "received-on-in-the-future",
    "received-on-too-long-ago",
    "region-not-a-region",
    "other-regime-duplicate-regime",
    "kind-unknown-identifier-kind",
    "corrected-unknown-identifier-kind",
    "value-empty",
    "value-too-many",
    "value-duplicate-identifier",
    "existing-empty",
    "updated-empty",
    "existing-too-many",
    "existing-only-for-rectification",
    "existing-duplicate-replacement",
    "updated-no-change",
    "corrected-not-replaceable",
    "identity-not-yours",
    "reply-to-not-an-address",
];

/// What makes a value of any field unusable, by the code of the API.
const FILING_FAULTS: [&str; 22] = [
    "bidi-override",
    "broken-encoding",
    "control-character",
    "dialer-contact-form",
    "email-at",
    "email-characters",
    "email-domain",
    "email-local",
    "empty",
    "has-space",
    "id-characters",
    "invisible-character",
    "not-a-handle",
    "not-a-phone",
    "nothing-readable",
    "phone-ambiguous",
    "phone-country",
    "phone-length",
    "phone-local",
    "phone-too-long",
    "phone-too-short",
    "too-long",
];

#[test]
fn what_is_said_is_there_and_what_is_there_is_said() {
    let there: BTreeSet<_> = FILES.iter().flat_map(|(page, english, _)| messages(page, english).into_keys()).collect();
    let sources = sources();
    let mut said = BTreeSet::new();
    for call in [".t(\"", ".with(\"", ".filled(\"", "words(&s, \"", "words(s, \""] {
        for rest in sources.split(call).skip(1) {
            said.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    // The pages of the header stand in a table.
    said.extend(sources.split("\"nav-").skip(1).map(|rest| format!("nav-{}", rest.split('"').next().unwrap())));
    let missing: Vec<_> = said.difference(&there).collect();
    assert!(missing.is_empty(), "said, but in no file: {missing:?}");
    for (set, words, must) in sets() {
        for word in words {
            let id = format!("{set}-{}", word.replace(['_', '.'], "-").to_lowercase());
            assert!(!must || there.contains(&id), "{id} is missing");
            said.insert(id);
        }
    }
    let unused: Vec<_> = there.difference(&said).collect();
    assert!(unused.is_empty(), "in a file, but never said: {unused:?}");
}
