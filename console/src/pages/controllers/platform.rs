//! Which platform a controller is on: in a region of the vendor's, or where another controller is already, such as one for tests.

use std::collections::BTreeMap;

use entities::controller::table::Model;
use fluent_bundle::FluentArgs;
use genesys::address::Address;

use crate::shell::Shell;

/// What stands before the short name of a controller whose platform is chosen.
const LIKE: &str = "as:";

/// Where tokens are issued, and where the API answers, by the word that was chosen.
#[must_use]
pub fn addresses(s: &Shell, word: &str) -> Option<(String, String)> {
    if let Ok(address) = Address::region(word) {
        return Some((address.login_url().to_string(), address.api_url().to_string()));
    }
    let slug = word.strip_prefix(LIKE)?;
    let like = s.controllers.values().find(|row| row.slug == slug)?;
    Some((like.login_url.clone(), like.api_url.clone()))
}

/// All that can be chosen: the word, and how it is called.
#[must_use]
pub fn all(s: &Shell) -> Vec<(String, String)> {
    let regions = Address::regions().map(|(id, host)| (id.to_owned(), format!("{id} ({host})")));
    let is_region = |row: &Model| {
        let mut all = Address::regions().filter_map(|(id, _)| Address::region(id).ok());
        all.any(|region| region.api_url().as_str() == row.api_url)
    };
    let mut rows: Vec<_> = s.controllers.values().filter(|row| !is_region(row)).collect();
    rows.sort_by(|a, b| b.slug.cmp(&a.slug));
    // Of several on one platform the first by name stands for it.
    let others: BTreeMap<_, _> = rows.into_iter().map(|row| (&row.api_url, row)).collect();
    let other = |(address, row): (&String, &Model)| {
        let mut values = FluentArgs::new();
        values.set("name", row.name.as_str());
        values.set("address", address.as_str());
        (format!("{LIKE}{}", row.slug), s.w.filled("controller-platform-like", &values))
    };
    regions.chain(others.into_iter().map(other)).collect()
}
