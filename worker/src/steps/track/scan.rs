//! Reads the platform's list of requests, all of it: neither its order nor a filter is documented (contract §3.3).

use std::collections::HashMap;

use entities::job::table::Model as Job;
use genesys::model::request::PlatformRequest;
use genesys::platform::Platform;

use crate::trouble::Trouble;

/// The platform's list, as it was read.
pub struct Listed {
    /// How many rows it says it has.
    pub rows: u64,
    by_id: HashMap<String, PlatformRequest>,
}

impl Listed {
    /// The row of one of our jobs, if the list shows it. It may not: rows can lag or be missing.
    pub fn row(&self, job: &Job) -> Option<&PlatformRequest> {
        self.by_id.get(job.platform_id.as_deref()?)
    }

    /// Every row.
    pub fn all(&self) -> impl Iterator<Item = &PlatformRequest> {
        self.by_id.values()
    }
}

/// What came of reading the list.
pub enum Scan {
    /// All of it.
    Whole(Listed),
    /// It is longer than is worth reading; so many rows, at least.
    TooLong(u64),
}

/// Reads the list, unless it turns out to have more than `most` pages: its first page tells, and costs one call.
///
/// # Errors
/// The platform does not answer, or there is no slot for a page.
pub async fn list(platform: &Platform, page_size: u32, most: u64) -> Result<Scan, Trouble> {
    let mut by_id = HashMap::new();
    let mut rows = 0;
    for number in 1.. {
        let page = platform.requests(number, page_size).await?;
        let followed = page.is_followed(number);
        rows = page.total.unwrap_or(rows + page.items.len() as u64);
        by_id.extend(page.items.into_iter().map(|row| (row.id.clone(), row)));
        if !followed {
            break;
        }
        if u64::from(number) >= most || rows.div_ceil(u64::from(page_size.max(1))) > most {
            return Ok(Scan::TooLong(rows));
        }
    }
    Ok(Scan::Whole(Listed { rows, by_id }))
}
