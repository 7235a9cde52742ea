//! From a place to the law that holds there.
//!
//! A mapping writes a place as `EU`, `EU-PL`, `PL`, `DE-BY`, `GB`, `US-CA`, `CA-QC`, or names the law and the place apart:
//! `eu_gdpr`, `eu_gdpr/DE-BY`.

use std::fmt;
use std::str::FromStr;

use law::regime::Regime;
use serde::{Deserialize, Serialize};

/// A law, and where the person is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The law.
    pub regime: Regime,
    /// The place by ISO 3166, whose holidays count: a country, or a part of one.
    pub region: Option<String>,
}

/// The text names no place whose law is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no place with a law known here; write it as EU-PL, GB, US-CA, or as a regime such as eu_gdpr or eu_gdpr/DE-BY"
)]
pub struct UnknownPlace;

/// The European Economic Area: the 27 Member States, and Iceland, Liechtenstein and Norway (EEA Joint Committee Decision
/// 154/2018 took the GDPR in).
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Place {
    /// The country, for telephone numbers: `US` of `US-CA`.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.region.as_deref().map(|region| region.split_once('-').map_or(region, |(country, _)| country))
    }
}

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        if let Some((regime, region)) = text.split_once('/') {
            let regime = regime.parse().map_err(|_| UnknownPlace)?;
            let (country, part) = region.split_once('-').map_or((region, None), |(c, p)| (c, Some(p)));
            return if is_iso(country, part) {
                Ok(Self { regime, region: Some(region.to_owned()) })
            } else {
                Err(UnknownPlace)
            };
        }
        if let Ok(regime) = text.parse() {
            return Ok(Self { regime, region: None });
        }
        match text.split_once('-') {
            None if text == "EU" || text == "EEA" => Ok(Self { regime: Regime::EU_GDPR, region: None }),
            Some(("EU", country)) if EEA.contains(&country) => {
                Ok(Self { regime: Regime::EU_GDPR, region: Some(country.to_owned()) })
            }
            split => {
                let (country, part) = split.map_or((text, None), |(country, part)| (country, Some(part)));
                let regime = if is_iso(country, part) { regime_of(country, part) } else { None };
                regime.map(|regime| Self { regime, region: Some(text.to_owned()) }).ok_or(UnknownPlace)
            }
        }
    }
}

fn is_iso(country: &str, part: Option<&str>) -> bool {
    let is_part = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && part.is_none_or(is_part)
}

/// The law of a country or a part of it. Where a part has a law of its own, that one holds; a part of the United States
/// without one has none here.
fn regime_of(country: &str, part: Option<&str>) -> Option<Regime> {
    if EEA.contains(&country) {
        return Some(Regime::EU_GDPR);
    }
    let id = match (country, part) {
        ("GB", _) => return Some(Regime::UK_GDPR),
        ("US", Some("CA")) => return Some(Regime::US_CA_CCPA),
        ("US", Some(state)) => format!("us_{}", state.to_ascii_lowercase()),
        ("CA", Some("QC")) => "ca_qc".to_owned(),
        ("CA", _) => "ca_pipeda".to_owned(),
        ("CH", _) => "ch_fadp".to_owned(),
        ("AU", _) => "au_app12".to_owned(),
        ("BR", _) => "br_lgpd".to_owned(),
        ("IN", _) => "in_dpdp".to_owned(),
        ("JP", _) => "jp_appi".to_owned(),
        ("KR", _) => "kr_pipa".to_owned(),
        _ => return None,
    };
    id.parse().ok()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(f, "{}/{region}", self.regime),
            None => write!(f, "{}", self.regime),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_its_law() {
        for (text, read) in [
            ("EU", "eu_gdpr"),
            ("EU-PL", "eu_gdpr/PL"),
            ("DE-BY", "eu_gdpr/DE-BY"),
            ("NO", "eu_gdpr/NO"),
            ("GB", "uk_gdpr/GB"),
            ("GB-SCT", "uk_gdpr/GB-SCT"),
            ("US-CA", "us_ca_ccpa/US-CA"),
            ("US-VA", "us_va/US-VA"),
            ("CA-QC", "ca_qc/CA-QC"),
            ("CA-ON", "ca_pipeda/CA-ON"),
            ("CH", "ch_fadp/CH"),
            ("uk_gdpr", "uk_gdpr"),
            ("eu_gdpr/DE-BY", "eu_gdpr/DE-BY"),
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), read, "{text}");
        }
        for text in [
            "",
            "EU-US",
            "EU-GB",
            "US",
            "US-ZZ",
            "ZZ",
            "pl",
            "Poland",
            "eu_gdpr/",
            "eu_gdpr/pl",
            "eu_gdpr/DE-",
            "-",
            "/",
        ] {
            assert_eq!(text.parse::<Place>(), Err(UnknownPlace), "{text}");
        }
    }

    #[test]
    fn every_law_of_the_pack_can_be_named_by_a_place_or_by_itself() {
        for regime in Regime::all() {
            assert_eq!(regime.as_str().parse(), Ok(Place { regime, region: None }));
        }
    }
}
