//! The row: how fast one credential may go, shared by all processes.

use sea_orm::entity::prelude::*;

use crate::time::At;

/// One pace.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_slots")]
pub struct Model {
    /// Fingerprint of the credential.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When the next slot would begin if calls came evenly (the theoretical arrival time of GCRA).
    pub tat: At,
    /// Microseconds from slot to slot.
    pub interval_us: i64,
    /// How many slots may be used at once after a rest.
    pub burst: i64,
    /// Calls a minute that the platform allows, as last learnt.
    pub allowed: i64,
    /// The minute that is counted now, since 1970.
    pub minute: i64,
    /// Slots taken in it.
    pub calls: i64,
    /// Slots taken in the minute before it.
    pub calls_before: i64,
    /// Nobody calls before this: the platform asked for it.
    pub blocked_until: At,
    /// When the limit was last read from the platform.
    pub learnt_at: Option<At>,
    /// When the row was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
