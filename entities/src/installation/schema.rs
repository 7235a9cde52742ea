//! Whether the database has the schema that this program works with.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect};

use crate::{artifact, event, job, question, request, step};

/// Asks for no row at all of the tables that most calls need, with all their columns.
///
/// # Errors
/// The database does not answer, or lacks a table or a column: then it has not been migrated.
pub async fn answers(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    request::table::Entity::find().limit(0).all(conn).await?;
    job::table::Entity::find().limit(0).all(conn).await?;
    step::table::Entity::find().limit(0).all(conn).await?;
    question::table::Entity::find().limit(0).all(conn).await?;
    artifact::table::Entity::find().limit(0).all(conn).await?;
    event::table::Entity::find().limit(0).all(conn).await?;
    Ok(())
}
