//! Letters whose words somebody changed: what the law wants said is still said, and what was typed means only text.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use letters::context::{Context, samples};
use letters::edit::{LONGEST_PASSAGE, Passage, Why, Written, edit, passages, redated};
use letters::kind::{Audience, LetterKind};
use letters::language::{DateOrder, Language};
use letters::letter::Letter;
use letters::part::Part;
use letters::templates::Templates;
use rstest::rstest;

/// A letter with what editing needs of it.
struct Sheet {
    letter: Letter,
    parts: Vec<Part>,
    demanded: Vec<Part>,
}

impl Sheet {
    fn of(letter: Letter) -> Self {
        let parts = letter.parts.iter().copied().collect();
        let demanded = letter.mandatory.iter().map(|must| must.part).collect();
        Self { letter, parts, demanded }
    }

    /// The first sample of a kind under one law.
    fn sample(kind: LetterKind, law: &str) -> Self {
        let context = samples::under(kind, Language::English, &[law]).remove(0);
        Self::of(rendered(&Templates::embedded(), &context))
    }

    fn written(&self) -> Written<'_> {
        Written {
            language: self.letter.language,
            subject: &self.letter.subject,
            sections: &self.letter.document.sections,
            parts: &self.parts,
            demanded: &self.demanded,
        }
    }

    fn at(&self, part: Part) -> (usize, Passage) {
        let mut all = passages(&self.written()).into_iter().enumerate();
        all.find(|(_, passage)| passage.parts.contains(&part)).unwrap_or_else(|| panic!("no {part}"))
    }
}

/// Every letter that a person can get, under every law, in the language that draws facts otherwise than all others.
fn every_letter() -> impl Iterator<Item = Sheet> {
    let kinds = LetterKind::ALL.iter().filter(|kind| kind.audience() == Audience::Person && !kind.lets_in());
    let templates = Templates::embedded();
    let samples = kinds.flat_map(|kind| samples::all(*kind, Language::French));
    samples.map(move |context| Sheet::of(rendered(&templates, &context)))
}

