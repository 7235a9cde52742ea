//! The row: one idempotency key of one client, with the answer it got.

use sea_orm::entity::prelude::*;

use crate::id::ClientId;
use crate::time::At;

/// One key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Whose key it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: ClientId,
    /// Keyed hash of the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    /// Keyed hash of method, path and body it came with.
    pub body_hash: String,
    /// The status it was answered with.
    pub status: Option<i64>,
    /// The `Location` it was answered with.
    pub location: Option<String>,
    /// The body it was answered with; holds no personal data.
    pub answer: Option<String>,
    /// When it was first seen.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
