//! A letter on paper: a tagged PDF that a screen reader can read as well (PDF/UA-1). Behind the feature `pdf`.
//!
//! The script is Latin, Greek or Cyrillic, from left to right, in one typeface that comes with the program. A letter with
//! anything else is refused rather than printed with holes in it. No date of making is written into the file, so the same
//! letter gives the same file.
//!
//! Why krilla, and lines broken here: a letter is paragraphs, lists and a table of two columns, which a typesetting system
//! is too large for; and of the small libraries it is the one that makes tagged PDF and refuses to make it wrong.

mod font;
mod lines;
mod sheet;

use std::num::NonZeroU16;

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::tagging::{ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};

use crate::language::Language;
use crate::markup::{self, Block, Inline};
use font::Fonts;
use lines::{Style, break_into_lines};
use sheet::{Cell, Drawn, LEFT, Leaf, Row, WIDTH, draw};

/// Why a letter cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// A character that the typeface does not have. Which one is not said: it may be part of a name.
    #[error("the letter has a character that is not Latin, Greek or Cyrillic")]
    Script,
    /// The file could not be made, or would not be as accessible as it should be. The text is the library's.
    #[error("the PDF could not be made: {0}")]
    Failed(String),
}

const TITLE: Style = Style { size: 14.0, bold: true };
const HEADING: Style = Style { size: 11.5, bold: true };
const BODY: Style = Style { size: 10.5, bold: false };
const SMALL: Style = Style { size: 9.0, bold: false };

/// How far lists and quotations stand in, in points.
const INDENT: f32 = 14.0;
/// How wide the labels of facts are at most.
const LABELS: f32 = 150.0;
const GAP: f32 = 8.0;
const NARROW_GAP: f32 = 2.0;

/// Prints a letter on A4, the subject above it: what it was drawn from when it was written, so that paper says what the mail
/// said.
///
/// # Errors
///
/// See [`PdfError`].
pub fn print(language: Language, subject: &str, blocks: &[Block]) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load().ok_or_else(|| PdfError::Failed("the typeface cannot be read".to_owned()))?;
    let mut plan = Plan { fonts: &fonts, rows: Vec::new(), leaves: 0, tree: Vec::new(), headings: Vec::new() };
    plan.heading(1, &[Inline::Text(subject.to_owned())], TITLE, 0.0)?;
    for block in blocks {
        plan.block(block)?;
    }
    let Plan { rows, leaves, tree, headings, .. } = plan;

    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let settings = SerializeSettings {
        configuration: configuration.map_err(|error| PdfError::Failed(format!("{error:?}")))?,
        ..SerializeSettings::default()
    };
    let mut document = krilla::Document::new_with(settings);
    let language = language.code().to_owned();
    document
        .set_metadata(Metadata::new().title(subject.to_owned()).language(language.clone()).creator("dsr".to_owned()));
    let mut drawn = draw(&mut document, &fonts, rows, leaves)?;
    document.set_outline(outline(headings, &drawn));
    let mut tags = TagTree::new().with_lang(Some(language));
    for branch in tree {
        tags.push(branch.grown(&mut drawn));
    }
    document.set_tag_tree(tags);
    document.finish().map_err(|error| PdfError::Failed(error.to_string()))
}

/// What the letter is made of, as a screen reader is told: groups, and leaves that are drawn.
enum Branch {
    Group(TagKind, Vec<Self>),
    Leaf(TagKind, Leaf),
}

impl Branch {
    /// With what was drawn for each leaf.
    fn grown(self, drawn: &mut Drawn) -> Node {
        let group = match self {
            Self::Group(tag, branches) => {
                let nodes = branches.into_iter().map(|branch| branch.grown(drawn)).collect();
                TagGroup::with_children(tag, nodes)
            }
            Self::Leaf(tag, leaf) => TagGroup::with_children(tag, drawn.take(leaf)),
        };
        Node::Group(group)
    }
}

/// The rows of a letter, from top to bottom, and its structure.
struct Plan<'a> {
    fonts: &'a Fonts,
    rows: Vec<Row>,
    leaves: usize,
    tree: Vec<Branch>,
    /// What each heading says, the title first.
    headings: Vec<(String, Leaf)>,
}

