//! The rows: links and sessions, each known by the hash of its token alone.

use std::time::Duration;

use sea_orm::entity::prelude::*;

use crate::event::trail::Actor;
use crate::id::{InvitationId, LinkId, RequestId};
use crate::time::At;

/// Who comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guest {
    /// The person this request is about.
    Person(RequestId),
    /// Whom this invitation lets look.
    Regulator(InvitationId),
}

impl Guest {
    /// How long a link is good. A person may read their mail late; who looks for a living reads it soon.
    #[must_use]
    pub const fn link_life(self) -> Duration {
        match self {
            Self::Person(_) => Duration::from_secs(7 * 24 * 3600),
            Self::Regulator(_) => Duration::from_secs(3 * 24 * 3600),
        }
    }

    /// A session ends after this, however much it is used.
    #[must_use]
    pub const fn longest_session(self) -> Duration {
        match self {
            Self::Person(_) => Duration::from_secs(2 * 3600),
            Self::Regulator(_) => Duration::from_secs(8 * 3600),
        }
    }

    /// Whether a code is asked for after the link.
    #[must_use]
    pub const fn needs_code(self) -> bool {
        matches!(self, Self::Regulator(_))
    }

    /// The guest as the trail names it: a person by the link, whom nothing else names, a regulator by the invitation.
    #[must_use]
    pub fn actor(self, link: LinkId, address: Option<String>) -> Actor {
        match self {
            Self::Person(_) => Actor::person(link, address),
            Self::Regulator(invitation) => Actor::regulator(invitation, address),
        }
    }
}

/// One link.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guest_links")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    /// The request whose person it lets in.
    pub request_id: Option<RequestId>,
    /// The invitation whose guest it lets in.
    pub invitation_id: Option<InvitationId>,
    /// The SHA-256 of its token, in hex.
    #[sea_orm(unique)]
    pub token_hash: String,
    /// The language its reader reads, as ISO 639-1.
    pub language: String,
    /// When it was made.
    pub created_at: At,
    /// Until when it holds.
    pub expires_at: At,
    /// When it was used; it can be used once.
    pub used_at: Option<At>,
    /// When a newer one took its place, or whom it let in was shut out.
    pub voided_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whom it lets in; nobody, if somebody wrote past the rules.
    #[must_use]
    pub fn guest(&self) -> Option<Guest> {
        match (self.request_id, self.invitation_id) {
            (Some(request), None) => Some(Guest::Person(request)),
            (None, Some(invitation)) => Some(Guest::Regulator(invitation)),
            _ => None,
        }
    }

    /// Whether it may still be used.
    #[must_use]
    pub fn is_good(&self, now: At) -> bool {
        self.used_at.is_none() && self.voided_at.is_none() && now < self.expires_at
    }
}

/// Sessions.
pub mod session {
    use sea_orm::entity::prelude::*;

    use crate::id::{LinkId, SessionId};
    use crate::time::At;

    /// One session, opened by a link.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "guest_sessions")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SessionId,
        /// The link that opened it, which says whose it is.
        pub link_id: LinkId,
        /// The SHA-256 of its token, in hex.
        #[sea_orm(unique)]
        pub token_hash: String,
        /// When it was opened.
        pub created_at: At,
        /// When it was last used, to the minute.
        pub seen_at: At,
        /// When it ends, however much it is used.
        pub expires_at: At,
        /// When it was ended before.
        pub ended_at: Option<At>,
        /// A keyed hash of the code that it waits for.
        pub code_hash: Option<String>,
        /// Until when that code holds.
        pub code_until: Option<At>,
        /// How often a code was tried.
        pub tries: i64,
        /// When nothing more was needed to be in.
        pub confirmed_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
