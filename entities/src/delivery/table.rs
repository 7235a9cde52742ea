//! The rows: one call of a source, and by what it is known again.

use sea_orm::entity::prelude::*;

use crate::id::{ControllerId, DeliveryId, SourceId};
use crate::time::At;
use crate::words;

words! {
    /// What became of a call.
    pub enum DeliveryState {
        /// It is stored, and waits to be read.
        Received = "received",
        /// It was read: its tickets know of it.
        Read = "read",
        /// It was about no ticket, only about what we did ourselves, or of another account; then `problem` says so.
        Ignored = "ignored",
        /// Nobody can make sense of its body; `problem` says why.
        Unreadable = "unreadable",
    }
}

/// One call.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    /// Who called.
    pub source_id: SourceId,
    /// Whose source that is.
    pub controller_id: ControllerId,
    /// What became of it.
    pub state: DeliveryState,
    /// Why it could not be read, or was not followed, in a word.
    pub problem: Option<String>,
    /// What it says its body is.
    pub content_type: Option<String>,
    /// The body, sealed under the installation's key; gone once it has been read.
    pub body_sealed: Option<Vec<u8>>,
    /// How many bytes it had.
    pub size: i64,
    /// What the sender calls it. Decides nothing.
    pub sender_id: Option<String>,
    /// Whether a signature vouches for its body.
    pub vouched: bool,
    /// When it was sent, where that is signed.
    pub sent_at: Option<At>,
    /// When it came.
    pub received_at: At,
    /// When it was read.
    pub settled_at: Option<At>,
    /// When a person last saw the body of one that nobody could read.
    pub seen_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

/// By what deliveries are known again.
pub mod key {
    use sea_orm::entity::prelude::*;

    use crate::id::{DeliveryId, SourceId};
    use crate::time::At;

    /// One key of one delivery.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_keys")]
    pub struct Model {
        /// Whose call.
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_id: SourceId,
        /// The key: a digest.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// The first call that had it.
        pub delivery_id: DeliveryId,
        /// When that came.
        pub seen_at: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
