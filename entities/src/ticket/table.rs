//! The row: one ticket of a source.

use sea_orm::entity::prelude::*;

use crate::id::{ControllerId, RequestId, SourceId, TicketId};
use crate::time::At;
use crate::words;

words! {
    /// How a ticket stands with us.
    pub enum TicketState {
        /// Something happened to it that has not been looked at.
        Mentioned = "mentioned",
        /// It has a request.
        Filed = "filed",
        /// A person must look: `problems` say at what.
        Triage = "triage",
        /// It is none of ours.
        Ignored = "ignored",
        /// Its system does not have it any more. The request goes on.
        Gone = "gone",
    }
}

/// One ticket.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    /// Whose it is.
    pub source_id: SourceId,
    /// Whose source that is.
    pub controller_id: ControllerId,
    /// What its system's API calls it.
    pub external_id: String,
    /// What its people call it.
    pub display_id: Option<String>,
    /// How it stands with us.
    pub state: TicketState,
    /// The request that came of it.
    pub request_id: Option<RequestId>,
    /// The mapping that it was last read with.
    pub mapping_version: Option<i64>,
    /// What is wrong with it: JSON, places and ways out, never a value.
    pub problems: String,
    /// Its fields as they came last, sealed under the installation's key; gone once it has a request.
    pub document_sealed: Option<Vec<u8>>,
    /// Whether a signature, or its own system's list, vouches for these. What was read for a person to look at counts for nothing.
    pub vouched: bool,
    /// Its last change that we know of, by its system's clock.
    pub changed_at: Option<At>,
    /// When the first call about it came, or, where a list told of it, when it had changed by: it was received by then.
    pub received_at: At,
    /// What it was last told: the word for where its request stands.
    pub shown: Option<String>,
    /// Whether it takes changes.
    pub writable: bool,
    /// When we first heard of it.
    pub created_at: At,
    /// When we last did.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
