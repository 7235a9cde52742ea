//! Which identifier hit which record in which merge set, as a picture. The tables say the same; where there is no room for the
//! picture, or nobody to see it, they stand alone.

use fluent_bundle::FluentArgs;

use super::person::{CandidateRow, IdentifierRow, Mark, Person};
use crate::shell::Shell;

/// What is drawn, in the units of its own `viewBox`.
pub struct Picture {
    /// Its height; it is [`WIDTH`] wide.
    pub height: usize,
    /// The boxes.
    pub boxes: Vec<Node>,
    /// The lines between them.
    pub lines: Vec<Line>,
    /// The heads of the columns, each with where it begins.
    pub heads: Vec<(usize, String)>,
    /// The same in words.
    pub says: String,
}

/// One box: an identifier, a record, or a merge set.
pub struct Node {
    /// Its left edge.
    pub x: usize,
    /// Its upper edge.
    pub y: usize,
    /// How wide it is.
    pub width: usize,
    /// Its class.
    pub class: &'static str,
    /// What it is.
    pub name: String,
    /// What it shows.
    pub value: String,
    /// A sign of what becomes of it, which is told in the table as well.
    pub sign: &'static str,
}

/// One line, from the right edge of one box to the left edge of another.
pub struct Line {
    /// Its path.
    pub path: String,
    /// Its class.
    pub class: &'static str,
}

/// How wide it is.
pub const WIDTH: usize = 960;
/// More than so many records make no picture, but a thicket.
const MOST: usize = 30;
const HEAD: usize = 34;
const ROW: usize = 66;
/// How high a box is.
pub const BOX: usize = 50;
/// Where each column begins, and how wide it is.
const COLUMNS: [(usize, usize); 3] = [(2, 250), (350, 300), (748, 210)];
/// As many characters as fit into a box.
const FITS: [usize; 3] = [28, 34, 24];

impl Picture {
    /// What is known of the person, drawn; nothing where nothing was found, or too much.
    #[must_use]
    pub fn of(s: &Shell, person: &Person) -> Option<Self> {
        if person.candidates.is_empty() || person.candidates.len() > MOST || person.identifiers.len() > MOST {
            return None;
        }
        let most = person.identifiers.len().max(person.candidates.len()).max(person.sets.len());
        let height = HEAD + most * ROW;
        let y = |at: usize, of: usize| HEAD + (most - of) * ROW / 2 + at * ROW + (ROW - BOX) / 2;
        let (terms, records, sets) = (person.identifiers.len(), person.candidates.len(), person.sets.len());
        let mut boxes = Vec::new();
        let mut lines = Vec::new();
        for (at, row) in person.identifiers.iter().enumerate() {
            boxes.push(identifier(s, row, y(at, terms)));
        }
        for (at, row) in person.candidates.iter().enumerate() {
            let own = y(at, records);
            boxes.push(record(row, own));
            for hit in &row.hits {
                let shared = person.identifiers.get(*hit).is_some_and(|row| row.is_shared);
                lines.push(Line::between(0, y(*hit, terms), own, if shared { "link shared" } else { "link" }));
            }
            lines.extend(row.set.map(|set| Line::between(1, own, y(set, sets), "link set")));
        }
        for (at, words) in person.sets.iter().enumerate() {
            let (name, value) = words.split_once(", ").unwrap_or((words, ""));
            boxes.push(Node::new(2, y(at, sets), "set", name.to_owned(), value.to_owned(), ""));
        }
        let mut heads = vec![(COLUMNS[0].0, s.t("picture-identifiers")), (COLUMNS[1].0, s.t("picture-records"))];
        if sets > 0 {
            heads.push((COLUMNS[2].0, s.t("picture-sets")));
        }
        Some(Self { height, boxes, lines, heads, says: says(s, person) })
    }
}

fn identifier(s: &Shell, row: &IdentifierRow, y: usize) -> Node {
    let name = if row.is_shared {
        format!("#{} {} · {}", row.place, row.kind, s.t("picture-shared"))
    } else {
        format!("#{} {}", row.place, row.kind)
    };
    Node::new(0, y, if row.is_shared { "term shared" } else { "term" }, name, row.value.clone(), "")
}

fn record(row: &CandidateRow, y: usize) -> Node {
    let (class, sign) = match row.mark {
        Mark::Meant => ("record meant", "✓"),
        Mark::Doubtful => ("record doubtful", "?"),
        Mark::LeftOut => ("record out", "✕"),
    };
    let value = row.shows.first().unwrap_or(&row.key).clone();
    Node::new(1, y, class, format!("{} {}", row.letter, row.kind), value, sign)
}

impl Node {
    fn new(column: usize, y: usize, class: &'static str, name: String, value: String, sign: &'static str) -> Self {
        let (x, width) = COLUMNS[column];
        Self { x, y, width, class, name: cut(&name, FITS[column]), value: cut(&value, FITS[column]), sign }
    }
}

impl Line {
    fn between(column: usize, from: usize, to: usize, class: &'static str) -> Self {
        let (x, width) = COLUMNS[column];
        let (start, end) = (x + width, COLUMNS[column + 1].0);
        let (from, to, middle) = (from + BOX / 2, to + BOX / 2, (start + end) / 2);
        Self { path: format!("M{start} {from}C{middle} {from} {middle} {to} {end} {to}"), class }
    }
}

/// As much of a text as fits.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn says(s: &Shell, person: &Person) -> String {
    let one = |row: &CandidateRow| {
        let mut values = FluentArgs::new();
        values.set("letter", row.letter.as_str());
        values.set("kind", row.kind.as_str());
        values.set("found", row.found_by.as_str());
        values.set("set", row.merge_set.clone().unwrap_or_default());
        match row.merge_set {
            Some(_) => s.w.filled("picture-record-in-set", &values),
            None => s.w.filled("picture-record", &values),
        }
    };
    person.candidates.iter().map(one).collect::<Vec<_>>().join(" ")
}
