//! Ends a request whose jobs have all ended; an erasure is first checked by searching again.

use entities::artifact::table as artifact;
use entities::candidate::queries::key_hash;
use entities::client::reach::Reach;
use entities::clock;
use entities::clock::settle::Ending;
use entities::controller::policy::Letters;
use entities::db::Txn;
use entities::event::queries::of_kind;
use entities::identifier::queries::{kind, value};
use entities::job::queries::of_request;
use entities::job::status::JobStatus;
use entities::job::table::Model as Job;
use entities::letter::kind::LetterKind;
use entities::letter::owe::{answer_to, answered_at, is_written, owe};
use entities::question;
use entities::question::table::QuestionCode;
use entities::request::decide::write;
use entities::request::planning::Findings;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestEvent, RequestStatus};
use entities::request::table::{ActiveModel, Model as Request};
use entities::step::kind::StepKind;
use entities::step::lease;
use entities::step::waiting;
use entities::time::At;
use resolution::plan::Plan;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::track;
use crate::context::Context;
use crate::translate::{records, search_type};
use crate::trouble::Trouble;

/// How often an erasure is checked before a person is asked: the platform's search may trail its erasure.
const CHECKS: u32 = 3;

/// What a run remembers for the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// How often the search has still found something.
    checks: u32,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let key = cx.key(cx.request_id()?).await?;
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let request = match request.status {
        RequestStatus::Executing if request.is_done_by_people() && request.completed_as.is_none() => {
            // The step is asked for again when they are done.
            return cx.finish(txn).await;
        }
        RequestStatus::Executing => {
            let jobs = of_request(&*txn, request.id).await?;
            if !jobs.iter().all(|job| job.status.is_settled()) || track::coverage::has_gap(&*txn, &request).await? {
                // The step is asked for again when the next job ends.
                return cx.finish(txn).await;
            }
            let status = request.status.transition(RequestEvent::JobsEnded).map_err(|_| Trouble::Raced)?;
            cx.record(&txn, &request, "request.jobs_ended", json!({ "jobs": jobs.len() })).await?;
            write(&txn, cx.now(), &request, ActiveModel { status: Set(status), ..Default::default() }).await?
        }
        RequestStatus::Answering => request,
        _ => return cx.finish(txn).await,
    };
    let findings = Findings::load(&*txn, &key, &request).await?;
    let jobs = of_request(&*txn, request.id).await?;
    let answered = answered_at(&txn, &request).await?.is_some();
    let remainder_accepted = is_remainder_accepted(&txn, &request).await?;
    if findings.right != Right::Erasure || jobs.is_empty() || remainder_accepted || answered {
        // Once the answer has gone out, nothing that is found makes it another.
        return answer(cx, txn, &request, &findings, &jobs, remainder_accepted).await;
    }
    txn.commit().await?;
    check(cx, &request, &findings, &jobs).await
}

/// A person has looked at what is still found and accepted it. The question alone does not tell: a search that finds nothing
/// any more answers it too.
async fn is_remainder_accepted(txn: &Txn, request: &Request) -> Result<bool, Trouble> {
    let accepted = of_kind(&**txn, &Reach::installation(), request.id, "request.remainder_accepted").await?;
    Ok(!accepted.is_empty())
}

async fn check(cx: &Context<'_>, request: &Request, findings: &Findings, jobs: &[Job]) -> Result<(), Trouble> {
    let memory: Memory =
        cx.step.state.as_deref().and_then(|state| serde_json::from_str(state).ok()).unwrap_or_default();
    let still_found = found_again(cx, request, findings, jobs).await?;
    let next = cx.now() + cx.controller().await?.policy.poll_every();
    let txn = cx.begin().await?;
    if cx.lock_request(&txn, request.id).await?.on_hold {
        // Held while we searched: it stays open, and the queue hands it out again when it is released.
        return cx.again(txn, cx.now(), cx.step.state.clone()).await;
    }
    if still_found == 0 {
        cx.record(&txn, request, "request.erasure_checked", json!({ "still_found": 0 })).await?;
        let found = [QuestionCode::StillFound];
        question::queries::answer(&txn, cx.now(), &cx.actor, request, &found, None).await?;
        return answer(cx, txn, request, findings, jobs, false).await;
    }
    let checks = memory.checks + 1;
    if checks >= CHECKS {
        cx.record(&txn, request, "request.erasure_checked", json!({ "still_found": still_found })).await?;
        let detail = json!({ "records": still_found });
        question::queries::ask(&txn, cx.now(), &cx.actor, request, QuestionCode::StillFound, "request", detail).await?;
        lease::park(&txn, cx.step, "the search still finds what was erased").await?;
        return Ok(txn.commit().await?);
    }
    cx.again(txn, next, serde_json::to_string(&Memory { checks }).ok()).await
}

