//! Keeping, renaming and removing saved views, each time among one officer's own.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::{ClientId, SavedViewId};
use crate::time::At;

/// As many as one officer keeps.
pub const MOST: u64 = 20;
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// Why a view was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It has no name, or too long a one.
    #[error("a name has 1 to {LONGEST_NAME} characters, none of them a control character")]
    Name,
    /// There are as many as one officer keeps.
    #[error("one officer keeps {MOST} views at most")]
    TooMany,
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotKept {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// An officer's views, by name.
///
/// # Errors
/// The database fails.
pub async fn of_officer(conn: &impl ConnectionTrait, officer: ClientId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(COLUMN.officer_id.eq(officer))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(conn)
        .await
}

fn name(given: &str) -> Result<String, NotKept> {
    let name = given.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(NotKept::Name) }
}

/// Keeps a list under a name.
///
/// # Errors
/// The name cannot be used, there are too many, or the database fails.
pub async fn keep(txn: &Txn, now: At, officer: ClientId, called: &str, query: &str) -> Result<(), NotKept> {
    let name = name(called)?;
    if Entity::find().filter(COLUMN.officer_id.eq(officer)).count(&**txn).await? >= MOST {
        return Err(NotKept::TooMany);
    }
    let row = ActiveModel {
        id: Set(SavedViewId::new()),
        officer_id: Set(officer),
        name: Set(name),
        query: Set(query.to_owned()),
        created_at: Set(now),
    };
    Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok(())
}

/// Calls one's own view otherwise. Says whether there is such a one.
///
/// # Errors
/// The name cannot be used, or the database fails.
pub async fn rename(txn: &Txn, officer: ClientId, id: SavedViewId, called: &str) -> Result<bool, NotKept> {
    let name = name(called)?;
    let done = Entity::update_many()
        .col_expr(Column::Name, name.into())
        .filter(COLUMN.id.eq(id))
        .filter(COLUMN.officer_id.eq(officer))
        .exec(&**txn)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes one's own view. Says whether there was one.
///
/// # Errors
/// The database fails.
pub async fn remove(txn: &Txn, officer: ClientId, id: SavedViewId) -> Result<bool, DbErr> {
    let delete = Entity::delete_many().filter(COLUMN.id.eq(id)).filter(COLUMN.officer_id.eq(officer));
    Ok(delete.exec(&**txn).await?.rows_affected == 1)
}
