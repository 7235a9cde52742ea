//! A letter as somebody changes its words for one person, passage by passage.
//!
//! A passage is a section of the letter's own text, between one fence and the next; what stands around it, and the subject, stay.
//! So a part that the law asks for cannot lose its place: it is either fixed, or must still say something. What is typed means
//! only text: of the markup just headings, items, quotes and paragraphs are read, so that no link can be made. A passage that was
//! not touched keeps what was drawn from the template, links and all.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::engine::MAX_BYTES;
use crate::html;
use crate::language::{DateOrder, Language};
use crate::markup::{Block, Inline, Saying, Section, append, joined, saying};
use crate::part::Part;
use crate::requirement::{is_fixed, needs_value};
use crate::text;
use crate::value::{BREAK, clean};

/// The longest passage that somebody writes, in characters.
pub const LONGEST_PASSAGE: usize = 10_000;

/// A letter that was written.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// Its language.
    pub language: Language,
    /// Its subject.
    pub subject: &'a str,
    /// What it says, from top to bottom.
    pub sections: &'a [Section],
    /// The parts it says.
    pub parts: &'a [Part],
    /// Those of them that the law asks for.
    pub demanded: &'a [Part],
}

/// A passage as it is shown to whoever edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The parts it is.
    pub parts: Vec<Part>,
    /// Whether it stays as it is.
    pub is_fixed: bool,
    /// What it says: `# ` begins a heading, `- ` an item, `> ` quoted words; an empty line ends a paragraph.
    pub text: String,
}

/// A letter with other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// What it says, from top to bottom.
    pub sections: Vec<Section>,
    /// The letter as plain text.
    pub text: String,
    /// The letter as an HTML page.
    pub html: String,
    /// The parts it says.
    pub parts: Vec<Part>,
}

/// What is wrong with a passage. It repeats no word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// Which passage, from 0.
    pub at: usize,
    /// What is wrong with it.
    pub why: Why,
}

/// What can be wrong with a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The letter has no such passage.
    NoSuch,
    /// It stays as it is.
    Fixed,
    /// It no longer says a part that the law asks for.
    Lacks(Part),
    /// It is longer than [`LONGEST_PASSAGE`], or the letter with it than any should be.
    TooLong,
}

/// The passages of a letter, from top to bottom.
#[must_use]
pub fn passages(letter: &Written<'_>) -> Vec<Passage> {
    let all = with_room(letter.sections);
    all.iter().filter(|section| section.is_body).map(|section| passage(section, letter.language)).collect()
}

/// The letter with some passages changed.
///
/// # Errors
/// What is wrong, passage by passage.
pub fn edit(letter: &Written<'_>, changes: &BTreeMap<usize, String>) -> Result<Edited, Vec<Wrong>> {
    let mut sections = with_room(letter.sections);
    let mut wrong = Vec::new();
    let mut body: Vec<&mut Section> = sections.iter_mut().filter(|section| section.is_body).collect();
    let mut touched = BTreeMap::new();
    for (at, typed) in changes {
        let Some(section) = body.get_mut(*at) else {
            wrong.push(Wrong { at: *at, why: Why::NoSuch });
            continue;
        };
        let before = passage(section, letter.language);
        if lines(typed).eq(lines(&before.text)) {
            continue;
        }
        if before.is_fixed {
            wrong.push(Wrong { at: *at, why: Why::Fixed });
        } else if typed.chars().count() > LONGEST_PASSAGE {
            wrong.push(Wrong { at: *at, why: Why::TooLong });
        } else {
            section.blocks = read(typed);
            touched.insert(*at, before.parts);
        }
    }
    let said = |part: Part| sections.iter().any(|section| section.parts.contains(&part) && says(section, part));
    for (at, parts) in &touched {
        let lost = parts.iter().filter(|part| letter.demanded.contains(part) && !said(**part));
        wrong.extend(lost.map(|part| Wrong { at: *at, why: Why::Lacks(*part) }));
    }
    let parts = letter.parts.iter().copied().filter(|part| said(*part)).collect();
    let blocks = joined(&sections);
    let (text, html) = (text::draw(&blocks, letter.language), html::draw(&blocks, letter.subject, letter.language));
    if let Some(at) = touched.keys().next_back().filter(|_| text.len() > MAX_BYTES) {
        wrong.push(Wrong { at: *at, why: Why::TooLong });
    }
    wrong.sort_by_key(|it| it.at);
    if wrong.is_empty() { Ok(Edited { sections, text, html, parts }) } else { Err(wrong) }
}

