//! Finding clocks.

use law::duty::Duty;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::table::{COLUMN, ClockState, Column, Entity, Model};
use crate::id::RequestId;
use crate::request;
use crate::time::At;

/// A request's clocks as they run now, the most urgent first.
///
/// # Errors
/// The database fails.
pub async fn current(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.request_id.eq(request))
        .filter(COLUMN.superseded_at.is_null())
        .order_by_asc(Column::CautiousAt)
        .order_by_asc(Column::Id)
        .all(conn)
        .await
}

/// The clocks of several requests as they run now, in no order.
///
/// # Errors
/// The database fails.
pub async fn current_of_each(conn: &impl ConnectionTrait, requests: &[RequestId]) -> Result<Vec<Model>, DbErr> {
    let of_them = COLUMN.request_id.is_in(requests.iter().copied());
    Entity::find().filter(of_them).filter(COLUMN.superseded_at.is_null()).all(conn).await
}

/// All that was ever computed for a request, oldest first.
///
/// # Errors
/// The database fails.
pub async fn history(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// The ids of the requests with a duty that waits and is due, by its cautious date, before `before`, as a query within one.
/// Nobody must extend or refuse: of those duties only the time is limited, so they make nothing due.
pub(crate) fn requests_due_before(before: At) -> SelectStatement {
    due_before(before).into_query()
}

/// The same of the request that the query around it looks at: for a query that stops after a few, and finds those that are due
/// among the first it comes to.
pub(crate) fn is_due_before(before: At) -> SelectStatement {
    let its_own = Expr::col((Entity, Column::RequestId)).equals((request::table::Entity, request::table::Column::Id));
    due_before(before).filter(its_own).into_query()
}

fn due_before(before: At) -> Select<Entity> {
    let conditional = [Duty::AnnounceExtension.as_str(), Duty::Refuse.as_str()];
    Entity::find()
        .select_only()
        .column(Column::RequestId)
        .filter(COLUMN.state.is_in([ClockState::Open, ClockState::Suspended]))
        .filter(COLUMN.superseded_at.is_null())
        .filter(COLUMN.is_not_before.eq(false))
        .filter(COLUMN.duty.is_not_in(conditional))
        .filter(COLUMN.cautious_at.lt(before))
}
