//! The rows: officers, their roles, sessions, invitations and recovery codes, passkeys, who they are at a provider, what browsers
//! were asked, and the brakes on guessing.

use sea_orm::entity::prelude::*;

use crate::id::ClientId;
use crate::time::At;

/// One officer: somebody who signs in. The row of `clients` under the same id has no secret that fits.
#[sea_orm::model]
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "officers")]
pub struct Model {
    /// Its id, which is that of its client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// The e-mail address that it signs in with, in lower case.
    #[sea_orm(unique)]
    pub login: String,
    /// Its name for people.
    pub name: String,
    /// The language it reads, as ISO 639-1.
    pub language: String,
    /// Its password, hashed by argon2id; none until the officer has set one.
    pub password_hash: Option<String>,
    /// The secret of its authenticator, sealed under the installation's key; none until it has enrolled one.
    pub totp_sealed: Option<Vec<u8>>,
    /// The last step whose code was used: this one and all before it count no more.
    pub totp_step: i64,
    /// How many passkeys it has: whoever has one gives it, or a code, as the second factor.
    pub passkeys: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// When it last signed in, with all that it takes.
    pub signed_in_at: Option<At>,
    /// When it was disabled, if it is.
    pub disabled_at: Option<At>,
    /// Counts its changes.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

// Written by hand: hash and secret stay out of logs.
impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Officer").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ModelEx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Officer").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// Roles at single controllers.
pub mod role {
    use sea_orm::entity::prelude::*;

    use super::super::role::Role;
    use crate::id::{ClientId, ControllerId};
    use crate::time::At;

    /// One role of one officer at one controller.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_roles")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub officer_id: ClientId,
        /// Where.
        #[sea_orm(primary_key, auto_increment = false)]
        pub controller_id: ControllerId,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: Role,
        /// When it was granted.
        pub granted_at: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Roles at every controller, also those to come.
pub mod everywhere {
    use sea_orm::entity::prelude::*;

    use super::super::role::Role;
    use crate::id::ClientId;
    use crate::time::At;

    /// One role of one officer, everywhere.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_roles_everywhere")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub officer_id: ClientId,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: Role,
        /// When it was granted.
        pub granted_at: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions.
pub mod session {
    use sea_orm::entity::prelude::*;

    use crate::id::{ClientId, SessionId};
    use crate::time::At;

    /// One session, known by the hash of its token alone.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_sessions")]
    pub struct Model {
        /// Its id, by which it is listed and ended.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SessionId,
        /// Whose it is.
        pub officer_id: ClientId,
        /// SHA-256 of its token.
        #[sea_orm(unique)]
        pub token_hash: String,
        /// When it was opened.
        pub created_at: At,
        /// When it was last used, to the minute.
        pub seen_at: At,
        /// When it ends, however much it is used.
        pub expires_at: At,
        /// When somebody ended it before.
        pub ended_at: Option<At>,
        /// When the second factor was given; none while only the password was.
        pub second_factor_at: Option<At>,
        /// The secret that is being enrolled, sealed under the installation's key.
        pub enrolling_sealed: Option<Vec<u8>>,
        /// The network address it was opened from.
        pub address: Option<String>,
        /// What the browser said it is.
        pub user_agent: Option<String>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Invitations to set a password.
pub mod invitation {
    use sea_orm::entity::prelude::*;

    use crate::id::ClientId;
    use crate::time::At;

    /// One invitation, known by the hash of its token alone.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_invitations")]
    pub struct Model {
        /// SHA-256 of its token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        /// Who is invited.
        pub officer_id: ClientId,
        /// When it was made.
        pub created_at: At,
        /// When it ends.
        pub expires_at: At,
        /// When it was used.
        pub used_at: Option<At>,
        /// When another took its place.
        pub voided_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Recovery codes.
pub mod recovery {
    use sea_orm::entity::prelude::*;

    use crate::id::ClientId;
    use crate::time::At;

    /// One code, known by its hash alone.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_recovery_codes")]
    pub struct Model {
        /// SHA-256 of the code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_hash: String,
        /// Whose it is.
        pub officer_id: ClientId,
        /// When it was made.
        pub created_at: At,
        /// When it was used.
        pub used_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Passkeys.
pub mod passkey {
    use sea_orm::entity::prelude::*;

    use crate::id::{ClientId, PasskeyId};
    use crate::time::At;

    /// One passkey. Nothing of it is secret: what signs stays on its owner's device.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_passkeys")]
    pub struct Model {
        /// Its id, by which it is listed and removed.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PasskeyId,
        /// Whose it is.
        pub officer_id: ClientId,
        /// What its device calls it, in base64url.
        #[sea_orm(unique)]
        pub credential_id: String,
        /// Its public key, as X.509 has it.
        pub public_key: Vec<u8>,
        /// By which algorithm, as COSE numbers them.
        pub algorithm: i64,
        /// How often it signed, if its device counts.
        pub counter: i64,
        /// Whether its owner's devices share it.
        pub is_synced: bool,
        /// What its owner calls it.
        pub name: String,
        /// When it was added.
        pub created_at: At,
        /// When it was last used.
        pub used_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who officers are at a provider.
pub mod identity {
    use sea_orm::entity::prelude::*;

    use crate::id::ClientId;
    use crate::time::At;

    /// One officer at one provider.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "officer_identities")]
    pub struct Model {
        /// Keyed hash of the provider and of the subject there.
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject_hash: String,
        /// Who it is here.
        pub officer_id: ClientId,
        /// The provider.
        pub issuer: String,
        /// When it was linked.
        pub created_at: At,
        /// When it was last used.
        pub used_at: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What browsers were asked, while signing in.
pub mod challenge {
    use sea_orm::entity::prelude::*;

    use crate::time::At;

    /// One question, known by the hash of its token alone. It goes with its answer.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_challenges")]
    pub struct Model {
        /// SHA-256 of its token.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        /// What is asked for.
        pub purpose: String,
        /// Of which browser: the hash of what it proves its forms by.
        pub bound_to: String,
        /// What to know the answer by, sealed under the installation's key.
        pub expected_sealed: Vec<u8>,
        /// Until when it counts.
        pub expires_at: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Brakes on guessing.
pub mod brake {
    use sea_orm::entity::prelude::*;

    use crate::time::At;

    /// How often something was guessed at, and until when no guess counts.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_brakes")]
    pub struct Model {
        /// Keyed hash of what is guessed at, whether there is such a thing or not.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: String,
        /// Guesses in a row.
        pub failures: i64,
        /// When the last one was made.
        pub tried_at: At,
        /// No guess counts before.
        pub rests_until: At,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
