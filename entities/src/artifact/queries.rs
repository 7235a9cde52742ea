//! Finding artifacts, each time within somebody's reach.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use super::table::{COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::id::{ArtifactId, RequestId};
use crate::request::table as request;

/// The artifact of this id with its request, if that is within reach.
///
/// # Errors
/// The database fails.
pub async fn by_id(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    id: ArtifactId,
) -> Result<Option<(Model, request::Model)>, DbErr> {
    let of: RelationDef = Entity::belongs_to(request::Entity).from(Column::RequestId).to(request::Column::Id).into();
    let found = Entity::find_by_id(id)
        .join(JoinType::InnerJoin, of)
        .select_also(request::Entity)
        .filter(reach.within(request::Column::ControllerId))
        .one(conn)
        .await?;
    Ok(found.and_then(|(artifact, request)| Some((artifact, request?))))
}

/// A request's artifacts, in the order they were stored.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}
