//! Reading what a forecast follows from: the open requests, the pace of the credential, and what history teaches.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use entities::clock::facts::is_to_answer;
use entities::clock::table::ClockState;
use entities::controller::queries::credential;
use entities::controller::table::Model as Controller;
use entities::error::StoreError;
use entities::id::{ControllerId, RequestId};
use entities::job::status::{JobKind, JobStatus};
use entities::rate::pace::{self, DEFAULT_ALLOWED};
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::store::Store;
use entities::time::At;
use entities::{clock, extension, job, request};
use law::duty;
use sea_orm::sea_query::{Condition, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::forecast::habit::{Habit, Habits, Samples};
use crate::forecast::{Budget, Job, Notice, Situation, Waiting};

/// How many requests are asked about at once.
const BATCH: usize = 500;
/// How much of the past is looked at: the requests closed last.
const CLOSED_SEEN: u64 = 1_000;
/// The jobs of each kind that ended last.
const JOBS_SEEN: u64 = 1_000;

/// What a forecast for a controller follows from, as things stand now.
///
/// # Errors
/// The database fails, or the controller's credential does not open.
pub async fn situation(store: &Store, controller: &Controller) -> Result<Situation, StoreError> {
    let conn = store.db.read();
    Ok(Situation {
        now: store.now(),
        budget: budget(store, controller).await?,
        habits: habits(conn, controller.id).await?,
        queue: queue(conn, controller.id).await?,
    })
}

async fn budget(store: &Store, controller: &Controller) -> Result<Budget, StoreError> {
    let known = credential(store, controller)?;
    let row = pace::known(store, &pace::key(&controller.api_url, &known.client_id)).await?;
    let allowed = row.as_ref().and_then(|row| u32::try_from(row.allowed).ok()).unwrap_or(DEFAULT_ALLOWED);
    let interval = row.as_ref().map(|row| Duration::from_micros(row.interval_us.unsigned_abs()));
    Ok(Budget {
        calls_a_minute: allowed,
        is_learnt: row.as_ref().is_some_and(|row| row.learnt_at.is_some()),
        interval: interval.unwrap_or(Duration::from_secs(60) / allowed.max(1)),
        blocked_until: row.map_or(At::ZERO, |row| row.blocked_until),
    })
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: RequestId,
    reference: String,
    right: Right,
    status: RequestStatus,
    on_hold: bool,
    open_questions: i64,
    answer_form: Option<AnswerForm>,
    received_at: At,
    cautious_at: At,
    statutory_at: At,
}

async fn queue(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Vec<Waiting>, DbErr> {
    use request::table::{COLUMN, Column, Entity};
    let open = RequestStatus::ALL.iter().copied().filter(|status| !status.is_closed());
    let rows: Vec<Row> = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Reference,
            Column::Right,
            Column::Status,
            Column::OnHold,
            Column::OpenQuestions,
            Column::AnswerForm,
            Column::ReceivedAt,
            Column::CautiousAt,
            Column::StatutoryAt,
        ])
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.is_test.eq(false))
        .filter(Condition::any().add(COLUMN.status.is_in(open)).add(Column::Id.in_subquery(untold(controller))))
        .order_by_asc(Column::Id)
        .into_model()
        .all(conn)
        .await?;
    let mut queue = Vec::with_capacity(rows.len());
    for rows in rows.chunks(BATCH) {
        let ids: Vec<RequestId> = rows.iter().map(|row| row.id).collect();
        let mut jobs = jobs(conn, &ids).await?;
        let mut notices = notices(conn, &ids).await?;
        let announced = announced(conn, &ids).await?;
        queue.extend(rows.iter().map(|row| Waiting {
            id: row.id,
            reference: row.reference.clone(),
            right: row.right,
            status: row.status,
            on_hold: row.on_hold,
            has_questions: row.open_questions > 0,
            is_by_people: row.right.on_platform().is_none() || row.answer_form.is_some(),
            received_at: row.received_at,
            cautious_at: row.cautious_at,
            statutory_at: row.statutory_at,
            jobs: jobs.remove(&row.id).unwrap_or_default(),
            notices: notices.remove(&row.id).unwrap_or_default(),
            announced_at: announced.get(&row.id).copied(),
        }));
    }
    Ok(queue)
}

/// The requests with a duty to answer that waits, as a query within one: it waits on where a request was refused and the person
/// has not been told.
fn untold(controller: ControllerId) -> SelectStatement {
    use clock::table::{COLUMN, Column, Entity};
    let to_answer = duty::Duty::ALL.iter().map(|duty| duty.as_str()).filter(|duty| is_to_answer(duty));
    Entity::find()
        .select_only()
        .column(Column::RequestId)
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.state.is_in([ClockState::Open, ClockState::Suspended]))
        .filter(COLUMN.superseded_at.is_null())
        .filter(COLUMN.duty.is_in(to_answer))
        .into_query()
}

