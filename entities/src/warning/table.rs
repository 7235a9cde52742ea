//! The row: one warning of one date, so many days before it. Its key is what keeps it from being written twice.

use sea_orm::entity::prelude::*;

use crate::id::RequestId;
use crate::time::At;

/// One warning.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "warnings")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: RequestId,
    /// What has to be done by the date, as officers are told it: one word for all duties that come down to answering.
    #[sea_orm(primary_key, auto_increment = false)]
    pub duty: String,
    /// The last day in time, as officers are told it. A date that moves is another.
    #[sea_orm(primary_key, auto_increment = false)]
    pub due: String,
    /// How many days before that day; less than 0 after it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub days: i64,
    /// When it was written.
    pub written_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
