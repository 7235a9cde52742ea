//! Finding requests, each time within somebody's reach.

use law::regime::Regime;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::right::Right;
use super::status::RequestStatus;
use super::table::{COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::id::{ClientId, ControllerId, RequestId};
use crate::time::At;
use crate::{clock, identifier};

/// The request of this id, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, reach: &Reach, id: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// The request of this reference, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_reference(conn: &impl ConnectionTrait, reach: &Reach, reference: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.reference.eq(reference)).filter(reach.within(Column::ControllerId)).one(conn).await
}

/// The requests of these ids and of these references, of those within reach.
///
/// # Errors
/// The database fails.
pub async fn of_names(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    ids: &[RequestId],
    references: &[&str],
) -> Result<Vec<Model>, DbErr> {
    let by_id = (!ids.is_empty()).then(|| COLUMN.id.is_in(ids.iter().copied()));
    let by_reference = (!references.is_empty()).then(|| COLUMN.reference.is_in(references.iter().copied()));
    // Of none at all nothing is asked: a condition that holds for nobody would be looked for in the whole table.
    if by_id.is_none() && by_reference.is_none() {
        return Ok(Vec::new());
    }
    let named = Condition::any().add_option(by_id).add_option(by_reference);
    Entity::find().filter(named).filter(reach.within(Column::ControllerId)).all(conn).await
}

/// The request of this id, if it is within reach, locked until the transaction ends.
///
/// # Errors
/// The database fails.
pub async fn lock(txn: &Txn, reach: &Reach, id: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(reach.within(Column::ControllerId)).lock_exclusive().one(&**txn).await
}

/// Who works on a request, as lists ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// This officer.
    To(ClientId),
    /// Nobody has taken it.
    Nobody,
}

/// What a list should show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this controller's.
    pub controller: Option<ControllerId>,
    /// Only those that stand here.
    pub status: Option<RequestStatus>,
    /// Only those that are not closed, or only those that are.
    pub is_open: Option<bool>,
    /// Only this right.
    pub right: Option<Right>,
    /// Only those whose answer goes by this law.
    pub regime: Option<Regime>,
    /// Only those with questions open, or only those without.
    pub attention: Option<bool>,
    /// Only those on hold, or only those that are not.
    pub on_hold: Option<bool>,
    /// Only those that this officer works on, or that nobody does.
    pub assigned: Option<Assigned>,
    /// Only those with a duty that waits and is due, by its cautious date, before this.
    pub due_before: Option<At>,
    /// Only those whose cautious date lies here or later.
    pub cautious_from: Option<At>,
    /// Only those whose cautious date lies before this.
    pub cautious_before: Option<At>,
    /// Only those received then or later.
    pub received_from: Option<At>,
    /// Only those received before this.
    pub received_before: Option<At>,
    /// Only those with an identifier of one of these look-up hashes.
    pub lookup_hashes: Option<Vec<String>>,
}

/// Up to `limit` requests after `after`, newest first.
///
/// # Errors
/// The database fails.
pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    filter: &Filter,
    after: Option<RequestId>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = filtered(reach, filter);
    if let Some(after) = after {
        query = query.filter(COLUMN.id.lt(after));
    }
    query.order_by_desc(Column::Id).limit(limit).all(conn).await
}