fn rendered(templates: &Templates, context: &Context) -> Letter {
    templates.render(context).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_letter_that_nobody_changes_stays_as_it_is() {
    let mut seen = 0;
    for sheet in every_letter() {
        let all = passages(&sheet.written()).into_iter().enumerate();
        // A browser ends lines in its own way.
        let typed = all.map(|(at, passage)| (at, format!("{}\r\n", passage.text.replace('\n', "\r\n")))).collect();
        let edited = edit(&sheet.written(), &typed).unwrap();
        assert_eq!((&edited.text, &edited.html), (&sheet.letter.text, &sheet.letter.html));
        assert_eq!(edited.parts, sheet.parts);
        seen += 1;
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn whoever_empties_every_passage_is_told_each_part_that_the_law_asks_for() {
    for sheet in every_letter() {
        let shown = passages(&sheet.written());
        let all = shown.iter().enumerate().filter(|(_, it)| !it.is_fixed);
        let typed: BTreeMap<_, _> = all.map(|(at, _)| (at, " \n".to_owned())).collect();
        let open = |part: &Part| shown.iter().filter(|it| it.parts.contains(part)).all(|it| !it.is_fixed);
        let expected: BTreeSet<_> = sheet.demanded.iter().copied().filter(open).collect();
        let told = match edit(&sheet.written(), &typed) {
            Ok(_) => BTreeSet::new(),
            Err(wrong) => wrong
                .into_iter()
                .map(|it| match it.why {
                    Why::Lacks(part) => part,
                    other => panic!("{other:?}"),
                })
                .collect(),
        };
        assert_eq!(told, expected, "{}", sheet.letter.text);
    }
}

#[test]
fn what_is_decided_elsewhere_or_the_laws_own_to_say_cannot_be_changed() {
    for (kind, law, part) in [
        (LetterKind::Extension, "eu_gdpr", Part::NewDate),
        (LetterKind::Refusal, "eu_gdpr", Part::Authority),
        (LetterKind::Refusal, "eu_gdpr", Part::JudicialRemedy),
        (LetterKind::FeeNotice, "eu_gdpr", Part::FeeAmount),
        (LetterKind::Refusal, "us_va", Part::Appeal),
        (LetterKind::AppealDecision, "us_va", Part::Decision),
    ] {
        let sheet = Sheet::sample(kind, law);
        let (at, passage) = sheet.at(part);
        assert!(passage.is_fixed, "{part}");
        for typed in ["", "something else", &format!("{} And more.", passage.text)] {
            let wrong = edit(&sheet.written(), &[(at, typed.to_owned())].into()).unwrap_err();
            assert_eq!((wrong[0].at, wrong[0].why), (at, Why::Fixed), "{part}");
        }
    }
}

#[test]
fn other_words_take_the_place_of_a_reason_and_more_can_be_said_around_it() {
    let sheet = Sheet::sample(LetterKind::Refusal, "eu_gdpr");
    let (at, passage) = sheet.at(Part::Reasons);
    assert!(passage.text.starts_with("# Why\n\n- "), "{}", passage.text);
    let last = passages(&sheet.written()).len() - 1;
    let typed = [
        (0, "We spoke on 2 March.".to_owned()),
        (at, "# Why not\n\nYou asked ten times.\nThe last was in May.\n\n- one\n  more\n- two".to_owned()),
        (last, "> Until then\n> be well".to_owned()),
    ];
    let edited = edit(&sheet.written(), &typed.into()).unwrap();
    let around = "Why not\nYou asked ten times.\nThe last was in May.\n\n- one\n  more\n- two\n\n";
    assert!(edited.text.contains(around), "{}", edited.text);
    assert!(edited.text.contains("We spoke on 2 March.") && edited.text.contains("> Until then\n> be well"));
    assert!(edited.html.contains("You asked ten times.<br>\nThe last was in May."), "{}", edited.html);
    // What stood around it stands there still, and the links of what nobody touched lead where they led.
    assert!(edited.text.starts_with("Reference: ") && edited.html.contains("<a href=\"https://"));
    assert_eq!(edited.parts, sheet.parts);
    // What was typed is shown again as it was typed, in the same places.
    let again = Written { sections: &edited.sections, ..sheet.written() };
    let shown = passages(&again);
    assert_eq!(shown.len(), last + 1);
    for (at, text) in [(0, "We spoke on 2 March."), (last, "> Until then\n> be well")] {
        assert_eq!(shown[at].text, text);
    }
}

#[rstest]
#[case("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
#[case("[pay here](https://evil.example)", "[pay here](https://evil.example)")]
#[case("<https://evil.example> **now**", "&lt;https://evil.example&gt; **now**")]
#[case("::: authority\n:::", "::: authority<br>\n:::")]
#[case("| IBAN | DE02 |", "| IBAN | DE02 |")]
#[case("{{ salutation }}", "{{ salutation }}")]
#[case("a\u{E000}b\u{E001}\u{202E}c\u{2028}d", "abc d")]
fn what_is_typed_means_only_text(#[case] typed: &str, #[case] drawn: &str) {
    let sheet = Sheet::sample(LetterKind::Refusal, "eu_gdpr");
    let (at, _) = sheet.at(Part::Reasons);
    let edited = edit(&sheet.written(), &[(at, typed.to_owned())].into()).unwrap();
    assert!(edited.html.contains(&format!(">{drawn}</p>")), "{}", edited.html);
    assert!(!edited.html.contains("href=\"https://evil"));
}

#[test]
fn a_passage_is_one_of_the_letters_and_not_without_end() {
    let sheet = Sheet::sample(LetterKind::Refusal, "eu_gdpr");
    let (at, _) = sheet.at(Part::Reasons);
    let long = "a".repeat(LONGEST_PASSAGE + 1);
    let wrong = edit(&sheet.written(), &[(at, long), (99, "more".to_owned())].into()).unwrap_err();
    assert_eq!(wrong.iter().map(|it| (it.at, it.why)).collect::<Vec<_>>(), [(at, Why::TooLong), (99, Why::NoSuch)]);
    for blank in ["", "…", "- \n# \n> "] {
        let wrong = edit(&sheet.written(), &[(at, blank.to_owned())].into()).unwrap_err();
        assert_eq!(wrong[0].why, Why::Lacks(Part::Reasons), "{blank:?}");
    }
}

#[test]
fn a_letter_bears_another_day_and_is_the_same_for_the_rest() {
    let (from, to) = (date(2026, 11, 20), date(2026, 12, 1));
    let day = |day| Language::French.date(day, DateOrder::DayFirst);
    for sheet in every_letter() {
        let before = &sheet.letter.text;
        let dated = redated(&sheet.written(), from, to);
        let line = before.lines().position(|line| line.ends_with(&format!(": {}", day(from)))).unwrap();
        for (at, (one, other)) in before.lines().zip(dated.text.lines()).enumerate() {
            if at == line {
                assert_eq!(one.replace(&day(from), &day(to)), other);
            } else {
                assert_eq!(one, other, "{before}");
            }
        }
        assert_eq!(redated(&sheet.written(), to, from).text, *before, "another day is not its own");
    }
}
