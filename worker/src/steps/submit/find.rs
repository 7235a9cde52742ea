//! Looks for a job that the platform may or may not have heard of: adopts it, waits for the list to catch up, or has it sent
//! anew.
//!
//! The wait is counted from when the answer was lost, or from when a worker that took over first looked; never from the
//! intent, which another process wrote by another clock, and which the call may have trailed.

use entities::job::queries::{advance, held, subject};
use entities::job::status::{JobEvent, JobKind};
use entities::job::table::{ActiveModel, Model as Job};
use entities::question::table::QuestionCode;
use entities::request::table::Model as Request;
use entities::time::At;
use genesys::model::request::{PlatformRequest, Replacement};
use genesys::platform::Platform;
use serde::{Deserialize, Serialize};
use serde_json::json;
use vault::data_key::DataKey;

use super::{accepted, failed};
use crate::context::Context;
use crate::translate::{has_terms, replacements, request_kind, subject_ref};
use crate::trouble::Trouble;

/// Pages of one list at most: a platform that repeats itself must not keep us for ever.
const PAGES_MAX: u32 = 10_000;

#[derive(Debug, Serialize, Deserialize)]
struct Memory {
    /// Since when we know that the answer is lost.
    since: At,
}

/// What the step remembers about an answer that is lost since `at`.
pub fn since(at: At) -> Option<String> {
    serde_json::to_string(&Memory { since: at }).ok()
}

/// What the list says of a job.
enum Found {
    /// This row is the job.
    Row(Box<PlatformRequest>),
    /// Nothing fits.
    Nothing,
    /// Several rows fit, and nothing tells which is the job.
    Several,
}

/// Runs the search.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(
    cx: &Context<'_>,
    platform: &Platform,
    key: &DataKey,
    request: &Request,
    job: &Job,
) -> Result<(), Trouble> {
    let policy = cx.controller().await?.policy;
    let looked_at = cx.now();
    let memory: Option<Memory> = cx.step.state.as_deref().and_then(|state| serde_json::from_str(state).ok());
    let lost_since = memory.map_or(looked_at, |memory| memory.since);
    // No row is older than the intent, but for a clock that differs.
    let made_since = job.intent_at.unwrap_or(job.created_at) - policy.clock_skew();
    match on_list(cx, platform, key, request, job, made_since, policy.page_size).await? {
        Found::Row(row) => return accepted(cx, request, job, &row, "job.adopted", None).await,
        Found::Several => {
            let txn = cx.begin().await?;
            failed(cx, &txn, request, job, QuestionCode::JobFailed, "ambiguous_on_platform").await?;
            return cx.finish(txn).await;
        }
        Found::Nothing => {}
    }
    let listed_by = lost_since + policy.list_lag();
    let txn = cx.begin().await?;
    if looked_at < listed_by {
        return cx.again(txn, listed_by, since(lost_since)).await;
    }
    advance(&*txn, job, JobEvent::Unsent, cx.now(), ActiveModel::default()).await?;
    cx.record(&txn, request, "job.not_on_platform", json!({ "job": job.id, "attempt": job.attempt })).await?;
    cx.again(txn, cx.now(), None).await
}

/// A platform request of this kind, about this subject, with these replacements, made since `since`, that no other job holds.
/// The order of the list is not documented, so all of it is read.
async fn on_list(
    cx: &Context<'_>,
    platform: &Platform,
    key: &DataKey,
    request: &Request,
    job: &Job,
    since: At,
    page_size: u32,
) -> Result<Found, Trouble> {
    let kind = request_kind(job.kind);
    let wanted = subject_ref(&subject(key, job)?);
    let mut fitting = Vec::new();
    for number in 1..=PAGES_MAX {
        let page = platform.requests(number, page_size).await?;
        let followed = page.is_followed(number);
        fitting.extend(page.items.into_iter().filter(|row| {
            row.kind == kind
                && row.created_date.is_none_or(|at| At::from(at) >= since)
                && row.subject_refs().iter().any(|listed| wanted.as_ref().is_some_and(|wanted| wanted.matches(listed)))
        }));
        if !followed {
            break;
        }
    }
    let ids: Vec<_> = fitting.iter().map(|row| row.id.as_str()).collect();
    let held = held(cx.store.db.read(), job.controller_id, &ids).await?;
    fitting.retain(|row| !held.contains(&row.id));
    if job.kind == JobKind::Update {
        return by_terms(platform, fitting, &replacements(key, request)?).await;
    }
    // The earliest: a later one would be a copy that the platform or somebody else made. A row without a date comes last.
    let earliest = fitting.into_iter().min_by_key(|row| (row.created_date.is_none(), row.created_date));
    Ok(earliest.map_or(Found::Nothing, |row| Found::Row(Box::new(row))))
}

/// Two rectifications of one person are told apart by what they replace. A row that does not show it is read singly; if even
/// that does not tell, it is ours only if it is the only one.
async fn by_terms(platform: &Platform, fitting: Vec<PlatformRequest>, ours: &[Replacement]) -> Result<Found, Trouble> {
    let mut silent = Vec::new();
    for row in fitting {
        let row = if row.replacement_terms.is_empty() { platform.request(&row.id).await? } else { row };
        match has_terms(&row, ours) {
            Some(true) => return Ok(Found::Row(Box::new(row))),
            Some(false) => {}
            None => silent.push(row),
        }
    }
    Ok(match (silent.pop(), silent.is_empty()) {
        (None, _) => Found::Nothing,
        (Some(only), true) => Found::Row(Box::new(only)),
        (Some(_), false) => Found::Several,
    })
}
