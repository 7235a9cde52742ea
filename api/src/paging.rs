//! Lists by id, newest first, page by page.

use uuid::Uuid;

use crate::app::App;
use crate::cursor;
use crate::problem::Problem;
use crate::query;

/// How many entries a page has, if nothing is said.
pub const USUAL: u64 = 50;
/// How many it has at most.
pub const MOST: u64 = 200;

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Paging {
    list: String,
    /// Entries before this one.
    pub before: Option<Uuid>,
    limit: u64,
}

impl Paging {
    /// Reads what a caller asked for of the list of this name.
    ///
    /// # Errors
    /// The limit is no number from 1 to [`MOST`], or the cursor was not given out for this list.
    pub fn read(app: &App, list: String, limit: Option<&str>, after: Option<&str>) -> Result<Self, Problem> {
        let limit = query::limit(limit, USUAL, MOST)?;
        let before = after.map(|text| cursor::open(&app.store.safe, &list, text)).transpose()?;
        Ok(Self { list, before: before.map(Uuid::from_bytes), limit })
    }

    /// How many to look for: one more than is shown tells whether there is another page.
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.limit + 1
    }

    /// Cuts what was found to the page, and says the cursor of the next one.
    pub fn cut<T>(&self, app: &App, rows: &mut Vec<T>, id: impl Fn(&T) -> Uuid) -> Option<String> {
        let shown = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        rows.truncate(shown);
        rows.last().filter(|_| more).map(|row| cursor::seal(&app.store.safe, &self.list, id(row).as_bytes()))
    }
}