/// The jobs that have not ended.
async fn jobs(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, Vec<Job>>, DbErr> {
    use job::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, JobStatus, Option<At>)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::Status, Column::SubmittedAt])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.status.ne(JobStatus::Superseded))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found: HashMap<_, Vec<Job>> = HashMap::new();
    for (request, status, since) in rows.into_iter().filter(|(_, status, _)| !status.is_settled()) {
        found.entry(request).or_default().push(Job { status, since });
    }
    Ok(found)
}

async fn notices(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, Vec<Notice>>, DbErr> {
    use clock::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, At, At, ClockState)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::CautiousAt, Column::StatutoryAt, Column::State])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.duty.eq(duty::Duty::AnnounceExtension.as_str()))
        .filter(COLUMN.superseded_at.is_null())
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found: HashMap<_, Vec<Notice>> = HashMap::new();
    for (request, cautious_at, statutory_at, state) in rows {
        found.entry(request).or_default().push(Notice { cautious_at, statutory_at, state });
    }
    Ok(found)
}

async fn announced(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, At>, DbErr> {
    use extension::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, Option<At>)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::AnnouncedAt])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

#[derive(Debug, FromQueryResult)]
struct Closed {
    id: RequestId,
    right: Right,
    outcome: Option<Outcome>,
    answer_form: Option<AnswerForm>,
    received_at: At,
    approved_at: Option<At>,
    closed_at: Option<At>,
}

impl Closed {
    /// How long people took, if it was they who did what was asked.
    fn by_people(&self) -> Option<Duration> {
        let is_done = matches!(self.outcome, Some(Outcome::Fulfilled | Outcome::PartiallyFulfilled));
        let is_by_people = self.right.on_platform().is_none() || self.answer_form.is_some();
        Some(self.closed_at.filter(|_| is_done && is_by_people)?.since(self.received_at))
    }
}

async fn habits(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Habits, DbErr> {
    use request::table::{COLUMN, Column, Entity};
    let closed: Vec<Closed> = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Right,
            Column::Outcome,
            Column::AnswerForm,
            Column::ReceivedAt,
            Column::ApprovedAt,
            Column::ClosedAt,
        ])
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.status.eq(RequestStatus::Closed))
        .order_by_desc(Column::Id)
        .limit(CLOSED_SEEN)
        .into_model()
        .all(conn)
        .await?;
    let counts = counts(conn, &closed).await?;
    let mut samples: BTreeMap<Right, Samples> = BTreeMap::new();
    for request in &closed {
        let seen = samples.entry(request.right).or_default();
        seen.by_people.extend(request.by_people());
        if let Some(approved_at) = request.approved_at {
            seen.approval.push(approved_at.since(request.received_at));
            seen.jobs.push(counts.get(&request.id).copied().unwrap_or_default());
        }
    }
    for (kind, right) in
        [(JobKind::Export, Right::Access), (JobKind::Delete, Right::Erasure), (JobKind::Update, Right::Rectification)]
    {
        samples.entry(right).or_default().on_platform = durations(conn, controller, kind).await?;
    }
    Ok(Habits(samples.into_iter().map(|(right, seen)| (right, Habit::learnt(right, seen))).collect()))
}

/// How many platform requests each took, one tried again counted once.
async fn counts(conn: &impl ConnectionTrait, closed: &[Closed]) -> Result<HashMap<RequestId, u64>, DbErr> {
    use job::table::{COLUMN, Column, Entity};
    let mut found = HashMap::new();
    let approved: Vec<RequestId> = closed.iter().filter(|it| it.approved_at.is_some()).map(|it| it.id).collect();
    for ids in approved.chunks(BATCH) {
        let rows: Vec<(RequestId, i64)> = Entity::find()
            .select_only()
            .column(Column::RequestId)
            .column_as(Column::Id.count(), "jobs")
            .filter(COLUMN.request_id.is_in(ids.iter().copied()))
            .filter(COLUMN.status.ne(JobStatus::Superseded))
            .group_by(Column::RequestId)
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|(id, count)| (id, count.unsigned_abs())));
    }
    Ok(found)
}

/// How long the platform took for its last jobs of a kind.
async fn durations(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    kind: JobKind,
) -> Result<Vec<Duration>, DbErr> {
    use job::table::{COLUMN, Column, Entity};
    let rows: Vec<(Option<At>, Option<At>)> = Entity::find()
        .select_only()
        .columns([Column::SubmittedAt, Column::CompletedAt])
        .filter(COLUMN.controller_id.eq(controller))
        .filter(COLUMN.status.eq(JobStatus::Completed))
        .filter(COLUMN.kind.eq(kind))
        .order_by_desc(Column::Id)
        .limit(JOBS_SEEN)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(from, to)| Some(to?.since(from?))).collect())
}
