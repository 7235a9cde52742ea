//! What the platform holds about people. The same shapes serve `POST` and `GET /sandbox/people`.

use serde::{Deserialize, Serialize};

use crate::ids;

/// The kinds of term a search or a replacement can name (contract §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TermKind {
    /// Display name.
    Name,
    /// Postal address, free text.
    Address,
    /// E.164.
    Phone,
    /// Mailbox.
    Email,
    /// Handle.
    Twitter,
    /// Handle.
    Instagram,
    /// Platform id.
    Facebook,
    /// Opaque id.
    AppleMessages,
    /// Id in the controller's own systems.
    ExternalId,
}

impl TermKind {
    /// Reads the wire word.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "NAME" => Self::Name,
            "ADDRESS" => Self::Address,
            "PHONE" => Self::Phone,
            "EMAIL" => Self::Email,
            "TWITTER" => Self::Twitter,
            "INSTAGRAM" => Self::Instagram,
            "FACEBOOK" => Self::Facebook,
            "APPLE_MESSAGES" => Self::AppleMessages,
            "EXTERNAL_ID" => Self::ExternalId,
            _ => return None,
        })
    }

    /// The wire word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Address => "ADDRESS",
            Self::Phone => "PHONE",
            Self::Email => "EMAIL",
            Self::Twitter => "TWITTER",
            Self::Instagram => "INSTAGRAM",
            Self::Facebook => "FACEBOOK",
            Self::AppleMessages => "APPLE_MESSAGES",
            Self::ExternalId => "EXTERNAL_ID",
        }
    }

    /// Names and addresses match word by word; all else matches as a whole.
    pub fn is_fuzzy(self) -> bool {
        matches!(self, Self::Name | Self::Address)
    }

    /// The four kinds a social handle can have.
    pub fn is_social(self) -> bool {
        matches!(self, Self::Twitter | Self::Instagram | Self::Facebook | Self::AppleMessages)
    }
}

/// Which record, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RecordId {
    /// A user.
    User(String),
    /// An external contact.
    Contact(String),
    /// A row of a contact list.
    Dialer {
        /// The contact list.
        list: String,
        /// The row.
        id: String,
    },
    /// A customer of the journey service.
    Journey {
        /// Kind of customer id.
        kind: String,
        /// The id.
        id: String,
    },
}

/// A handle on a social network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Social {
    /// One of the four social term kinds.
    #[serde(rename = "type")]
    pub kind: TermKind,
    /// Handle or id.
    pub value: String,
}

/// What a record of any sort can hold of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Display name.
    pub name: String,
    /// Mailboxes.
    pub emails: Vec<String>,
    /// E.164 numbers.
    pub phones: Vec<String>,
    /// Free text.
    pub addresses: Vec<String>,
    /// Ids in the controller's own systems.
    pub external_ids: Vec<String>,
    /// Handles.
    pub socials: Vec<Social>,
}

/// An employee of the contact centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// User id.
    #[serde(default = "ids::fresh")]
    pub id: String,
    /// Name of the division.
    #[serde(default = "home")]
    pub division: String,
    /// active, inactive or deleted.
    #[serde(default = "active")]
    pub state: String,
    /// What is known of the person.
    #[serde(flatten)]
    pub details: Details,
}

/// An external contact; in a merge set, one member of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Contact id.
    #[serde(default = "ids::fresh")]
    pub id: String,
    /// Name of the division.
    #[serde(default = "home")]
    pub division: String,
    /// Curated, Identified or Ephemeral.
    #[serde(default = "curated", rename = "type")]
    pub kind: String,
    /// Head of the merge set, if there is one.
    #[serde(default)]
    pub canonical: Option<String>,
    /// All members, the head among them; empty if never merged.
    #[serde(default)]
    pub merge_set: Vec<String>,
    /// Into how many archives an export of this contact is split.
    #[serde(default = "one")]
    pub export_parts: usize,
    /// What is known of the person.
    #[serde(flatten)]
    pub details: Details,
}

