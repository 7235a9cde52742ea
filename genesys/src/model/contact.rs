//! External contacts and their merge sets (contract §4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    lenient::{instant, nullable},
    open_enum::{opaque_debug, open_enum},
};

open_enum! {
    /// How a contact came to be. "Canonical" is not among them: that is told by the merge fields.
    ContactType {
        /// Made by the platform, nothing known.
        Ephemeral = "Ephemeral",
        /// Made by the platform, an identifier known. Hidden from the contact search.
        Identified = "Identified",
        /// Made or kept by a person.
        Curated = "Curated",
    }
}

/// A pointer to another thing by its id.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ref {
    /// The id.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
}

/// The division a thing is in; `*` as id means all or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DivisionRef {
    /// The division's id.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// A phone number in the spellings the platform keeps.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PhoneNumber {
    /// International form.
    pub e164: Option<String>,
    /// As it was typed.
    pub user_input: Option<String>,
    /// As it is shown.
    pub display: Option<String>,
}

impl PhoneNumber {
    /// The best spelling there is: international, else as typed, else as shown.
    pub fn best(&self) -> Option<&str> {
        [&self.e164, &self.user_input, &self.display]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|it| !it.is_empty())
    }
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields say what they are")]
pub struct PostalAddress {
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country_code: Option<String>,
}

/// An id of the contact in another system.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalId {
    /// The id there.
    #[serde(deserialize_with = "nullable")]
    pub value: String,
    /// Which system.
    pub external_source: Option<Ref>,
}

/// An external contact. Its `id` differs from the one asked for where a merge was followed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The id of this record.
    pub id: String,
    /// How it came to be.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub kind: ContactType,
    /// Its division, fixed when it was made.
    #[serde(default)]
    pub division: Option<DivisionRef>,
    /// Given name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Middle name.
    #[serde(default)]
    pub middle_name: Option<String>,
    /// Family name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Title, such as a position.
    #[serde(default)]
    pub title: Option<String>,
    /// Phone at work.
    #[serde(default)]
    pub work_phone: Option<PhoneNumber>,
    /// Mobile phone.
    #[serde(default)]
    pub cell_phone: Option<PhoneNumber>,
    /// Phone at home.
    #[serde(default)]
    pub home_phone: Option<PhoneNumber>,
    /// Another phone.
    #[serde(default)]
    pub other_phone: Option<PhoneNumber>,
    /// E-mail at work.
    #[serde(default)]
    pub work_email: Option<String>,
    /// Own e-mail.
    #[serde(default)]
    pub personal_email: Option<String>,
    /// Another e-mail.
    #[serde(default)]
    pub other_email: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<PostalAddress>,
    /// Ids in other systems.
    #[serde(default, deserialize_with = "nullable")]
    pub external_ids: Vec<ExternalId>,
    /// When it was made.
    #[serde(default, deserialize_with = "instant")]
    pub create_date: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "instant")]
    pub modify_date: Option<Timestamp>,
    /// The head of its merge set; none when it was never merged.
    #[serde(default)]
    pub canonical_contact: Option<Ref>,
    /// All members of its merge set, itself included; empty when it was never merged.
    #[serde(default, deserialize_with = "nullable")]
    pub merge_set: Vec<Ref>,
    /// The contacts this one was merged from.
    #[serde(default, deserialize_with = "nullable")]
    pub merged_from: Vec<Ref>,
    /// The contact this one was merged into.
    #[serde(default)]
    pub merged_to: Option<Ref>,
}

opaque_debug!(Ref, PhoneNumber, PostalAddress, ExternalId, Contact);

impl Contact {
    /// The id of the contact that stands for the whole merge set; its own when it was never merged.
    pub fn canonical_id(&self) -> &str {
        self.canonical_contact.as_ref().map(|it| it.id.as_str()).filter(|id| !id.is_empty()).unwrap_or(&self.id)
    }

    /// Whether it stands for itself.
    pub fn is_canonical(&self) -> bool {
        self.canonical_id() == self.id
    }

    /// The ids of everybody in the merge set, canonical first, each once. Just its own when it was never merged.
    pub fn member_ids(&self) -> Vec<&str> {
        let mut ids = vec![self.canonical_id()];
        for id in self.merge_set.iter().map(|it| it.id.as_str()).chain([self.id.as_str()]) {
            if !id.is_empty() && !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The names joined, none if there are none.
    pub fn display_name(&self) -> Option<String> {
        let names: Vec<_> = [&self.first_name, &self.middle_name, &self.last_name]
            .into_iter()
            .flatten()
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// Its e-mail addresses.
    pub fn emails(&self) -> Vec<&str> {
        let all = [&self.work_email, &self.personal_email, &self.other_email];
        all.into_iter().flatten().map(String::as_str).filter(|it| !it.is_empty()).collect()
    }

    /// Its phone numbers, in their best spelling.
    pub fn phones(&self) -> Vec<&str> {
        let all = [&self.work_phone, &self.cell_phone, &self.home_phone, &self.other_phone];
        all.into_iter().flatten().filter_map(PhoneNumber::best).collect()
    }
}

/// Why one contact of many was not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// There is no such contact, or no longer.
    #[error("not found")]
    NotFound,
    /// The platform refused this one.
    #[error("refused with {status} ({})", .code.as_deref().unwrap_or("no code"))]
    Refused {
        /// The status of this one.
        status: u16,
        /// The platform's code.
        code: Option<String>,
    },
    /// The platform answered without a word on this one.
    #[error("not answered")]
    NotAnswered,
}

/// Each requested id once, in the order asked, with what the platform has for it.
pub type Contacts = Vec<(String, Result<Contact, ItemError>)>;
