//! Putting rows on sheets of A4.

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag};
use krilla::text::TextDirection;

use super::PdfError;
use super::font::Fonts;
use super::lines::{Line, Style};

/// A4 in points, and its margins.
const PAGE: (f32, f32) = (595.28, 841.89);
pub(super) const LEFT: f32 = 71.0;
const TOP: f32 = 71.0;
const BOTTOM: f32 = 85.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;

/// From one baseline to the next, as a multiple of the size.
const LEADING: f32 = 1.38;
const NUMBER: Style = Style { size: 9.0, bold: false };

/// Which leaf of the structure something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf(pub(super) usize);

/// Words beside others, or alone.
pub(super) struct Cell {
    pub(super) leaf: Leaf,
    pub(super) left: f32,
    pub(super) lines: Vec<Line>,
}

/// Cells that begin at the same height.
pub(super) struct Row {
    /// Room above it.
    pub(super) gap: f32,
    /// Whether it must not be the last on its sheet.
    pub(super) with_next: bool,
    pub(super) size: f32,
    pub(super) cells: Vec<Cell>,
}

/// What was drawn for each leaf, in reading order, and where it begins.
pub(super) struct Drawn {
    identifiers: Vec<Vec<Identifier>>,
    begins: Vec<Option<(usize, Point)>>,
}

impl Drawn {
    /// Where the leaf begins, to be jumped to.
    pub(super) fn destination(&self, leaf: Leaf) -> Option<XyzDestination> {
        let (sheet, at) = (*self.begins.get(leaf.0)?)?;
        Some(XyzDestination::new(sheet, at))
    }

    /// What was drawn for the leaf.
    pub(super) fn take(&mut self, leaf: Leaf) -> Vec<Node> {
        self.identifiers.get_mut(leaf.0).map(std::mem::take).unwrap_or_default().into_iter().map(Node::Leaf).collect()
    }
}

/// A line in its place.
struct Placed {
    leaf: Leaf,
    at: Point,
    size: f32,
    line: Line,
}

/// Draws all rows, on as many sheets as it takes; more than one are numbered.
pub(super) fn draw(
    document: &mut krilla::Document,
    fonts: &Fonts,
    rows: Vec<Row>,
    leaves: usize,
) -> Result<Drawn, PdfError> {
    let mut drawn = Drawn { identifiers: vec![Vec::new(); leaves], begins: vec![None; leaves] };
    let sheets = place(rows);
    let count = sheets.len();
    for (number, sheet) in sheets.into_iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
        let settings = settings.ok_or_else(|| PdfError::Failed("A4 is a size of paper".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for placed in sheet {
            let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            draw_line(&mut surface, fonts, &placed);
            surface.end_tagged();
            let leaf = placed.leaf.0;
            if let (Some(identifiers), Some(begins)) = (drawn.identifiers.get_mut(leaf), drawn.begins.get_mut(leaf)) {
                identifiers.push(identifier);
                begins.get_or_insert((number, Point::from_xy(placed.at.x, placed.at.y - placed.size)));
            }
        }
        if count > 1 {
            draw_number(&mut surface, fonts, number + 1, count);
        }
        surface.finish();
        page.finish();
    }
    Ok(drawn)
}

fn place(rows: Vec<Row>) -> Vec<Vec<Placed>> {
    let lowest = PAGE.1 - BOTTOM;
    let mut sheets = vec![Vec::new()];
    let mut y = TOP;
    for row in rows {
        let step = row.size * LEADING;
        let deepest = row.cells.iter().map(|cell| cell.lines.len()).max().unwrap_or_default();
        // What goes with the next wants room for itself and two lines more.
        #[expect(clippy::cast_precision_loss, reason = "headings have a few lines")]
        let needed = if row.with_next { step * (deepest + 2) as f32 } else { step };
        let fresh = sheets.last().is_none_or(Vec::is_empty);
        if !fresh && y + row.gap + needed > lowest {
            sheets.push(Vec::new());
            y = TOP;
        } else if !fresh {
            y += row.gap;
        }
        let mut columns: Vec<(Leaf, f32, std::vec::IntoIter<Line>)> =
            row.cells.into_iter().map(|cell| (cell.leaf, cell.left, cell.lines.into_iter())).collect();
        for _ in 0..deepest {
            if y + step > lowest {
                sheets.push(Vec::new());
                y = TOP;
            }
            y += step;
            for (leaf, left, lines) in &mut columns {
                if let (Some(line), Some(sheet)) = (lines.next(), sheets.last_mut()) {
                    sheet.push(Placed { leaf: *leaf, at: Point::from_xy(*left, y), size: row.size, line });
                }
            }
        }
    }
    sheets
}

fn draw_line(surface: &mut Surface<'_>, fonts: &Fonts, placed: &Placed) {
    let mut at = placed.at;
    for stretch in &placed.line {
        let (text, bold) = (stretch.text.as_str(), stretch.bold);
        surface.draw_text(at, fonts.drawn_with(bold), placed.size, text, false, TextDirection::LeftToRight);
        at.x += fonts.width(text, Style { size: placed.size, bold });
    }
}

fn draw_number(surface: &mut Surface<'_>, fonts: &Fonts, number: usize, count: usize) {
    let text = format!("{number} / {count}");
    let at = Point::from_xy(PAGE.0 - LEFT - fonts.width(&text, NUMBER), PAGE.1 - BOTTOM / 2.0);
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)));
    surface.draw_text(at, fonts.drawn_with(NUMBER.bold), NUMBER.size, &text, false, TextDirection::LeftToRight);
    surface.end_tagged();
}
