//! Values that would like to be more than values.

use letters::context::decision::Refusal;
use letters::context::opening::{Clarification, IdentityLink};
use letters::context::{Context, samples};
use letters::error::LetterError;
use letters::kind::LetterKind;
use letters::language::Language;
use letters::letter::{Letter, MAX_SUBJECT};
use letters::part::Part;
use letters::templates::Templates;
use proptest::prelude::*;
use rstest::rstest;

fn refusal_because(reason: &str) -> Refusal {
    Refusal { reasons: vec![reason.to_owned()], ..Refusal::sample(Language::English) }
}

fn written(context: Context) -> Letter {
    match Templates::embedded().render(&context) {
        Ok(letter) => letter,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn html_in_a_value_is_text() {
    let letter = written(Context::Refusal(refusal_because("<script>alert('x')</script> & \"y\"")));
    assert!(letter.text.contains("<script>alert('x')</script> & \"y\""));
    assert!(letter.html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"));
    assert!(!letter.html.contains("<script"));
}

#[rstest]
#[case("{{ controller.address }}")]
#[case("{% for x in y %}")]
#[case("{# gone #}")]
#[case("**loud** <https://example.com>")]
#[case("::: judicial_remedy")]
fn template_syntax_in_a_value_is_text(#[case] reason: &str) {
    let letter = written(Context::Refusal(refusal_because(reason)));
    assert!(letter.text.contains(&format!("- {reason}")), "{}", letter.text);
}

/// A reason that looks like another part does not become one.
#[test]
fn a_value_cannot_open_a_part() {
    let mut refusal = refusal_because("a\n\n:::\n\n::: record_kept\nYes, we do.\n:::");
    refusal.common.regimes = vec!["ca_pipeda".to_owned()];
    assert!(!written(Context::Refusal(refusal)).parts.contains(&Part::RecordKept));
}

#[test]
fn a_subject_stays_one_line_whatever_the_reference() {
    let mut refusal = refusal_because("a");
    refusal.common.reference = format!("K7\r\nBcc: all@example.com\r\n\r\n{}", "x".repeat(5000));
    let subject = written(Context::Refusal(refusal)).subject;
    assert!(!subject.contains(['\r', '\n']));
    assert_eq!(subject.chars().count(), MAX_SUBJECT);
    assert!(subject.ends_with('…'));
}

#[test]
fn a_question_of_several_lines_keeps_them() {
    let question = Clarification { question: "One?\nTwo?".to_owned(), ..Clarification::sample(Language::English) };
    let letter = written(Context::Clarification(question));
    assert!(letter.text.contains("> One?\n> Two?"));
    assert!(letter.html.contains("One?<br>\nTwo?"));
}

#[test]
fn right_to_left_words_reorder_nothing_else() {
    let letter = written(Context::Refusal(refusal_because("\u{5d0}\u{5d1}\u{202e}\u{5d2} 12")));
    assert!(letter.text.contains("- \u{2068}\u{5d0}\u{5d1}\u{5d2} 12\u{2069}\n"));
}

#[rstest]
#[case("javascript:alert(1)")]
#[case("https://a b")]
#[case("data:text/html,x")]
fn a_link_leads_only_to_the_web(#[case] link: &str) {
    let context = IdentityLink { link: link.to_owned(), ..IdentityLink::sample(Language::English) };
    let error = Templates::embedded().render(&Context::IdentityLink(context)).map_err(|error| error.to_string());
    assert!(matches!(&error, Err(said) if said.contains("link") && !said.contains(link)), "{error:?}");
}

#[test]
fn a_letter_longer_than_letters_are_is_refused() {
    let context = Context::Refusal(refusal_because(&"long ".repeat(100_000)));
    assert_eq!(Templates::embedded().render(&context), Err(LetterError::TooLong(LetterKind::Refusal)));
}

/// Puts the text in place of every text of a context that is free to say anything.
fn said_everywhere(kind: LetterKind, language: Language, text: &str) -> Option<Context> {
    fn put(value: &mut serde_json::Value, key: &str, text: &str) {
        const FIXED: [&str; 17] = [
            "kind",
            "language",
            "regimes",
            "region",
            "right",
            "outcome",
            "decision",
            "verification",
            "means",
            "duty",
            "letter",
            "channel",
            "cause",
            "link",
            "case_link",
            "reply_link",
            "opt_out_link",
        ];
        match value {
            serde_json::Value::String(said) if !FIXED.contains(&key) && said.parse::<jiff::civil::Date>().is_err() => {
                *said = text.to_owned();
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| put(item, key, text)),
            serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(key, field)| put(field, key, text)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(samples::one(kind, language)).ok()?;
    put(&mut value, "", text);
    serde_json::from_value(value).ok()
}

proptest! {
    #[test]
    fn no_value_makes_rendering_panic_or_breaks_out(
        text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}|.{0,20}(::: reasons|\\{\\{|<b>|\r\n|\u{E001}|\u{2028}).{0,20}",
        kind in proptest::sample::select(LetterKind::ALL),
        language in proptest::sample::select(Language::ALL.to_vec()),
    ) {
        let Some(context) = said_everywhere(kind, language, &text) else { panic!("the sample can hold any text") };
        // Blank values are refused; all others make a letter.
        if let Ok(letter) = Templates::embedded().render(&context) {
            prop_assert!(letter.subject.chars().count() <= MAX_SUBJECT);
            prop_assert!(!letter.subject.contains(char::is_control));
            prop_assert!(!letter.html.contains("<b>") && !letter.html.contains("<script"));
            prop_assert!(!letter.text.contains(|c: char| c.is_control() && c != '\n'));
        } else {
            prop_assert!(!text.chars().any(char::is_alphanumeric), "refused: {text:?}");
        }
    }
}
