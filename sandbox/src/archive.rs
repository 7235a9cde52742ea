//! Export archives: what is collected about a subject, and the zip files it is handed out in.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ids;
use crate::platform::{contacts, users};
use crate::state::effects::{participants, reached};
use crate::state::people::People;
use crate::state::records::Record;
use crate::state::requests::Part;
use crate::state::subject::Identifier;

/// Everything held about a subject, as JSON documents in one or more parts; nothing if there is nothing.
///
/// Layout and file names are the sandbox's own: the platform's are not documented (contract §13).
pub fn collect(people: &People, identifier: &Identifier) -> Vec<Part> {
    let mut documents = Vec::new();
    let mut parts = 1;
    for record in reached(people, identifier).iter().filter_map(|id| people.get(id)) {
        let number = documents.len() + 1;
        let (name, value) = match record {
            Record::User(user) => ("user", users::view(user, &[])),
            Record::Contact(contact) => {
                parts = parts.max(contact.export_parts);
                ("external-contact", contacts::view(contact, &[]))
            }
            Record::Dialer(row) => ("dialer-contact", json!(row)),
            Record::Journey(customer) => ("journey-customer", json!(customer)),
        };
        documents.push((format!("{name}-{number}.json"), value));
    }
    let conversations: Vec<_> = participants(identifier).iter().flat_map(|who| people.conversations_of(who)).collect();
    if !conversations.is_empty() {
        documents.push(("conversations.json".into(), json!({"conversations": conversations})));
    }
    if documents.is_empty() {
        return Vec::new();
    }
    split(documents, parts.max(1))
}

/// Packs one part. The same part gives the same bytes each time.
pub fn pack(part: &Part) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, value) in &part.documents {
        zip.start_file(name.as_str(), SimpleFileOptions::default())?;
        zip.write_all(&serde_json::to_vec_pretty(value)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn split(documents: Vec<(String, Value)>, parts: usize) -> Vec<Part> {
    let mut all: Vec<Part> =
        (0..parts).map(|_| Part { download_id: ids::fresh().replace('-', ""), documents: Vec::new() }).collect();
    for (at, document) in documents.into_iter().enumerate() {
        all[at % parts].documents.push(document);
    }
    for (at, part) in all.iter_mut().enumerate() {
        let index = json!({"part": at + 1, "parts": parts, "files": part.documents.len()});
        part.documents.push(("index.json".into(), index));
    }
    all
}
