//! The rows: an announcement, where a request stands in what was announced of it, deliveries, and attempts at them.

use sea_orm::entity::prelude::*;

use super::kind::AnnouncementKind;
use crate::id::{AnnouncementId, ControllerId, EventId, RequestId};
use crate::time::At;

/// One announcement. It holds no personal data.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "announcements")]
pub struct Model {
    /// Its id, from which the message's is made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnnouncementId,
    /// Whose request it tells of.
    pub controller_id: ControllerId,
    /// The request; none for a test.
    pub request_id: Option<RequestId>,
    /// Its place among all that is told of that request, from 1, without gaps.
    pub seq: Option<i64>,
    /// What is told.
    pub kind: AnnouncementKind,
    /// The event that it tells of.
    pub event_id: Option<EventId>,
    /// The message's body, byte for byte.
    pub payload: String,
    /// When it happened.
    pub at: At,
    /// When it was written.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the message is called, at every attempt and with every subscriber.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("msg_{}", self.id.0.simple())
    }
}

/// Where a request stands in what was announced of it.
pub mod standing {
    use sea_orm::entity::prelude::*;

    use crate::id::{ControllerId, RequestId};
    use crate::request::status::RequestStatus;

    /// One request.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "announced_requests")]
    pub struct Model {
        /// The request.
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: RequestId,
        /// Whose it is.
        pub controller_id: ControllerId,
        /// The place of what was told last.
        pub seq: i64,
        /// Where it stood then.
        pub status: Option<RequestStatus>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// One announcement on its way to one subscriber.
pub mod delivery {
    use sea_orm::entity::prelude::*;

    use crate::announcement::kind::{DeliveryState, Failure};
    use crate::id::{AnnouncementDeliveryId, AnnouncementId, SubscriberId};
    use crate::time::At;

    /// One delivery.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "announcement_deliveries")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AnnouncementDeliveryId,
        /// What is delivered.
        pub announcement_id: AnnouncementId,
        /// To whom.
        pub subscriber_id: SubscriberId,
        /// What became of it.
        pub state: DeliveryState,
        /// How often it was tried since it was asked for, or asked for again.
        pub attempts: i64,
        /// How often it was tried in all.
        pub tries: i64,
        /// When it is tried next, while it waits.
        pub next_at: At,
        /// When it was first tried.
        pub first_tried_at: Option<At>,
        /// When it was last tried.
        pub last_tried_at: Option<At>,
        /// The HTTP status of the last answer.
        pub last_status: Option<i64>,
        /// Why the last attempt failed; none if it did not, or if nobody knows how it ended.
        pub last_failure: Option<Failure>,
        /// When it was first asked for.
        pub created_at: At,
        /// When it stopped waiting.
        pub settled_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Attempts at a delivery.
pub mod attempt {
    use sea_orm::entity::prelude::*;

    use crate::announcement::kind::Failure;
    use crate::id::{AnnouncementAttemptId, AnnouncementDeliveryId};
    use crate::time::At;

    /// One attempt. It is written down before anything is sent; how it ended is added. What it was answered is not kept.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "announcement_attempts")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AnnouncementAttemptId,
        /// The delivery.
        pub delivery_id: AnnouncementDeliveryId,
        /// Counts the tries, from 1.
        pub number: i64,
        /// When it began.
        pub at: At,
        /// How long it took; none if the process that began it ended first.
        pub took_ms: Option<i64>,
        /// The HTTP status of the answer, if there was one.
        pub status: Option<i64>,
        /// Why it failed.
        pub failure: Option<Failure>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