/// Up to `limit` requests of these controllers after the one at `after`, the one whose cautious date comes first on top.
///
/// Each controller is asked for by itself, along its index, and what they say is merged: over several at once a database would
/// sort all that is open before it tells the first page.
///
/// # Errors
/// The database fails.
pub async fn by_urgency(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: impl IntoIterator<Item = ControllerId>,
    filter: &Filter,
    after: Option<(At, RequestId)>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut found = Vec::new();
    for controller in controllers.into_iter().filter(|id| filter.controller.is_none_or(|only| only == *id)) {
        let mut query = filtered(reach, &Filter { controller: Some(controller), due_before: None, ..filter.clone() });
        if let Some(before) = filter.due_before {
            // What is due stands among the first, so each is looked at by itself, and only as many as it takes.
            query = query.filter(Expr::exists(clock::queries::is_due_before(before)));
        }
        if let Some((at, id)) = after {
            let later = Condition::any()
                .add(COLUMN.cautious_at.gt(at))
                .add(Condition::all().add(COLUMN.cautious_at.eq(at)).add(COLUMN.id.gt(id)));
            // The first condition says nothing new; an index can begin at it.
            query = query.filter(COLUMN.cautious_at.gte(at)).filter(later);
        }
        found.extend(query.order_by_asc(Column::CautiousAt).order_by_asc(Column::Id).limit(limit).all(conn).await?);
    }
    found.sort_unstable_by_key(|row| (row.cautious_at, row.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

fn filtered(reach: &Reach, filter: &Filter) -> Select<Entity> {
    let mut query = Entity::find().filter(reach.within(Column::ControllerId));
    if let Some(controller) = filter.controller {
        query = query.filter(COLUMN.controller_id.eq(controller));
    }
    if let Some(status) = filter.status {
        query = query.filter(COLUMN.status.eq(status));
    }
    if let Some(is_open) = filter.is_open {
        // Written out and not bound: SQLite takes an index over a part of the rows only where it can read that it is meant.
        let closed = if is_open { "status <> 'closed'" } else { "status = 'closed'" };
        query = query.filter(Expr::cust(closed));
    }
    if let Some(right) = filter.right {
        query = query.filter(COLUMN.right.eq(right));
    }
    if let Some(regime) = filter.regime {
        query = query.filter(COLUMN.regime.eq(regime.as_str()));
    }
    let dates = [
        filter.cautious_from.map(|at| COLUMN.cautious_at.gte(at)),
        filter.cautious_before.map(|at| COLUMN.cautious_at.lt(at)),
        filter.received_from.map(|at| COLUMN.received_at.gte(at)),
        filter.received_before.map(|at| COLUMN.received_at.lt(at)),
    ];
    for date in dates.into_iter().flatten() {
        query = query.filter(date);
    }
    if let Some(attention) = filter.attention {
        query = query.filter(if attention { COLUMN.open_questions.gt(0) } else { COLUMN.open_questions.eq(0) });
    }
    if let Some(on_hold) = filter.on_hold {
        query = query.filter(COLUMN.on_hold.eq(on_hold));
    }
    if let Some(assigned) = filter.assigned {
        query = query.filter(match assigned {
            Assigned::To(officer) => COLUMN.assignee.eq(officer),
            Assigned::Nobody => COLUMN.assignee.is_null(),
        });
    }
    if let Some(before) = filter.due_before {
        let due = clock::queries::requests_due_before(before);
        query = query.filter(Column::Id.in_subquery(due));
    }
    if let Some(hashes) = &filter.lookup_hashes {
        let with_identifier = identifier::table::Entity::find()
            .select_only()
            .column(identifier::table::Column::RequestId)
            .filter(identifier::table::COLUMN.lookup_hash.is_in(hashes.iter().map(String::as_str)));
        query = query.filter(Column::Id.in_subquery(sea_orm::QueryTrait::into_query(with_identifier)));
    }
    query
}

/// Whether a controller has requests that are not closed.
///
/// # Errors
/// The database fails.
pub async fn has_open(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<bool, DbErr> {
    let open =
        Entity::find().filter(COLUMN.controller_id.eq(controller)).filter(COLUMN.status.ne(RequestStatus::Closed));
    Ok(open.one(conn).await?.is_some())
}

/// How many requests stand where, in the whole installation: figures for operators, and nothing of any one request.
///
/// # Errors
/// The database fails.
pub async fn count_by_status(conn: &impl ConnectionTrait) -> Result<Vec<(RequestStatus, i64)>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Status)
        .column_as(Column::Id.count(), "requests")
        .group_by(Column::Status)
        .into_tuple()
        .all(conn)
        .await
}

/// The references of these requests, of those within reach.
///
/// # Errors
/// The database fails.
pub async fn references(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    ids: impl IntoIterator<Item = RequestId>,
) -> Result<Vec<(RequestId, String)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Reference])
        .filter(COLUMN.id.is_in(ids))
        .filter(reach.within(Column::ControllerId))
        .into_tuple()
        .all(conn)
        .await
}
