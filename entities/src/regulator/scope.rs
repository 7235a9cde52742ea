//! The fence of an invitation: the only way from one to a request. What lies outside is not there.

use std::collections::HashSet;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::table::{Model, ScopeKind, case};
use crate::id::{InvitationId, RequestId};
use crate::request::table::{COLUMN, Column, Entity, Model as Request};

/// The condition that keeps a query over requests within an invitation.
#[must_use]
pub fn within(invitation: &Model) -> Condition {
    let own = Condition::all().add(COLUMN.controller_id.eq(invitation.controller_id));
    match (invitation.scope, invitation.received_from, invitation.received_before) {
        (ScopeKind::Register, _, _) => own,
        (ScopeKind::Period, Some(from), Some(before)) => {
            own.add(COLUMN.received_at.gte(from)).add(COLUMN.received_at.lt(before))
        }
        // A period without its ends was written past the rules, and holds nothing.
        (ScopeKind::Cases | ScopeKind::Period, _, _) => own.add(Column::Id.in_subquery(listed(invitation.id))),
    }
}

fn listed(invitation: InvitationId) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(case::Column::RequestId)
        .from(case::Entity)
        .and_where(case::COLUMN.invitation_id.eq(invitation))
        .to_owned()
}

/// The request of this reference, if it lies within.
///
/// # Errors
/// The database fails.
pub async fn find(conn: &impl ConnectionTrait, invitation: &Model, reference: &str) -> Result<Option<Request>, DbErr> {
    let reference = reference.trim().to_ascii_uppercase();
    Entity::find().filter(COLUMN.reference.eq(reference)).filter(within(invitation)).one(conn).await
}

/// The cases that an invitation lists, by reference.
///
/// # Errors
/// The database fails.
pub async fn cases(conn: &impl ConnectionTrait, invitation: &Model) -> Result<Vec<(RequestId, String)>, DbErr> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Reference])
        .filter(COLUMN.controller_id.eq(invitation.controller_id))
        .filter(Column::Id.in_subquery(listed(invitation.id)))
        .order_by_asc(Column::Reference)
        .into_tuple()
        .all(conn)
        .await
}

/// The requests that lie within; none at all stands for those of the whole register.
///
/// # Errors
/// The database fails.
pub async fn requests(conn: &impl ConnectionTrait, invitation: &Model) -> Result<Option<HashSet<RequestId>>, DbErr> {
    if invitation.scope == ScopeKind::Register {
        return Ok(None);
    }
    let ids: Vec<RequestId> =
        Entity::find().select_only().column(Column::Id).filter(within(invitation)).into_tuple().all(conn).await?;
    Ok(Some(ids.into_iter().collect()))
}
