//! What a person says about a failed job: try it again, or accept that it failed.

use resolution::record::RecordKey;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Case, NotDecided, conflict};
use crate::id::JobId;
use crate::job;
use crate::job::queries::{ChangeError, NewJob};
use crate::job::status::{JobEvent, JobOrigin, JobStatus};
use crate::letter::owe::answer_to;
use crate::letter::supersede::supersede_held;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::status::{RequestEvent, RequestStatus};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::step::waiting;

impl From<ChangeError> for NotDecided {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(invalid) => Self::Job(invalid),
            ChangeError::Raced => conflict("raced", "the job changed meanwhile; look again"),
            ChangeError::Db(error) => error.into(),
        }
    }
}

impl Case<'_> {
    /// Has a failed job tried again, as a new job in its place: the failed one and its platform request stay on record.
    ///
    /// # Errors
    /// There is no such job, or it has not failed.
    pub async fn retry_job(self, id: JobId) -> Result<Model, NotDecided> {
        let failed = self.job(id).await?;
        let status = self.request.status.transition(RequestEvent::JobRetried)?;
        let subject: RecordKey = job::queries::subject(&self.key().await?, &failed)?;
        job::queries::advance(&**self.txn, &failed, JobEvent::Retried, self.now, Default::default()).await?;
        let new = NewJob {
            kind: failed.kind,
            subject,
            origin: JobOrigin::Retry,
            parent: Some(failed.id),
            candidate: failed.candidate_id,
            identifier: failed.identifier_id,
            merge_set: failed.merge_set_id,
            status: JobStatus::Planned,
        };
        let row = job::queries::row(&self.store.safe, &self.key().await?, &self.request, new, self.now);
        let retry = job::table::Entity::insert(row).exec_with_returning(&**self.txn).await?;
        let step = NewStep::of(&self.request, StepKind::Submit, self.now).with_job(retry.id);
        queue::add(&**self.txn, self.now, [step]).await?;
        self.answered(id).await?;
        self.record("job.retried", json!({ "job": id, "as": retry.id })).await?;
        self.write(ActiveModel { status: Set(status), ..Default::default() }).await
    }

    /// Lets a request's parked steps run again, once what stopped them has been mended.
    ///
    /// # Errors
    /// Nothing is parked.
    pub async fn retry_steps(self) -> Result<Model, NotDecided> {
        if waiting::of(self.request.id).unpark(&**self.txn, self.now).await? == 0 {
            return Err(conflict(
                "nothing_parked",
                "no step of this request is set aside; name a failed job to retry it",
            ));
        }
        let stopped = [
            QuestionCode::StepParked,
            QuestionCode::MissingPermission,
            QuestionCode::WrongCredentials,
            QuestionCode::WrongOrganisation,
        ];
        answer(self.txn, self.now, &self.by.actor, &self.request, &stopped, None).await?;
        self.record("request.steps_retried", json!({})).await?;
        self.write(ActiveModel::default()).await
    }

    /// Accepts that a job failed: the request can end without it, and its answer says so.
    ///
    /// # Errors
    /// The request's jobs are not being done, there is no such job, or it has not failed.
    pub async fn abandon_job(self, id: JobId, reason: &str) -> Result<Model, NotDecided> {
        if !matches!(self.request.status, RequestStatus::Executing | RequestStatus::Answering) {
            let message = format!("jobs are given up while they are done; this request is {}", self.request.status);
            return Err(conflict("not_executing", message));
        }
        let failed = self.job(id).await?;
        job::queries::advance(&**self.txn, &failed, JobEvent::Abandoned, self.now, Default::default()).await?;
        self.answered(id).await?;
        self.record_reasoned("job.abandoned", json!({ "job": id }), reason).await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Close, self.now)]).await?;
        self.write(ActiveModel::default()).await
    }

    /// Accepts what an erasure has left behind according to the search: the request can end, as partially fulfilled.
    ///
    /// # Errors
    /// Nothing is still found, or the question is not open.
    pub async fn accept_remainder(self, reason: &str) -> Result<Model, NotDecided> {
        let found = [QuestionCode::StillFound];
        if answer(self.txn, self.now, &self.by.actor, &self.request, &found, None).await? == 0 {
            return Err(conflict("nothing_remains", "no question about what is still found is open at this request"));
        }
        self.record_reasoned("request.remainder_accepted", json!({}), reason).await?;
        // An answer that waits to be read does not tell of what remains: it is written anew.
        let answer = answer_to(self.request.right);
        supersede_held(self.txn, self.now, &self.by.actor, &self.request, Some(answer)).await?;
        waiting::of(self.request.id).unpark(&**self.txn, self.now).await?;
        self.write(ActiveModel::default()).await
    }

    async fn job(&self, id: JobId) -> Result<job::table::Model, NotDecided> {
        job::table::Entity::find_by_id(id)
            .filter(job::table::COLUMN.request_id.eq(self.request.id))
            .one(&**self.txn)
            .await?
            .ok_or(NotDecided::NotFound("job"))
    }

    async fn answered(&self, id: JobId) -> Result<(), NotDecided> {
        let codes = [QuestionCode::JobFailed, QuestionCode::MissingPermission, QuestionCode::MergeContradiction];
        answer(self.txn, self.now, &self.by.actor, &self.request, &codes, Some(&id.to_string())).await?;
        Ok(())
    }
}