/// Searches again for every term that was acted on, and counts the erased records that still turn up.
async fn found_again(cx: &Context<'_>, request: &Request, findings: &Findings, jobs: &[Job]) -> Result<usize, Trouble> {
    let platform = cx.platform(&cx.controller().await?).await?;
    let key = cx.key(request.id).await?;
    let erased = |hash: &str| jobs.iter().any(|job| job.status == JobStatus::Completed && job.subject_hash == hash);
    let mut still = std::collections::HashSet::new();
    for row in &findings.identifiers {
        if row.not_searchable.is_some() {
            continue;
        }
        let Some(search_type) = search_type(kind(row)?) else { continue };
        if !jobs.iter().any(|job| job.identifier_id == Some(row.id)) {
            continue;
        }
        for subject in platform.search_subjects(&search_type, &value(&key, row)?).await? {
            let hashes =
                records(&subject).into_iter().map(|it| key_hash(&cx.store.safe, request.controller_id, &it.key));
            still.extend(hashes.filter(|hash| erased(hash)));
        }
    }
    Ok(still.len())
}

async fn answer(
    cx: &Context<'_>,
    txn: Txn,
    request: &Request,
    findings: &Findings,
    jobs: &[Job],
    remainder_accepted: bool,
) -> Result<(), Trouble> {
    let files = artifact::Entity::find().filter(artifact::COLUMN.request_id.eq(request.id)).count(&*txn).await?;
    let outcome = match request.completed_as {
        Some(outcome) => outcome,
        None => outcome(&findings.plan()?, jobs, files, remainder_accepted),
    };
    let Some(answered_at) = told(cx, &txn, request, outcome).await? else {
        // The step is asked for again when the answer has gone out.
        return cx.finish(txn).await;
    };
    let status = request.status.transition(RequestEvent::Answered).map_err(|_| Trouble::Raced)?;
    clock::settle::end(&txn, request, Ending::Answered, answered_at, cx.now()).await?;
    let moot = [QuestionCode::LawUnsigned, QuestionCode::ExtensionTooLate];
    question::queries::answer(&txn, cx.now(), &cx.actor, request, &moot, None).await?;
    // Nobody needs to be told of more time that was not needed.
    let (bounced, about) = ([QuestionCode::LetterBounced], Some(LetterKind::Extension.as_str()));
    question::queries::answer(&txn, cx.now(), &cx.actor, request, &bounced, about).await?;
    cx.record(&txn, request, "request.closed", json!({ "outcome": outcome, "files": files })).await?;
    let change = ActiveModel {
        status: Set(status),
        outcome: Set(Some(outcome)),
        closed_at: Set(Some(cx.now())),
        ..Default::default()
    };
    write(&txn, cx.now(), request, change).await?;
    waiting::of(request.id).only(StepKind::Remind).remove(&*txn).await?;
    cx.finish(txn).await
}

/// When the person was told how it ended. Where the controller has letters written, that is when the answer went out; it is
/// written now, if it has not been. Where it has not, whoever reads the outcome tells them.
async fn told(cx: &Context<'_>, txn: &Txn, request: &Request, outcome: Outcome) -> Result<Option<At>, Trouble> {
    if cx.controller().await?.policy.letters == Letters::None {
        return Ok(Some(cx.now()));
    }
    if let Some(at) = answered_at(txn, request).await? {
        return Ok(Some(at));
    }
    let kind = answer_to(request.right);
    if !is_written(txn, request, kind).await? {
        owe(txn, cx.store, &cx.actor, request, kind, Some(outcome)).await?;
    }
    Ok(None)
}

/// How a request ended. What was left out for doubt, or failed for good, makes it partial: the answer must say so.
fn outcome(plan: &Plan, jobs: &[Job], files: u64, remainder_accepted: bool) -> Outcome {
    let acted_on_records = jobs.iter().any(|job| job.status == JobStatus::Completed && job.identifier_id.is_none());
    let failed = jobs.iter().any(|job| job.status == JobStatus::Abandoned);
    let doubted = plan.left_out.iter().any(|left| left.reason.is_doubt());
    if failed || remainder_accepted || (doubted && (acted_on_records || files > 0)) {
        Outcome::PartiallyFulfilled
    } else if !acted_on_records && files == 0 {
        Outcome::NoDataFound
    } else {
        Outcome::Fulfilled
    }
}
