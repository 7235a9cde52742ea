//! One page of a listing (contract §2.4).

use serde::Deserialize;

use crate::model::lenient::nullable;

/// The platform's paging wrapper, as far as we use it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: Deserialize<'de>")]
pub struct Page<T> {
    /// The rows of this page.
    #[serde(default, rename = "entities", deserialize_with = "nullable")]
    pub items: Vec<T>,
    /// Which page this is, from 1.
    #[serde(default)]
    pub page_number: Option<u32>,
    /// How many rows a page holds.
    #[serde(default)]
    pub page_size: Option<u32>,
    /// How many rows there are on all pages.
    #[serde(default)]
    pub total: Option<u64>,
    /// How many pages there are.
    #[serde(default)]
    pub page_count: Option<u32>,
    #[serde(default)]
    next_uri: Option<String>,
}

impl<T> Page<T> {
    /// Whether page `number` is followed by another, by whichever of its signs the wrapper carries. An empty page ends a
    /// listing, whatever its wrapper claims.
    pub fn is_followed(&self, number: u32) -> bool {
        let rows_up_to_here = u64::from(number) * u64::from(self.page_size.unwrap_or(u32::MAX));
        let is_more_announced = self.next_uri.is_some()
            || self.page_count.is_some_and(|count| number < count)
            || self.total.is_some_and(|total| rows_up_to_here < total);
        is_more_announced && !self.items.is_empty()
    }
}
