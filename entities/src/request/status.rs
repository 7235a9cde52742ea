//! Where a request stands, and the only ways from there to elsewhere.

use crate::words;

words! {
    /// Where a request stands.
    pub enum RequestStatus {
        /// Taken in; nothing has been done.
        Received = "received",
        /// The person's identity is being proven; the platform has not been touched.
        Verifying = "verifying",
        /// The platform is being asked whom the identifiers mean.
        Resolving = "resolving",
        /// A person looks at whom they mean and what would be done.
        Reviewing = "reviewing",
        /// The platform works.
        Executing = "executing",
        /// The results are collected, and the answer is prepared.
        Answering = "answering",
        /// Ended, with an outcome.
        Closed = "closed",
    }
}

words! {
    /// How a request ended.
    pub enum Outcome {
        /// All that was asked was done.
        Fulfilled = "fulfilled",
        /// Part was done; the rest was left out or failed, and the answer says so.
        PartiallyFulfilled = "partially_fulfilled",
        /// Nothing about the person was found.
        NoDataFound = "no_data_found",
        /// Refused, with a reason and its legal basis.
        Refused = "refused",
        /// Withdrawn by the person.
        Withdrawn = "withdrawn",
        /// The person's identity could not be proven.
        IdentityNotProven = "identity_not_proven",
        /// The same as another open request.
        Duplicate = "duplicate",
        /// Not a request at all.
        Spam = "spam",
    }
}

words! {
    /// What an answer can be narrowed to.
    pub enum AnswerForm {
        /// Categories of data, and no specific pieces: the person could not be identified well enough for more.
        Categories = "categories",
    }
}

words! {
    /// What can happen to a request.
    pub enum RequestEvent {
        /// Identity must be proven first.
        IdentityAsked = "identity_asked",
        /// Identity is proven, or need not be.
        IdentityProven = "identity_proven",
        /// Every identifier has been searched for, and the plan is drawn.
        Resolved = "resolved",
        /// Candidates changed so that the search must be done anew.
        ResolvedAnew = "resolved_anew",
        /// The plan was approved, or released by policy.
        Approved = "approved",
        /// Every job has ended.
        JobsEnded = "jobs_ended",
        /// The person could not be identified well enough for what was asked, but for less.
        FellBack = "fell_back",
        /// A failed job is tried again.
        JobRetried = "job_retried",
        /// The answer is complete.
        Answered = "answered",
        /// An officer refused.
        Refused = "refused",
        /// The person withdrew.
        Withdrew = "withdrawn",
    }
}

/// A move that the rules do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("while a request is {from}, it does not become: {event}")]
pub struct InvalidTransition {
    /// Where the request stands.
    pub from: RequestStatus,
    /// What was to happen to it.
    pub event: RequestEvent,
}

impl RequestStatus {
    /// The only way from one status to the next.
    ///
    /// # Errors
    /// What this table does not name. From [`RequestStatus::Closed`] no way leads on. Once jobs have been placed a request can
    /// neither be refused nor withdrawn: the platform cannot be called back (contract §3).
    pub fn transition(self, event: RequestEvent) -> Result<Self, InvalidTransition> {
        use {RequestEvent as E, RequestStatus as S};
        Ok(match (self, event) {
            (S::Received, E::IdentityAsked) => S::Verifying,
            (S::Received | S::Verifying, E::IdentityProven) => S::Resolving,
            (S::Received | S::Verifying | S::Resolving | S::Reviewing, E::FellBack) => S::Resolving,
            (S::Resolving, E::Resolved) => S::Reviewing,
            (S::Reviewing, E::ResolvedAnew) => S::Resolving,
            (S::Reviewing, E::Approved) => S::Executing,
            (S::Executing, E::JobsEnded) => S::Answering,
            (S::Executing | S::Answering, E::JobRetried) => S::Executing,
            (S::Answering, E::Answered) => S::Closed,
            (S::Received | S::Verifying | S::Resolving | S::Reviewing, E::Refused | E::Withdrew) => S::Closed,
            (from, event) => return Err(InvalidTransition { from, event }),
        })
    }

    /// Ended for good.
    #[must_use]
    pub fn is_closed(self) -> bool {
        self == Self::Closed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_straight_way_leads_from_received_to_closed() {
        use RequestEvent as E;
        let way = [E::IdentityAsked, E::IdentityProven, E::Resolved, E::Approved, E::JobsEnded, E::Answered];
        let end = way.into_iter().try_fold(RequestStatus::Received, RequestStatus::transition);
        assert_eq!(end, Ok(RequestStatus::Closed));
    }

    proptest! {
        /// Nothing reopens a closed request, and nothing reaches `executing` but by approval or a retry of an approved job.
        #[test]
        fn no_walk_goes_where_it_must_not(walk in proptest::collection::vec(0..RequestEvent::ALL.len(), 0..40)) {
            let mut status = RequestStatus::Received;
            let mut approved = false;
            for event in walk.into_iter().map(|n| RequestEvent::ALL[n]) {
                match status.transition(event) {
                    Ok(next) => {
                        prop_assert!(!status.is_closed(), "{event} left closed");
                        approved |= event == RequestEvent::Approved;
                        prop_assert!(approved || !matches!(next, RequestStatus::Executing | RequestStatus::Answering));
                        if matches!(event, RequestEvent::Refused | RequestEvent::Withdrew) {
                            prop_assert!(!approved, "called back after approval");
                        }
                        status = next;
                    }
                    Err(error) => prop_assert_eq!((error.from, error.event), (status, event)),
                }
            }
        }
    }
}
