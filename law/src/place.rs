//! Which law a place speaks for: a suggestion to whoever files a request, and never a decision.
//!
//! A place alone settles nothing. Whose law covers a person depends on where the controller is established, whom it addresses and
//! how large it is (GDPR Art. 3, Cal. Civ. Code 1798.140(d)), so a person confirms the suggestion or chooses another law.

use crate::pack;
use crate::regime::Regime;

/// The law that holds at a place: an ISO 3166-1 country (`DE`), or a part of one by ISO 3166-2 (`US-CA`). None where no law known
/// here holds, or where the country alone does not say which.
#[must_use]
pub fn law_at(place: &str) -> Option<Regime> {
    let (country, part) = place.split_once('-').unwrap_or((place, ""));
    let union = pack::law(Regime::EU_GDPR).counting.as_ref();
    if union.is_some_and(|counting| counting.holidays.iter().any(|member| member == country)) {
        return Some(Regime::EU_GDPR);
    }
    match (country, part) {
        ("GB", _) => Some(Regime::UK_GDPR),
        ("US", "CA") => Some(Regime::US_CA_CCPA),
        ("US", state) => format!("us_{}", state.to_ascii_lowercase()).parse().ok(),
        ("CA", "QC") => "ca_qc".parse().ok(),
        ("CA", _) => "ca_pipeda".parse().ok(),
        ("AU", _) => "au_app12".parse().ok(),
        ("BR", _) => "br_lgpd".parse().ok(),
        ("CH", _) => "ch_fadp".parse().ok(),
        ("IN", _) => "in_dpdp".parse().ok(),
        ("JP", _) => "jp_appi".parse().ok(),
        ("KR", _) => "kr_pipa".parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_place_speaks_for_the_law_that_holds_there() {
        for (place, law) in [
            ("DE", Some("eu_gdpr")),
            ("DE-BY", Some("eu_gdpr")),
            ("NO", Some("eu_gdpr")),
            ("GB", Some("uk_gdpr")),
            ("GB-SCT", Some("uk_gdpr")),
            ("US-CA", Some("us_ca_ccpa")),
            ("US-VA", Some("us_va")),
            ("CA", Some("ca_pipeda")),
            ("CA-QC", Some("ca_qc")),
            // Federal law in the United States has no such right for everybody.
            ("US", None),
            ("US-NY", None),
            ("ZZ", None),
            ("", None),
        ] {
            assert_eq!(law_at(place).map(Regime::as_str), law, "{place}");
        }
    }

    #[test]
    fn every_law_is_suggested_somewhere() {
        let states = Regime::all().filter_map(|law| law.as_str().strip_prefix("us_").map(str::to_uppercase));
        let places = ["DE", "GB", "US-CA", "CA", "CA-QC", "AU", "BR", "CH", "IN", "JP", "KR"].map(str::to_owned);
        let places = places.into_iter().chain(states.map(|state| format!("US-{state}")));
        let suggested: BTreeSet<_> = places.filter_map(|place| law_at(&place)).collect();
        assert_eq!(suggested, Regime::all().collect());
    }
}
