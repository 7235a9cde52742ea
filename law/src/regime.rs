//! The laws whose clocks run here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The law whose clock runs. Its text form, such as `eu_gdpr`, is stored and never changes.
///
/// Only laws that set a figure for the answer are here. Japan ("without delay"), India (the controller publishes its own
/// period) and Korea (no source good enough) set or prove none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// Regulation (EU) 2016/679.
    EuGdpr,
    /// The UK GDPR with the Data Protection Act 2018, as amended by the Data (Use and Access) Act 2025.
    UkGdpr,
    /// California: Consumer Privacy Act as amended, and 11 CCR 7000 ff.
    UsCaCcpa,
    /// Colorado: C.R.S. 6-1-1306.
    UsCo,
    /// Connecticut: Conn. Gen. Stat. 42-518.
    UsCt,
    /// Delaware: 6 Del. C. 12D-104.
    UsDe,
    /// Florida: Fla. Stat. 501.706.
    UsFl,
    /// Iowa: Iowa Code 715D.3.
    UsIa,
    /// Indiana: Ind. Code 24-15.
    UsIn,
    /// Kentucky: KRS 367.3611 ff.
    UsKy,
    /// Maryland: Md. Com. Law 14-4701 ff.
    UsMd,
    /// Minnesota: Minn. Stat. 325M.14.
    UsMn,
    /// Montana: Mont. Code 30-14-2808 ff.
    UsMt,
    /// Nebraska: Neb. Rev. Stat. 87-1101 ff.
    UsNe,
    /// New Hampshire: RSA 507-H.
    UsNh,
    /// New Jersey: N.J.S.A. 56:8-166.7.
    UsNj,
    /// Oregon: ORS 646A.576.
    UsOr,
    /// Rhode Island: R.I. Gen. Laws 6-48.1.
    UsRi,
    /// Tennessee: Tenn. Code 47-18-3301 ff.
    UsTn,
    /// Texas: Tex. Bus. & Com. Code 541.052.
    UsTx,
    /// Utah: Utah Code 13-61-203.
    UsUt,
    /// Virginia: Va. Code 59.1-577.
    UsVa,
    /// Brazil: Lei Geral de Proteção de Dados.
    BrLgpd,
    /// Canada, federal: Personal Information Protection and Electronic Documents Act.
    CaPipeda,
    /// Québec: Act respecting the protection of personal information in the private sector.
    CaQc,
    /// Switzerland: Federal Act on Data Protection.
    ChFadp,
    /// Australia: Privacy Act 1988, Australian Privacy Principle 12.
    AuApp12,
}

/// The text names no regime known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no known regime; one is written as `eu_gdpr` or `us_ca_ccpa`")]
pub struct UnknownRegime;

impl Regime {
    /// All regimes.
    pub const ALL: [Self; 27] = [
        Self::EuGdpr,
        Self::UkGdpr,
        Self::UsCaCcpa,
        Self::UsCo,
        Self::UsCt,
        Self::UsDe,
        Self::UsFl,
        Self::UsIa,
        Self::UsIn,
        Self::UsKy,
        Self::UsMd,
        Self::UsMn,
        Self::UsMt,
        Self::UsNe,
        Self::UsNh,
        Self::UsNj,
        Self::UsOr,
        Self::UsRi,
        Self::UsTn,
        Self::UsTx,
        Self::UsUt,
        Self::UsVa,
        Self::BrLgpd,
        Self::CaPipeda,
        Self::CaQc,
        Self::ChFadp,
        Self::AuApp12,
    ];

    /// The stored text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EuGdpr => "eu_gdpr",
            Self::UkGdpr => "uk_gdpr",
            Self::UsCaCcpa => "us_ca_ccpa",
            Self::UsCo => "us_co",
            Self::UsCt => "us_ct",
            Self::UsDe => "us_de",
            Self::UsFl => "us_fl",
            Self::UsIa => "us_ia",
            Self::UsIn => "us_in",
            Self::UsKy => "us_ky",
            Self::UsMd => "us_md",
            Self::UsMn => "us_mn",
            Self::UsMt => "us_mt",
            Self::UsNe => "us_ne",
            Self::UsNh => "us_nh",
            Self::UsNj => "us_nj",
            Self::UsOr => "us_or",
            Self::UsRi => "us_ri",
            Self::UsTn => "us_tn",
            Self::UsTx => "us_tx",
            Self::UsUt => "us_ut",
            Self::UsVa => "us_va",
            Self::BrLgpd => "br_lgpd",
            Self::CaPipeda => "ca_pipeda",
            Self::CaQc => "ca_qc",
            Self::ChFadp => "ch_fadp",
            Self::AuApp12 => "au_app12",
        }
    }
}

impl FromStr for Regime {
    type Err = UnknownRegime;

    fn from_str(text: &str) -> Result<Self, UnknownRegime> {
        Self::ALL.into_iter().find(|regime| regime.as_str() == text).ok_or(UnknownRegime)
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_regime_has_a_name_of_its_own_that_reads_back() {
        for regime in Regime::ALL {
            assert_eq!(regime.as_str().parse(), Ok(regime));
        }
        assert_eq!(BTreeSet::from(Regime::ALL).len(), Regime::ALL.len());
        assert_eq!("EU-GDPR".parse::<Regime>(), Err(UnknownRegime));
    }
}
