//! The files that an access yielded, without what is in them.

use api::app::App;
use api::views::content::file_name;
use entities::artifact::queries::of_request;
use entities::request::table::Model as Request;
use sea_orm::DbErr;

use crate::dates::{Dates, When};
use crate::shell::Shell;

/// One file.
pub struct FileRow {
    /// Its id.
    pub id: String,
    /// What it is called when it is fetched.
    pub name: String,
    /// What kind of file it is.
    pub media_type: String,
    /// How large it is, for people.
    pub size: String,
    /// SHA-256 of what is in it.
    pub sha256: String,
    /// When it was stored.
    pub stored: When,
}

/// A request's files.
///
/// # Errors
/// The database fails.
pub async fn rows(app: &App, s: &Shell, dates: &Dates, request: &Request) -> Result<Vec<FileRow>, DbErr> {
    let found = of_request(app.store.db.read(), request.id).await?;
    let row = |row: entities::artifact::table::Model| FileRow {
        id: row.id.to_string(),
        name: file_name(request, &row),
        size: size(s, row.bytes),
        media_type: row.media_type,
        sha256: row.sha256,
        stored: dates.minute(row.created_at),
    };
    Ok(found.into_iter().map(row).collect())
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
