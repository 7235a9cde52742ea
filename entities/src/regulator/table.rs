//! The rows: invitations, the cases that one lists, and grants to see one person's data.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, ControllerId, InvitationId};
use crate::time::At;
use crate::words;

words! {
    /// How far an invitation reaches, within one controller.
    pub enum ScopeKind {
        /// All its requests.
        Register = "register",
        /// Those received in a period.
        Period = "period",
        /// Those that it lists.
        Cases = "cases",
    }
}

/// One invitation.
#[sea_orm::model]
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "regulator_invitations")]
pub struct Model {
    /// Its id, by which the trail names whoever uses it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    /// Whose requests it lets see.
    pub controller_id: ControllerId,
    /// The mail address of the guest, in lower case.
    pub address: String,
    /// The guest's name.
    pub name: String,
    /// The language the guest reads, as ISO 639-1.
    pub language: String,
    /// What it is for.
    pub purpose: String,
    /// What stands on every page and download.
    pub watermark: String,
    /// How far it reaches.
    pub scope: ScopeKind,
    /// The first instant of receipt, of a period.
    pub received_from: Option<At>,
    /// The first instant of receipt after a period.
    pub received_before: Option<At>,
    /// Who invited.
    pub invited_by: ClientId,
    /// When it was made.
    pub created_at: At,
    /// When it ends.
    pub expires_at: At,
    /// When it was ended before.
    pub ended_at: Option<At>,
    /// Who ended it.
    pub ended_by: Option<ClientId>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether it still lets look.
    #[must_use]
    pub fn holds(&self, now: At) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

// Written by hand: whose name and address it is stays out of logs.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ModelEx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.id).field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The cases that an invitation lists.
pub mod case {
    use sea_orm::entity::prelude::*;

    use crate::id::{InvitationId, RequestId};

    /// One case.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "regulator_cases")]
    pub struct Model {
        /// The invitation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub invitation_id: InvitationId,
        /// The request.
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: RequestId,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Grants.
pub mod grant {
    use sea_orm::entity::prelude::*;

    use crate::id::{ClientId, GrantId, InvitationId, RequestId};
    use crate::time::At;

    /// Leave for one guest to see the data of one request's person.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "regulator_grants")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: GrantId,
        /// Whom it is given.
        pub invitation_id: InvitationId,
        /// About which request.
        pub request_id: RequestId,
        /// Why, in somebody's own words, sealed under the request's key.
        pub reason_sealed: Vec<u8>,
        /// Who gave it.
        pub granted_by: ClientId,
        /// When.
        pub granted_at: At,
        /// When it was taken back.
        pub ended_at: Option<At>,
        /// Who took it back.
        pub ended_by: Option<ClientId>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
