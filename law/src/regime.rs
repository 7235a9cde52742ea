//! The laws whose clocks run here.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The law whose clock runs, by its id, such as `eu_gdpr`. The id is stored and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Regime(&'static str);

/// The text names no regime known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no known regime; one is written as `eu_gdpr` or `us_ca_ccpa`")]
pub struct UnknownRegime;

const IDS: &[&str] = &[
    "eu_gdpr",
    "uk_gdpr",
    "us_ca_ccpa",
    "us_co",
    "us_ct",
    "us_de",
    "us_fl",
    "us_ia",
    "us_in",
    "us_ky",
    "us_md",
    "us_mn",
    "us_mt",
    "us_ne",
    "us_nh",
    "us_nj",
    "us_or",
    "us_ri",
    "us_tn",
    "us_tx",
    "us_ut",
    "us_va",
    "br_lgpd",
    "ca_pipeda",
    "ca_qc",
    "ch_fadp",
    "au_app12",
];

impl Regime {
    /// Regulation (EU) 2016/679.
    pub const EU_GDPR: Self = Self("eu_gdpr");
    /// The UK GDPR with the Data Protection Act 2018, as amended by the Data (Use and Access) Act 2025.
    pub const UK_GDPR: Self = Self("uk_gdpr");
    /// California: Consumer Privacy Act as amended, and 11 CCR 7000 ff.
    pub const US_CA_CCPA: Self = Self("us_ca_ccpa");

    /// All regimes, by id.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        IDS.iter().map(|id| Self(id))
    }

    pub(crate) const fn of(id: &'static str) -> Self {
        Self(id)
    }

    /// The stored text form.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for Regime {
    type Err = UnknownRegime;

    fn from_str(text: &str) -> Result<Self, UnknownRegime> {
        Self::all().find(|regime| regime.as_str() == text).ok_or(UnknownRegime)
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Regime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format_args!("no known regime: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_regime_has_a_name_of_its_own_that_reads_back() {
        for regime in Regime::all() {
            assert_eq!(regime.as_str().parse(), Ok(regime));
        }
        assert_eq!(Regime::all().collect::<BTreeSet<_>>().len(), Regime::all().len());
        assert_eq!("EU-GDPR".parse::<Regime>(), Err(UnknownRegime));
    }
}
