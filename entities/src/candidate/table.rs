//! The rows: a platform record that an identifier found, and which identifier found it.

use sea_orm::entity::prelude::*;

use crate::id::{CandidateId, ClientId, MergeSetId, RequestId};
use crate::identifier::table::Choice;
use crate::time::At;
use crate::words;

words! {
    /// Why a record is set aside and never acted on.
    pub enum SetAside {
        /// A user of a division that is not the controller's.
        ForeignDivision = "foreign_division",
        /// The platform no longer knows it.
        Gone = "gone",
    }
}

/// One candidate.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "candidates")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CandidateId,
    /// The request.
    pub request_id: RequestId,
    /// `user`, `external_contact`, `dialer_contact` or `journey_customer`.
    pub kind: String,
    /// Keyed hash of its key on the platform.
    pub key_hash: String,
    /// Its key and display data as they were found, sealed: after an erasure the platform no longer tells them.
    pub record_sealed: Vec<u8>,
    /// The merge set it belongs to.
    pub merge_set_id: Option<MergeSetId>,
    /// It is a member of a merge set, but not the canonical one.
    pub ancestor: bool,
    /// At least one exact identifier that hits one person only found it.
    pub certain: bool,
    /// Why it is not certain, as a code.
    pub doubt: Option<String>,
    /// Why it is never acted on.
    pub set_aside: Option<SetAside>,
    /// What a person said.
    pub choice: Choice,
    /// Why, sealed.
    pub choice_reason_sealed: Option<Vec<u8>>,
    /// Who said so.
    pub chosen_by: Option<ClientId>,
    /// When.
    pub chosen_at: Option<At>,
    /// When it was found.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}

/// Which identifier found which candidate.
pub mod hit {
    use sea_orm::entity::prelude::*;

    use crate::id::{CandidateId, IdentifierId};

    /// One hit.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "candidate_hits")]
    pub struct Model {
        /// What was found.
        #[sea_orm(primary_key, auto_increment = false)]
        pub candidate_id: CandidateId,
        /// What found it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub identifier_id: IdentifierId,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
