//! Noting something on a request. A note decides nothing and moves no date, whatever the request stands at; but whoever decides
//! next is told of it, because the request's version moves with it.

use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Case, NotDecided};
use crate::id::NoteId;
use crate::note::queries::WORDS;
use crate::note::table::{ActiveModel as NoteRow, Entity};
use crate::request::file::context;
use crate::request::table::{ActiveModel, Model};

impl Case<'_> {
    /// Notes something, in words that are stored sealed.
    ///
    /// # Errors
    /// A machine notes, or the request's data has been erased.
    pub async fn note(self, words: &str) -> Result<Model, NotDecided> {
        let by = self.person("a note")?;
        let id = NoteId::new();
        let row = NoteRow {
            id: Set(id),
            request_id: Set(self.request.id),
            words_sealed: Set(self.key().await?.seal(&context(WORDS, id), words.as_bytes())),
            written_by: Set(by),
            written_at: Set(self.now),
        };
        Entity::insert(row).exec_without_returning(&**self.txn).await?;
        self.record("note.added", json!({ "note": id })).await?;
        self.write(ActiveModel::default()).await
    }
}
