//! Whom one may turn to under each law of a letter.

use serde::Serialize;

use crate::authority::{self, Authority};
use crate::context::{Context, Shared};
use crate::part::Part;
use crate::requirement::{self, Case};

/// Those that the laws of a letter want named. Where one of the laws wants somebody named whom nobody knows, the list is empty:
/// a letter that names only the others' would look complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Remedies {
    /// Supervisory authorities.
    pub authorities: Vec<Remedy>,
    /// Attorneys General.
    pub attorneys_general: Vec<Remedy>,
}

/// An authority, and the law under which one may turn to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Remedy {
    #[serde(flatten)]
    authority: Authority,
    /// The law, as `eu_gdpr`.
    regime: String,
    /// What the law is called, where the letter stands under several.
    law: Option<String>,
}

impl Remedies {
    /// Those of a context. Letters to officers have none.
    pub fn of(context: &Context) -> Self {
        let (Shared::Person(common), Some(case)) = (context.shared(), Case::of(context)) else {
            return Self::default();
        };
        let words = context.language().words();
        let several = common.regimes.len() > 1;
        let remedy = |regime: &str, authority: Option<&Authority>| {
            let law = words.law.get(regime).filter(|_| several).cloned();
            authority.map(|authority| Remedy { authority: authority.clone(), regime: regime.to_owned(), law })
        };
        let mut named = common.authority.as_ref();
        let supervisory = |regime: &&str| {
            let of_region = || authority::supervisory(regime, common.region.as_deref());
            remedy(regime, named.take().or_else(of_region))
        };
        let attorney_general = |regime: &&str| remedy(regime, authority::attorney_general(regime));
        let all = |remedies: Option<Vec<Remedy>>| remedies.unwrap_or_default();
        Self {
            authorities: all(requirement::asking(&case, Part::Authority).iter().map(supervisory).collect()),
            attorneys_general: all(requirement::asking(&case, Part::AttorneyGeneral)
                .iter()
                .map(attorney_general)
                .collect()),
        }
    }

    /// Whether the text names everybody whom the part must name. One of two would satisfy the part's fence.
    pub fn are_all_in(&self, text: &str, part: Part) -> bool {
        let remedies = match part {
            Part::Authority => &self.authorities,
            Part::AttorneyGeneral => &self.attorneys_general,
            _ => return true,
        };
        let text = letters(text);
        remedies.iter().all(|remedy| text.contains(&letters(&remedy.authority.name)))
    }
}

/// The letters and digits alone: what stands between them changes on its way into a document.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
