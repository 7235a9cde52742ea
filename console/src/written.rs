//! A letter as a page shows it: its blocks with every word escaped, and the parts that the law asks for.

use entities::letter::demand::Demand;
use letters::markup::{Block, Inline};

use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// Some words of a letter.
pub struct Piece {
    /// The words; none for a line break.
    pub text: Option<String>,
    /// Whether they stand out.
    pub is_strong: bool,
}

/// A block of a letter. No link in it can be followed here.
pub enum Shown {
    /// A heading.
    Heading(Vec<Piece>),
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// Quoted words.
    Quote(Vec<Piece>),
    /// Small print.
    Small(Vec<Piece>),
    /// A list.
    List(Vec<Vec<Piece>>),
    /// Labels and their values.
    Facts(Vec<(Vec<Piece>, Vec<Piece>)>),
    /// A link to follow: what it says, and where it leads.
    Action(Vec<Piece>, String),
}

/// The blocks of a letter.
#[must_use]
pub fn shown(blocks: &[Block]) -> Vec<Shown> {
    let one = |block: &Block| match block {
        Block::Heading(words) => Shown::Heading(pieces(words)),
        Block::Paragraph(words) => Shown::Paragraph(pieces(words)),
        Block::Quote(words) => Shown::Quote(pieces(words)),
        Block::Small(words) => Shown::Small(pieces(words)),
        Block::List(items) => Shown::List(items.iter().map(|item| pieces(item)).collect()),
        Block::Facts(facts) => {
            Shown::Facts(facts.iter().map(|(label, value)| (pieces(label), pieces(value))).collect())
        }
        Block::Action { label, url } => Shown::Action(pieces(label), url.clone()),
    };
    blocks.iter().map(one).collect()
}

fn pieces(words: &[Inline]) -> Vec<Piece> {
    let plain = |text: &String| vec![Piece { text: Some(text.clone()), is_strong: false }];
    let one = |word: &Inline| match word {
        Inline::Text(text) | Inline::Value(text) | Inline::Link { shown: text, .. } => plain(text),
        Inline::Break => vec![Piece { text: None, is_strong: false }],
        Inline::Strong(words) => {
            pieces(words).into_iter().map(|piece| Piece { is_strong: true, ..piece }).collect::<Vec<_>>()
        }
    };
    words.iter().flat_map(one).collect()
}

/// A part that a letter has, or lacks.
pub struct PartRow {
    /// What it is.
    pub what: String,
    /// The provision that asks for it.
    pub source: String,
    /// Whether it is there.
    pub tag: Tag,
}

/// The parts that the law asks for of a letter, each there or not.
#[must_use]
pub fn parts(s: &Shell, wanted: &[Demand], has: &[String]) -> Vec<PartRow> {
    let row = |wanted: &Demand| {
        let tag = match has.iter().any(|it| it == wanted.part.as_str()) {
            true => Tag::new(Tone::Good, s.t("part-there")),
            false => Tag::new(Tone::Warn, s.t("part-lacks")),
        };
        PartRow { what: s.word("part", wanted.part.as_str()), source: wanted.source.clone(), tag }
    };
    wanted.iter().map(row).collect()
}

/// What a letter lacks, as it was said when it could not be written: a part with the provision in brackets, or a thing of ours.
#[must_use]
pub fn lacking(s: &Shell, missing: &str) -> (String, String) {
    let (word, source) = match missing.split_once(" (") {
        Some((word, source)) => (word, source.strip_suffix(')').unwrap_or(source)),
        None => (missing, ""),
    };
    let word = if word.starts_with("occasion for") { "occasion" } else { word };
    let what = s.w.known("part", word).or_else(|| s.w.known("lacks", word));
    (what.unwrap_or_else(|| word.to_owned()), source.to_owned())
}
