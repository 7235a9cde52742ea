//! The kinds of identifier, and how each is written down here and on the platform.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What sort of thing is known of a person.
///
/// The platform's own list grows without notice (contract §3.7). This one is closed: a kind is added here once we know how
/// it is normalised and searched, and never guessed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// A display name.
    Name,
    /// A mailbox.
    Email,
    /// A telephone number.
    Phone,
    /// A postal address as one line of free text.
    Address,
    /// A Twitter (X) handle.
    Twitter,
    /// An Instagram handle.
    Instagram,
    /// A Facebook handle or page-scoped id.
    Facebook,
    /// The opaque id Apple Messages for Business gives a person.
    AppleMessages,
    /// A WhatsApp number, or the business-scoped id WhatsApp gives in its place.
    Whatsapp,
    /// An id from the controller's own systems, kept on the external contact.
    ExternalId,
    /// A platform user, by id.
    UserId,
    /// An external contact, by id.
    ExternalContactId,
    /// An outbound dialer contact, written `<contact list id>/<contact id>`.
    DialerContactId,
}

impl IdentifierKind {
    /// Whether upper and lower case tell two values apart: ids made by machines.
    #[must_use]
    pub const fn is_case_sensitive(self) -> bool {
        use IdentifierKind as K;
        match self {
            K::AppleMessages | K::Whatsapp | K::ExternalId | K::UserId | K::ExternalContactId | K::DialerContactId => {
                true
            }
            K::Name | K::Email | K::Phone | K::Address | K::Twitter | K::Instagram | K::Facebook => false,
        }
    }

    /// Every kind, in the order in which forms and help texts list them.
    pub const ALL: [Self; 13] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::Twitter,
        Self::Instagram,
        Self::Facebook,
        Self::AppleMessages,
        Self::Whatsapp,
        Self::ExternalId,
        Self::UserId,
        Self::ExternalContactId,
        Self::DialerContactId,
    ];

    /// The word for this kind in the API, in tables and in imports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Twitter => "twitter",
            Self::Instagram => "instagram",
            Self::Facebook => "facebook",
            Self::AppleMessages => "apple_messages",
            Self::Whatsapp => "whatsapp",
            Self::ExternalId => "external_id",
            Self::UserId => "user_id",
            Self::ExternalContactId => "external_contact_id",
            Self::DialerContactId => "dialer_contact_id",
        }
    }

    /// The platform's `searchType` and replacement-term `type` for this kind (contract §3.1, §3.2).
    ///
    /// `None` where the platform has no search: there the identifier already is the subject. Whether the search knows
    /// `WHATSAPP` yet is probable, not verified (contract §3.7); a caller must survive its refusal.
    pub const fn search_type(self) -> Option<&'static str> {
        match self {
            Self::Name => Some("NAME"),
            Self::Email => Some("EMAIL"),
            Self::Phone => Some("PHONE"),
            Self::Address => Some("ADDRESS"),
            Self::Twitter => Some("TWITTER"),
            Self::Instagram => Some("INSTAGRAM"),
            Self::Facebook => Some("FACEBOOK"),
            Self::AppleMessages => Some("APPLE_MESSAGES"),
            Self::Whatsapp => Some("WHATSAPP"),
            Self::ExternalId => Some("EXTERNAL_ID"),
            Self::UserId | Self::ExternalContactId | Self::DialerContactId => None,
        }
    }

    /// Whether the platform can be searched by it. If not, it names one record directly.
    pub const fn is_search_term(self) -> bool {
        self.search_type().is_some()
    }

    /// Whether two people may well share it: how the platform matches a name or an address is not documented, so both
    /// count as fuzzy and never act without an explicit yes (contract §3.1).
    pub const fn is_fuzzy(self) -> bool {
        matches!(self, Self::Name | Self::Address)
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no kind. The text lists those that exist; what was given is not repeated, it may be personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown identifier kind; known are {}", IdentifierKind::ALL.map(IdentifierKind::as_str).join(", "))]
pub struct UnknownKind;

impl FromStr for IdentifierKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownKind)
    }
}
