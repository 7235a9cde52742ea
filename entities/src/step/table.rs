//! The row: a durable unit of work. It is leased, never owned; a step that is done is deleted, its event remains.

use sea_orm::entity::prelude::*;

use super::kind::StepKind;
use crate::id::{ControllerId, JobId, LetterId, RequestId, StepId};
use crate::time::At;
use crate::words;

words! {
    /// Whether a step may run.
    pub enum StepStatus {
        /// It runs when its time has come and nobody holds its lease.
        Ready = "ready",
        /// It failed too often; a person must say what now.
        Parked = "parked",
    }
}

/// One step.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "steps")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StepId,
    /// What makes it the only one of its kind, such as `submit:<job id>`.
    #[sea_orm(unique)]
    pub key: String,
    /// What it does.
    pub kind: StepKind,
    /// Whose work it is.
    pub controller_id: ControllerId,
    /// The request it works on.
    pub request_id: Option<RequestId>,
    /// The job it works on.
    pub job_id: Option<JobId>,
    /// The letter it sends.
    pub letter_id: Option<LetterId>,
    /// What else it works on, as its kind says: a delivery, a ticket, a source.
    pub item_id: Option<Uuid>,
    /// Whether it may run.
    pub status: StepStatus,
    /// Not before this.
    pub run_at: At,
    /// The cautious date of what it works for, or the instant at which it was asked for where that has none: the earliest goes
    /// first, but for [`StepKind::ABROAD`], which take turns.
    pub urgency: At,
    /// Until when the present lease holds.
    pub lease_until: At,
    /// Which lease that is: every write states it.
    pub lease_no: i64,
    /// Which process holds it.
    pub leased_by: Option<String>,
    /// How often it was asked for while it existed.
    pub wakes: i64,
    /// How often it was begun without getting anywhere.
    pub attempts: i64,
    /// What went wrong last, without personal data.
    pub last_error: Option<String>,
    /// What it wants to remember until it runs again. JSON, no personal data.
    pub state: Option<String>,
    /// When it was first asked for.
    pub created_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
