//! Platform records that an identifier found, and the keys that tell one from another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::identifier::IdentifierKind;

/// One thing a platform request can be about: a record by its id, or a search term by itself (contract §3.2).
///
/// The order (users, contacts, dialler contacts, journey customers, terms; then by id) is the order of jobs in a plan.
/// There is deliberately no `Display`: [`RecordKey::text`] may hold an e-mail address, and `Debug` hides what may be personal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RecordKey {
    /// A platform user, by id.
    User(String),
    /// An external contact, by id.
    ExternalContact(String),
    /// A contact in an outbound contact list. Its id is unique only within the list.
    DialerContact {
        /// The contact list's id.
        list: String,
        /// The contact's id in that list.
        id: String,
    },
    /// A customer known to journey tracking. The platform demands both parts or neither (contract §3.1).
    JourneyCustomer {
        /// The customer type, as the platform names it.
        kind: String,
        /// The customer's id of that type.
        id: String,
    },
    /// A search term, for the conversations and recordings that no record leads to.
    Term {
        /// What sort of term.
        kind: IdentifierKind,
        /// The normalised value, as the platform is asked for it.
        value: String,
    },
}

impl RecordKey {
    /// What sort of record this is, in one word.
    pub const fn kind_str(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ExternalContact(_) => "external_contact",
            Self::DialerContact { .. } => "dialer_contact",
            Self::JourneyCustomer { .. } => "journey_customer",
            Self::Term { .. } => "term",
        }
    }

    /// The one stable text form, `external_contact:<id>`: what keyed hashes are made of, so it never changes once stored.
    ///
    /// Two-part keys are joined by `/`; a `/` or `%` inside the first part is percent-encoded so that no two keys share
    /// a text. Parsing it gives the key back. It can hold personal data: seal or hash it, do not log it.
    pub fn text(&self) -> String {
        let kind = self.kind_str();
        match self {
            Self::User(id) | Self::ExternalContact(id) => format!("{kind}:{id}"),
            Self::DialerContact { list: first, id } | Self::JourneyCustomer { kind: first, id } => {
                format!("{kind}:{}/{id}", first.replace('%', "%25").replace('/', "%2F"))
            }
            Self::Term { kind: term, value } => format!("{kind}:{term}:{value}"),
        }
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term { kind, .. } => write!(f, "term:{kind}:…"),
            // A controller may number its dialler contacts or journey customers by telephone or e-mail.
            Self::DialerContact { list, .. } => write!(f, "dialer_contact:{list}/…"),
            Self::JourneyCustomer { kind, .. } => write!(f, "journey_customer:{kind}/…"),
            Self::User(_) | Self::ExternalContact(_) => f.write_str(&self.text()),
        }
    }
}

/// The text is no record key. It is not repeated, it may be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record key")]
pub struct NotARecordKey;

impl FromStr for RecordKey {
    type Err = NotARecordKey;

    fn from_str(text: &str) -> Result<Self, NotARecordKey> {
        let (kind, rest) = text.split_once(':').ok_or(NotARecordKey)?;
        let pair = || {
            let (first, id) = rest.split_once('/').ok_or(NotARecordKey)?;
            // Undone in the reverse order, or an encoded percent sign would be read twice.
            Ok((first.replace("%2F", "/").replace("%25", "%"), id.to_owned()))
        };
        let key = match kind {
            "user" => Self::User(rest.to_owned()),
            "external_contact" => Self::ExternalContact(rest.to_owned()),
            "dialer_contact" => pair().map(|(list, id)| Self::DialerContact { list, id })?,
            "journey_customer" => pair().map(|(kind, id)| Self::JourneyCustomer { kind, id })?,
            "term" => {
                let (kind, value) = rest.split_once(':').ok_or(NotARecordKey)?;
                Self::Term { kind: kind.parse().map_err(|_| NotARecordKey)?, value: value.to_owned() }
            }
            _ => return Err(NotARecordKey),
        };
        // A text that the key itself would write otherwise (a stray `%`) would hash differently: refuse it.
        if key.text() == text { Ok(key) } else { Err(NotARecordKey) }
    }
}

impl TryFrom<String> for RecordKey {
    type Error = NotARecordKey;

    fn try_from(text: String) -> Result<Self, NotARecordKey> {
        text.parse()
    }
}

impl From<RecordKey> for String {
    fn from(key: RecordKey) -> Self {
        key.text()
    }
}

/// What the platform shows of a record. Captured when it is found, because after an erasure it is gone (contract §3.3).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which record.
    pub key: RecordKey,
    /// The display name, if it has one.
    pub name: Option<String>,
    /// The e-mail addresses in its own data, as the platform writes them.
    pub emails: Vec<String>,
    /// The telephone numbers in its own data, as the platform writes them.
    pub phones: Vec<String>,
    /// The id of the division it belongs to.
    pub division: Option<String>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("key", &self.key).field("division", &self.division).finish_non_exhaustive()
    }
}

/// The external contacts that the platform holds to be one person (contract §3.5, §4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeSet {
    /// The contact that stands for the set.
    pub canonical: String,
    /// Every contact of the set, the canonical one among them.
    pub members: Vec<String>,
}
