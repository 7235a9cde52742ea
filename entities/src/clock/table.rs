//! The row: one duty of one regime with its dates, as it was computed once.

use sea_orm::entity::prelude::*;

use crate::error::StoreError;
use crate::id::{ClockId, ControllerId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// Whether a duty still waits.
    pub enum ClockState {
        /// It waits to be done.
        Open = "open",
        /// A question to the person is open that stops this clock once it is answered. The dates shown are those without it.
        Suspended = "suspended",
        /// It was done.
        Met = "met",
        /// It fell away before its date: the request ended without it.
        Void = "void",
        /// It fell away after its statutory day had passed, and it had not been done.
        Missed = "missed",
    }
}

/// One computation of one duty. Its dates never change: what moves them makes a new row, and this one is superseded.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clocks")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClockId,
    /// The request.
    pub request_id: RequestId,
    /// Whose request it is.
    pub controller_id: ControllerId,
    /// The law that sets the duty.
    pub regime: String,
    /// What has to be done, as [`law::duty::Duty`] writes it.
    pub duty: String,
    /// Counts this duty's computations, from 1.
    pub computation: i64,
    /// Whether the dates are the first on which something may be done, not the last.
    pub is_not_before: bool,
    /// The end of the cautious day.
    pub cautious_at: At,
    /// The end of the statutory day.
    pub statutory_at: At,
    /// The end of the day the controller aims at.
    pub target_at: At,
    /// Whether it still waits.
    pub state: ClockState,
    /// When the duty was done.
    pub met_at: Option<At>,
    /// The whole clock with rule, inputs and derivation, as [`law::clock::Clock`] writes it. JSON.
    pub whole: String,
    /// The edition of the law pack it was computed from.
    pub pack: String,
    /// The SHA-256 of that pack.
    pub pack_hash: String,
    /// The place whose holidays were asked for, if the rule knows any.
    pub calendar: Option<String>,
    /// The SHA-256 of what was known of them.
    pub calendar_hash: Option<String>,
    /// When it was computed.
    pub computed_at: At,
    /// What it was computed for.
    pub why: String,
    /// When a later computation took its place.
    pub superseded_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The clock as the law computed it, with its civil days.
    ///
    /// # Errors
    /// What is stored is no clock.
    pub fn computed(&self) -> Result<law::clock::Clock, StoreError> {
        serde_json::from_str(&self.whole).map_err(|_| StoreError::Corrupt("a stored clock does not read back"))
    }

    /// Whether it waits no longer: the duty was done, or fell away.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.state, ClockState::Met | ClockState::Void | ClockState::Missed)
    }
}
