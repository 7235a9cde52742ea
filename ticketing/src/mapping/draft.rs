//! A mapping as people write it and as it is stored.
//!
//! ```toml
//! accept_when = [{ path = "/ticket/form_id", in = ["7700112233"] }]
//!
//! [map.request_type]
//! path = "/ticket/fields/360012345601"
//! values = { dsr_erasure = "erasure", dsr_access = "access" }
//!
//! [map.jurisdiction]
//! path = "/ticket/fields/360012345605"
//! values = { eu_pl = "EU-PL", us_ca = "US-CA" }
//!
//! [map."subject.email"]
//! first_of = ["/ticket/fields/360012345602", "/ticket/requester/email"]
//!
//! [map."subject.phone"]
//! path = "/ticket/fields/360012345603"
//! default_region = "jurisdiction"
//!
//! [map.received_at]
//! path = "/ticket/created_at"
//! required = true
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::target::Target;

/// A mapping, not yet checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What must all be so for a ticket to be one of ours. Everything else is ignored. Empty: every ticket is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept_when: Vec<Condition>,
    /// Where each part of a request comes from, by target; see [`super::target::Target`].
    pub map: BTreeMap<String, Field>,
}

/// One thing that must be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Where to look: a JSON Pointer (RFC 6901).
    pub path: String,
    /// What may stand there. Of a list of values one is enough.
    #[serde(rename = "in")]
    pub one_of: Vec<String>,
    /// What stands between several values in one text, such as a space between tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

/// Where one part comes from: exactly one of `path`, `first_of`, `all_of`, `join` and `fixed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Field {
    /// One place: a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The first of these that holds anything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub first_of: Vec<String>,
    /// Everything that these hold; implies `many`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<String>,
    /// One text made of what these hold, such as country and state; empty parts are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub join: Vec<String>,
    /// What stands between the parts of `join`; `/` if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between: Option<String>,
    /// Always this, whatever the ticket says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// Whether a ticket without it goes to a person.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// Whether it may hold several values.
    #[serde(skip_serializing_if = "is_false")]
    pub many: bool,
    /// What stands between several values in one text; implies `many`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// What each value means. Without a table a value must be our own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<String, String>>,
    /// What becomes of a ticket whose value means nothing to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Otherwise>,
    /// For telephone numbers written without country code: an ISO 3166 country, or `jurisdiction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_region: Option<String>,
    /// For times written without one: an IANA time zone, such as `UTC`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What becomes of a ticket with a value that no table names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// A person looks at it.
    #[default]
    Triage,
    /// It is none of ours.
    Ignore,
}

impl Draft {
    /// With the law and place that hold where the mapping names none: `eu_gdpr`, or `eu_gdpr/DE-BY`.
    #[must_use]
    pub fn or_place(mut self, regime: &str, region: Option<&str>) -> Self {
        let place = region.map_or_else(|| regime.to_owned(), |region| format!("{regime}/{region}"));
        let fixed = || Field { fixed: Some(place), ..Field::default() };
        self.map.entry(Target::Jurisdiction.to_string()).or_insert_with(fixed);
        self
    }
}