/// The letter dated another day: where its layout gives `from` as the value of a fact, and nothing beside it, it gives `to`.
#[must_use]
pub fn redated(letter: &Written<'_>, from: Date, to: Date) -> Edited {
    let mut sections = letter.sections.to_vec();
    let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
    let facts = sections.iter_mut().filter(|section| !section.is_body).flat_map(|section| &mut section.blocks);
    for (_, said) in facts.filter_map(|block| if let Block::Facts(rows) = block { Some(rows) } else { None }).flatten()
    {
        let [Inline::Value(said) | Inline::Text(said)] = said.as_mut_slice() else { continue };
        if let Some(order) = orders.into_iter().find(|order| *said == letter.language.date(from, *order)) {
            *said = letter.language.date(to, order);
        }
    }
    let blocks = joined(&sections);
    let (text, html) = (text::draw(&blocks, letter.language), html::draw(&blocks, letter.subject, letter.language));
    Edited { sections, text, html, parts: letter.parts.to_vec() }
}

/// The sections, with room for words of one's own before and after all others of the letter's own text.
fn with_room(sections: &[Section]) -> Vec<Section> {
    let mut all = sections.to_vec();
    let room = || Section { is_body: true, ..Section::default() };
    if let Some(last) = all.iter().rposition(|it| it.is_body).filter(|at| !all[*at].parts.is_empty()) {
        all.insert(last + 1, room());
    }
    if let Some(first) = all.iter().position(|it| it.is_body).filter(|at| !all[*at].parts.is_empty()) {
        all.insert(first, room());
    }
    all
}

fn passage(section: &Section, language: Language) -> Passage {
    let one = |block: &Block| match block {
        Block::Heading(_) => format!("# {}", text::draw_block(block, language)),
        other => text::draw_block(other, language),
    };
    Passage {
        parts: section.parts.clone(),
        is_fixed: section.parts.iter().any(|part| is_fixed(*part)),
        text: section.blocks.iter().map(one).collect::<Vec<_>>().join("\n\n"),
    }
}

/// The lines of a text, however they end, without what is blank around it.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim().lines().map(str::trim_end)
}

/// Whether a section says a part, and not merely belongs to it.
fn says(section: &Section, part: Part) -> bool {
    match section.blocks.iter().map(saying).max() {
        None | Some(Saying::Nothing) => false,
        Some(Saying::Words) => !needs_value(part),
        Some(Saying::Value) => true,
    }
}

/// Reads what somebody typed. Every word of it is a value.
fn read(typed: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Whether the line goes on with the block before it.
    let mut goes_on = false;
    for line in typed.lines() {
        let trimmed = line.trim();
        let after = |mark: &str| trimmed.strip_prefix(mark);
        let words = after("# ").or_else(|| after("- ")).or_else(|| after("> ")).unwrap_or(trimmed);
        let words = clean(words).replace(BREAK, " ");
        if words.is_empty() {
            goes_on = false;
            continue;
        }
        let says = vec![Inline::Value(words)];
        let read = match trimmed.get(..2) {
            Some("# ") => Block::Heading(says),
            Some("- ") => Block::List(vec![says]),
            Some("> ") => Block::Quote(says),
            _ => Block::Paragraph(says),
        };
        match (blocks.last_mut().filter(|_| goes_on), read) {
            (Some(Block::Quote(before)), Block::Quote(more))
            | (Some(Block::Paragraph(before)), Block::Paragraph(more)) => add_line(before, more),
            (Some(Block::List(items)), Block::Paragraph(more)) if line.starts_with("  ") => {
                if let Some(item) = items.last_mut() {
                    add_line(item, more);
                }
            }
            (_, read) => append(&mut blocks, read),
        }
        goes_on = true;
    }
    blocks
}

fn add_line(before: &mut Vec<Inline>, words: Vec<Inline>) {
    before.push(Inline::Break);
    before.extend(words);
}
