//! Words within a block: plain, strong, values, links.

use serde::{Deserialize, Serialize};

use crate::value::{BEGIN, BREAK, END};

/// Words within a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// The template's own words.
    Text(String),
    /// A value.
    Value(String),
    /// A line break within a value.
    Break,
    /// Words that stand out.
    Strong(Vec<Inline>),
    /// A web page or a mailbox, shown as it is.
    Link {
        /// What is shown.
        shown: String,
        /// Where it leads.
        url: String,
    },
}

impl Inline {
    /// The values in it.
    pub(super) fn values(&self) -> Vec<&str> {
        match self {
            Self::Text(_) | Self::Break => Vec::new(),
            Self::Value(text) | Self::Link { shown: text, .. } => vec![text],
            Self::Strong(words) => words.iter().flat_map(Self::values).collect(),
        }
    }
}

/// Whose a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// Written in the template.
    Template,
    /// Inside a value, marks included.
    Value,
}

/// Every character with its place and whose it is.
pub(super) fn runs(text: &str) -> impl Iterator<Item = (usize, Run)> + '_ {
    let mut inside = false;
    text.char_indices().map(move |(at, c)| {
        let run = if inside || c == BEGIN { Run::Value } else { Run::Template };
        match c {
            BEGIN => inside = true,
            END => inside = false,
            _ => {}
        }
        (at, run)
    })
}

/// The first place where the template, not a value, says `what`.
pub(super) fn find(text: &str, what: &str) -> Option<usize> {
    runs(text).find(|(at, run)| *run == Run::Template && text[*at..].starts_with(what)).map(|(at, _)| at)
}

/// The text without its marks, line breaks as spaces.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(*c, BEGIN | END)).map(|c| if c == BREAK { ' ' } else { c }).collect()
}

/// Reads the words of a block.
pub(super) fn read(text: &str) -> Vec<Inline> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let strong = find(rest, "**").and_then(|from| Some((from, find(&rest[from + 2..], "**")?, 2)));
        let link = find(rest, "<").and_then(|from| Some((from, find(&rest[from + 1..], ">")?, 1)));
        let Some((from, length, mark)) = [strong, link].into_iter().flatten().min() else {
            spell(rest, &mut words);
            break;
        };
        spell(&rest[..from], &mut words);
        let inner = &rest[from + mark..from + mark + length];
        if mark == 2 {
            words.push(Inline::Strong(read(inner)));
        } else {
            words.extend(link_to(inner));
        }
        rest = &rest[from + mark + length + mark..];
    }
    words
}

/// Takes words without markup apart into the template's and values.
fn spell(text: &str, into: &mut Vec<Inline>) {
    let mut rest = text;
    while let Some(from) = rest.find(BEGIN) {
        if from > 0 {
            into.push(Inline::Text(rest[..from].to_owned()));
        }
        let inner = &rest[from + BEGIN.len_utf8()..];
        let (value, after) = inner.split_once(END).unwrap_or((inner, ""));
        for (line, part) in value.split(BREAK).enumerate() {
            if line > 0 {
                into.push(Inline::Break);
            }
            into.push(Inline::Value(part.to_owned()));
        }
        rest = after;
    }
    if !rest.is_empty() {
        into.push(Inline::Text(rest.to_owned()));
    }
}

/// `<…>`: a link if it is one, else just what it says.
fn link_to(inner: &str) -> Vec<Inline> {
    let shown = plain(inner).trim().to_owned();
    if is_web(&shown) {
        vec![Inline::Link { url: shown.clone(), shown }]
    } else if is_mailbox(&shown) {
        vec![Inline::Link { url: format!("mailto:{shown}"), shown }]
    } else {
        let mut words = Vec::new();
        spell(inner, &mut words);
        words
    }
}

/// Whether it is the address of a web page.
pub(super) fn is_web(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(char::is_alphanumeric) || rest.starts_with('['))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`'))
}

/// Whether it is a mailbox that can stand in a link without saying anything more.
pub(super) fn is_mailbox(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let fits = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    fits(name, "._+-") && fits(host, ".-")
}

/// What the words say, without marks of any kind.
pub(crate) fn text(words: &[Inline]) -> String {
    words
        .iter()
        .map(|word| match word {
            Inline::Text(text) | Inline::Value(text) | Inline::Link { shown: text, .. } => text.clone(),
            Inline::Break => "\n".to_owned(),
            Inline::Strong(words) => text(words),
        })
        .collect()
}
