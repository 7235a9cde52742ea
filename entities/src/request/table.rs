//! The row: one data subject request.

use sea_orm::entity::prelude::*;

use super::right::Right;
use super::status::{AnswerForm, Outcome, RequestStatus};
use crate::id::{ClientId, ControllerId, RequestId};
use crate::time::At;

/// One request. What is personal in it is sealed under the request's own key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "requests")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestId,
    /// Whose request it is.
    pub controller_id: ControllerId,
    /// A short name that can be spoken on the telephone.
    #[sea_orm(unique)]
    pub reference: String,
    /// What is asked for.
    pub right: Right,
    /// The law that the answer goes by.
    pub regime: String,
    /// Further laws whose clocks run beside. JSON list.
    pub other_regimes: String,
    /// The ISO 3166 region whose holidays count, if it is not the controller's.
    pub region: Option<String>,
    /// How it reached the controller.
    pub channel: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Why it was refused, as a code.
    pub refusal_code: Option<String>,
    /// The article that allows the refusal.
    pub refusal_basis: Option<String>,
    /// What the answer is narrowed to.
    pub answer_form: Option<AnswerForm>,
    /// How the work that people did came out; the request closes with it.
    pub completed_as: Option<Outcome>,
    /// Filed to try something out: it is never carried out on the platform, and reports leave it out.
    pub is_test: bool,
    /// Stopped by a person: nothing further is done on the platform until it is released.
    pub on_hold: bool,
    /// How many questions wait for a person.
    pub open_questions: i64,
    /// The client that filed it: it cannot approve it.
    pub filed_by: ClientId,
    /// The officer who works on it; none if nobody has taken it.
    pub assignee: Option<ClientId>,
    /// How the person's identity was proven.
    pub identity_method: Option<String>,
    /// When it was.
    pub verified_at: Option<At>,
    /// A keyed hash of the plan that was approved.
    pub plan_digest: Option<String>,
    /// The client that approved the plan; none if the controller's policy released it.
    pub approved_by: Option<ClientId>,
    /// When the plan was approved or released.
    pub approved_at: Option<At>,
    /// When it reached the controller: the clocks start here.
    pub received_at: At,
    /// The earliest end of a cautious day among the open duties to respond: work is ordered by it.
    pub cautious_at: At,
    /// The earliest end of a statutory day among the same.
    pub statutory_at: At,
    /// The replacement terms of a rectification, sealed.
    pub replacements_sealed: Option<Vec<u8>>,
    /// A note by the one who filed it, sealed.
    pub note_sealed: Option<Vec<u8>>,
    /// Counts its changes: the ETag.
    pub version: i64,
    /// When it was filed.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
    /// When it was closed.
    pub closed_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether people do what is asked: the platform has no call for it, or may not be asked to hand out the data.
    #[must_use]
    pub fn is_done_by_people(&self) -> bool {
        self.right.on_platform().is_none() || self.answer_form.is_some()
    }
}

/// The key that everything personal of a request is sealed under.
pub mod key {
    use sea_orm::entity::prelude::*;

    use crate::id::RequestId;
    use crate::time::At;

    /// One wrapped key.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request_keys")]
    pub struct Model {
        /// The request.
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: RequestId,
        /// The key, wrapped by the installation's; gone once the request's data has been erased.
        pub wrapped: Option<Vec<u8>>,
        /// When it was made.
        pub created_at: At,
        /// When it was destroyed.
        pub destroyed_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
