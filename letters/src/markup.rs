//! The markup that templates are written in, and the document it is read into.
//!
//! | line | means |
//! |---|---|
//! | words | a paragraph; it ends at an empty line, line breaks within it are spaces |
//! | `# words` | a heading |
//! | `- words` | an item of a list |
//! | `> words` | quoted words, such as a question that a person wrote |
//! | `^ words` | small print |
//! | `\| label \| value \|` | a fact |
//! | `[label](url)` | a link to follow, on a line of its own |
//! | `::: reasons` … `:::` | what is in between is the part `reasons` ([`Part`]); several parts may be named; a heading at its end with nothing under it is left out |
//!
//! Within words, `**so**` is strong and `<https://…>` or `<name@host>` is a link.
//!
//! Values are never markup: they are marked when they enter (`value.rs`) and read here as what they are.

pub mod inline;

use std::collections::BTreeSet;

pub use inline::Inline;
pub(crate) use inline::text;

use serde::{Deserialize, Serialize};

use crate::part::Part;
use crate::value;
use inline::{Run, runs};

/// The fence that stands around the body within a layout.
pub(crate) const BODY: &str = "body";

/// What a letter is before it is drawn as text, as HTML or on paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// From top to bottom, none of them empty.
    pub sections: Vec<Section>,
    /// The parts that say something. A heading alone says nothing, nor do words around values that are all blank.
    pub parts: BTreeSet<Part>,
    /// Those of them that say it with a value.
    pub(crate) valued: BTreeSet<Part>,
    /// Whether the fence of the body is there and something in it.
    pub(crate) has_body: bool,
}

impl Document {
    /// Its blocks, from top to bottom.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        joined(&self.sections)
    }
}

/// What stands in a document between one fence and the next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// The parts it is, or belongs to.
    pub parts: Vec<Part>,
    /// Whether it is of the letter's own text, and not of the layout around it.
    pub is_body: bool,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// The blocks of some sections, from top to bottom; a list or facts that go on across a fence are one.
pub fn joined(sections: &[Section]) -> Vec<Block> {
    let mut all = Vec::new();
    for block in sections.iter().flat_map(|section| &section.blocks) {
        append(&mut all, block.clone());
    }
    all
}

/// Adds a block, to a list or to facts before it if it goes on with them.
pub(crate) fn append(to: &mut Vec<Block>, block: Block) {
    match (to.last_mut(), block) {
        (Some(Block::List(before)), Block::List(items)) => before.extend(items),
        (Some(Block::Facts(before)), Block::Facts(rows)) => before.extend(rows),
        (_, block) => to.push(block),
    }
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading(Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Quoted words.
    Quote(Vec<Inline>),
    /// Small print.
    Small(Vec<Inline>),
    /// A list.
    List(Vec<Vec<Inline>>),
    /// Labels and their values.
    Facts(Vec<(Vec<Inline>, Vec<Inline>)>),
    /// A link to follow.
    Action {
        /// What it says.
        label: Vec<Inline>,
        /// Where it leads: `https:`, `http:` or `mailto:`.
        url: String,
    },
}

/// What was rendered is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkupError {
    /// A fence names something that is no part.
    #[error("`{0}` is not a part of a letter")]
    UnknownPart(String),
    /// A fence without a name closes nothing.
    #[error("`:::` closes a part that was not opened")]
    Unopened,
    /// A fence is never closed.
    #[error("the part `{0}` is not closed with `:::`")]
    Unclosed(String),
    /// A link that leads nowhere we would send anybody. Its address is not shown: it may be secret.
    #[error("a link must begin with `https:`, `http:` or `mailto:` and contain no spaces")]
    Link,
}

/// Reads what a template rendered.
pub(crate) fn parse(rendered: &str) -> Result<Document, MarkupError> {
    let mut reader = Reader::default();
    for line in rendered.lines() {
        reader.line(line.trim())?;
    }
    reader.flush()?;
    if let Some((names, _)) = reader.open.pop() {
        return Err(MarkupError::Unclosed(names.join(" ")));
    }
    reader.document.sections.retain(|section| !section.blocks.is_empty());
    Ok(reader.document)
}

