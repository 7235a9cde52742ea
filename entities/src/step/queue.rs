//! Asking for steps: durable units of work, one of a kind for what it works on.
//!
//! Why a table and not a broker: a request and its first step must commit together.

use sea_orm::sea_query::{Expr, InsertStatement, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QueryTrait,
};
use uuid::Uuid;

use super::kind::StepKind;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model, StepStatus};
use crate::id::{ControllerId, JobId, LetterId, RequestId, StepId};
use crate::request;
use crate::time::At;

/// A step to be done.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// What it does.
    pub kind: StepKind,
    /// Whose work it is.
    pub controller: ControllerId,
    /// The request it works on.
    pub request: Option<RequestId>,
    /// The job it works on.
    pub job: Option<JobId>,
    /// The letter it sends.
    pub letter: Option<LetterId>,
    /// What else it works on, as its kind says.
    pub item: Option<Uuid>,
    /// Not before this.
    pub run_at: At,
    /// The cautious date of what it works for.
    pub urgency: At,
}

impl NewStep {
    /// A step for a request, to be done at once.
    #[must_use]
    pub fn of(request: &request::table::Model, kind: StepKind, now: At) -> Self {
        Self {
            kind,
            controller: request.controller_id,
            request: Some(request.id),
            job: None,
            letter: None,
            item: None,
            run_at: now,
            urgency: request.cautious_at,
        }
    }

    /// The same for one of its jobs.
    #[must_use]
    pub fn with_job(self, job: JobId) -> Self {
        Self { job: Some(job), ..self }
    }

    /// A step for all of a controller's requests together.
    #[must_use]
    pub fn shared(controller: ControllerId, kind: StepKind, run_at: At, urgency: At) -> Self {
        Self { kind, controller, request: None, job: None, letter: None, item: None, run_at, urgency }
    }

    /// The sending of a letter. Letters are few and short, so they wait behind nothing that is due.
    #[must_use]
    pub fn of_letter(controller: ControllerId, request: Option<RequestId>, letter: LetterId, now: At) -> Self {
        let kind = StepKind::Mail;
        Self { kind, controller, request, job: None, letter: Some(letter), item: None, run_at: now, urgency: now }
    }

    /// A step for something that is neither request, job nor letter: its kind says what.
    #[must_use]
    pub fn of_item(controller: ControllerId, kind: StepKind, item: Uuid, run_at: At) -> Self {
        Self { item: Some(item), ..Self::shared(controller, kind, run_at, run_at) }
    }

    /// There is only one step of a kind for what it works on.
    fn key(&self) -> String {
        let ids = [self.item, self.letter.map(|it| it.0), self.job.map(|it| it.0), self.request.map(|it| it.0)];
        format!("{}:{}", self.kind, ids.into_iter().flatten().next().unwrap_or(self.controller.0))
    }
}

/// Asks for steps. One that is there already is woken instead: it runs no later, no less urgently, and not only before but
/// also after this call, even if it is being finished just now.
///
/// # Errors
/// The database fails.
pub async fn add(conn: &impl ConnectionTrait, now: At, steps: impl IntoIterator<Item = NewStep>) -> Result<(), DbErr> {
    match insert(now, steps) {
        Some(insert) => conn.execute(&insert).await.map(|_| ()),
        None => Ok(()),
    }
}

/// The statement behind [`add`], if there are steps.
pub(crate) fn insert(now: At, steps: impl IntoIterator<Item = NewStep>) -> Option<InsertStatement> {
    let rows: Vec<_> = steps
        .into_iter()
        .map(|step| ActiveModel {
            id: Set(StepId::new()),
            key: Set(step.key()),
            kind: Set(step.kind),
            controller_id: Set(step.controller),
            request_id: Set(step.request),
            job_id: Set(step.job),
            letter_id: Set(step.letter),
            item_id: Set(step.item),
            status: Set(StepStatus::Ready),
            run_at: Set(step.run_at),
            urgency: Set(step.urgency),
            lease_until: Set(At::ZERO),
            lease_no: Set(0),
            leased_by: Set(None),
            wakes: Set(0),
            attempts: Set(0),
            last_error: Set(None),
            state: Set(None),
            created_at: Set(now),
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let sooner = |column: Column| -> sea_orm::sea_query::SimpleExpr {
        let (old, new) = (Expr::col((Entity, column)), Expr::col(("excluded", column)));
        Expr::case(new.clone().lt(old.clone()), new).finally(old).into()
    };
    let wake = OnConflict::column(Column::Key)
        .value(Column::Wakes, Expr::col((Entity, Column::Wakes)).add(1))
        .value(Column::RunAt, sooner(Column::RunAt))
        .value(Column::Urgency, sooner(Column::Urgency))
        .to_owned();
    Some(Entity::insert_many(rows).on_conflict(wake).into_query())
}

/// A request's steps, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}
