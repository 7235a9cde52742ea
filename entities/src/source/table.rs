//! The row: one account of a ticketing system, how its calls are verified, and what its fields mean.

use sea_orm::entity::prelude::*;

use super::settings::Settings;
use crate::id::{ClientId, ControllerId, SourceId};
use crate::time::At;

/// One source.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sources")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    /// The controller its requests are for.
    pub controller_id: ControllerId,
    /// The client in whose name it files: nobody can sign in as it, and no officer is it.
    pub client_id: ClientId,
    /// Its short name, which is the last part of the address it calls.
    #[sea_orm(unique)]
    pub slug: String,
    /// The kind of system, in the words of the crate `ticketing`.
    pub system: String,
    /// How its calls are signed: JSON of the crate `webhooks`.
    pub setup: String,
    /// What they are signed with, sealed under the installation's key.
    pub secret_sealed: Vec<u8>,
    /// What they were signed with before, sealed.
    pub previous_secret_sealed: Option<Vec<u8>>,
    /// Until when that still counts.
    pub previous_until: Option<At>,
    /// What else is set.
    pub settings: Settings,
    /// What its fields mean: JSON of the crate `ticketing`.
    pub mapping: String,
    /// Counts the mapping's changes.
    pub mapping_version: i64,
    /// Who we are at its API, sealed: JSON.
    pub credentials_sealed: Option<Vec<u8>>,
    /// Stopped by an operator: calls are stored and wait.
    pub paused: bool,
    /// How far the list of its changed tickets has been read: JSON of the crate `ticketing`.
    pub cursor: Option<String>,
    /// When that was read last.
    pub reconciled_at: Option<At>,
    /// What keeps us from its API just now, in a word.
    pub trouble: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
