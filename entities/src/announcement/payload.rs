//! The body of a message: thin, so that whoever receives it or stands on the way learns of no person. Details are fetched
//! over the API, by somebody who may.

use serde::Serialize;

use super::kind::AnnouncementKind;
use crate::id::RequestId;
use crate::request::status::{Outcome, RequestStatus};
use crate::time::At;

/// A message (Standard Webhooks 1.0.0, "payload structure").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Payload<D> {
    /// What is told.
    #[serde(rename = "type")]
    pub kind: AnnouncementKind,
    /// When it happened.
    pub timestamp: At,
    /// About what.
    pub data: D,
}

/// What is told of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfRequest {
    /// Its id.
    pub request_id: RequestId,
    /// Its speakable reference.
    pub reference: String,
    /// What the ticketing system calls the ticket that it came from; none if it came from none.
    pub external_ref: Option<String>,
    /// Where it stands now.
    pub status: Option<RequestStatus>,
    /// Where it stood when something was told of it last.
    pub previous_status: Option<RequestStatus>,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// Its place among all that is told of this request, from 1.
    pub seq: i64,
    /// The cautious date of its answer, as it stands when this is written.
    pub due_at: At,
}

/// What a test tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfTest {
    /// Whom it is meant for.
    pub subscriber_id: crate::id::SubscriberId,
}

impl<D: Serialize> Payload<D> {
    /// It as the text that is signed and sent.
    ///
    /// # Errors
    /// It does not serialise, which a structure of these fields always does.
    pub fn text(&self) -> Result<String, crate::error::StoreError> {
        serde_json::to_string(self).map_err(|_| crate::error::StoreError::Corrupt("a message does not serialise"))
    }
}
