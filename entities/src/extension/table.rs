//! The row: the one extension that a request may have.

use law::matter::ExtensionNotice;
use sea_orm::entity::prelude::*;

use crate::id::{ClientId, ExtensionId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// Why the first period is not enough.
    pub enum ExtensionReason {
        /// The request is complex.
        Complexity = "complexity",
        /// The person has made a number of requests.
        NumberOfRequests = "number_of_requests",
        /// Both.
        ComplexityAndNumber = "complexity_and_number",
        /// Another reason that the regime knows, told in the words beside it.
        Other = "other",
    }
}

/// One extension. It lengthens nothing until its notice was sent in time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "extensions")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExtensionId,
    /// The request.
    #[sea_orm(unique)]
    pub request_id: RequestId,
    /// Why, as a code.
    pub code: ExtensionReason,
    /// Why in somebody's own words, sealed.
    pub reason_sealed: Vec<u8>,
    /// The new last day, where the law sets no length of its own or a shorter time is enough. ISO 8601 civil date.
    pub until: Option<String>,
    /// When it was decided.
    pub decided_at: At,
    /// The client that decided it.
    pub decided_by: Option<ClientId>,
    /// When its notice was really sent.
    pub announced_at: Option<At>,
    /// How the notice was sent.
    pub means: Option<String>,
    /// The letter that is its notice.
    pub letter_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The notice as the law counts it, once it was sent.
    #[must_use]
    pub fn notice(&self) -> Option<ExtensionNotice> {
        let until = self.until.as_deref().and_then(|day| day.parse().ok());
        self.announced_at.map(|sent| ExtensionNotice { sent: sent.timestamp(), until })
    }
}
