//! The row: one list that an officer keeps.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, SavedViewId};
use crate::time::At;

/// One saved view. It holds filters, which are words of closed sets and days, and decides nothing: so it is no event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_views")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedViewId,
    /// Whose it is; nobody else ever sees it.
    pub officer_id: ClientId,
    /// What its owner calls it. It is stored in the clear.
    pub name: String,
    /// Its filters, as the query of the list's address.
    pub query: String,
    /// When it was saved.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
