//! What is set for one source. Stored as one document with defaults.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// How long a call's body may be allowed to be, in bytes: no system sends longer ones than 25 MiB.
pub const BODY_LIMITS: RangeInclusive<u64> = 1024..=25 << 20;

/// The settings of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether its requesters have proven who they are where they signed in, so that their tickets need no further proof. Only
    /// for who asks for themselves.
    pub vouches: bool,
    /// The law that a ticket's answer goes by where the mapping names none.
    pub regime: String,
    /// The ISO 3166 region of such a ticket; the controller's, if left away.
    pub region: Option<String>,
    /// Whether a ticket is read by API even where its call is signed and carries the fields.
    pub always_read_back: bool,
    /// The longest body of a call, in bytes, within [`BODY_LIMITS`].
    pub body_limit: u64,
    /// Where the system's API is; none if it cannot be reached.
    pub link: Option<LinkSettings>,
    /// What its tickets show.
    pub write_back: WriteBack,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            vouches: false,
            regime: "eu_gdpr".to_owned(),
            region: None,
            always_read_back: false,
            body_limit: 1 << 20,
            link: None,
            write_back: WriteBack::default(),
        }
    }
}

/// Where a system's API is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// The account's root, such as `https://acme.zendesk.com/`.
    pub base: String,
    /// The id of our own account there: what it does is not news to us.
    #[serde(default)]
    pub actor: Option<String>,
    /// What else the system wants to know, as its page in `docs/integrations` says.
    #[serde(default)]
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// What tickets are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteBack {
    /// The id of the field that shows where the request stands; none to leave it.
    pub field: Option<String>,
    /// What that field shows for each of our words; our word itself, where nothing is said.
    pub values: BTreeMap<String, String>,
    /// The ticket's own status for each of our words; left as it is, where nothing is said.
    pub statuses: BTreeMap<String, String>,
    /// Whether milestones are commented.
    pub comments: bool,
    /// Whether the requester sees these comments.
    pub public: bool,
    /// Their language, as ISO 639-1; public ones are in the requester's.
    pub language: String,
}

impl Default for WriteBack {
    fn default() -> Self {
        Self {
            field: None,
            values: BTreeMap::new(),
            statuses: BTreeMap::new(),
            comments: true,
            public: false,
            language: "en".to_owned(),
        }
    }
}
