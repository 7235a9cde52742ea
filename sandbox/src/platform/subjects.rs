//! Subject search: who on the platform answers to a term (contract §3.1).

use serde_json::{Map, Value, json};

use crate::answers::listing::PageAsked;
use crate::answers::{Answer, errors};
use crate::call::Call;
use crate::faults::{FaultName, Occasion};
use crate::state::State;
use crate::state::records::{Record, TermKind};

/// `GET /api/v2/gdpr/subjects`. All hits come on one page: the route has no paging parameters.
pub fn search(call: &Call, state: &mut State, organisation: usize, occasion: &Occasion) -> Answer {
    let (Some(kind), Some(value)) = (call.query("searchType"), call.query("searchValue").filter(|v| !v.is_empty()))
    else {
        return errors::error(400, "bad.request", "searchType and searchValue are required");
    };
    let Some(kind) = TermKind::parse(kind) else {
        return errors::error(400, "invalid.query.param.value", "Value is not valid for query parameter [searchType]");
    };
    let hits = state.organisations[organisation].people.search(kind, value);
    let mut entities: Vec<Value> = hits.into_iter().map(view).collect();
    if !entities.is_empty() && state.faults.fire(FaultName::ExtraEnum, occasion).is_some() {
        entities.push(json!({"socialHandle": {"type": "WHATSAPP_CHANNELS", "value": "unknown-channel"}}));
        entities.push(json!({"voiceprint": {"id": "unknown-voiceprint"}}));
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("searchType", kind.word())
        .append_pair("searchValue", value)
        .finish();
    let total = entities.len();
    let page = PageAsked { size: total.max(25), number: 1 };
    Answer::ok(&page.wrap(&format!("/api/v2/gdpr/subjects?{query}"), entities, total))
}

/// A hit as the API shows it: the ids of the record, and the terms it holds.
fn view(record: &Record) -> Value {
    let mut out = Map::new();
    match record {
        Record::User(user) => out.insert("userId".into(), json!(user.id)),
        Record::Contact(contact) => out.insert("externalContactId".into(), json!(contact.id)),
        Record::Dialer(row) => out.insert("dialerContactId".into(), json!({"id": row.id, "contactListId": row.list})),
        Record::Journey(customer) => {
            out.insert("journeyCustomer".into(), json!({"type": customer.kind, "id": customer.id}))
        }
    };
    let details = record.details();
    if !details.name.is_empty() {
        out.insert("name".into(), json!(details.name));
    }
    for (field, values) in
        [("emailAddresses", &details.emails), ("phoneNumbers", &details.phones), ("addresses", &details.addresses)]
    {
        if !values.is_empty() {
            out.insert(field.into(), json!(values));
        }
    }
    if let Some(id) = details.external_ids.first() {
        out.insert("externalId".into(), json!(id));
    }
    if let Some(social) = details.socials.first() {
        out.insert("socialHandle".into(), json!({"type": social.kind, "value": social.value}));
    }
    Value::Object(out)
}
