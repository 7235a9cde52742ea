//! Between the platform's words and ours: subjects, records, search types.

use entities::error::StoreError;
use entities::job::status::JobKind;
use entities::request::file::{Replacement, replacements as stored_replacements};
use entities::request::table::Model as Request;
use genesys::error::PlatformError;
use genesys::model::contact::{Contact, ItemError};
use genesys::model::request::{PlatformRequest, Replacement as PlatformReplacement, RequestKind};
use genesys::model::subject::{SearchType, Subject, SubjectRef};
use genesys::model::user::User;
use resolution::identifier::IdentifierKind;
use resolution::record::{MergeSet, Record, RecordKey};
use vault::data_key::DataKey;

/// Why the platform did not tell one contact of many, as if it had been asked for that one alone; `None` if it is gone.
#[must_use]
pub fn not_told(error: ItemError) -> Option<PlatformError> {
    let away = |status| PlatformError::PlatformDown { status, wait: None, correlation: None, source: None };
    match error {
        ItemError::NotFound => None,
        ItemError::NotAnswered => Some(away(None)),
        ItemError::Refused { status: status @ (429 | 500..), .. } => Some(away(Some(status))),
        // The same call will be refused again, until a person has seen to it.
        ItemError::Refused { status, code } => {
            let code = code.or_else(|| Some(status.to_string()));
            Some(PlatformError::NotAuthorised { code, correlation: None })
        }
    }
}

/// How the platform is asked about a kind of identifier; none if it names a record itself.
#[must_use]
pub fn search_type(kind: IdentifierKind) -> Option<SearchType> {
    kind.search_type().map(|word| SearchType::from(word.to_owned()))
}

/// The platform's word for a kind of job.
#[must_use]
pub fn request_kind(kind: JobKind) -> RequestKind {
    match kind {
        JobKind::Export => RequestKind::Export,
        JobKind::Update => RequestKind::Update,
        JobKind::Delete => RequestKind::Delete,
    }
}

/// What a platform request for this record says.
#[must_use]
pub fn subject_ref(key: &RecordKey) -> Option<SubjectRef> {
    Some(match key.clone() {
        RecordKey::User(id) => SubjectRef::User(id),
        RecordKey::ExternalContact(id) => SubjectRef::ExternalContact(id),
        RecordKey::DialerContact { list, id } => SubjectRef::DialerContact { list, id },
        RecordKey::JourneyCustomer { kind, id } => SubjectRef::JourneyCustomer { kind, id },
        RecordKey::Term { kind, value } => SubjectRef::Term { search_type: search_type(kind)?, value },
    })
}

/// The records a search hit names; usually one. A hit of a kind that we do not know yet names none.
#[must_use]
pub fn records(subject: &Subject) -> Vec<Record> {
    let keys = subject.refs().into_iter().filter_map(|subject| match subject {
        SubjectRef::User(id) => Some(RecordKey::User(id)),
        SubjectRef::ExternalContact(id) => Some(RecordKey::ExternalContact(id)),
        SubjectRef::DialerContact { list, id } => Some(RecordKey::DialerContact { list, id }),
        SubjectRef::JourneyCustomer { kind, id } => Some(RecordKey::JourneyCustomer { kind, id }),
        SubjectRef::Term { .. } => None,
    });
    keys.map(|key| Record {
        key,
        name: subject.name.clone(),
        emails: subject.email_addresses.clone(),
        phones: subject.phone_numbers.clone(),
        division: None,
    })
    .collect()
}

/// The record that an identifier names by itself.
#[must_use]
pub fn named_record(kind: IdentifierKind, value: &str) -> Option<Record> {
    let key = match kind {
        IdentifierKind::UserId => RecordKey::User(value.to_owned()),
        IdentifierKind::ExternalContactId => RecordKey::ExternalContact(value.to_owned()),
        IdentifierKind::DialerContactId => {
            let (list, id) = value.split_once('/')?;
            RecordKey::DialerContact { list: list.to_owned(), id: id.to_owned() }
        }
        _ => return None,
    };
    Some(Record { key, name: None, emails: Vec::new(), phones: Vec::new(), division: None })
}

/// What is known of a contact, under the id that the search gave: for an ancestor the platform answers with its canonical.
#[must_use]
pub fn contact_record(id: &str, contact: &Contact, found: &Record) -> Record {
    let or = |seen: Vec<String>, before: &[String]| if seen.is_empty() { before.to_vec() } else { seen };
    Record {
        key: RecordKey::ExternalContact(id.to_owned()),
        name: contact.display_name().or_else(|| found.name.clone()),
        emails: or(contact.emails().into_iter().map(str::to_owned).collect(), &found.emails),
        phones: or(contact.phones().into_iter().map(str::to_owned).collect(), &found.phones),
        division: contact.division.as_ref().map(|division| division.id.clone()),
    }
}

/// The merge set a contact belongs to, if it was ever merged.
#[must_use]
pub fn merge_set(id: &str, contact: &Contact) -> Option<MergeSet> {
    let mut members: Vec<String> = contact.member_ids().into_iter().map(str::to_owned).collect();
    if !members.iter().any(|member| member == id) {
        members.push(id.to_owned());
    }
    (members.len() > 1).then(|| MergeSet { canonical: contact.canonical_id().to_owned(), members })
}

/// What is known of a user.
#[must_use]
pub fn user_record(user: &User, found: &Record) -> Record {
    let mut emails = found.emails.clone();
    if let Some(email) = user.email.clone().filter(|email| !emails.contains(email)) {
        emails.push(email);
    }
    Record {
        key: RecordKey::User(user.id.clone()),
        name: user.name.clone().or_else(|| found.name.clone()),
        emails,
        phones: found.phones.clone(),
        division: user.division.as_ref().map(|division| division.id.clone()),
    }
}

/// What a rectification replaces by what, as the platform takes it.
///
/// # Errors
/// It does not open, or is of a kind that the platform does not replace.
pub fn replacements(key: &DataKey, request: &Request) -> Result<Vec<PlatformReplacement>, StoreError> {
    let translate = |it: Replacement| {
        Some(PlatformReplacement {
            search_type: search_type(it.kind)?,
            existing_value: it.existing,
            updated_value: it.updated,
        })
    };
    let all: Option<Vec<_>> = stored_replacements(key, request)?.into_iter().map(translate).collect();
    all.ok_or(StoreError::Corrupt("a replacement's kind cannot be asked for"))
}

/// Whether a platform request replaces just these terms, in whatever order; nothing is known if it shows none.
#[must_use]
pub fn has_terms(row: &PlatformRequest, terms: &[PlatformReplacement]) -> Option<bool> {
    let shown = &row.replacement_terms;
    let same = shown.len() == terms.len() && terms.iter().all(|term| shown.contains(term));
    (!shown.is_empty()).then_some(same)
}
