//! The row: one comment on a ticket, from the moment its milestone was reached.

use sea_orm::entity::prelude::*;

use crate::id::{CommentId, EventId, TicketId};
use crate::time::At;
use crate::words;

words! {
    /// What became of a comment.
    pub enum CommentState {
        /// It waits to be written.
        Waiting = "waiting",
        /// It was sent, and nobody knows whether it arrived: its marker is looked for first.
        Unclear = "unclear",
        /// The ticket has it.
        Written = "written",
        /// The ticket takes no comment, or nobody can tell whether it has it.
        Skipped = "skipped",
    }
}

/// One comment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_comments")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommentId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The event that it tells of.
    pub event_id: EventId,
    /// Counts the ticket's comments, from 1.
    pub number: i64,
    /// What was reached, in the words of the crate `ticketing`.
    pub milestone: String,
    /// What became of it.
    pub state: CommentState,
    /// How often it was tried.
    pub attempts: i64,
    /// When the milestone was reached.
    pub at: At,
    /// When this was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
