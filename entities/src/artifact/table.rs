//! The row: one file of an export, stored encrypted.

use sea_orm::entity::prelude::*;

use crate::id::{ArtifactId, JobId, RequestId};
use crate::time::At;

/// One artifact.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "artifacts")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArtifactId,
    /// The request.
    pub request_id: RequestId,
    /// The job that yielded it.
    pub job_id: JobId,
    /// Its place among the job's parts, from 1.
    pub part: i64,
    /// Where it lies below the artifacts folder.
    pub location: String,
    /// SHA-256 of its contents before they were sealed.
    pub sha256: String,
    /// How many bytes that were.
    pub bytes: i64,
    /// What kind of file it is, by its first bytes.
    pub media_type: String,
    /// When it was stored.
    pub created_at: At,
    /// When it was handed over to the person; none if nobody has done that, or it was taken back.
    pub handed_over_at: Option<At>,
}

impl ActiveModelBehavior for ActiveModel {}
