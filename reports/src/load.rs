//! Reading the requests of a period, a batch at a time: however many there are, memory stays bounded, and no query is open
//! between two batches.

use std::collections::{HashMap, HashSet};

use entities::client::reach::Reach;
use entities::clock::facts::is_to_answer;
use entities::clock::table::ClockState;
use entities::extension::table::ExtensionReason;
use entities::id::{ControllerId, RequestId};
use entities::inquiry::table::InquiryKind;
use entities::job::status::{JobOrigin, JobStatus};
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::store::Store;
use entities::time::At;
use entities::{artifact, clock, extension, inquiry, job, request};
use futures::stream::{BoxStream, try_unfold};
use futures::{StreamExt, TryStreamExt};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Deserialize;

use crate::fact::{Duty, Extension, Fact};
use crate::period::Period;

/// How many requests are read at once.
const BATCH: u64 = 500;

/// Which requests of a controller.
#[derive(Clone, Debug)]
pub struct Which {
    /// Whose.
    pub controller: ControllerId,
    /// How far the one who asks reaches.
    pub reach: Reach,
    /// When they were received.
    pub period: Period,
}

/// The requests in the order of receipt, in batches.
#[must_use]
pub fn facts(store: Store, which: Which) -> BoxStream<'static, Result<Vec<Fact>, DbErr>> {
    let next = async |(store, which, after): (Store, Which, Option<(At, RequestId)>)| {
        let rows = page(store.db.read(), &which, after).await?;
        let Some(last) = rows.last().map(|row| (row.received_at, row.id)) else { return Ok(None) };
        let facts = complete(store.db.read(), rows).await?;
        Ok(Some((facts, (store, which, Some(last)))))
    };
    try_unfold((store, which, None), next).boxed()
}

/// Looks at every request of a period once.
///
/// # Errors
/// The database fails.
pub async fn each(store: &Store, which: Which, mut look: impl FnMut(&Fact)) -> Result<(), DbErr> {
    let mut batches = facts(store.clone(), which);
    while let Some(batch) = batches.try_next().await? {
        batch.iter().for_each(&mut look);
    }
    Ok(())
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: RequestId,
    reference: String,
    right: Right,
    regime: String,
    other_regimes: String,
    channel: String,
    identity_method: Option<String>,
    status: RequestStatus,
    on_hold: bool,
    outcome: Option<Outcome>,
    answer_form: Option<AnswerForm>,
    refusal_code: Option<String>,
    refusal_basis: Option<String>,
    received_at: At,
    closed_at: Option<At>,
}

async fn page(conn: &impl ConnectionTrait, which: &Which, after: Option<(At, RequestId)>) -> Result<Vec<Row>, DbErr> {
    use request::table::{COLUMN, Column, Entity};
    let mut query = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Reference,
            Column::Right,
            Column::Regime,
            Column::OtherRegimes,
            Column::Channel,
            Column::IdentityMethod,
            Column::Status,
            Column::OnHold,
            Column::Outcome,
            Column::AnswerForm,
            Column::RefusalCode,
            Column::RefusalBasis,
            Column::ReceivedAt,
            Column::ClosedAt,
        ])
        .filter(which.reach.within(Column::ControllerId))
        .filter(COLUMN.controller_id.eq(which.controller))
        .filter(COLUMN.is_test.eq(false))
        .filter(COLUMN.received_at.lt(which.period.end()));
    query = match after {
        None => query.filter(COLUMN.received_at.gte(which.period.start())),
        // Both halves, so that the index is entered at the right place: of an OR alone it could not be.
        Some((at, id)) => query
            .filter(COLUMN.received_at.gte(at))
            .filter(Condition::any().add(COLUMN.received_at.gt(at)).add(COLUMN.id.gt(id))),
    };
    query.order_by_asc(Column::ReceivedAt).order_by_asc(Column::Id).limit(BATCH).into_model().all(conn).await
}

