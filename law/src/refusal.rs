//! On what grounds a request may be refused, and what proof of identity may be asked.

use jiff::civil::Date;

use crate::clock::Confidence;
use crate::law::within;
use crate::pack;
use crate::regime::Regime;
use crate::right::Right;
use words::words;

/// A coded ground to refuse. Under every law, to use one is a person's decision with stored reasons: no program refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// Such as `manifestly_unfounded`; stored with the refusal.
    pub code: &'static str,
    /// What it says, for people to read.
    pub text: &'static str,
    /// The provision.
    pub basis: &'static str,
    /// The rights it can be held against; empty means all.
    pub rights: &'static [Right],
    /// How well it is known.
    pub confidence: Confidence,
}

/// The grounds on which a request for `right` received on `day` may be refused in whole or part.
pub fn grounds(regime: Regime, right: Right, day: Date) -> Vec<Ground> {
    let grounds = pack::law(regime).grounds.iter();
    grounds
        .filter(|ground| within(ground.from, ground.to, day))
        .filter(|ground| ground.rights.is_empty() || ground.rights.contains(&right))
        .map(|ground| Ground {
            code: &ground.code,
            text: &ground.text,
            basis: &ground.basis,
            rights: &ground.rights,
            confidence: ground.confidence,
        })
        .collect()
}

words! {
    /// How much proof of identity may be asked.
    pub enum Proof {
        /// None: asking for any is a breach.
        None = "none",
        /// More information only on reasonable doubt about this person.
        OnReasonableDoubt = "on_reasonable_doubt",
        /// What commercially reasonable effort can authenticate.
        CommerciallyReasonable = "commercially_reasonable",
        /// A reasonable degree of certainty.
        Reasonable = "reasonable",
        /// A reasonably high degree of certainty.
        ReasonablyHigh = "reasonably_high",
    }
}

words! {
    /// What becomes of a request whose sender could not be verified.
    pub enum Unproven {
        /// The person is told so, with the information due with a refusal.
        Tell = "tell",
        /// The person is told so, and the request is weighed again as one for categories only.
        AsCategories = "as_categories",
        /// Nothing: no proof is needed.
        NotNeeded = "not_needed",
    }
}

/// The proof of identity a law asks for before a right is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// How much.
    pub proof: Proof,
    /// What becomes of a request without it.
    pub unproven: Unproven,
    /// The provision.
    pub source: &'static str,
}

/// The proof needed for a right; `None` where the law says nothing of it.
pub fn identity(regime: Regime, right: Right) -> Option<Identity> {
    let mut rows = pack::law(regime).identities.iter();
    let row = rows.find(|row| row.rights.is_empty() || row.rights.contains(&right))?;
    Some(Identity { proof: row.proof, unproven: row.unproven, source: &row.source })
}
