//! The row: an organisation that answers for the data, with its own place on the platform.

use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;

use super::policy::Policy;
use crate::error::StoreError;
use crate::id::ControllerId;
use crate::time::At;

/// One controller.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "controllers")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ControllerId,
    /// Its short name in commands and addresses.
    #[sea_orm(unique)]
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The platform organisation whose data may be touched: a token of any other is refused.
    pub organisation_id: String,
    /// Where tokens are issued.
    pub login_url: String,
    /// Where the platform's API answers.
    pub api_url: String,
    /// The platform credential, sealed under the installation's key.
    pub credential_sealed: Vec<u8>,
    /// The IANA zone whose calendar the clocks follow.
    pub time_zone: String,
    /// ISO 3166 region: holidays, and how a national phone number is read.
    pub region: Option<String>,
    /// How its requests are handled.
    pub policy: Policy,
    /// Stopped by an operator: no step of it runs.
    pub paused: bool,
    /// Counts its changes.
    pub version: i64,
    /// When it was added.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The zone whose civil days count. A zone that nobody knows is an error and never another one: dates would be hours off.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn zone(&self) -> Result<TimeZone, StoreError> {
        TimeZone::get(&self.time_zone).map_err(|_| StoreError::Corrupt("a controller's time zone is none"))
    }
}