/// Adds what stands in other tables.
async fn complete(conn: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Fact>, DbErr> {
    let ids: Vec<RequestId> = rows.iter().map(|row| row.id).collect();
    let (mut duties, mut missed) = duties(conn, &ids).await?;
    let mut extensions = extensions(conn, &ids).await?;
    let mut asked = asked(conn, &ids).await?;
    let (jobs, troubled) = jobs(conn, &ids).await?;
    let files = files(conn, &ids).await?;
    let fact = |row: Row| {
        let others: Vec<String> = serde_json::from_str(&row.other_regimes).unwrap_or_default();
        Fact {
            duties: duties.remove(&row.id).unwrap_or_default(),
            missed: missed.remove(&row.id).unwrap_or_default(),
            extension: extensions.remove(&row.id),
            asked: asked.remove(&row.id).unwrap_or_default(),
            jobs: jobs.get(&row.id).copied().unwrap_or_default(),
            troubled: troubled.contains(&row.id),
            files: files.get(&row.id).copied().unwrap_or_default(),
            regimes: std::iter::once(row.regime).chain(others).collect(),
            id: row.id,
            reference: row.reference,
            right: row.right,
            channel: row.channel,
            identity_method: row.identity_method,
            status: row.status,
            on_hold: row.on_hold,
            outcome: row.outcome,
            answer_form: row.answer_form,
            refusal_code: row.refusal_code,
            refusal_basis: row.refusal_basis,
            received_at: row.received_at,
            closed_at: row.closed_at,
        }
    };
    Ok(rows.into_iter().map(fact).collect())
}

type Duties = (HashMap<RequestId, Vec<Duty>>, HashMap<RequestId, Vec<String>>);

/// The duties to answer as they run now, and those of any kind that were missed. The document of each clock, which is long, stays where it is.
async fn duties(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<Duties, DbErr> {
    use clock::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, String, At, At, ClockState, Option<At>)> = Entity::find()
        .select_only()
        .columns([
            Column::RequestId,
            Column::Duty,
            Column::CautiousAt,
            Column::StatutoryAt,
            Column::State,
            Column::MetAt,
        ])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.superseded_at.is_null())
        .filter(COLUMN.is_not_before.eq(false))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found = Duties::default();
    for (request, duty, cautious_at, statutory_at, state, met_at) in rows {
        if is_to_answer(&duty) {
            found.0.entry(request).or_default().push(Duty { cautious_at, statutory_at, state, met_at });
        }
        if state == ClockState::Missed {
            found.1.entry(request).or_default().push(duty);
        }
    }
    Ok(found)
}

/// The part of a clock's document that says whether an extension counts.
#[derive(Deserialize)]
struct Whole {
    extended: bool,
}

async fn extensions(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, Extension>, DbErr> {
    use extension::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, ExtensionReason, Option<At>)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::Code, Column::AnnouncedAt])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn)
        .await?;
    let announced: Vec<RequestId> = rows.iter().filter(|(_, _, at)| at.is_some()).map(|(id, _, _)| *id).collect();
    let counting = counting(conn, &announced).await?;
    let row = |(id, reason, announced_at)| (id, Extension { reason, announced_at, counts: counting.contains(&id) });
    Ok(rows.into_iter().map(row).collect())
}

/// Those whose dates are later by an extension: its notice was sent in time.
async fn counting(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashSet<RequestId>, DbErr> {
    use clock::table::{COLUMN, Column, Entity};
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<(RequestId, String, String)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::Duty, Column::Whole])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.superseded_at.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    let is_extended = |whole: &str| serde_json::from_str(whole).is_ok_and(|Whole { extended }| extended);
    let counts = rows.into_iter().filter(|(_, duty, whole)| is_to_answer(duty) && is_extended(whole));
    Ok(counts.map(|(id, _, _)| id).collect())
}

async fn asked(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, Vec<InquiryKind>>, DbErr> {
    use inquiry::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, InquiryKind)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::Kind])
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.sent_at.is_not_null())
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (request, kind) in rows {
        found.entry(request).or_default().push(kind);
    }
    Ok(found)
}

type Jobs = (HashMap<RequestId, u64>, HashSet<RequestId>);

/// How many jobs each has, and which had trouble. One that another took the place of is not counted beside it.
async fn jobs(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<Jobs, DbErr> {
    use job::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, JobStatus, JobOrigin, i64)> = Entity::find()
        .select_only()
        .columns([Column::RequestId, Column::Status, Column::Origin])
        .column_as(Column::Id.count(), "jobs")
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .filter(COLUMN.status.ne(JobStatus::Superseded))
        .group_by(Column::RequestId)
        .group_by(Column::Status)
        .group_by(Column::Origin)
        .into_tuple()
        .all(conn)
        .await?;
    let mut found = Jobs::default();
    for (request, status, origin, count) in rows {
        *found.0.entry(request).or_default() += count.unsigned_abs();
        if matches!(status, JobStatus::Failed | JobStatus::Abandoned) || origin == JobOrigin::Retry {
            found.1.insert(request);
        }
    }
    Ok(found)
}

async fn files(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<HashMap<RequestId, u64>, DbErr> {
    use artifact::table::{COLUMN, Column, Entity};
    let rows: Vec<(RequestId, i64)> = Entity::find()
        .select_only()
        .column(Column::RequestId)
        .column_as(Column::Id.count(), "files")
        .filter(COLUMN.request_id.is_in(ids.iter().copied()))
        .group_by(Column::RequestId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(request, count)| (request, count.unsigned_abs())).collect())
}
