//! Looks once more at the merge set of a contact, just before it is acted on.
//!
//! Days may lie between the search and the approval. If somebody merges the contact with another person's meanwhile, the
//! platform would carry the request over to that person (contract §3.5), whom nobody has approved.

use std::collections::HashSet;

use entities::job::queries::subject;
use entities::job::table::Model as Job;
use entities::merge_set::queries::{contact, of_request};
use entities::question::table::QuestionCode;
use entities::request::table::Model as Request;
use genesys::model::contact::ItemError;
use genesys::platform::Platform;
use resolution::record::RecordKey;
use vault::data_key::DataKey;

use super::failed;
use crate::context::Context;
use crate::translate::not_told;
use crate::trouble::Trouble;

/// Whether the platform still knows nobody in the contact's merge set who was not there when the plan was approved. A contact
/// that is gone, or a set that has become smaller, reaches nobody new.
///
/// # Errors
/// The platform does not answer.
pub async fn is_as_approved(cx: &Context<'_>, platform: &Platform, key: &DataKey, job: &Job) -> Result<bool, Trouble> {
    let RecordKey::ExternalContact(id) = subject(key, job)? else { return Ok(true) };
    let mut approved = HashSet::from([id.clone()]);
    for (set, members) in of_request(cx.store.db.read(), job.request_id).await? {
        if Some(set.id) == job.merge_set_id {
            for member in &members {
                approved.insert(contact(key, member)?);
            }
        }
    }
    match platform.contacts(std::slice::from_ref(&id)).await?.pop() {
        Some((_, Ok(seen))) => Ok(seen.member_ids().into_iter().all(|member| approved.contains(member))),
        Some((_, Err(error))) => not_told(error).map_or(Ok(true), |error| Err(error.into())),
        None => not_told(ItemError::NotAnswered).map_or(Ok(true), |error| Err(error.into())),
    }
}

/// The job is not placed, and a person says what now.
///
/// # Errors
/// The lease is lost, or the database fails.
pub async fn stop(cx: &Context<'_>, request: &Request, job: &Job) -> Result<(), Trouble> {
    let txn = cx.begin().await?;
    failed(cx, &txn, request, job, QuestionCode::MergeContradiction, "merge_set_changed").await?;
    cx.finish(txn).await
}
