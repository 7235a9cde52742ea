//! The rows: the external contacts that are one person, stored before anything is submitted (contract §3.5).

use sea_orm::entity::prelude::*;

use crate::id::{MergeSetId, RequestId};
use crate::time::At;

/// One merge set.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merge_sets")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeSetId,
    /// The request it was found for.
    pub request_id: RequestId,
    /// Keyed hash of the canonical contact's key.
    pub canonical_hash: String,
    /// When it was stored.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}

/// Members of merge sets.
pub mod member {
    use sea_orm::entity::prelude::*;

    use crate::id::MergeSetId;

    /// One contact of one set.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "merge_set_members")]
    pub struct Model {
        /// The set.
        #[sea_orm(primary_key, auto_increment = false)]
        pub merge_set_id: MergeSetId,
        /// Keyed hash of the contact's key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub contact_hash: String,
        /// The contact's id, sealed.
        pub contact_sealed: Vec<u8>,
        /// It stands for the whole set.
        pub canonical: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
