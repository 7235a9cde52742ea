//! The row: one note on a request. It is never changed and never taken back: whoever was wrong writes another.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, NoteId, RequestId};
use crate::time::At;

/// One note.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    /// The request.
    pub request_id: RequestId,
    /// Its words, sealed.
    pub words_sealed: Vec<u8>,
    /// Who wrote it.
    pub written_by: ClientId,
    /// When.
    pub written_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
