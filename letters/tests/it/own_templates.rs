//! A controller's own templates: what they may say, and how what is wrong with them is found when they are saved.

use letters::context::samples;
use letters::error::{Fault, LetterError, Place};
use letters::kind::LetterKind;
use letters::language::Language;
use letters::part::Part;
use letters::template::{Name, Override, Shared, Source, TemplateId};
use letters::templates::Templates;
use rstest::rstest;

const REFUSAL: TemplateId = TemplateId { language: Language::German, name: Name::Letter(LetterKind::Refusal) };
const LAYOUT: TemplateId = TemplateId { language: Language::German, name: Name::Shared(Shared::Layout) };

fn refusal(body: &str) -> Override {
    Override { id: REFUSAL, source: Source { subject: "Nein ({{ reference }})".to_owned(), body: body.to_owned() } }
}

fn fault(own: &Override) -> Fault {
    match Templates::embedded().check(own) {
        Err(LetterError::Template(fault)) => fault,
        other => panic!("no fault was found: {other:?}"),
    }
}

#[rstest]
#[case(Language::English)]
#[case(Language::German)]
#[case(Language::French)]
#[case(Language::Spanish)]
fn all_templates_of_the_program_pass_as_a_controllers_own(#[case] language: Language) {
    // The templates that all letters share are tried with all letters, so once is enough.
    let tried = |name: &Name| matches!(name, Name::Letter(_)) || language == Language::English;
    for name in Name::all().filter(tried) {
        let id = TemplateId { language, name };
        let own = Override { id, source: Source::embedded(id) };
        assert_eq!(Templates::embedded().check(&own), Ok(()), "{id}");
    }
}

#[test]
fn a_controllers_own_words_go_out() {
    let own = refusal(
        "::: reasons legal_basis\n{% for reason in reasons %}\n- Darum: {{ reason }}\n{% endfor %}\n\
         {% for provision in legal_basis %}\n- Nach {{ provision }}\n{% endfor %}\n:::\n{{ remedies }}",
    );
    let templates = Templates::with_overrides([own.clone()]);
    let Ok(templates) = templates else { panic!("it can be read") };
    let Ok(letter) = templates.render(&samples::one(LetterKind::Refusal, Language::German)) else {
        panic!("it is complete")
    };
    assert_eq!(letter.subject, "Nein (K7PW-3MXD)");
    assert!(letter.text.contains("- Darum: Die Aufzeichnung"));
    assert!(letter.html.contains("Darum: Die Aufzeichnung"));
    assert!(letter.made_with.own);

    let Ok(usual) = Templates::embedded().render(&samples::one(LetterKind::Refusal, Language::German)) else {
        panic!("complete")
    };
    assert!(!usual.made_with.own);
    assert_ne!(letter.made_with.hash, usual.made_with.hash);
}

#[test]
fn one_that_leaves_out_what_law_wants_is_refused_when_it_is_saved() {
    let own = refusal("Leider nein.\n\n{{ remedies }}");
    match Templates::embedded().check(&own) {
        Err(LetterError::Incomplete { missing, .. }) => assert!(missing.iter().any(|must| must.part == Part::Reasons)),
        other => panic!("{other:?}"),
    }
    assert!(Templates::with_overrides([own]).is_ok(), "reading it is not checking it");
}

/// Words in place of a reason that somebody gave.
#[test]
fn a_part_that_needs_a_value_is_not_done_with_words() {
    let own = refusal("::: reasons\nWir haben unsere Gründe.\n:::\n{{ remedies }}");
    assert!(matches!(Templates::embedded().check(&own), Err(LetterError::Incomplete { .. })));
}

#[rstest]
#[case("a\n\n{{ recipient }}", Some(3), Some("recipient"), "no such variable")]
#[case("{{ controller.nam }}", Some(1), Some("controller.nam"), "no such variable")]
#[case("a\n{% if refused_part %}\n{{ nowhere_else }}\n{% endif %}", Some(3), Some("nowhere_else"), "no such variable")]
#[case("a\n{{ reference|upper }}", Some(2), None, "no such filter")]
#[case("a\n{{ range(9) }}", Some(2), None, "")]
#[case("a\n\n{% if %}", Some(3), None, "")]
#[case("a\n{% include 'x' %}", Some(2), None, "`include` cannot be used here")]
#[case("{% set x = 1 %}", Some(1), None, "`set` cannot be used here")]
#[case("{%- macro x() %}{%- endmacro %}", Some(1), None, "`macro` cannot be used here")]
#[case("{% autoescape false %}", Some(1), None, "`autoescape` cannot be used here")]
#[case("a\n::: because\n:::", Some(2), None, "`because` is not a part")]
#[case("::: reasons\na", None, None, "not closed")]
#[case("a\u{E000}b", Some(1), None, "own use")]
#[case("[Hier](javascript:alert)", None, None, "a link must begin with")]
#[case("{{ written_on|date_time|date }}", Some(1), None, "")]
fn what_is_wrong_is_said_with_its_place(
    #[case] body: &str,
    #[case] line: Option<usize>,
    #[case] variable: Option<&str>,
    #[case] problem: &str,
) {
    let fault = fault(&refusal(body));
    assert_eq!((fault.id, fault.place), (REFUSAL, Place::Body), "{fault}");
    assert_eq!(fault.line, line, "{fault}");
    if variable.is_some() {
        assert_eq!(fault.variable.as_deref(), variable, "{fault}");
    }
    assert!(fault.problem.contains(problem), "{fault}");
}

#[test]
fn a_fault_reads_as_a_sentence() {
    let fault = fault(&refusal("a\n{{ recipient }}"));
    assert_eq!(
        fault.to_string(),
        "template de/refusal, body, line 2, `recipient`: there is no such variable in this letter"
    );
}

#[rstest]
#[case("", "needs a subject")]
#[case("a\nb", "one line")]
#[case("{{ salutation }}", "no such variable")]
fn a_subject_is_one_line_without_personal_data(#[case] subject: &str, #[case] problem: &str) {
    let mut own = refusal("a");
    own.source.subject = subject.to_owned();
    let fault = fault(&own);
    assert_eq!(fault.place, Place::Subject);
    assert!(fault.problem.contains(problem), "{fault}");
}

#[test]
fn a_layout_must_show_the_letter() {
    let own = Override { id: LAYOUT, source: Source { subject: String::new(), body: "{{ reference }}".to_owned() } };
    assert!(fault(&own).problem.contains("{{ body }}"));
}

/// Without limits, each of these would take a long time or much room.
#[rstest]
#[case(
    "{% for a in words.months %}{% for b in words.months %}{% for c in words.months %}{% for d in words.months %}{% for e in words.months %}{{ e }}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"
)]
#[case("{{ 'a' * 90000000 }}")]
#[case("{% for a in words.months %}{{ 'aaaaaaaaaaaaaaaa' * 10000 }}{% endfor %}")]
fn a_template_cannot_run_away(#[case] body: &str) {
    assert!(Templates::embedded().check(&refusal(body)).is_err());
}

#[test]
fn a_template_of_any_length_is_not_read() {
    assert!(fault(&refusal(&"a ".repeat(40_000))).problem.contains("longer than"));
}
