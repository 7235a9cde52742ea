//! Ids as types, so that a job's id cannot be handed in where a request's is meant.
//!
//! All are UUIDv7: they sort by creation, which keeps inserts at the end of the index and makes a keyset page an id.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than all before it.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        // Asked for by sea-orm of every primary key; no database here hands out numbers for these.
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A controller: the organisation that answers for the data.
    ControllerId,
    /// A pause of a controller's work, or of everything.
    PauseId,
    /// A data subject request.
    RequestId,
    /// One identifier of a request.
    IdentifierId,
    /// A platform record that an identifier found.
    CandidateId,
    /// The external contacts that are one person.
    MergeSetId,
    /// One platform request, tracked to its end.
    JobId,
    /// One file of an export.
    ArtifactId,
    /// A durable unit of work.
    StepId,
    /// One line of the audit trail.
    EventId,
    /// A question that waits for a person.
    QuestionId,
    /// A note that somebody made on a request.
    NoteId,
    /// Something that somebody is to do about a request.
    TaskId,
    /// One duty with its dates, as computed once.
    ClockId,
    /// A question to the person a request is about.
    InquiryId,
    /// An extension of a request's period.
    ExtensionId,
    /// An appeal against how a request ended.
    AppealId,
    /// Something written to a person, or to an officer.
    LetterId,
    /// A text of a controller's own.
    TemplateId,
    /// A link by which somebody proves that an address is theirs, or comes in.
    LinkId,
    /// A caller of the API.
    ClientId,
    /// One session of an officer, or of a guest.
    SessionId,
    /// What lets somebody from outside look.
    InvitationId,
    /// Leave to see one person's data.
    GrantId,
    /// A list that an officer keeps.
    SavedViewId,
    /// A passkey of an officer.
    PasskeyId,
    /// A ticketing system's account that requests come from.
    SourceId,
    /// One call of a source.
    DeliveryId,
    /// One ticket of a source.
    TicketId,
    /// One comment on a ticket.
    CommentId,
    /// Somebody outside who is told what becomes of requests.
    SubscriberId,
    /// A key that a subscriber verifies with.
    SubscriberKeyId,
    /// What is told of a request, once; also the id of the message.
    AnnouncementId,
    /// One announcement on its way to one subscriber.
    AnnouncementDeliveryId,
    /// One attempt at that.
    AnnouncementAttemptId,
}

impl ControllerId {
    /// Stands for the installation itself in the audit trail: what concerns no single controller is chained here.
    pub const INSTALLATION: Self = Self(Uuid::nil());
}
