//! The typeface: Noto Sans, for Latin, Greek and Cyrillic (`fonts/OFL.txt`).

use krilla::text::Font;
use rustybuzz::{Direction, Face, UnicodeBuffer, shape};

use super::lines::Style;

static REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");

/// Both weights, to measure with and to draw with.
pub(super) struct Fonts {
    regular: (Face<'static>, Font),
    bold: (Face<'static>, Font),
}

impl Fonts {
    /// Reads both weights; they are part of the program.
    pub(super) fn load() -> Option<Self> {
        let weight = |data: &'static [u8]| Some((Face::from_slice(data, 0)?, Font::new(data.into(), 0)?));
        Some(Self { regular: weight(REGULAR)?, bold: weight(BOLD)? })
    }

    fn weight(&self, bold: bool) -> &(Face<'static>, Font) {
        if bold { &self.bold } else { &self.regular }
    }

    /// To draw with.
    pub(super) fn drawn_with(&self, bold: bool) -> Font {
        self.weight(bold).1.clone()
    }

    /// Whether the typeface has all of its characters.
    pub(super) fn has(&self, text: &str, bold: bool) -> bool {
        text.chars().all(|c| self.weight(bold).0.glyph_index(c).is_some())
    }

    /// How wide the text is in points, shaped as it will be drawn.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let face = &self.weight(style.bold).0;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let advance: i32 = shape(face, &[], buffer).glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        #[expect(clippy::cast_precision_loss, reason = "a line is a few thousand units, far below 2^24")]
        let advance = advance as f32;
        #[expect(clippy::cast_precision_loss, reason = "units per em are at most 16,384")]
        let units = face.units_per_em() as f32;
        advance / units * style.size
    }
}
