//! Requests on the platform: what we place, and what it says of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    error::CorrelationId,
    model::{
        contact::Ref,
        lenient::{instant, nullable},
        open_enum::{opaque_debug, open_enum},
        subject::{SearchType, Subject, SubjectRef},
    },
};

open_enum! {
    /// What a request asks for.
    RequestKind {
        /// All data about the subject (access).
        Export = "GDPR_EXPORT",
        /// Terms replaced (rectification).
        Update = "GDPR_UPDATE",
        /// The subject's data deleted (erasure).
        Delete = "GDPR_DELETE",
    }
}

open_enum! {
    /// How far the platform is (contract §3.3).
    RequestStatus {
        /// Taken in.
        Initiated = "INITIATED",
        /// Looking for data.
        Searching = "SEARCHING",
        /// Replacing terms.
        Updating = "UPDATING",
        /// Deleting.
        Deleting = "DELETING",
        /// Almost there.
        Finalizing = "FINALIZING",
        /// Done.
        Completed = "COMPLETED",
        /// Failed; the platform never says why.
        Error = "ERROR",
    }
}

impl RequestStatus {
    /// Whether nothing will change any more. A status we do not know is one of a running request.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Error)
    }
}

/// One term to be replaced by another wherever the subject's data holds it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    /// What the terms are.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    pub search_type: SearchType,
    /// The wrong term.
    #[serde(default, deserialize_with = "nullable")]
    pub existing_value: String,
    /// The right term.
    #[serde(default, deserialize_with = "nullable")]
    pub updated_value: String,
}

/// A request to place: one kind, one subject, and replacements if and only if it is a rectification.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRequest {
    kind: RequestKind,
    subject: SubjectRef,
    replacements: Vec<Replacement>,
}

/// Why something is no request. The platform would only answer "Invalid data" (contract §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotARequest {
    /// The subject, or a part of it, is empty.
    #[error("the subject's identifier is empty")]
    BlankSubject,
    /// A rectification that rectifies nothing: no replacement, or one with an empty side or two equal sides.
    #[error("there is nothing to replace")]
    NothingToReplace,
}

impl NewRequest {
    /// All data about the subject.
    pub fn export(subject: SubjectRef) -> Result<Self, NotARequest> {
        Self::about(RequestKind::Export, subject, Vec::new())
    }

    /// The subject's data deleted. Sent with the platform's confirmation flag.
    pub fn delete(subject: SubjectRef) -> Result<Self, NotARequest> {
        Self::about(RequestKind::Delete, subject, Vec::new())
    }

    /// Terms in the subject's data replaced.
    pub fn update(subject: SubjectRef, replacements: Vec<Replacement>) -> Result<Self, NotARequest> {
        let replaces = |it: &Replacement| {
            !it.search_type.as_str().is_empty()
                && !it.existing_value.trim().is_empty()
                && !it.updated_value.trim().is_empty()
                && it.existing_value != it.updated_value
        };
        if replacements.is_empty() || !replacements.iter().all(replaces) {
            return Err(NotARequest::NothingToReplace);
        }
        Self::about(RequestKind::Update, subject, replacements)
    }

    fn about(kind: RequestKind, subject: SubjectRef, replacements: Vec<Replacement>) -> Result<Self, NotARequest> {
        if subject.is_blank() {
            return Err(NotARequest::BlankSubject);
        }
        Ok(Self { kind, subject, replacements })
    }

    /// What it asks for.
    pub fn kind(&self) -> &RequestKind {
        &self.kind
    }

    /// Whom it is about.
    pub fn subject(&self) -> &SubjectRef {
        &self.subject
    }

    /// What a rectification replaces; empty for the other kinds.
    pub fn replacements(&self) -> &[Replacement] {
        &self.replacements
    }
}

/// The body of a submission. It carries nothing the platform sets itself (contract §3.2).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmitBody<'a> {
    request_type: &'a RequestKind,
    subject: Subject,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    replacement_terms: &'a [Replacement],
}

impl<'a> From<&'a NewRequest> for SubmitBody<'a> {
    fn from(new: &'a NewRequest) -> Self {
        Self { request_type: &new.kind, subject: (&new.subject).into(), replacement_terms: &new.replacements }
    }
}

/// A request as the platform tells it. There is no reason, progress or end date to be had.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlatformRequest {
    /// The platform's id.
    pub id: String,
    /// What it asks for.
    #[serde(rename = "requestType", default, deserialize_with = "nullable")]
    pub kind: RequestKind,
    /// How far it is.
    #[serde(default, deserialize_with = "nullable")]
    pub status: RequestStatus,
    /// When the platform took it in, by its own clock.
    #[serde(default, deserialize_with = "instant")]
    pub created_date: Option<Timestamp>,
    /// Whom it is about.
    #[serde(default, deserialize_with = "nullable")]
    pub subject: Subject,
    /// What it replaces.
    #[serde(default, deserialize_with = "nullable")]
    pub replacement_terms: Vec<Replacement>,
    #[serde(default)]
    created_by: Option<Ref>,
    #[serde(default)]
    results_url: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    results_urls: Vec<String>,
}

impl PlatformRequest {
    /// The OAuth client or user that placed it.
    pub fn created_by(&self) -> Option<&str> {
        self.created_by.as_ref().map(|by| by.id.as_str())
    }

    /// Every identifier it names, to compare with what was sent. A row with several yields several.
    pub fn subject_refs(&self) -> Vec<SubjectRef> {
        self.subject.refs()
    }

    /// Where the parts of an export are, each once: the list of parts if there is one, else the single URL. Listed rows
    /// do not reliably carry them (contract §3.3); read the request by its id.
    pub fn results(&self) -> Vec<&str> {
        let single = self.results_url.iter().filter(|_| self.results_urls.iter().all(String::is_empty));
        let mut urls: Vec<&str> = Vec::new();
        for url in self.results_urls.iter().chain(single).filter(|url| !url.is_empty()) {
            if !urls.contains(&url.as_str()) {
                urls.push(url);
            }
        }
        urls
    }
}

/// A request the platform has taken in.
#[derive(Clone, PartialEq, Eq)]
pub struct Submitted {
    /// As the platform answered.
    pub request: PlatformRequest,
    /// To ask the platform's support about.
    pub correlation_id: Option<CorrelationId>,
}

opaque_debug!(Replacement, NewRequest, PlatformRequest, Submitted);
