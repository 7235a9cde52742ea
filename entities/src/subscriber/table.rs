//! The rows: a subscriber, and the keys that it verifies with.

use sea_orm::entity::prelude::*;

use crate::announcement::kind::AnnouncementKind;
use crate::id::{ControllerId, LetterId, SubscriberId};
use crate::time::At;
use crate::words;

words! {
    /// Why a subscriber is told nothing any more.
    pub enum DisabledFor {
        /// It took nothing for five days, while it was tried.
        Failing = "failing",
        /// It answered that it is gone (410).
        Gone = "gone",
        /// Somebody switched it off.
        Decided = "decided",
    }
}

/// One subscriber.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscribers")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubscriberId,
    /// Whose requests it is told of.
    pub controller_id: ControllerId,
    /// Where it is called, sealed under the installation's key.
    pub url_sealed: Vec<u8>,
    /// The host of that.
    pub host: String,
    /// What it is, for people.
    pub description: String,
    /// What it is told, separated by spaces; everything if empty.
    pub kinds: String,
    /// Whom we write to when it cannot be reached: a mail address of the operator's own people.
    pub owner: String,
    /// Moves with every change that people make.
    pub version: i64,
    /// The first of the failures in a row, if the last attempt failed. Whether they still count, [`Model::failing_since`] says.
    pub failing_since: Option<At>,
    /// The last of them.
    pub last_failed_at: Option<At>,
    /// It is not called before this: the last attempt failed.
    pub rests_until: At,
    /// When its owner was last warned that something could not be delivered.
    pub warned_at: Option<At>,
    /// The letter that was last written to its owner.
    pub warning_id: Option<LetterId>,
    /// When it last took something.
    pub last_ok_at: Option<At>,
    /// Since when it is told nothing.
    pub disabled_at: Option<At>,
    /// Why.
    pub disabled_for: Option<DisabledFor>,
    /// When it was set up.
    pub created_at: At,
    /// When people changed it last.
    pub updated_at: At,
    /// When it was removed. What it was sent stays in its log.
    pub removed_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether it is told anything at the moment.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.disabled_at.is_none() && self.removed_at.is_none()
    }

    /// What it wants to be told; everything if empty.
    pub fn wanted(&self) -> impl Iterator<Item = AnnouncementKind> {
        self.kinds.split_whitespace().filter_map(|word| word.parse().ok())
    }

    /// Whether it wants to be told this. A test goes to whom it is meant for, whatever they want.
    #[must_use]
    pub fn wants(&self, kind: AnnouncementKind) -> bool {
        self.kinds.is_empty() || kind == AnnouncementKind::Test || self.wanted().any(|it| it == kind)
    }
}

/// The keys.
pub mod key {
    use sea_orm::entity::prelude::*;

    use crate::id::{SubscriberId, SubscriberKeyId};
    use crate::time::At;

    /// One key.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "subscriber_keys")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SubscriberKeyId,
        /// Whose it is.
        pub subscriber_id: SubscriberId,
        /// How it signs: `v1` or `v1a`.
        pub version: String,
        /// The key, sealed under the installation's.
        pub key_sealed: Vec<u8>,
        /// When it was made.
        pub created_at: At,
        /// Until when it signs beside the current one; none for that one.
        pub ends_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