impl Plan<'_> {
    fn block(&mut self, block: &Block) -> Result<(), PdfError> {
        match block {
            Block::Heading(words) => self.heading(2, words, HEADING, GAP * 1.75),
            Block::Paragraph(words) => self.one(Tag::P.into(), words, BODY, 0.0, GAP, false),
            Block::Small(words) => self.one(Tag::P.into(), words, SMALL, 0.0, GAP, false),
            Block::Quote(words) => {
                let leaf = self.row(words, BODY, INDENT, GAP, false)?;
                self.tree.push(Branch::Group(Tag::BlockQuote.into(), vec![Branch::Leaf(Tag::P.into(), leaf)]));
                Ok(())
            }
            Block::Action { label, url } => {
                self.one(Tag::P.into(), label, BODY, 0.0, GAP, true)?;
                self.one(Tag::P.into(), &[Inline::Value(url.clone())], BODY, INDENT, NARROW_GAP, false)
            }
            Block::List(items) => self.list(items),
            Block::Facts(rows) => self.facts(rows),
        }
    }

    fn heading(&mut self, level: u16, words: &[Inline], style: Style, gap: f32) -> Result<(), PdfError> {
        let title = markup::text(words).replace('\n', " ");
        let tag = Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(title.clone()));
        let leaf = self.row(words, style, 0.0, gap, true)?;
        self.headings.push((title, leaf));
        self.tree.push(Branch::Leaf(tag.into(), leaf));
        Ok(())
    }

    /// Words in a row of their own.
    fn one(
        &mut self,
        tag: TagKind,
        words: &[Inline],
        style: Style,
        indent: f32,
        gap: f32,
        with_next: bool,
    ) -> Result<(), PdfError> {
        let leaf = self.row(words, style, indent, gap, with_next)?;
        self.tree.push(Branch::Leaf(tag, leaf));
        Ok(())
    }

    fn row(
        &mut self,
        words: &[Inline],
        style: Style,
        indent: f32,
        gap: f32,
        with_next: bool,
    ) -> Result<Leaf, PdfError> {
        let cell = self.cell(words, style, indent, WIDTH - indent)?;
        let leaf = cell.leaf;
        self.rows.push(Row { gap, with_next, size: style.size, cells: vec![cell] });
        Ok(leaf)
    }

    fn cell(&mut self, words: &[Inline], style: Style, indent: f32, width: f32) -> Result<Cell, PdfError> {
        let lines = break_into_lines(words, style, width, self.fonts)?;
        self.leaves += 1;
        Ok(Cell { leaf: Leaf(self.leaves - 1), left: LEFT + indent, lines })
    }

    fn list(&mut self, items: &[Vec<Inline>]) -> Result<(), PdfError> {
        let mut branches = Vec::new();
        for (number, item) in items.iter().enumerate() {
            let bullet = self.cell(&[Inline::Text("•".to_owned())], BODY, 2.0, INDENT)?;
            let body = self.cell(item, BODY, INDENT, WIDTH - INDENT)?;
            branches.push(Branch::Group(
                Tag::LI.into(),
                vec![Branch::Leaf(Tag::Lbl.into(), bullet.leaf), Branch::Leaf(Tag::LBody.into(), body.leaf)],
            ));
            let gap = if number == 0 { GAP } else { NARROW_GAP };
            self.rows.push(Row { gap, with_next: false, size: BODY.size, cells: vec![bullet, body] });
        }
        self.tree.push(Branch::Group(Tag::L(ListNumbering::Disc).into(), branches));
        Ok(())
    }

    fn facts(&mut self, facts: &[(Vec<Inline>, Vec<Inline>)]) -> Result<(), PdfError> {
        let widest = facts.iter().map(|(label, _)| self.fonts.width(&markup::text(label), BODY));
        let labels = widest.fold(0.0_f32, f32::max).min(LABELS) + 2.0 * GAP;
        let mut branches = Vec::new();
        for (number, (label, words)) in facts.iter().enumerate() {
            let label = self.cell(label, BODY, 0.0, labels - GAP)?;
            let words = self.cell(words, Style { bold: true, ..BODY }, labels, WIDTH - labels)?;
            let header = Branch::Leaf(Tag::TH(TableHeaderScope::Row).into(), label.leaf);
            branches.push(Branch::Group(Tag::TR.into(), vec![header, Branch::Leaf(Tag::TD.into(), words.leaf)]));
            let gap = if number == 0 { GAP } else { NARROW_GAP };
            self.rows.push(Row { gap, with_next: false, size: BODY.size, cells: vec![label, words] });
        }
        self.tree.push(Branch::Group(Tag::Table.into(), branches));
        Ok(())
    }
}

/// The title, and the headings under it.
fn outline(headings: Vec<(String, Leaf)>, drawn: &Drawn) -> Outline {
    let mut nodes =
        headings.into_iter().filter_map(|(title, leaf)| Some(OutlineNode::new(title, drawn.destination(leaf)?)));
    let mut outline = Outline::new();
    if let Some(mut title) = nodes.next() {
        nodes.for_each(|heading| title.push_child(heading));
        outline.push_child(title);
    }
    outline
}
