//! A request's jobs: planning them, and every later change, each only from the status it was seen in.

use resolution::record::RecordKey;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use vault::data_key::DataKey;

use super::status::{InvalidJobTransition, JobEvent, JobKind, JobOrigin, JobStatus};
use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::candidate::queries::key_hash;
use crate::error::StoreError;
use crate::id::{CandidateId, ControllerId, IdentifierId, JobId, MergeSetId, RequestId};
use crate::installation::secrets::Safe;
use crate::request;
use crate::request::file::context;
use crate::time::At;

/// A job to be written down.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// What the platform is asked to do.
    pub kind: JobKind,
    /// What it is about.
    pub subject: RecordKey,
    /// Why there is a job.
    pub origin: JobOrigin,
    /// The job it came from.
    pub parent: Option<JobId>,
    /// The candidate it is for.
    pub candidate: Option<CandidateId>,
    /// The search term it is for.
    pub identifier: Option<IdentifierId>,
    /// The merge set it belongs to.
    pub merge_set: Option<MergeSetId>,
    /// Where it starts: planned, or for a sibling open.
    pub status: JobStatus,
}

/// A row for a new job.
#[must_use]
pub fn row(safe: &Safe, key: &DataKey, request: &request::table::Model, new: NewJob, now: At) -> ActiveModel {
    let id = JobId::new();
    let subject_kind = match &new.subject {
        RecordKey::Term { kind, .. } => kind.as_str(),
        record => record.kind_str(),
    };
    ActiveModel {
        id: Set(id),
        request_id: Set(request.id),
        controller_id: Set(request.controller_id),
        kind: Set(new.kind),
        subject_kind: Set(subject_kind.to_owned()),
        subject_hash: Set(key_hash(safe, request.controller_id, &new.subject)),
        subject_sealed: Set(key.seal(&context("jobs.subject", id), new.subject.text().as_bytes())),
        origin: Set(new.origin),
        parent_id: Set(new.parent),
        candidate_id: Set(new.candidate),
        identifier_id: Set(new.identifier),
        merge_set_id: Set(new.merge_set),
        status: Set(new.status),
        attempt: Set(0),
        intent_at: Set(None),
        platform_id: Set(None),
        platform_status: Set(None),
        platform_created_at: Set(None),
        correlation_id: Set(None),
        error_code: Set(None),
        submitted_at: Set(None),
        next_poll_at: Set(None),
        completed_at: Set(None),
        results_sealed: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// A job's subject.
///
/// # Errors
/// It does not open under the request's key.
pub fn subject(key: &DataKey, job: &Model) -> Result<RecordKey, StoreError> {
    let plain = key.open(&context("jobs.subject", job.id), &job.subject_sealed)?;
    let text = String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a job's subject is not text"))?;
    text.parse().map_err(|_| StoreError::Corrupt("a job's subject is not a record key"))
}

/// Seals where a job's results lie.
///
/// # Errors
/// They do not serialise.
pub fn seal_results(key: &DataKey, job: JobId, urls: &[String]) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(urls).map_err(|_| StoreError::Corrupt("result addresses do not serialise"))?;
    Ok(key.seal(&context("jobs.results", job), &plain))
}

/// Where a job's results lie.
///
/// # Errors
/// They do not open under the request's key.
pub fn results(key: &DataKey, job: &Model) -> Result<Vec<String>, StoreError> {
    let Some(sealed) = &job.results_sealed else { return Ok(Vec::new()) };
    let plain = key.open(&context("jobs.results", job.id), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("result addresses are not JSON"))
}

/// Why a job was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The rules do not know the move.
    #[error(transparent)]
    Invalid(#[from] InvalidJobTransition),
    /// Somebody else changed it meanwhile.
    #[error("the job changed meanwhile")]
    Raced,
    /// The database failed.
    #[error("the database failed")]
    Db(#[from] DbErr),
}

/// Moves a job on, only if it still stands where `job` says it does, and writes `change` with it.
///
/// # Errors
/// The rules do not know the move, or somebody was faster.
pub async fn advance(
    conn: &impl ConnectionTrait,
    job: &Model,
    event: JobEvent,
    now: At,
    change: ActiveModel,
) -> Result<Model, ChangeError> {
    let to = job.status.transition(event)?;
    let change = ActiveModel { status: Set(to), updated_at: Set(now), ..change };
    let rows = Entity::update_many()
        .set(change)
        .filter(COLUMN.id.eq(job.id))
        .filter(COLUMN.status.eq(job.status))
        .filter(COLUMN.attempt.eq(job.attempt))
        .exec_with_returning(conn)
        .await?;
    rows.into_iter().next().ok_or(ChangeError::Raced)
}

/// The job of this id.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, id: JobId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// A request's jobs, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// A controller's open jobs.
///
/// # Errors
/// The database fails.
pub async fn open(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.status.eq(JobStatus::Open))
        .order_by_asc(Column::NextPollAt)
        .all(conn)
        .await
}

/// Which of these platform requests belong to one of our jobs already: this controller's, or that of another one in the same
/// organisation, for there the platform's list shows the requests of both.
///
/// # Errors
/// The database fails.
pub async fn held(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    platform_ids: &[&str],
) -> Result<std::collections::HashSet<String>, DbErr> {
    let rows: Vec<Option<String>> = Entity::find()
        .select_only()
        .column(Column::PlatformId)
        .filter(Column::ControllerId.in_subquery(neighbours(controller)))
        .filter(Column::PlatformId.is_in(platform_ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().flatten().collect())
}

/// The controllers of the same organisation, this one among them.
fn neighbours(controller: ControllerId) -> SelectStatement {
    use crate::controller::table::{Column, Entity};
    let organisation = Entity::find_by_id(controller).select_only().column(Column::OrganisationId).into_query();
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrganisationId.in_subquery(organisation))
        .into_query()
}
