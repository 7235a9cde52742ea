//! Draws up what would be done, and asks a person about what is in doubt. A controller's policy may release what is not.

use std::collections::BTreeSet;

use entities::client::reach::Reach;
use entities::controller::policy::Review;
use entities::db::Txn;
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::decide::{self, Case, Decider};
use entities::request::planning::{self, Findings};
use entities::request::status::{RequestEvent, RequestStatus};
use entities::request::table::{ActiveModel, Model as Request};
use resolution::plan::{Plan, Right};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use crate::context::Context;
use crate::trouble::Trouble;

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let policy = cx.controller().await?.policy;
    let key = cx.key(cx.request_id()?).await?;
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    if request.status != RequestStatus::Resolving {
        return cx.finish(txn).await;
    }
    let findings = Findings::load(&*txn, &key, &request).await?;
    let plan = findings.plan()?;
    let status = request.status.transition(RequestEvent::Resolved).map_err(|_| Trouble::Raced)?;
    let data = json!({ "plan": planning::digest(&cx.store.safe, &request, &plan)?, "jobs": plan.jobs.len(),
                       "left_out": plan.left_out.len(), "undecided": plan.undecided.len(), "blast": plan.blast });
    cx.record(&txn, &request, "request.resolved", data).await?;
    let request =
        decide::write(&txn, cx.now(), &request, ActiveModel { status: Set(status), ..Default::default() }).await?;
    if request.is_done_by_people() {
        hand_over(cx, &txn, &request, &findings).await?;
        return cx.finish(txn).await;
    }
    ask_about_doubts(cx, &txn, &request, &findings, &plan).await?;
    let is_released = policy.review == Review::AccessUnlessDoubtful && !request.is_test;
    if is_released && plan.right == Right::Access && plan.is_unambiguous() {
        let by = Decider { actor: cx.actor.clone(), client: None, reach: Reach::installation() };
        Case::open(&txn, cx.store, &by, request.id, None).await?.approve(None).await?;
    }
    cx.finish(txn).await
}

/// What the platform has no call for is done by people. They see what was found, and say when they are done.
async fn hand_over(cx: &Context<'_>, txn: &Txn, request: &Request, findings: &Findings) -> Result<(), Trouble> {
    let status = request.status.transition(RequestEvent::Approved).map_err(|_| Trouble::Raced)?;
    let change = ActiveModel { status: Set(status), ..Default::default() };
    let request = decide::write(txn, cx.now(), request, change).await?;
    let detail = json!({ "right": request.right, "answer_form": request.answer_form,
                         "records": findings.candidates.len() });
    cx.record(txn, &request, "request.handed_over", detail.clone()).await?;
    ask(txn, cx.now(), &cx.actor, &request, QuestionCode::ManualWork, "request", detail).await?;
    Ok(())
}

/// One question a kind of doubt: an officer looks at all candidates together anyway.
async fn ask_about_doubts(
    cx: &Context<'_>,
    txn: &Txn,
    request: &Request,
    findings: &Findings,
    plan: &Plan,
) -> Result<(), Trouble> {
    let mut doubts = BTreeSet::new();
    for undecided in &plan.undecided {
        let code = match findings.candidates[undecided.candidate].doubt.as_deref() {
            Some("name_only") => QuestionCode::NameOnlyMatch,
            Some(_) => QuestionCode::SharedIdentifier,
            None => QuestionCode::MergeContradiction,
        };
        doubts.insert(code);
    }
    if plan.contradictions.iter().any(|found| found.is_blocking()) {
        doubts.insert(QuestionCode::MergeContradiction);
    }
    for code in doubts {
        let detail = json!({ "undecided": plan.undecided.len() });
        ask(txn, cx.now(), &cx.actor, request, code, "request", detail).await?;
    }
    Ok(())
}
