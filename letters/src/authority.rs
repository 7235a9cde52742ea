//! Supervisory authorities and others one may complain to, by region.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// An authority as a letter names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Its name, in its own language.
    pub name: String,
    /// Its postal address in one line, where it is worth saying.
    pub address: Option<String>,
    /// Its web page.
    pub web: Option<String>,
}

/// The authorities of `data/authorities.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The day the table was last gone through.
    #[expect(dead_code, reason = "for readers of the file; a test reads it")]
    as_of: String,
    /// Where names and pages come from.
    #[expect(dead_code, reason = "for readers of the file")]
    source: String,
    /// The region whose authority watches over a law that knows only one.
    home: BTreeMap<String, String>,
    /// By ISO 3166 code.
    supervisory: BTreeMap<String, Authority>,
    /// Attorneys General, by ISO 3166-2 code.
    attorney_general: BTreeMap<String, Authority>,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../data/authorities.toml")).expect("embedded, and read by a test"));

/// The authority one would turn to: of the place the law itself belongs to, else of the region, else of the country the
/// region lies in. `None` if the region is unknown, or if its authority watches over another law, as California's does; then
/// the context must name one.
pub fn supervisory(regime: &str, region: Option<&str>) -> Option<&'static Authority> {
    let home = TABLE.home.get(regime).map(String::as_str);
    let region = home.or(region)?;
    let country = region.split('-').next().unwrap_or(region);
    if home.is_none() && TABLE.home.values().any(|other| other == region || other == country) {
        return None;
    }
    TABLE.supervisory.get(region).or_else(|| TABLE.supervisory.get(country))
}

/// The Attorney General who watches over a law of a state of the United States.
pub fn attorney_general(regime: &str) -> Option<&'static Authority> {
    TABLE.attorney_general.get(TABLE.home.get(regime)?)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("eu_gdpr", Some("FR"), Some("Commission nationale de l'informatique et des libertés (CNIL)"))]
    #[case("eu_gdpr", Some("FR-75"), Some("Commission nationale de l'informatique et des libertés (CNIL)"))]
    #[case("eu_gdpr", Some("DE-BY"), Some("Bayerisches Landesamt für Datenschutzaufsicht"))]
    #[case("eu_gdpr", Some("XX"), None)]
    #[case("eu_gdpr", Some("US-CA"), None)]
    #[case("eu_gdpr", Some("GB-SCT"), None)]
    #[case("eu_gdpr", None, None)]
    #[case("uk_gdpr", None, Some("Information Commissioner's Office (ICO)"))]
    #[case("uk_gdpr", Some("FR"), Some("Information Commissioner's Office (ICO)"))]
    #[case("ca_qc", Some("CA"), Some("Commission d'accès à l'information du Québec"))]
    fn the_authority_is_that_of_the_law_or_of_the_region(
        #[case] regime: &str,
        #[case] region: Option<&str>,
        #[case] name: Option<&str>,
    ) {
        assert_eq!(supervisory(regime, region).map(|authority| authority.name.as_str()), name);
    }

    #[test]
    fn all_members_of_the_european_economic_area_have_an_authority_with_a_page() {
        let members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO";
        for member in members.split(' ') {
            let authority = supervisory("eu_gdpr", Some(member));
            assert!(authority.is_some_and(|authority| authority.web.is_some()), "{member}");
        }
    }

    #[test]
    fn every_page_is_fetched_safely() {
        for authority in TABLE.supervisory.values().chain(TABLE.attorney_general.values()) {
            assert!(authority.web.as_ref().is_none_or(|web| web.starts_with("https://")), "{}", authority.name);
        }
    }
}
