//! The row: one link, told by the SHA-256 of its token. The token itself stands nowhere but in the letter, sealed.

use sea_orm::entity::prelude::*;

use crate::id::{LetterId, LinkId, RequestId};
use crate::time::At;

/// One link.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_links")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    /// The request whose person it proves.
    pub request_id: RequestId,
    /// The letter it went out with.
    pub letter_id: LetterId,
    /// The SHA-256 of its token, in hex.
    #[sea_orm(unique)]
    pub token_hash: String,
    /// The language of its page, as ISO 639-1.
    pub language: String,
    /// When it was made.
    pub created_at: At,
    /// Until when it holds.
    pub expires_at: At,
    /// When it was used; it can be used once.
    pub used_at: Option<At>,
    /// When a newer one took its place.
    pub voided_at: Option<At>,
    /// How often it was tried.
    pub tries: i64,
}

impl ActiveModelBehavior for ActiveModel {}
