//! The row: one platform request for one identifier.

use sea_orm::entity::prelude::*;

use super::status::{JobKind, JobOrigin, JobStatus};
use crate::id::{CandidateId, ControllerId, IdentifierId, JobId, MergeSetId, RequestId};
use crate::time::At;

/// One job.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// The request.
    pub request_id: RequestId,
    /// The controller: the platform's own ids are unique only within its organisation.
    pub controller_id: ControllerId,
    /// What the platform is asked to do.
    pub kind: JobKind,
    /// The kind of its subject: `user`, `external_contact`, … or a search term's kind.
    pub subject_kind: String,
    /// Keyed hash of its subject.
    pub subject_hash: String,
    /// Its subject, sealed.
    pub subject_sealed: Vec<u8>,
    /// Why there is a job.
    pub origin: JobOrigin,
    /// The job it came from: the failed one for a retry, the canonical one for a sibling or a top-up.
    pub parent_id: Option<JobId>,
    /// The candidate it is for.
    pub candidate_id: Option<CandidateId>,
    /// The search term it is for.
    pub identifier_id: Option<IdentifierId>,
    /// The merge set it belongs to.
    pub merge_set_id: Option<MergeSetId>,
    /// Where it stands.
    pub status: JobStatus,
    /// How often the platform was asked.
    pub attempt: i64,
    /// When the intent to ask was last written down.
    pub intent_at: Option<At>,
    /// The platform's id of it.
    pub platform_id: Option<String>,
    /// The platform's word on it, verbatim: the set of words grows without notice (contract §3.7).
    pub platform_status: Option<String>,
    /// When the platform says it was created.
    pub platform_created_at: Option<At>,
    /// The platform's correlation id of the call that made it.
    pub correlation_id: Option<String>,
    /// Why it failed, as a code.
    pub error_code: Option<String>,
    /// When the platform took it.
    pub submitted_at: Option<At>,
    /// When to look at it next.
    pub next_poll_at: Option<At>,
    /// When it ended.
    pub completed_at: Option<At>,
    /// Where its results lie, sealed.
    pub results_sealed: Option<Vec<u8>>,
    /// When it was planned.
    pub created_at: At,
    /// When it was last changed.
    pub updated_at: At,
}

impl ActiveModelBehavior for ActiveModel {}
