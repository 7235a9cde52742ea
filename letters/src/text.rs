//! A document as plain text.
//!
//! A paragraph is one line, however long: whoever reads it has a screen of their own width, and a link stays whole.

use crate::language::Language;
use crate::markup::{Block, Inline};

/// The document as plain text, with `\n` at the end of each line.
pub(crate) fn draw(blocks: &[Block], language: Language) -> String {
    let mut text = String::new();
    let mut after_heading = false;
    for block in blocks {
        if !text.is_empty() {
            text.push_str(if after_heading { "\n" } else { "\n\n" });
        }
        after_heading = matches!(block, Block::Heading(_));
        text.push_str(&draw_block(block, language));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// What stands between a label and what it labels.
const fn colon(language: Language) -> &'static str {
    if matches!(language, Language::French) { "\u{a0}:" } else { ":" }
}

/// One block, without an end to its last line.
pub(crate) fn draw_block(block: &Block, language: Language) -> String {
    let colon = colon(language);
    match block {
        Block::Heading(line) | Block::Paragraph(line) | Block::Small(line) => words(line),
        Block::Quote(line) => hang(&words(line), "> ", "> "),
        Block::List(items) => items.iter().map(|item| hang(&words(item), "- ", "  ")).collect::<Vec<_>>().join("\n"),
        Block::Facts(rows) => rows
            .iter()
            .map(|(label, line)| hang(&words(line), &format!("{}{colon} ", words(label)), "  "))
            .collect::<Vec<_>>()
            .join("\n"),
        Block::Action { label, url } => format!("{}{colon}\n{url}", words(label)),
    }
}

/// The lines of a text with something before the first and something before each other.
fn hang(text: &str, first: &str, other: &str) -> String {
    let mut hung = String::new();
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            hung.push('\n');
        }
        hung.push_str(if number == 0 { first } else { other });
        hung.push_str(line);
    }
    hung
}

fn words(line: &[Inline]) -> String {
    line.iter()
        .map(|word| match word {
            Inline::Text(text) | Inline::Value(text) | Inline::Link { shown: text, .. } => text.clone(),
            Inline::Break => "\n".to_owned(),
            Inline::Strong(line) => words(line),
        })
        .collect()
}
