//! Who a request is about: how subjects are found, and the one identifier that stands for them in a request.

use serde::{Deserialize, Serialize};

use crate::model::{
    lenient::nullable,
    open_enum::{opaque_debug, open_enum},
};

open_enum! {
    /// What kind of term identifies a person, in subject search, replacement terms and social handles.
    SearchType {
        /// A display name; the search is fuzzy.
        Name = "NAME",
        /// A postal address, as free text.
        Address = "ADDRESS",
        /// A phone number in E.164 form.
        Phone = "PHONE",
        /// An e-mail address.
        Email = "EMAIL",
        /// A Twitter handle or id.
        Twitter = "TWITTER",
        /// An Instagram handle or id.
        Instagram = "INSTAGRAM",
        /// A Facebook id.
        Facebook = "FACEBOOK",
        /// An Apple Messages id.
        AppleMessages = "APPLE_MESSAGES",
        /// A WhatsApp number or id.
        Whatsapp = "WHATSAPP",
        /// An id in an external system.
        ExternalId = "EXTERNAL_ID",
    }
}

/// A contact in an outbound campaign's contact list.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DialerContactId {
    /// The contact's id, unique in its list only.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    /// The list's id.
    #[serde(deserialize_with = "nullable")]
    pub contact_list_id: String,
}

/// A customer of the journey service.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JourneyCustomer {
    /// The kind of id.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub kind: String,
    /// The id.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
}

/// A name on a social platform.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SocialHandle {
    /// Which platform.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub kind: SearchType,
    /// The handle or id there.
    #[serde(deserialize_with = "nullable")]
    pub value: String,
}

/// A subject as the platform writes it: a search hit, or the subject of a listed request (contract §3.1, §3.2).
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Subject {
    /// Display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A user of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// An external contact, which may be an ancestor in a merge set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_contact_id: Option<String>,
    /// A contact of a contact list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialer_contact_id: Option<DialerContactId>,
    /// A journey customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_customer: Option<JourneyCustomer>,
    /// A social handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_handle: Option<SocialHandle>,
    /// An id in an external system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Postal addresses.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Phone numbers.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<String>,
    /// E-mail addresses.
    #[serde(deserialize_with = "nullable", skip_serializing_if = "Vec::is_empty")]
    pub email_addresses: Vec<String>,
}

/// The one identifier a platform request is about. More than one in a body is not safe (contract §3.2, §11.1).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRef {
    /// A user, by id.
    User(String),
    /// An external contact, by id.
    ExternalContact(String),
    /// A dialer contact, by list and id.
    DialerContact {
        /// The contact list's id.
        list: String,
        /// The contact's id in that list.
        id: String,
    },
    /// A journey customer, by kind of id and id.
    JourneyCustomer {
        /// The kind of id.
        #[serde(rename = "type")]
        kind: String,
        /// The id.
        id: String,
    },
    /// A term: everything that mentions it is meant.
    Term {
        /// What the term is.
        search_type: SearchType,
        /// The term.
        value: String,
    },
}

opaque_debug!(DialerContactId, JourneyCustomer, SocialHandle, Subject, SubjectRef);

impl SubjectRef {
    /// A short name of the kind of identifier, safe to log.
    pub fn kind(&self) -> &str {
        match self {
            Self::User(_) => "user",
            Self::ExternalContact(_) => "external_contact",
            Self::DialerContact { .. } => "dialer_contact",
            Self::JourneyCustomer { .. } => "journey_customer",
            Self::Term { search_type, .. } => search_type.as_str(),
        }
    }

    /// Whether a part of the identifier is missing, in which case the platform would take it for another one or for none.
    pub fn is_blank(&self) -> bool {
        let blank = |text: &str| text.trim().is_empty();
        match self {
            Self::User(id) | Self::ExternalContact(id) => blank(id),
            Self::DialerContact { list: first, id: second } | Self::JourneyCustomer { kind: first, id: second } => {
                blank(first) || blank(second)
            }
            Self::Term { search_type, value } => blank(search_type.as_str()) || blank(value),
        }
    }

    /// Whether both mean the same, in spite of how they are written: the case of an e-mail address and the punctuation of
    /// a phone number do not matter, everything else does.
    pub fn matches(&self, other: &Self) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match (self, other) {
            (
                Self::Term { search_type: SearchType::Email, value: one },
                Self::Term { search_type: SearchType::Email, value: two },
            ) => one.trim().to_lowercase() == two.trim().to_lowercase(),
            (
                Self::Term { search_type: SearchType::Phone, value: one },
                Self::Term { search_type: SearchType::Phone, value: two },
            ) => one == two || (!digits(one).is_empty() && digits(one) == digits(two)),
            (one, two) => one == two,
        }
    }
}

