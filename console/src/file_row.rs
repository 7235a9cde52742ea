//! A line about a file of an export, without what is in it: for officers, and for the person it was handed over to.

use api::views::content::{ending, file_name};
use entities::artifact::table::Model;
use entities::request::table::Model as Request;

use crate::dates::{Dates, When};
use crate::shell::Shell;

/// One file.
pub struct FileRow {
    /// Its id.
    pub id: String,
    /// What it is called when it is fetched.
    pub name: String,
    /// What kind of file it is, for machines.
    pub media_type: String,
    /// The same for people.
    pub kind: String,
    /// How large it is, for people.
    pub size: String,
    /// SHA-256 of what is in it.
    pub sha256: String,
    /// When it was stored.
    pub stored: When,
    /// When it was handed over to the person, if it was.
    pub handed_over: Option<When>,
}

impl FileRow {
    /// The line of a file.
    #[must_use]
    pub fn of(s: &Shell, dates: &Dates, request: &Request, row: Model) -> Self {
        Self {
            id: row.id.to_string(),
            name: file_name(request, &row),
            kind: s.word("file-kind", ending(&row.media_type)),
            size: size(s, row.bytes),
            stored: dates.minute(row.created_at),
            handed_over: row.handed_over_at.map(|at| dates.minute(at)),
            media_type: row.media_type,
            sha256: row.sha256,
        }
    }
}

/// A size in the largest unit of which there is a whole one, rounded up: 1,000 bytes are a kilobyte.
fn size(s: &Shell, bytes: i64) -> String {
    let (unit, word) = match bytes {
        ..1_000 => (1, "size-bytes"),
        1_000..1_000_000 => (1_000, "size-kilobytes"),
        1_000_000..1_000_000_000 => (1_000_000, "size-megabytes"),
        _ => (1_000_000_000, "size-gigabytes"),
    };
    // As text, or it would be grouped by the rules for quantities.
    s.with(word, "count", bytes.div_euclid(unit) + i64::from(bytes % unit > 0))
}
