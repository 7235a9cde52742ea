//! Approving the plan: from here on the platform is asked to act.

use resolution::plan::{Plan, Right};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Case, NotDecided, conflict};
use crate::job;
use crate::job::queries::NewJob;
use crate::job::status::{JobKind, JobOrigin, JobStatus};
use crate::question;
use crate::question::table::QuestionCode;
use crate::request::planning::{self, Findings};
use crate::request::status::RequestEvent;
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};

/// What each right asks of the platform (contract §3.2).
#[must_use]
pub const fn job_kind(right: Right) -> JobKind {
    match right {
        Right::Access => JobKind::Export,
        Right::Erasure => JobKind::Delete,
        Right::Rectification => JobKind::Update,
    }
}

impl Case<'_> {
    /// Approves the plan and writes down its jobs. `seen` is the digest of the plan that the decider looked at; a policy
    /// looks at none. What cannot be called back takes two people: an erasure or a rectification is not approved by whoever
    /// filed it, nor by a policy. And it takes the second one's own look: a plan that changed after it is not approved.
    ///
    /// # Errors
    /// The request is not being reviewed, is a test, is on hold, something is undecided, the decider filed it, or the plan is another.
    pub async fn approve(self, seen: Option<&str>) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::Approved)?;
        if self.request.is_test {
            let message =
                "the request was filed as a test: its plan can be looked at, and is never carried out; withdraw it";
            return Err(conflict("conflict", message));
        }
        if self.request.on_hold {
            return Err(conflict("on_hold", "the request is on hold; release it first"));
        }
        let key = self.key().await?;
        let findings = Findings::load(&**self.txn, &key, &self.request).await?;
        let plan = findings.plan()?;
        self.may_approve(&plan)?;
        let digest = planning::digest(&self.store.safe, &self.request, &plan)?;
        if seen.is_some_and(|seen| seen != digest) {
            let message = "the plan is not the one you looked at; look at it again, and approve it by its new digest";
            return Err(conflict("plan_changed", message));
        }
        let kind = job_kind(plan.right);
        let rows: Vec<_> = plan
            .jobs
            .iter()
            .map(|planned| {
                let new = NewJob {
                    kind,
                    subject: planned.subject.clone(),
                    origin: JobOrigin::Plan,
                    parent: None,
                    candidate: planned.candidate.map(|at| findings.candidates[at].id),
                    identifier: planned.term.map(|at| findings.identifiers[at].id),
                    merge_set: planned.merge_set.map(|at| findings.merge_set_ids[at]),
                    status: JobStatus::Planned,
                };
                job::queries::row(&self.store.safe, &key, &self.request, new, self.now)
            })
            .collect();
        let mut steps: Vec<_> = rows
            .iter()
            .map(|row| {
                NewStep::of(&self.request, StepKind::Submit, self.now)
                    .with_job(row.id.clone().take().unwrap_or_default())
            })
            .collect();
        if rows.is_empty() {
            steps.push(NewStep::of(&self.request, StepKind::Close, self.now));
        } else {
            job::table::Entity::insert_many(rows).exec_without_returning(&**self.txn).await?;
        }
        queue::add(&**self.txn, self.now, steps).await?;
        let doubts = [QuestionCode::NameOnlyMatch, QuestionCode::SharedIdentifier, QuestionCode::MergeContradiction];
        question::queries::answer(self.txn, self.now, &self.by.actor, &self.request, &doubts, None).await?;
        let reasons: Vec<_> = plan.left_out.iter().map(|left| left.reason.as_str()).collect();
        let data = json!({ "plan": digest, "jobs": plan.jobs.len(), "kind": kind, "left_out": reasons,
                           "blast": plan.blast });
        self.record("request.approved", data).await?;
        let change = ActiveModel {
            status: Set(status),
            plan_digest: Set(Some(digest)),
            approved_by: Set(self.by.client),
            approved_at: Set(Some(self.now)),
            ..Default::default()
        };
        self.write(change).await
    }

    fn may_approve(&self, plan: &Plan) -> Result<(), NotDecided> {
        let takes_two = plan.right != Right::Access;
        if takes_two && self.by.client == Some(self.request.filed_by) {
            let message = "whoever filed an erasure or a rectification cannot approve it; another client must";
            return Err(conflict("four_eyes", message));
        }
        if takes_two && self.by.client.is_none() {
            return Err(conflict(
                "four_eyes",
                "an erasure or a rectification is approved by a client, not by the service",
            ));
        }
        if plan.needs_person() {
            let message = format!(
                "{} candidate(s) are undecided; include each or leave it out, with a reason, then approve",
                plan.undecided.len()
            );
            return Err(conflict("undecided", message));
        }
        if plan.contradictions.iter().any(|found| found.is_blocking()) {
            let message = "the platform's records contradict each other about a merge set; resolve the request anew";
            return Err(conflict("merge_contradiction", message));
        }
        Ok(())
    }
}
