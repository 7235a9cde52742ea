//! Fetches every record that was found, stores whole merge sets, and sets aside what is not the controller's.
//!
//! All of it before anything is submitted: afterwards the platform answers 404, and it links the jobs it makes for the other
//! members of a merge set to nothing (contract §3.5).

mod divisions;

use std::collections::HashMap;

use entities::candidate::table::{self as candidate, SetAside};
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::id::CandidateId;
use entities::identifier::table as identifier;
use entities::request::planning::Findings;
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue::{self, NewStep};
use entities::{candidate::queries, merge_set};
use genesys::error::PlatformError;
use genesys::model::contact::{Contact, ItemError};
use genesys::platform::Platform;
use resolution::people::Certainty;
use resolution::record::{MergeSet, Record, RecordKey};
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;
use vault::data_key::DataKey;

use self::divisions::Divisions;
use crate::context::Context;
use crate::translate::{contact_record, merge_set as merge_set_of, not_told, user_record};
use crate::trouble::Trouble;

/// What the platform says of one candidate.
enum Seen {
    Here { record: Box<Record>, merge_set: Option<MergeSet>, set_aside: Option<SetAside> },
    Gone,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let request = cx.request().await?;
    if request.status != RequestStatus::Resolving {
        return cx.finish(cx.begin().await?).await;
    }
    let controller = cx.controller().await?;
    let key = cx.key(request.id).await?;
    let rows = queries::of_request(cx.store.db.read(), request.id).await?;
    let found: Vec<Record> = rows.iter().map(|row| queries::record(&key, row)).collect::<Result<_, _>>()?;
    let seen = if found.is_empty() {
        HashMap::new()
    } else {
        look(&cx.platform(&controller).await?, &controller, &found).await?
    };
    let now = cx.now();
    let txn = cx.begin().await?;
    for (row, record) in rows.iter().zip(&found) {
        if let Some(seen) = seen.get(&record.key) {
            candidate::Entity::update(change(cx, &txn, &key, &request, row.id, seen).await?).exec(&*txn).await?;
        }
    }
    judge(&txn, &key, &request).await?;
    queue::add(&*txn, now, [NewStep::of(&request, StepKind::Plan, now)]).await?;
    let gone = seen.values().filter(|seen| matches!(seen, Seen::Gone)).count();
    let data = json!({ "records": rows.len(), "gone": gone });
    cx.record(&txn, &request, "request.collapsed", data).await?;
    cx.finish(txn).await
}

async fn look(
    platform: &Platform,
    controller: &Controller,
    found: &[Record],
) -> Result<HashMap<RecordKey, Seen>, Trouble> {
    let mut contacts = Vec::new();
    let mut users = Vec::new();
    let mut before = HashMap::new();
    for record in found {
        match &record.key {
            RecordKey::ExternalContact(id) => contacts.push(id.clone()),
            RecordKey::User(id) => users.push(id.clone()),
            _ => continue,
        }
        before.insert(record.key.clone(), record);
    }
    let mut seen = HashMap::new();
    let mut divisions = Divisions::of(&controller.policy);
    if !contacts.is_empty() {
        let answers = platform.contacts(&contacts).await?;
        let told = answers.iter().filter_map(|(_, answer)| answer.as_ref().ok()?.division.as_ref());
        divisions.name_all(platform, told).await?;
        for (id, answer) in answers {
            let key = RecordKey::ExternalContact(id.clone());
            let here = contact_seen(&id, answer, before[&key], &divisions)?;
            seen.insert(key, here);
        }
    }
    if !users.is_empty() {
        let known = platform.users(&users).await?;
        for id in users {
            let key = RecordKey::User(id.clone());
            let here = match known.iter().find(|user| user.id == id) {
                Some(user) => {
                    let record = user_record(user, before[&key]);
                    let set_aside = divisions.is_foreign(user.division.as_ref()).then_some(SetAside::ForeignDivision);
                    Seen::Here { record: Box::new(record), merge_set: None, set_aside }
                }
                None => Seen::Gone,
            };
            seen.insert(key, here);
        }
    }
    Ok(seen)
}

