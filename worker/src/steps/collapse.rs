//! Fetches every record that was found, stores whole merge sets, and sets aside what is not the controller's.
//!
//! All of it before anything is submitted: afterwards the platform answers 404, and it links the jobs it makes for the other
//! members of a merge set to nothing (contract §3.5).

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
use genesys::model::contact::ItemError;
use genesys::platform::Platform;
use resolution::people::Certainty;
use resolution::record::{MergeSet, Record, RecordKey};
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;
use vault::data_key::DataKey;

use crate::context::Context;
use crate::translate::{contact_record, merge_set as merge_set_of, user_record};
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
    if !contacts.is_empty() {
        for (id, answer) in platform.contacts(&contacts).await? {
            let key = RecordKey::ExternalContact(id.clone());
            let here = match answer {
                Ok(contact) => Seen::Here {
                    record: Box::new(contact_record(&id, &contact, before[&key])),
                    merge_set: merge_set_of(&id, &contact),
                    set_aside: None,
                },
                Err(ItemError::NotFound) => Seen::Gone,
                // One contact that is not told is no reason to act as if it were alone.
                Err(_) => {
                    return Err(PlatformError::PlatformDown {
                        status: None,
                        wait: None,
                        correlation: None,
                        source: None,
                    }
                    .into());
                }
            };
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
                    let set_aside = is_foreign(controller, user.division.as_ref()).then_some(SetAside::ForeignDivision);
                    Seen::Here { record: Box::new(record), merge_set: None, set_aside }
                }
                None => Seen::Gone,
            };
            seen.insert(key, here);
        }
    }
    Ok(seen)
}

/// A user is the controller's if no divisions are configured, or if one of them, by id or name, is the user's.
fn is_foreign(controller: &Controller, division: Option<&genesys::model::contact::DivisionRef>) -> bool {
    let own = &controller.policy.divisions;
    let named = |word: &String| division.is_some_and(|it| it.id == *word || it.name.as_ref() == Some(word));
    !own.is_empty() && !own.iter().any(named)
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
