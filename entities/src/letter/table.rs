//! The row: one letter. Its words and its recipient are sealed, under the request's key or, for officers, the installation's.

use letters::part::Part;
use sea_orm::entity::prelude::*;

use super::demand::Demand;
use super::kind::{Audience, LetterKind, LetterState, Means};
use crate::error::StoreError;
use crate::id::{ControllerId, EventId, LetterId, RequestId};
use crate::time::At;

/// One letter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letters")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LetterId,
    /// Whose letter it is.
    pub controller_id: ControllerId,
    /// The request it is about.
    pub request_id: Option<RequestId>,
    /// What it is.
    pub kind: LetterKind,
    /// Who reads it.
    pub audience: Audience,
    /// In what language, as ISO 639-1.
    pub language: String,
    /// How it goes out.
    pub means: Means,
    /// Whom it goes to, sealed.
    pub recipient_sealed: Option<Vec<u8>>,
    /// Its subject, sealed.
    pub subject_sealed: Option<Vec<u8>>,
    /// Its text, sealed.
    pub text_sealed: Option<Vec<u8>>,
    /// The same as HTML, sealed.
    pub html_sealed: Option<Vec<u8>>,
    /// What both forms were drawn from, for paper, sealed.
    pub sections_sealed: Option<Vec<u8>>,
    /// What mail servers tell it by; set before the first attempt, and the same in every one.
    pub message_id: Option<String>,
    /// The template it was made from.
    pub template: Option<String>,
    /// The SHA-256 of that template.
    pub template_hash: Option<String>,
    /// The parts that it says, as a JSON list of words.
    pub parts: String,
    /// The parts that the law asks for, with what asks for each, as it was when it was written: a JSON list.
    pub demands: String,
    /// What became of it.
    pub state: LetterState,
    /// How often it was tried.
    pub attempts: i64,
    /// How often the connection was lost when the mail server may have taken it already.
    pub unclear: i64,
    /// What the mail server said last: its code and at which command, never its text, which may quote the address.
    pub last_answer: Option<String>,
    /// The event that caused it.
    pub caused_by: Option<EventId>,
    /// When it was written or last dated anew: its words bear this day.
    pub written_at: At,
    /// Since when it is to be sent: later than it was written, where it was held back or failed.
    pub queued_at: At,
    /// When somebody changed its words last.
    pub edited_at: Option<At>,
    /// When it went out.
    pub sent_at: Option<At>,
    /// When anything about it changed last.
    pub updated_at: At,
}

impl Model {
    /// The parts that it says.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn said_parts(&self) -> Result<Vec<Part>, StoreError> {
        serde_json::from_str(&self.parts).map_err(|_| StoreError::Corrupt("a letter's parts do not read"))
    }

    /// The parts that the law asks for, as it was when it was written.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn demanded(&self) -> Result<Vec<Demand>, StoreError> {
        serde_json::from_str(&self.demands).map_err(|_| StoreError::Corrupt("a letter's demands do not read"))
    }
}

impl ActiveModelBehavior for ActiveModel {}
