//! The rows: events, the head of each controller's chain, and signed checkpoints.

use sea_orm::entity::prelude::*;

use crate::id::{ControllerId, EventId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// What kind of actor did something.
    pub enum ActorKind {
        /// A client of the API.
        Client = "client",
        /// The worker, by itself.
        Worker = "worker",
        /// Somebody at the command line of the installation.
        Operator = "operator",
        /// The person a request is about, by a link that was sent to them.
        Person = "person",
        /// Somebody from outside whom an invitation lets look; the actor is the invitation.
        Regulator = "regulator",
    }
}

/// One event. Never holds personal data of the person a request is about.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    /// Whose trail it belongs to.
    pub controller_id: ControllerId,
    /// The request it tells of.
    pub request_id: Option<RequestId>,
    /// When it happened.
    pub at: At,
    /// What happened, such as `request.approved`.
    pub kind: String,
    /// What kind of actor did it.
    pub actor_kind: ActorKind,
    /// Who did it: a client's id, or a process.
    pub actor: String,
    /// The network address it was asked from.
    pub address: Option<String>,
    /// More about it. JSON.
    pub data: String,
    /// Its place in the chain, from 1; none until it is linked in.
    pub seq: Option<i64>,
    /// The hash of the event before it.
    pub previous_hash: Option<String>,
    /// Its own hash, which covers the one before it.
    pub hash: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The head of a chain.
pub mod chain {
    use sea_orm::entity::prelude::*;

    use crate::id::ControllerId;

    /// One controller's chain.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chains")]
    pub struct Model {
        /// Whose chain it is.
        #[sea_orm(primary_key, auto_increment = false)]
        pub controller_id: ControllerId,
        /// How many events are linked in.
        pub seq: i64,
        /// The hash of the last one.
        pub hash: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Signed checkpoints.
pub mod checkpoint {
    use sea_orm::entity::prelude::*;

    use crate::id::{ControllerId, EventId};
    use crate::time::At;

    /// One checkpoint: what the chain's head was at an instant, signed.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoints")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EventId,
        /// Whose chain it vouches for.
        pub controller_id: ControllerId,
        /// How many events the chain had.
        pub seq: i64,
        /// The hash of the last one.
        pub hash: String,
        /// When it was signed.
        pub at: At,
        /// Which key signed it.
        pub key_id: String,
        /// The Ed25519 signature, as hexadecimal digits.
        pub signature: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
