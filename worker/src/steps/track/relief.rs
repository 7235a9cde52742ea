//! Takes back what was asked of people because the tracking stood still, once it goes on.

use entities::client::reach::Reach;
use entities::job::status::JobStatus;
use entities::job::table as job;
use entities::question::queries::answer;
use entities::question::table::{self as question, QuestionCode};
use entities::request;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::context::Context;
use crate::runner::ABOUT_CONTROLLER;
use crate::trouble::Trouble;

/// What a step that stands still asks.
const STOPPED: [QuestionCode; 5] = [
    QuestionCode::PlatformAway,
    QuestionCode::StepParked,
    QuestionCode::MissingPermission,
    QuestionCode::WrongCredentials,
    QuestionCode::WrongOrganisation,
];

/// Answers these questions where the tracking asked them: about the controller, or about a job that is being tracked. Nobody
/// else can: no step of the request itself was set aside for them.
///
/// # Errors
/// The database fails.
pub async fn tell(cx: &Context<'_>) -> Result<(), Trouble> {
    if cx.step.last_error.is_none() {
        return Ok(());
    }
    let placed = job::Entity::find()
        .filter(job::COLUMN.controller_id.eq(cx.step.controller_id))
        .filter(job::Column::Status.ne(JobStatus::Planned))
        .filter(job::Column::RequestId.in_subquery(asked()))
        .all(cx.store.db.read())
        .await?;
    for job in placed {
        let txn = cx.begin_about(job.request_id).await?;
        if let Some(request) = request::queries::lock(&txn, &Reach::installation(), job.request_id).await? {
            answer(&txn, cx.now(), &cx.actor, &request, &STOPPED, Some(ABOUT_CONTROLLER)).await?;
            // What is asked about a job in any other status, its own step asks, which may be set aside still.
            if job.status == JobStatus::Open {
                answer(&txn, cx.now(), &cx.actor, &request, &STOPPED, Some(&job.id.to_string())).await?;
            }
        }
        txn.commit().await?;
    }
    Ok(())
}

/// The requests at which such a question is open.
fn asked() -> sea_orm::sea_query::SelectStatement {
    use sea_orm::{QuerySelect, QueryTrait};
    let open = Condition::all().add(question::Column::AnsweredAt.is_null()).add(question::Column::Code.is_in(STOPPED));
    question::Entity::find().select_only().column(question::Column::RequestId).filter(open).into_query()
}
