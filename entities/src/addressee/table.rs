//! The row: whom the letters of one request go to, in what language, and whether the address was proven to be theirs.

use sea_orm::entity::prelude::*;

use crate::id::RequestId;
use crate::time::At;

/// One addressee.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "addressees")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: RequestId,
    /// In what language to write, as ISO 639-1.
    pub language: String,
    /// The mail address, sealed under the request's key; none if there is none to write to.
    pub address_sealed: Option<Vec<u8>>,
    /// The name to greet with, sealed under the request's key.
    pub salutation_sealed: Option<Vec<u8>>,
    /// Whether the address is the one to write to beyond doubt: it was named as such, or is the only one the request names.
    pub is_named: bool,
    /// How the address was proven to be the person's: `email_link`, or an officer's verification.
    pub proven_by: Option<String>,
    /// When it was.
    pub proven_at: Option<At>,
    /// When it was written down.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
