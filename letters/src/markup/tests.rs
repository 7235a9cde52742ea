//! What is read as markup, and what never is.

use rstest::rstest;

use super::*;
use crate::value::{BEGIN, END, clean};

/// A value as it arrives from a template.
fn value(text: &str) -> String {
    format!("{BEGIN}{}{END}", clean(text))
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.to_owned())]
}

#[test]
fn every_kind_of_line_is_read() {
    let document = parse(
        "# Heading\none\ntwo\n\n- a\n\n- b\n> asked\n^ small\n| Label | 1 |\n| Other | 2 |\n[Go](https://example.com/x)\n",
    );
    let expected = vec![
        Block::Heading(words("Heading")),
        Block::Paragraph(words("one two")),
        Block::List(vec![words("a"), words("b")]),
        Block::Quote(words("asked")),
        Block::Small(words("small")),
        Block::Facts(vec![(words("Label"), words("1")), (words("Other"), words("2"))]),
        Block::Action { label: words("Go"), url: "https://example.com/x".to_owned() },
    ];
    assert_eq!(document.map(|document| document.blocks()), Ok(expected));
}

#[rstest]
#[case("# not a heading")]
#[case("- not an item")]
#[case("::: reasons")]
#[case("[not](https://a.link)")]
#[case("**not strong** <https://example.com>")]
#[case("| not | a fact |")]
fn a_value_is_never_markup(#[case] text: &str) {
    let Ok(document) = parse(&value(text)) else { panic!("a value cannot make a document fail") };
    assert_eq!(document.blocks(), [Block::Paragraph(vec![Inline::Value(text.to_owned())])]);
    assert!(document.parts.is_empty());
}

#[test]
fn a_value_cannot_leave_its_cell() {
    let document = parse(&format!("| Label | {} |", value("a | b\n| c | d |")));
    let cell = vec![Inline::Value("a | b".to_owned()), Inline::Break, Inline::Value("| c | d |".to_owned())];
    assert_eq!(document.map(|document| document.blocks()), Ok(vec![Block::Facts(vec![(words("Label"), cell)])]));
}

#[rstest]
#[case("::: reasons\n:::", false)]
#[case("::: reasons\n# Why\n:::", false)]
#[case("::: reasons\nplain words\n:::", true)]
#[case("::: reasons\nBecause of {}.\n:::", false)]
#[case("::: reasons\n- {}\n:::", false)]
#[case("::: reasons\nBecause of {}.\n\nWe are sorry.\n:::", true)]
#[case("outside", false)]
fn a_part_is_there_only_if_it_says_something(#[case] template: &str, #[case] there: bool) {
    let Ok(document) = parse(&template.replace("{}", &value(" - "))) else { panic!("all of these are documents") };
    assert_eq!(document.parts.contains(&Part::Reasons), there);
}

#[test]
fn parts_can_stand_in_one_another_and_side_by_side() {
    let Ok(document) = parse("::: what_remains reasons\na\n::: legal_basis\nb\n:::\n:::") else {
        panic!("well-formed")
    };
    assert_eq!(document.parts, BTreeSet::from([Part::WhatRemains, Part::Reasons, Part::LegalBasis]));
}

#[rstest]
#[case("::: nonsense\n:::", MarkupError::UnknownPart("nonsense".to_owned()))]
#[case(":::", MarkupError::Unopened)]
#[case("::: reasons\na", MarkupError::Unclosed("reasons".to_owned()))]
#[case("[Go](javascript:alert(1))", MarkupError::Link)]
#[case("[Go](https://a b)", MarkupError::Link)]
#[case("[Go](mailto:a@b?bcc=c@d)", MarkupError::Link)]
fn what_is_no_document_is_refused(#[case] rendered: &str, #[case] error: MarkupError) {
    assert_eq!(parse(rendered), Err(error));
}

#[rstest]
#[case("https://example.com/a?b=c", Some("https://example.com/a?b=c"))]
#[case("privacy@example.com", Some("mailto:privacy@example.com"))]
#[case("+49 30 1234", None)]
#[case("javascript:alert(1)", None)]
#[case("a@b?cc=d", None)]
fn a_contact_becomes_a_link_only_if_it_is_one(#[case] contact: &str, #[case] url: Option<&str>) {
    let Ok(document) = parse(&format!("Write to <{}>.", value(contact))) else { panic!("a contact is words") };
    let Some(Block::Paragraph(words)) = document.blocks().into_iter().next() else { panic!("a paragraph") };
    let found = words.iter().find_map(|word| match word {
        Inline::Link { url, .. } => Some(url.as_str()),
        _ => None,
    });
    assert_eq!(found, url);
    assert_eq!(text(&words), format!("Write to {contact}."));
}
