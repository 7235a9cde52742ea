//! The subject of a request: read from JSON, exactly one kind of identifier (contract §3.2).

use serde_json::Value;

use super::people::People;
use super::records::{RecordId, TermKind};

/// Whom a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// One record.
    Record(RecordId),
    /// One or more values of one kind.
    Terms {
        /// The kind.
        kind: TermKind,
        /// The values.
        values: Vec<String>,
    },
}

impl Identifier {
    /// Reads a subject. Absent, null and empty fields count as not given; more than one kind, or none, is nothing.
    pub fn read(subject: &Value) -> Option<Self> {
        let text = |name: &str| subject.get(name).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned);
        let list = |name: &str| -> Vec<String> {
            let values = subject.get(name).and_then(Value::as_array).into_iter().flatten();
            values.filter_map(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned).collect()
        };
        let pair = |name: &str, first: &str, second: &str| -> Option<Option<(String, String)>> {
            match subject.get(name).filter(|value| !value.is_null()) {
                None => Some(None),
                Some(value) => {
                    let part = |part: &str| value.get(part)?.as_str().filter(|s| !s.is_empty()).map(str::to_owned);
                    Some(Some((part(first)?, part(second)?)))
                }
            }
        };
        let mut given = Vec::new();
        given.extend(text("userId").map(|id| Self::Record(RecordId::User(id))));
        given.extend(text("externalContactId").map(|id| Self::Record(RecordId::Contact(id))));
        if let Some((list, id)) = pair("dialerContactId", "contactListId", "id")? {
            given.push(Self::Record(RecordId::Dialer { list, id }));
        }
        if let Some((kind, id)) = pair("journeyCustomer", "type", "id")? {
            given.push(Self::Record(RecordId::Journey { kind, id }));
        }
        if let Some((kind, value)) = pair("socialHandle", "type", "value")? {
            let kind = TermKind::parse(&kind).filter(|kind| kind.is_social())?;
            given.push(Self::Terms { kind, values: vec![value] });
        }
        let one = |kind: TermKind, value: Option<String>| value.map(|value| Self::Terms { kind, values: vec![value] });
        given.extend(one(TermKind::Name, text("name")));
        given.extend(one(TermKind::ExternalId, text("externalId")));
        for (kind, name) in
            [(TermKind::Email, "emailAddresses"), (TermKind::Phone, "phoneNumbers"), (TermKind::Address, "addresses")]
        {
            let values = list(name);
            if !values.is_empty() {
                given.push(Self::Terms { kind, values });
            }
        }
        (given.len() == 1).then(|| given.remove(0))
    }

    /// The subject as a short word, such as `contact:<id>` or `email:ada@example.com`: what counters, journal and
    /// fault lists show.
    pub fn key(&self) -> String {
        match self {
            Self::Record(RecordId::User(id)) => format!("user:{id}"),
            Self::Record(RecordId::Contact(id)) => format!("contact:{id}"),
            Self::Record(RecordId::Dialer { list, id }) => format!("dialer:{list}/{id}"),
            Self::Record(RecordId::Journey { kind, id }) => format!("journey:{kind}/{id}"),
            Self::Terms { kind, values } => {
                format!("{}:{}", kind.word().to_lowercase(), values.join(",").to_lowercase())
            }
        }
    }

    /// Every value by which a fault may recognise the subject: what the request says, and what the record it names
    /// holds. So a fault for an e-mail address also meets the request for that person's contact id.
    pub fn known_as(&self, people: &People) -> Vec<String> {
        match self {
            Self::Terms { values, .. } => values.clone(),
            Self::Record(id) => {
                let (RecordId::User(own)
                | RecordId::Contact(own)
                | RecordId::Dialer { id: own, .. }
                | RecordId::Journey { id: own, .. }) = id;
                let mut all = vec![own.clone()];
                if let Some(record) = people.get(id) {
                    all.extend(record.details().terms().map(|(_, value)| value.to_owned()));
                }
                all
            }
        }
    }
}
