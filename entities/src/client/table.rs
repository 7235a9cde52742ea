//! The rows: callers of the API, the controllers each may reach, and their tokens.

use sea_orm::entity::prelude::*;

use crate::id::ClientId;
use crate::time::At;

/// One client. Its secret is shown once; only the hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    /// Its id, which is also its OAuth client id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// What it is called in lists and events.
    pub name: String,
    /// SHA-256 of its secret, which is 256 random bits.
    pub secret_hash: String,
    /// Its scopes, separated by spaces.
    pub scopes: String,
    /// How long its tokens live, in seconds: 300 to 172,800.
    pub token_seconds: i64,
    /// When it was made.
    pub created_at: At,
    /// When it last asked for a token.
    pub used_at: Option<At>,
    /// When it was revoked; its tokens ended with it.
    pub revoked_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Which controllers a client may reach.
pub mod reach {
    use sea_orm::entity::prelude::*;

    use crate::id::{ClientId, ControllerId};

    /// One client and one controller.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_controllers")]
    pub struct Model {
        /// The client.
        #[sea_orm(primary_key, auto_increment = false)]
        pub client_id: ClientId,
        /// The controller it may reach.
        #[sea_orm(primary_key, auto_increment = false)]
        pub controller_id: ControllerId,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Access tokens.
pub mod token {
    use sea_orm::entity::prelude::*;

    use crate::id::ClientId;
    use crate::time::At;

    /// One token, known by its hash alone.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tokens")]
    pub struct Model {
        /// SHA-256 of the token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// Whose it is.
        pub client_id: ClientId,
        /// When it was issued.
        pub created_at: At,
        /// When it ends.
        pub expires_at: At,
        /// When it was revoked before its time.
        pub revoked_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