/// What the platform says of one contact of many. One that is not told is no reason to act as if it were alone.
fn contact_seen(
    id: &str,
    answer: Result<Contact, ItemError>,
    before: &Record,
    divisions: &Divisions<'_>,
) -> Result<Seen, PlatformError> {
    match answer {
        // A merge never crosses divisions (contract §4), so the canonical contact's is that of the whole set.
        Ok(contact) => Ok(Seen::Here {
            record: Box::new(contact_record(id, &contact, before)),
            merge_set: merge_set_of(id, &contact),
            set_aside: divisions.is_foreign_contact(&contact).then_some(SetAside::ForeignDivision),
        }),
        Err(error) => not_told(error).map_or(Ok(Seen::Gone), Err),
    }
}

async fn change(
    cx: &Context<'_>,
    txn: &Txn,
    key: &DataKey,
    request: &Request,
    id: CandidateId,
    seen: &Seen,
) -> Result<candidate::ActiveModel, Trouble> {
    let unchanged = candidate::ActiveModel { id: Unchanged(id), ..Default::default() };
    Ok(match seen {
        Seen::Gone => candidate::ActiveModel { set_aside: Set(Some(SetAside::Gone)), ..unchanged },
        Seen::Here { record, merge_set, set_aside } => {
            let mut change = candidate::ActiveModel {
                record_sealed: Set(queries::sealed(key, id, record)?),
                set_aside: Set(*set_aside),
                ..unchanged
            };
            if let Some(set) = merge_set {
                let place = (request.controller_id, request.id);
                let stored = merge_set::queries::store(txn, &cx.store.safe, key, place, set, cx.now()).await?;
                change.merge_set_id = Set(Some(stored));
                change.ancestor = Set(record.key != RecordKey::ExternalContact(set.canonical.clone()));
            }
            change
        }
    })
}

/// Writes down how many people each identifier hits, and which candidates are certain.
async fn judge(txn: &Txn, key: &DataKey, request: &Request) -> Result<(), Trouble> {
    let findings = Findings::load(&**txn, key, request).await?;
    let assessment = findings.assess()?;
    for (row, term) in findings.identifiers.iter().zip(&assessment.terms) {
        let change = identifier::ActiveModel {
            id: Unchanged(row.id),
            hits: Set(Some(term.hits.try_into().unwrap_or(i64::MAX))),
            people: Set(Some(term.people.try_into().unwrap_or(i64::MAX))),
            ..Default::default()
        };
        identifier::Entity::update(change).exec(&**txn).await?;
    }
    for (row, certainty) in findings.candidates.iter().zip(&assessment.findings) {
        let doubt = match certainty {
            Certainty::Certain => None,
            Certainty::Ambiguous(reason) => Some(reason.as_str().to_owned()),
        };
        let change = candidate::ActiveModel {
            id: Unchanged(row.id),
            certain: Set(doubt.is_none()),
            doubt: Set(doubt),
            ..Default::default()
        };
        candidate::Entity::update(change).exec(&**txn).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use entities::controller::policy::Policy;
    use entities::question::table::QuestionCode;

    use super::*;
    use crate::trouble::Remedy;

    #[test]
    fn a_contact_that_is_refused_is_a_question_and_one_that_is_not_answered_is_waited_for() {
        let policy = Policy::default();
        let key = RecordKey::ExternalContact("c".to_owned());
        let before = Record { key, name: None, emails: Vec::new(), phones: Vec::new(), division: None };
        let remedy = |error| match contact_seen("c", Err(error), &before, &Divisions::of(&policy)) {
            Ok(_) => None,
            Err(error) => Some(Trouble::from(error).remedy()),
        };
        let refused = |status, code: Option<&str>| ItemError::Refused { status, code: code.map(str::to_owned) };
        for (status, code, shown) in [
            (403, Some("missing.division.permission"), "missing.division.permission"),
            (403, None, "403"),
            (400, Some("bad.request"), "bad.request"),
        ] {
            let asked = Remedy::Ask(QuestionCode::MissingPermission, json!({ "permissions": [], "code": shown }));
            assert_eq!(remedy(refused(status, code)), Some(asked));
        }
        for away in [ItemError::NotAnswered, refused(429, None), refused(503, Some("service.unavailable"))] {
            assert_eq!(remedy(away), Some(Remedy::Endure));
        }
        assert_eq!(remedy(ItemError::NotFound), None, "it is gone, which is an answer");
    }
}
