//! The laws whose clocks run here.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::pack;
use crate::right::Right;

/// The law whose clock runs, by its id, such as `eu_gdpr`. The id is stored and never changes. A law is added by adding its
/// file to `data/regimes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Regime(&'static str);

/// The text names no regime known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no known regime; one is written as `eu_gdpr` or `us_ca_ccpa`")]
pub struct UnknownRegime;

impl Regime {
    /// Regulation (EU) 2016/679.
    pub const EU_GDPR: Self = Self("eu_gdpr");
    /// The UK GDPR with the Data Protection Act 2018, as amended by the Data (Use and Access) Act 2025.
    pub const UK_GDPR: Self = Self("uk_gdpr");
    /// California: Consumer Privacy Act as amended, and 11 CCR 7000 ff.
    pub const US_CA_CCPA: Self = Self("us_ca_ccpa");

    /// All regimes, by id.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        pack::laws().iter().map(|law| Self(&law.id))
    }

    /// The stored text form.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The law's name.
    pub fn title(self) -> &'static str {
        &pack::law(self).title
    }

    /// Where it holds.
    pub fn jurisdiction(self) -> &'static str {
        &pack::law(self).jurisdiction
    }

    /// The rights it grants to requests received on `day`.
    pub fn rights(self, day: Date) -> impl Iterator<Item = Right> {
        let law = pack::law(self);
        law.rights.iter().copied().filter(move |right| law.grants(*right, day))
    }
}

impl FromStr for Regime {
    type Err = UnknownRegime;

    fn from_str(text: &str) -> Result<Self, UnknownRegime> {
        let laws = pack::laws();
        let at = laws.binary_search_by(|law| law.id.as_str().cmp(text)).map_err(|_| UnknownRegime)?;
        Ok(Self(&laws[at].id))
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
        for named in [Regime::EU_GDPR, Regime::UK_GDPR, Regime::US_CA_CCPA] {
            assert_eq!(named.as_str().parse(), Ok(named));
        }
        assert_eq!("EU-GDPR".parse::<Regime>(), Err(UnknownRegime));
    }
}
