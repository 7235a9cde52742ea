//! External contacts: one or many, with merges followed or as stored.

use serde::{Deserialize, Serialize};

use crate::{
    calls::is_id,
    error::PlatformError,
    model::{
        contact::{Contact, Contacts, ItemError},
        lenient::nullable,
    },
    platform::Platform,
    refusal,
    send::Ask,
    traffic::Call,
};

/// Ids in one bulk call. The platform names no maximum; this many are known to work (contract §4).
const BULK_IDS_MAX: usize = 50;

impl Platform {
    /// The contact an id leads to, merges followed: for an ancestor that is its canonical contact. None if there is none.
    pub async fn contact(&self, id: &str) -> Result<Option<Contact>, PlatformError> {
        self.one_contact(Call::ReadContact, &["externalcontacts", "contacts", id], id).await
    }

    /// The contact of exactly this id, an ancestor included. None if there is none.
    pub async fn contact_unresolved(&self, id: &str) -> Result<Option<Contact>, PlatformError> {
        self.one_contact(Call::ReadContactUnresolved, &["externalcontacts", "contacts", id, "unresolved"], id).await
    }

    /// The contacts the ids lead to, merges followed.
    pub async fn contacts(&self, ids: &[String]) -> Result<Contacts, PlatformError> {
        self.many_contacts(Call::ReadContacts, &["externalcontacts", "bulk", "contacts"], ids, leads_to).await
    }

    /// The contacts of exactly these ids, ancestors included.
    pub async fn contacts_unresolved(&self, ids: &[String]) -> Result<Contacts, PlatformError> {
        let path = ["externalcontacts", "bulk", "contacts", "unresolved"];
        self.many_contacts(Call::ReadContactsUnresolved, &path, ids, is_itself).await
    }

    async fn one_contact(&self, call: Call, path: &[&str], id: &str) -> Result<Option<Contact>, PlatformError> {
        if !is_id(id) {
            return Ok(None);
        }
        match self.read(Ask::get(call, self.address().api(path))).await {
            Ok(contact) => Ok(Some(contact)),
            Err(PlatformError::NotFound { .. } | PlatformError::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn many_contacts(
        &self,
        call: Call,
        path: &[&str],
        ids: &[String],
        answers: fn(&Contact, &str) -> bool,
    ) -> Result<Contacts, PlatformError> {
        let mut wanted: Vec<&str> = Vec::new();
        for id in ids {
            if !wanted.contains(&id.as_str()) {
                wanted.push(id);
            }
        }
        let mut contacts = Vec::with_capacity(wanted.len());
        for batch in wanted.chunks(BULK_IDS_MAX) {
            let body = BulkIds { entities: batch.iter().map(|id| BulkId { id }).collect() };
            let bulk: Bulk = self.read(Ask::post(call, self.address().api(path), &body)).await?;
            contacts.extend(batch.iter().map(|id| ((*id).to_owned(), bulk.pick(id, answers))));
        }
        Ok(contacts)
    }
}

/// Whether a contact is what `id` leads to: it is that contact, or it stands for the merge set that contact is in.
fn leads_to(contact: &Contact, id: &str) -> bool {
    is_itself(contact, id) || contact.merge_set.iter().chain(&contact.merged_from).any(|member| member.id == id)
}

/// Whether a contact is the one of this id. Being in its merge set is not enough where merges are not followed.
fn is_itself(contact: &Contact, id: &str) -> bool {
    contact.id == id
}

#[derive(Serialize)]
struct BulkIds<'a> {
    entities: Vec<BulkId<'a>>,
}

#[derive(Serialize)]
struct BulkId<'a> {
    id: &'a str,
}

#[derive(Deserialize)]
struct Bulk {
    #[serde(default, deserialize_with = "nullable")]
    results: Vec<BulkResult>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BulkResult {
    #[serde(deserialize_with = "nullable")]
    id: String,
    entity: Option<Contact>,
    error: Option<BulkError>,
    status: Option<u16>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BulkError {
    #[serde(deserialize_with = "nullable")]
    code: String,
    status: Option<u16>,
}

impl Bulk {
    /// What the answer has for one id. Results come in any order, and it is not settled whether a result's id is the one
    /// asked for or the one found (contract §4), so a result of that id comes first and a fitting contact second.
    fn pick(&self, id: &str, answers: fn(&Contact, &str) -> bool) -> Result<Contact, ItemError> {
        let named = self.results.iter().filter(|result| result.id == id);
        let fitting = self.results.iter().filter(|result| result.entity.as_ref().is_some_and(|it| answers(it, id)));
        let mut refusal = None;
        for result in named.chain(fitting) {
            match &result.entity {
                Some(contact) => return Ok(contact.clone()),
                None => refusal = refusal.or_else(|| Some(result.refusal())),
            }
        }
        Err(refusal.unwrap_or(ItemError::NotAnswered))
    }
}

impl BulkResult {
    fn refusal(&self) -> ItemError {
        let code = self.error.as_ref().map(|error| error.code.as_str()).unwrap_or_default();
        match self.status.or(self.error.as_ref().and_then(|error| error.status)) {
            Some(404 | 410) => ItemError::NotFound,
            None if code.ends_with("not.found") => ItemError::NotFound,
            Some(status) => ItemError::Refused { status, code: refusal::word(code) },
            None => ItemError::NotAnswered,
        }
    }
}
