//! What time does to the platform: requests end and take their effect, merge sets get their siblings.

use serde_json::json;

use super::people::People;
use super::records::{Record, RecordId};
use super::requests::{Due, Origin, RequestType, Row};
use super::subject::Identifier;
use super::{Organisation, State};
use crate::archive;
use crate::clock;
use crate::faults::{FaultName, Occasion};
use crate::ids;
use crate::options::Settings;

/// Does all that has fallen due by now, in the order in which it fell due.
pub fn settle(state: &mut State) {
    let now_ms = state.clock.now_ms();
    for organisation in 0..state.organisations.len() {
        while let Some((at_ms, due)) = state.organisations[organisation].requests.next_due(now_ms) {
            match due {
                Due::End(index) => end(&mut state.organisations[organisation], index, at_ms, &state.settings),
                Due::Sibling { of, contact } => sibling(state, organisation, of, &contact, at_ms),
            }
        }
    }
}

/// Plans one request for each other member of the subject's merge set, except those in `omitted` (contract §3.5).
pub fn plan_siblings(organisation: &mut Organisation, of: usize, delay_ms: i64, omitted: impl Fn(&str) -> bool) {
    let row = organisation.requests.row(of);
    let Identifier::Record(RecordId::Contact(id)) = &row.identifier else { return };
    let Some(contact) = organisation.people.contact(id) else { return };
    let others: Vec<String> =
        contact.merge_set.iter().filter(|other| *other != id && !omitted(other)).cloned().collect();
    let at_ms = row.created_ms.saturating_add(delay_ms);
    for contact in others {
        organisation.requests.plan(at_ms, Due::Sibling { of, contact });
    }
}

/// Makes the row for another member, unless it has one. A member whose record is gone gets none; nor does one that the
/// same kind of request reached within the time results are kept, unless that ended in ERROR. The contract is silent on
/// both; without the second rule every request of the platform's own would breed the next.
fn sibling(state: &mut State, organisation: usize, of: usize, contact: &str, at_ms: i64) {
    let memory_ms = millis(state.settings.results_expire);
    let place = &mut state.organisations[organisation];
    if place.people.contact(contact).is_none() {
        return;
    }
    let original = place.requests.row(of).clone();
    let identifier = Identifier::Record(RecordId::Contact(contact.to_owned()));
    let covered = place.requests.with_key(&identifier.key()).any(|row| {
        row.request_type == original.request_type
            && row.created_ms >= original.created_ms - memory_ms
            && row.status(at_ms) != "ERROR"
    });
    if covered {
        return;
    }
    let known_as = vec![contact.to_owned()];
    let mut row = Row {
        id: ids::fresh(),
        subject: json!({"externalContactId": contact}),
        identifier,
        known_as: known_as.clone(),
        origin: Origin::Server,
        created_ms: at_ms,
        shown_at: clock::iso(at_ms),
        held_ms: 0,
        fails: false,
        passes_unknown_status: false,
        listed_from_ms: at_ms,
        parts: Vec::new(),
        results_end_ms: 0,
        ..original
    };
    let occasion = Occasion { route: "sibling", client: None, known_as };
    apply_faults(state, &mut row, &occasion);
    state.journal.created(row.request_type.word(), &row.identifier.key(), Origin::Server.word());
    state.organisations[organisation].requests.add(row);
}

/// Lets the faults that shape a new row shape it.
pub fn apply_faults(state: &mut State, row: &mut Row, occasion: &Occasion) {
    if state.faults.fire(FaultName::JobError, occasion).is_some() {
        row.fails = true;
    }
    if state.faults.fire(FaultName::ExtraEnum, occasion).is_some() {
        row.passes_unknown_status = true;
    }
    if let Some(fired) = state.faults.fire(FaultName::SlowStatus, occasion) {
        row.held_ms = fired.ms;
    }
    if let Some(fired) = state.faults.fire(FaultName::ListLag, occasion) {
        row.listed_from_ms = row.created_ms.saturating_add(fired.ms);
    }
    if let Some(fired) = state.faults.fire(FaultName::ClockSkew, occasion) {
        row.shown_at = clock::iso(row.created_ms.saturating_add(fired.ms));
    }
}

fn end(organisation: &mut Organisation, index: usize, at_ms: i64, settings: &Settings) {
    let row = organisation.requests.row(index).clone();
    if row.fails {
        return;
    }
    match row.request_type {
        RequestType::Export => {
            let parts = archive::collect(&organisation.people, &row.identifier);
            organisation.requests.set_parts(index, parts, at_ms.saturating_add(millis(settings.results_expire)));
        }
        RequestType::Delete => {
            for id in reached(&organisation.people, &row.identifier) {
                organisation.people.remove(&id);
            }
            for participant in participants(&row.identifier) {
                organisation.people.remove_conversations(&participant);
            }
        }
        RequestType::Update => {
            for id in reached(&organisation.people, &row.identifier) {
                for term in &row.replacements {
                    organisation.people.replace(&id, term.kind, &term.existing_value, &term.updated_value);
                }
            }
        }
    }
}

/// The records a request reaches: the one it names, or all that its terms find. A term knows no restraint: what two
/// people share, and every name that merely resembles, is reached.
pub fn reached(people: &People, identifier: &Identifier) -> Vec<RecordId> {
    match identifier {
        Identifier::Record(id) => people.get(id).map(Record::id).into_iter().collect(),
        Identifier::Terms { kind, values } => {
            values.iter().flat_map(|value| people.search(*kind, value)).map(Record::id).collect()
        }
    }
}

/// Under which words conversations know the subject.
pub fn participants(identifier: &Identifier) -> Vec<String> {
    match identifier {
        Identifier::Record(RecordId::User(id) | RecordId::Contact(id)) => vec![id.clone()],
        Identifier::Record(_) => Vec::new(),
        Identifier::Terms { values, .. } => values.clone(),
    }
}

/// A duration in whole milliseconds.
pub fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
