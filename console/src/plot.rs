//! Plots as inline SVG: bars with their numbers beside, drawn from data, and the same as a table for whoever does not see them.
//!
//! Colours come from the style sheet by class, so a plot keeps to the theme; no number is told by its colour alone.

use crate::parts::Tone;

/// The drawing's width, in its own units: about a pixel each on a phone.
const WIDTH: u32 = 360;
/// Where the tallest bar begins.
const TOP: u32 = 18;
/// How tall it is.
const TALL: u32 = 110;
/// A line of a plot that lies.
const ROW: u32 = 26;

/// One number.
pub struct Point {
    /// What it counts.
    pub label: String,
    /// The same in a few letters, to stand beneath a bar.
    pub short: String,
    /// How many there are.
    pub count: i64,
    /// How loud it is.
    pub tone: Tone,
    /// The list of what is counted, if whoever looks may see it.
    pub address: Option<String>,
}

/// A bar, where it stands.
pub struct Bar {
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// How wide it is.
    pub width: u32,
    /// How tall it is.
    pub height: u32,
    /// Its middle, for the texts above and beneath.
    pub middle: u32,
    /// What it counts.
    pub point: Point,
}

impl Bar {
    /// Its colour, as a class.
    #[must_use]
    pub fn class(&self) -> &'static str {
        self.point.tone.class()
    }

    /// Where the number above it stands.
    #[must_use]
    pub fn above(&self) -> u32 {
        self.y - 5
    }

    /// Where the number behind it stands, in a plot that lies.
    #[must_use]
    pub fn behind(&self) -> u32 {
        self.x + self.width + 6
    }
}

/// A plot.
pub struct Plot {
    /// Its id on the page.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// The same in a sentence, with the numbers that matter.
    pub says: String,
    /// What the first column of its table names.
    pub of: String,
    /// Whether its bars lie.
    pub lies: bool,
    /// How tall the drawing is.
    pub height: u32,
    /// Its bars.
    pub bars: Vec<Bar>,
}

impl Plot {
    /// Bars that stand side by side.
    #[must_use]
    pub fn standing(id: &'static str, title: String, says: String, of: String, points: Vec<Point>) -> Self {
        let most = most(&points);
        let step = WIDTH / u32::try_from(points.len()).unwrap_or(u32::MAX).max(1);
        let bar = |(at, point): (u32, Point)| {
            let height = length(point.count, most, TALL);
            let (x, width) = (at * step + step / 8, step - step / 4);
            Bar { x, y: TOP + TALL - height, width, height, middle: x + width / 2, point }
        };
        let bars = (0..).zip(points).map(bar).collect();
        Self { id, title, says, of, lies: false, height: TOP + TALL + 22, bars }
    }

    /// Bars that lie, one under the other, with room for long labels.
    #[must_use]
    pub fn lying(id: &'static str, title: String, says: String, of: String, points: Vec<Point>) -> Self {
        let most = most(&points);
        let x = WIDTH * 2 / 5;
        let bar = |(at, point): (u32, Point)| {
            let width = length(point.count, most, WIDTH - x - 48);
            Bar { x, y: at * ROW + 5, width, height: ROW - 10, middle: at * ROW + ROW / 2 + 4, point }
        };
        let bars: Vec<_> = (0..).zip(points).map(bar).collect();
        let height = ROW * u32::try_from(bars.len()).unwrap_or_default();
        Self { id, title, says, of, lies: true, height, bars }
    }

    /// The drawing's width.
    #[must_use]
    pub fn width(&self) -> u32 {
        WIDTH
    }

    /// Where the line beneath the bars runs.
    #[must_use]
    pub fn ground(&self) -> u32 {
        TOP + TALL
    }
}

fn most(points: &[Point]) -> i64 {
    points.iter().map(|point| point.count).max().unwrap_or_default().max(1)
}

/// How long a bar is: what there is of can be seen, however little it is.
fn length(count: i64, most: i64, longest: u32) -> u32 {
    if count <= 0 {
        return 0;
    }
    let length = count.saturating_mul(i64::from(longest)) / most.max(1);
    u32::try_from(length).unwrap_or(longest).clamp(2, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part_and_never_longer_than_there_is_room() {
        for (count, most, expected) in [(0, 10, 0), (10, 10, 110), (5, 10, 55), (1, 100_000, 2), (i64::MAX, 1, 110)] {
            assert_eq!(length(count, most, TALL), expected, "{count} of {most}");
        }
        let point = |count: i64| {
            let (label, short) = (count.to_string(), String::new());
            Point { label, short, count, tone: Tone::Quiet, address: None }
        };
        let plot = Plot::standing("p", String::new(), String::new(), String::new(), vec![point(1), point(4), point(0)]);
        assert!(plot.bars.iter().all(|bar| bar.x + bar.width <= WIDTH && bar.y + bar.height == plot.ground()));
        let nothing = Plot::lying("p", String::new(), String::new(), String::new(), Vec::new());
        assert_eq!(nothing.height, 0);
    }
}
