//! Where a job stands, what it is, and the only ways from one status to the next.

use crate::words;

words! {
    /// What the platform is asked to do (contract §3.2).
    pub enum JobKind {
        /// `GDPR_EXPORT`.
        Export = "export",
        /// `GDPR_UPDATE`.
        Update = "update",
        /// `GDPR_DELETE`.
        Delete = "delete",
    }
}

words! {
    /// Why there is a job.
    pub enum JobOrigin {
        /// The approved plan names it.
        Plan = "plan",
        /// The platform made it for another member of the merge set (contract §3.5).
        Sibling = "sibling",
        /// The platform did not cover this member of the merge set within the grace time.
        TopUp = "top_up",
        /// A person had a failed job tried again.
        Retry = "retry",
    }
}

words! {
    /// Where a job stands.
    pub enum JobStatus {
        /// In the plan; the platform has not been asked.
        Planned = "planned",
        /// The platform is being asked, and may or may not have heard it.
        Submitting = "submitting",
        /// The platform has it.
        Open = "open",
        /// The platform has finished it; the results are being collected.
        Collecting = "collecting",
        /// Done, results and all.
        Completed = "completed",
        /// It failed; a person must say what now.
        Failed = "failed",
        /// It failed, and a person accepted that.
        Abandoned = "abandoned",
        /// It failed, and another took its place.
        Superseded = "superseded",
    }
}

words! {
    /// What can happen to a job.
    pub enum JobEvent {
        /// The intent to ask the platform was written down.
        Intended = "intended",
        /// The platform certainly did not hear it, or after the grace time still does not list it.
        Unsent = "unsent",
        /// The platform took it, or was found to have taken it.
        Accepted = "accepted",
        /// The platform finished it, and there are results to fetch.
        ResultsReady = "results_ready",
        /// Finished with all it yields.
        Finished = "finished",
        /// The platform refused it or ended it in error, or its results are gone.
        Failed = "failed",
        /// A person had it tried again.
        Retried = "retried",
        /// A person accepted the failure.
        Abandoned = "abandoned",
    }
}

/// A move that the rules do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("while a job is {from}, it does not become: {event}")]
pub struct InvalidJobTransition {
    /// Where the job stands.
    pub from: JobStatus,
    /// What was to happen to it.
    pub event: JobEvent,
}

impl JobStatus {
    /// The only way from one status to the next.
    ///
    /// # Errors
    /// What this table does not name.
    pub fn transition(self, event: JobEvent) -> Result<Self, InvalidJobTransition> {
        use {JobEvent as E, JobStatus as S};
        Ok(match (self, event) {
            (S::Planned, E::Intended) => S::Submitting,
            (S::Submitting, E::Unsent) => S::Planned,
            (S::Submitting, E::Accepted) => S::Open,
            (S::Open, E::ResultsReady) => S::Collecting,
            (S::Open | S::Collecting, E::Finished) => S::Completed,
            (S::Planned | S::Submitting | S::Open | S::Collecting, E::Failed) => S::Failed,
            (S::Failed, E::Retried) => S::Superseded,
            (S::Failed, E::Abandoned) => S::Abandoned,
            (from, event) => return Err(InvalidJobTransition { from, event }),
        })
    }

    /// Nothing more will happen to it by itself, and nobody is asked about it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Abandoned | Self::Superseded)
    }
}
