//! The row: a secret of the installation, sealed under its key.

use sea_orm::entity::prelude::*;

use crate::time::At;

/// One secret.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "installation_secrets")]
pub struct Model {
    /// What it is for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The secret, sealed.
    pub value_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