/// A row of an outbound contact list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialerContact {
    /// The contact list.
    pub list: String,
    /// The row.
    #[serde(default = "ids::fresh")]
    pub id: String,
    /// What is known of the person.
    #[serde(flatten)]
    pub details: Details,
}

/// A customer of the journey service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyCustomer {
    /// Kind of customer id, such as "cookie".
    #[serde(rename = "type")]
    pub kind: String,
    /// The id.
    #[serde(default = "ids::fresh")]
    pub id: String,
    /// What is known of the person.
    #[serde(flatten)]
    pub details: Details,
}

/// A recorded conversation. Subject search does not show it; requests by term or contact id reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Conversation id.
    #[serde(default = "ids::fresh")]
    pub id: String,
    /// Mailboxes, numbers and record ids of those who took part.
    pub participants: Vec<String>,
    /// What was said.
    #[serde(default)]
    pub transcript: String,
}

/// A record of any sort.
#[derive(Debug, Clone)]
pub enum Record {
    /// An employee.
    User(User),
    /// An external contact.
    Contact(Contact),
    /// A row of a contact list.
    Dialer(DialerContact),
    /// A journey customer.
    Journey(JourneyCustomer),
}

impl Record {
    /// Its id.
    pub fn id(&self) -> RecordId {
        match self {
            Self::User(user) => RecordId::User(user.id.clone()),
            Self::Contact(contact) => RecordId::Contact(contact.id.clone()),
            Self::Dialer(row) => RecordId::Dialer { list: row.list.clone(), id: row.id.clone() },
            Self::Journey(customer) => RecordId::Journey { kind: customer.kind.clone(), id: customer.id.clone() },
        }
    }

    /// What it holds of a person.
    pub fn details(&self) -> &Details {
        match self {
            Self::User(user) => &user.details,
            Self::Contact(contact) => &contact.details,
            Self::Dialer(row) => &row.details,
            Self::Journey(customer) => &customer.details,
        }
    }

    /// The same, to change.
    pub fn details_mut(&mut self) -> &mut Details {
        match self {
            Self::User(user) => &mut user.details,
            Self::Contact(contact) => &mut contact.details,
            Self::Dialer(row) => &mut row.details,
            Self::Journey(customer) => &mut customer.details,
        }
    }
}

impl Details {
    /// Every term that finds the record.
    pub fn terms(&self) -> impl Iterator<Item = (TermKind, &str)> {
        let name = (!self.name.is_empty()).then_some((TermKind::Name, self.name.as_str()));
        let lists = [
            (TermKind::Email, &self.emails),
            (TermKind::Phone, &self.phones),
            (TermKind::Address, &self.addresses),
            (TermKind::ExternalId, &self.external_ids),
        ];
        let listed = lists.into_iter().flat_map(|(kind, list)| list.iter().map(move |value| (kind, value.as_str())));
        let social = self.socials.iter().map(|social| (social.kind, social.value.as_str()));
        name.into_iter().chain(listed).chain(social)
    }

    /// Puts `new` where `old` stands. Whether anything changed.
    pub fn replace(&mut self, kind: TermKind, old: &str, new: &str) -> bool {
        let list = match kind {
            TermKind::Name => {
                let hit = self.name.eq_ignore_ascii_case(old);
                if hit {
                    self.name = new.to_owned();
                }
                return hit;
            }
            TermKind::Email => &mut self.emails,
            TermKind::Phone => &mut self.phones,
            TermKind::Address => &mut self.addresses,
            TermKind::ExternalId => &mut self.external_ids,
            social => {
                let hits = self.socials.iter_mut().filter(|s| s.kind == social && s.value.eq_ignore_ascii_case(old));
                return hits.map(|hit| hit.value = new.to_owned()).count() > 0;
            }
        };
        list.iter_mut().filter(|value| value.eq_ignore_ascii_case(old)).map(|value| *value = new.to_owned()).count() > 0
    }
}

fn home() -> String {
    "Home".into()
}

fn active() -> String {
    "active".into()
}

fn curated() -> String {
    "Curated".into()
}

fn one() -> usize {
    1
}