#[derive(Default)]
struct Reader {
    document: Document,
    /// The fences that are open, the innermost last: their names, and how many sections there were before.
    open: Vec<(Vec<String>, usize)>,
    /// The lines of the paragraph at hand.
    paragraph: String,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), MarkupError> {
        if let Some(names) = line.strip_prefix(":::") {
            self.flush()?;
            return self.fence(names);
        }
        if line.is_empty() {
            return self.flush();
        }
        if let Some(words) = line.strip_prefix("# ") {
            self.block(Block::Heading(inline::read(words)))
        } else if let Some(words) = line.strip_prefix("- ") {
            self.block(Block::List(vec![inline::read(words)]))
        } else if let Some(words) = line.strip_prefix("> ") {
            self.block(Block::Quote(inline::read(words)))
        } else if let Some(words) = line.strip_prefix("^ ") {
            self.block(Block::Small(inline::read(words)))
        } else if let Some((label, words)) = fact(line) {
            self.block(Block::Facts(vec![(inline::read(&label), inline::read(&words))]))
        } else if let Some((label, url)) = action(line) {
            let url = inline::plain(&url);
            let safe = inline::is_web(&url) || url.strip_prefix("mailto:").is_some_and(inline::is_mailbox);
            if !safe {
                return Err(MarkupError::Link);
            }
            self.block(Block::Action { label: inline::read(&label), url })
        } else {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line);
            Ok(())
        }
    }

    fn fence(&mut self, names: &str) -> Result<(), MarkupError> {
        let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
        if names.is_empty() {
            let (_, before) = self.open.pop().ok_or(MarkupError::Unopened)?;
            // A heading with nothing under it says nothing, and its part has nothing to say.
            for section in self.document.sections[before..].iter_mut().rev() {
                while matches!(section.blocks.last(), Some(Block::Heading(_))) {
                    section.blocks.pop();
                }
                if !section.blocks.is_empty() {
                    break;
                }
            }
            self.begin();
            return Ok(());
        }
        if let Some(unknown) = names.iter().find(|name| *name != BODY && name.parse::<Part>().is_err()) {
            return Err(MarkupError::UnknownPart(unknown.clone()));
        }
        self.open.push((names, self.document.sections.len()));
        self.begin();
        Ok(())
    }

    /// Begins a section within the fences that are open.
    fn begin(&mut self) {
        let names = || self.open.iter().flat_map(|(names, _)| names);
        let parts: BTreeSet<Part> = names().filter_map(|name| name.parse().ok()).collect();
        let is_body = names().any(|name| name == BODY);
        let section = Section { parts: parts.into_iter().collect(), is_body, blocks: Vec::new() };
        self.document.sections.push(section);
    }

    fn flush(&mut self) -> Result<(), MarkupError> {
        if self.paragraph.is_empty() {
            return Ok(());
        }
        let paragraph = std::mem::take(&mut self.paragraph);
        self.push(Block::Paragraph(inline::read(&paragraph)));
        Ok(())
    }

    fn block(&mut self, block: Block) -> Result<(), MarkupError> {
        self.flush()?;
        self.push(block);
        Ok(())
    }

    /// Adds a block to the section at hand. What is empty altogether is left out.
    fn push(&mut self, block: Block) {
        let saying = saying(&block);
        for name in self.open.iter().flat_map(|(names, _)| names) {
            match name.parse::<Part>() {
                Ok(part) if saying != Saying::Nothing => {
                    self.document.parts.insert(part);
                    if saying == Saying::Value {
                        self.document.valued.insert(part);
                    }
                }
                Ok(_) => {}
                Err(_) => self.document.has_body = true,
            }
        }
        if is_empty(&block) {
            return;
        }
        if self.document.sections.is_empty() {
            self.begin();
        }
        if let Some(section) = self.document.sections.last_mut() {
            append(&mut section.blocks, block);
        }
    }
}

/// `| label | value |`, the strokes of values left alone.
fn fact(line: &str) -> Option<(String, String)> {
    let cells = split(line.strip_prefix('|')?, '|');
    match &cells[..] {
        [label, words] | [label, words, _] => Some((label.trim().to_owned(), words.trim().to_owned())),
        _ => None,
    }
}

/// `[label](url)`.
fn action(line: &str) -> Option<(String, String)> {
    let inner = line.strip_prefix('[')?.strip_suffix(')')?;
    let at = inline::find(inner, "](")?;
    Some((inner[..at].to_owned(), inner[at + 2..].to_owned()))
}

/// Splits at a character of the template's, never at one of a value's.
fn split(text: &str, by: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    for (at, run) in runs(text) {
        let c = text[at..].chars().next().unwrap_or(by);
        if c == by && matches!(run, Run::Template) {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
    }
    cells
}

/// What a block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Saying {
    /// Nothing.
    Nothing,
    /// Something, in words alone.
    Words,
    /// Something, with a value.
    Value,
}

/// What a block says.
pub(crate) fn saying(block: &Block) -> Saying {
    match block {
        Block::Heading(_) => Saying::Nothing,
        Block::Paragraph(line) | Block::Quote(line) | Block::Small(line) => words_saying(line),
        Block::List(items) => items.iter().map(|item| words_saying(item)).max().unwrap_or(Saying::Nothing),
        Block::Facts(rows) => rows.iter().map(|(_, line)| words_saying(line)).max().unwrap_or(Saying::Nothing),
        Block::Action { .. } => Saying::Value,
    }
}

/// Words with values say something if one of the values does; words without, if they are words.
fn words_saying(line: &[Inline]) -> Saying {
    let mut values = line.iter().flat_map(Inline::values).peekable();
    if values.peek().is_some() {
        if values.any(value::says_something) { Saying::Value } else { Saying::Nothing }
    } else if value::says_something(&text(line)) {
        Saying::Words
    } else {
        Saying::Nothing
    }
}

fn is_empty(block: &Block) -> bool {
    let blank = |words: &[Inline]| text(words).trim().is_empty();
    match block {
        Block::Heading(words) | Block::Paragraph(words) | Block::Quote(words) | Block::Small(words) => blank(words),
        Block::List(items) => items.iter().all(|item| blank(item)),
        Block::Facts(rows) => rows.iter().all(|(_, words)| blank(words)),
        Block::Action { .. } => false,
    }
}

#[cfg(test)]
mod tests;
