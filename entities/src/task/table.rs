//! The row: something that is to be done about a request. Its kind is for everybody who sees the request; its words may name
//! the person, and are sealed.

use jiff::civil::Date;
use sea_orm::entity::prelude::*;

use crate::id::{ClientId, RequestId, TaskId};
use crate::time::At;
use crate::words;

words! {
    /// What kind of thing is to be done.
    pub enum TaskKind {
        /// To call the person, or write to them.
        Contact = "contact",
        /// To look something up, or make sure of it.
        Check = "check",
        /// To get data or an act from elsewhere: another system, a processor, a department.
        Collect = "collect",
        /// To have somebody else look at it, such as the data protection officer.
        Review = "review",
        /// Anything else.
        Other = "other",
    }
}

/// One task.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// The request.
    pub request_id: RequestId,
    /// What kind of thing is to be done.
    pub kind: TaskKind,
    /// What exactly, sealed.
    pub words_sealed: Vec<u8>,
    /// Who is to do it; none if anybody may.
    pub assignee: Option<ClientId>,
    /// The last day for it, in the controller's zone. ISO 8601 civil date.
    pub until: Option<String>,
    /// Who set it.
    pub set_by: ClientId,
    /// When.
    pub set_at: At,
    /// When it was done.
    pub done_at: Option<At>,
    /// Who did it, or said that it is done.
    pub done_by: Option<ClientId>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether it waits to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.done_at.is_none()
    }

    /// The last day for it, in the controller's zone.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.until.as_deref().and_then(|day| day.parse().ok())
    }
}
