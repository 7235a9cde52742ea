//! What all letters to persons say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::authority::Authority;
use crate::kind::Right;
use crate::language::Language;

/// What all letters to persons say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// The language of the letter.
    pub language: Language,
    /// The speakable reference of the request, such as `K7PW-3MXD`.
    pub reference: String,
    /// Who answers for the data, and writes.
    pub controller: Controller,
    /// The laws the request stands under, as `law` names them (`eu_gdpr`, `us_ca_ccpa`), the one that the answer goes by
    /// first. The letter says what each of them wants said.
    pub regimes: Vec<String>,
    /// Where the controller is established, as ISO 3166 says it: `FR`, `DE-BE`. It decides which authority is named
    /// under laws that know several.
    pub region: Option<String>,
    /// The authority to name, where the one of the region is not right or none is known. Of several laws that want one
    /// named it is the first one's.
    pub authority: Option<Authority>,
    /// How to appeal to the controller, where the law knows appeals: one or two sentences.
    pub appeal: Option<String>,
    /// What the person asks for.
    pub right: Right,
    /// The day the letter is written.
    pub written_on: Date,
    /// The day the request arrived.
    pub received_on: Date,
    /// The name to greet with; without one the letter greets without a name.
    pub salutation: Option<String>,
}

/// Who answers for the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controller {
    /// The name of the organisation.
    pub name: String,
    /// Its postal address, a line a line.
    pub address: String,
    /// How to reach whoever answers for privacy: a mailbox, a web page or a telephone number.
    pub privacy_contact: String,
}

/// A list that may be empty only by saying so: "nothing" and "nobody said" are not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// There is nothing to list, and the letter says so.
    pub nothing: bool,
    /// What there is.
    pub items: Vec<String>,
}

impl Stated {
    /// There is nothing to list.
    pub fn nothing() -> Self {
        Self { nothing: true, items: Vec::new() }
    }

    /// There are these. An empty list is what nobody has said anything about, and a letter that must is refused.
    pub fn listed(items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { nothing: false, items: items.into_iter().map(Into::into).collect() }
    }
}

/// Something that was not given or not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// What.
    pub what: String,
    /// Why: the ground and the facts.
    pub why: String,
    /// The provision relied on.
    pub legal_basis: Option<String>,
}

/// Those who had received the data, and whether they were told of what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientsTold {
    /// Nobody had received the data.
    pub nobody: bool,
    /// Who was told.
    pub told: Vec<String>,
    /// Who was not told, and why.
    pub not_told: Option<String>,
}
