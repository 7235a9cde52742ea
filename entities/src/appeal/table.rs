//! The row: the person's appeal against how a request ended.

use sea_orm::entity::prelude::*;

use crate::id::{AppealId, ClientId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// How an appeal was decided.
    pub enum AppealDecision {
        /// The person was right: the request is granted after all.
        Granted = "granted",
        /// In part.
        PartlyGranted = "partly_granted",
        /// It stays as it was.
        Denied = "denied",
    }
}

/// One appeal.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appeals")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppealId,
    /// The request it is about.
    #[sea_orm(unique)]
    pub request_id: RequestId,
    /// When it reached the controller: its own clock starts here.
    pub received_at: At,
    /// What the person wrote, sealed.
    pub words_sealed: Option<Vec<u8>>,
    /// The client that noted it.
    pub noted_by: Option<ClientId>,
    /// When the notice was sent that its decision takes longer.
    pub extended_at: Option<At>,
    /// Why it does, sealed.
    pub extension_reason_sealed: Option<Vec<u8>>,
    /// The client that said so.
    pub extended_by: Option<ClientId>,
    /// When it was decided.
    pub decided_at: Option<At>,
    /// How.
    pub decision: Option<AppealDecision>,
    /// Why, sealed.
    pub reasons_sealed: Option<Vec<u8>>,
    /// The client that decided it.
    pub decided_by: Option<ClientId>,
}

impl ActiveModelBehavior for ActiveModel {}
