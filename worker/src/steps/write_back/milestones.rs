//! From a request and its events to what its ticket is told.

use entities::error::StoreError;
use entities::event::table::Model as Event;
use entities::id::EventId;
use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::Model as Request;
use entities::time::At;
use serde_json::Value;
use ticketing::milestone::{Milestone, Standing};

/// Where a request stands, as a ticket shows it: a word of a small set that does not change.
pub fn standing(request: &Request) -> &'static str {
    let standing = match (request.status, request.outcome) {
        (RequestStatus::Received, _) => Standing::Received,
        (RequestStatus::Verifying, _) => Standing::IdentityNeeded,
        (RequestStatus::Closed, Some(Outcome::Fulfilled)) => Standing::Completed,
        (RequestStatus::Closed, Some(Outcome::PartiallyFulfilled)) => Standing::CompletedInPart,
        (RequestStatus::Closed, Some(Outcome::NoDataFound)) => Standing::NothingFound,
        (RequestStatus::Closed, Some(Outcome::Refused | Outcome::IdentityNotProven)) => Standing::Rejected,
        (RequestStatus::Closed, Some(Outcome::Withdrawn)) => Standing::Withdrawn,
        (RequestStatus::Closed, Some(Outcome::Duplicate | Outcome::Spam) | None) => Standing::Closed,
        _ => Standing::InProgress,
    };
    standing.as_str()
}

/// The milestones that a request has reached, each with the event that tells of it. The request is as of these events or later.
///
/// # Errors
/// An event is not JSON.
pub fn reached(events: &[Event], request: &Request) -> Result<Vec<(EventId, &'static str, At)>, StoreError> {
    let mut reached = Vec::new();
    for event in events {
        let data: Value = serde_json::from_str(&event.data).map_err(|_| StoreError::Corrupt("an event is not JSON"))?;
        if let Some(milestone) = milestone(&event.kind, &data, request) {
            reached.push((event.id, milestone.as_str(), event.at));
        }
    }
    Ok(reached)
}

fn milestone(kind: &str, data: &Value, request: &Request) -> Option<Milestone> {
    match kind {
        "request.filed" => Some(Milestone::Received),
        "request.identity_proven" => Some(Milestone::Verified),
        "request.inquired" => Some(match data["kind"].as_str() {
            Some("identity") => Milestone::IdentityNeeded,
            _ => Milestone::ClarificationNeeded,
        }),
        "extension.announced" => {
            data["extends"].as_array().is_some_and(|laws| !laws.is_empty()).then_some(Milestone::Extended)
        }
        // Every end has this one, however it came about; what it was is for the row to say.
        "request.closed" => Some(ended(request.outcome)),
        _ => None,
    }
}

const fn ended(outcome: Option<Outcome>) -> Milestone {
    match outcome {
        Some(Outcome::Fulfilled) => Milestone::Completed,
        Some(Outcome::PartiallyFulfilled) => Milestone::CompletedInPart,
        Some(Outcome::NoDataFound) => Milestone::NothingFound,
        Some(Outcome::Refused | Outcome::IdentityNotProven) => Milestone::Rejected,
        Some(Outcome::Withdrawn) => Milestone::Withdrawn,
        Some(Outcome::Duplicate | Outcome::Spam) | None => Milestone::Closed,
    }
}
