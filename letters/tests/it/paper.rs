//! Letters on paper: what they say can be read back, by people, by programs and by screen readers.

use std::io::Write;
use std::process::{Command, Stdio};

use letters::context::Context;
use letters::context::decision::Refusal;
use letters::context::samples;
use letters::kind::LetterKind;
use letters::language::Language;
use letters::letter::Letter;
use letters::pdf::{PdfError, print};
use letters::templates::Templates;

fn written(context: &Context) -> Letter {
    match Templates::embedded().render(context) {
        Ok(letter) => letter,
        Err(error) => panic!("{error}"),
    }
}

fn printed(letter: &Letter) -> Vec<u8> {
    match print(letter.language, &letter.subject, &letter.document.blocks()) {
        Ok(pdf) => pdf,
        Err(error) => panic!("{}: {error}", letter.kind),
    }
}

/// What a program of poppler says of a PDF.
fn asked(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else { panic!("{program} is not there; install poppler-utils") };
    let Some(mut input) = child.stdin.take() else { panic!("it reads from us") };
    let pdf = pdf.to_vec();
    let feeder = std::thread::spawn(move || input.write_all(&pdf));
    let Ok(output) = child.wait_with_output() else { panic!("{program} ends") };
    assert!(output.status.success(), "{program} could not read it");
    assert!(feeder.join().is_ok());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Without spaces and line breaks, which paper has in other places.
fn letters_only(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn all_a_letter_says_can_be_read_back() {
    for language in Language::ALL {
        for kind in [LetterKind::Acknowledgement, LetterKind::Refusal, LetterKind::AnswerAccess, LetterKind::Overdue] {
            let letter = written(&samples::one(kind, language));
            let read = letters_only(&asked("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], &printed(&letter)));
            assert!(read.contains(&letters_only(&letter.subject)), "{language}/{kind}");
            for word in letter.text.split_whitespace().filter(|word| !matches!(*word, "-" | ">" | ":")) {
                let word = word.trim_end_matches(':');
                assert!(read.contains(word), "{language}/{kind}: {word}");
            }
        }
    }
}

#[test]
fn greek_and_cyrillic_are_printed_too() {
    let reason = "Η ηχογράφηση περιέχει και άλλη φωνή. Запись содержит и другой голос. Łódź, Þórr, Öğüş";
    let refusal = Refusal { reasons: vec![reason.to_owned()], ..Refusal::sample(Language::English) };
    let read =
        asked("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], &printed(&written(&Context::Refusal(refusal))));
    assert!(letters_only(&read).contains(&letters_only(reason)), "{read}");
}

#[test]
fn a_letter_is_tagged_and_says_its_title() {
    let letter = written(&samples::one(LetterKind::AnswerErasure, Language::German));
    let pdf = printed(&letter);
    let said = asked("pdfinfo", &["-"], &pdf);
    let says = |label: &str, value: &str| {
        said.lines().any(|line| line.strip_prefix(label).is_some_and(|rest| rest.trim() == value))
    };
    assert!(says("Tagged:", "yes"), "{said}");
    assert!(says("Title:", &letter.subject), "{said}");
    assert!(says("Page size:", "595.28 x 841.89 pts (A4)"), "{said}");
    assert!(!said.contains("CreationDate"), "{said}");

    let structure = asked("pdfinfo", &["-struct", "-"], &pdf);
    let elements: Vec<&str> = structure.lines().filter_map(|line| line.trim().split([' ', ':']).next()).collect();
    for element in ["H1", "H2", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD"] {
        assert!(elements.contains(&element), "{element}: {structure}");
    }
}

#[test]
fn a_long_letter_has_several_sheets_with_numbers() {
    let reasons = (0..80).map(|number| format!("Reason {number}: {}", "because ".repeat(30))).collect();
    let letter = written(&Context::Refusal(Refusal { reasons, ..Refusal::sample(Language::English) }));
    let read = asked("pdftotext", &["-layout", "-enc", "UTF-8", "-", "-"], &printed(&letter));
    let sheets = read.matches('\u{c}').count();
    assert!(sheets > 2);
    for number in 1..=sheets {
        assert!(letters_only(&read).contains(&format!("{number}/{sheets}")), "{number}");
    }
    for number in 0..80 {
        assert!(read.contains(&format!("Reason {number}:")), "{number}");
    }
}

#[test]
fn what_the_typeface_cannot_write_is_refused() {
    for reason in ["\u{5d0}\u{5d1}", "漢字", "🙂 yes"] {
        let refusal = Refusal { reasons: vec![reason.to_owned() + " a"], ..Refusal::sample(Language::English) };
        let letter = written(&Context::Refusal(refusal));
        let printed = print(letter.language, &letter.subject, &letter.document.blocks());
        assert_eq!(printed, Err(PdfError::Script), "{reason}");
    }
}

#[test]
fn a_letter_is_printed_the_same_again() {
    let letter = written(&samples::one(LetterKind::Refusal, Language::French));
    assert_eq!(printed(&letter), printed(&letter));
}