/// The body's subject, with exactly one identifier in it.
impl From<&SubjectRef> for Subject {
    fn from(subject: &SubjectRef) -> Self {
        let mut body = Self::default();
        match subject.clone() {
            SubjectRef::User(id) => body.user_id = Some(id),
            SubjectRef::ExternalContact(id) => body.external_contact_id = Some(id),
            SubjectRef::DialerContact { list: contact_list_id, id } => {
                body.dialer_contact_id = Some(DialerContactId { id, contact_list_id });
            }
            SubjectRef::JourneyCustomer { kind, id } => body.journey_customer = Some(JourneyCustomer { kind, id }),
            SubjectRef::Term { search_type, value } => match search_type {
                SearchType::Name => body.name = Some(value),
                SearchType::Address => body.addresses = vec![value],
                SearchType::Phone => body.phone_numbers = vec![value],
                SearchType::Email => body.email_addresses = vec![value],
                SearchType::ExternalId => body.external_id = Some(value),
                // All kinds the platform has added since 2025 but one were social ones: so the unknown goes that way.
                kind @ (SearchType::Twitter
                | SearchType::Instagram
                | SearchType::Facebook
                | SearchType::AppleMessages
                | SearchType::Whatsapp
                | SearchType::Other(_)) => body.social_handle = Some(SocialHandle { kind, value }),
            },
        }
        body
    }
}

impl Subject {
    /// Every identifier in it, each as what it would be alone; ids first, terms after.
    pub fn refs(&self) -> Vec<SubjectRef> {
        let term = |search_type: &SearchType, value: &String| SubjectRef::Term {
            search_type: search_type.clone(),
            value: value.clone(),
        };
        let mut refs = Vec::new();
        refs.extend(self.user_id.clone().map(SubjectRef::User));
        refs.extend(self.external_contact_id.clone().map(SubjectRef::ExternalContact));
        refs.extend(
            self.dialer_contact_id
                .clone()
                .map(|DialerContactId { id, contact_list_id: list }| SubjectRef::DialerContact { list, id }),
        );
        refs.extend(
            self.journey_customer.clone().map(|JourneyCustomer { kind, id }| SubjectRef::JourneyCustomer { kind, id }),
        );
        refs.extend(self.email_addresses.iter().map(|value| term(&SearchType::Email, value)));
        refs.extend(self.phone_numbers.iter().map(|value| term(&SearchType::Phone, value)));
        refs.extend(self.name.iter().map(|value| term(&SearchType::Name, value)));
        refs.extend(self.addresses.iter().map(|value| term(&SearchType::Address, value)));
        refs.extend(self.social_handle.iter().map(|handle| term(&handle.kind, &handle.value)));
        refs.extend(self.external_id.iter().map(|value| term(&SearchType::ExternalId, value)));
        refs.retain(|subject| !subject.is_blank());
        refs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_ref() -> impl Strategy<Value = SubjectRef> {
        let text = "[^\\s]{1,12}";
        let search_type =
            prop_oneof![proptest::sample::select(SearchType::KNOWN), "[A-Z]{30}".prop_map(SearchType::Other),];
        prop_oneof![
            text.prop_map(SubjectRef::User),
            text.prop_map(SubjectRef::ExternalContact),
            (text, text).prop_map(|(list, id)| SubjectRef::DialerContact { list, id }),
            (text, text).prop_map(|(kind, id)| SubjectRef::JourneyCustomer { kind, id }),
            (search_type, text).prop_map(|(search_type, value)| SubjectRef::Term { search_type, value }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_is_read_back(subject in any_ref()) {
            let body = serde_json::to_value(Subject::from(&subject)).unwrap();
            prop_assert_eq!(body.as_object().unwrap().len(), 1, "one identifier");
            let listed: Subject = serde_json::from_value(body).unwrap();
            prop_assert!(listed.refs() == [subject.clone()]);
            let stored = serde_json::to_string(&subject).unwrap();
            prop_assert!(serde_json::from_str::<SubjectRef>(&stored).unwrap() == subject);
            prop_assert!(subject.matches(&subject));
        }
    }

    #[test]
    fn spelling_does_not_make_another_subject() {
        let term = |search_type, value: &str| SubjectRef::Term { search_type, value: value.to_owned() };
        use SearchType as T;
        for (one, two, same) in [
            (term(T::Email, "Maya@Example.com"), term(T::Email, " maya@example.com"), true),
            (term(T::Email, "maya@example.com"), term(T::Email, "maya+1@example.com"), false),
            (term(T::Phone, "+13175550142"), term(T::Phone, "+1 317-555-0142"), true),
            (term(T::Phone, "+13175550142"), term(T::Phone, "+13175550143"), false),
            (term(T::Phone, "n/a"), term(T::Phone, "none"), false),
            (term(T::Name, "13175550142"), term(T::Phone, "13175550142"), false),
            (term(T::Name, "Maya"), term(T::Name, "maya"), false),
            (SubjectRef::User("a".into()), SubjectRef::ExternalContact("a".into()), false),
        ] {
            assert_eq!(one.matches(&two), same);
            assert_eq!(two.matches(&one), same);
        }
    }
}
