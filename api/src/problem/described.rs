//! The problems every kind of call can end in, for the API's description.

use std::collections::BTreeMap;

use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema};

use super::codes::{self, Code};

fn one(of: &[Code]) -> RefOr<Response> {
    let text: Vec<_> = of.iter().map(|code| format!("`{}`: {}.", code.word, code.title)).collect();
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(text.join(" ")).content("application/problem+json", content).build().into()
}

fn by_status(words: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut sorted: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in words {
        sorted.entry(code.status).or_default().push(*code);
    }
    sorted.into_iter().map(|(status, of)| (status.to_string(), one(&of))).collect()
}

const ALWAYS: [Code; 7] = [
    codes::UNAUTHENTICATED,
    codes::INVALID_TOKEN,
    codes::INSUFFICIENT_SCOPE,
    codes::RATE_LIMITED,
    codes::INTERNAL,
    codes::UNAVAILABLE,
    codes::TIMED_OUT,
];

/// What every call that reads can end in.
pub struct Reading;

impl IntoResponses for Reading {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [codes::NOT_FOUND, codes::INVALID_PARAMETER, codes::UNKNOWN_PARAMETER, codes::INVALID_CURSOR];
        by_status(&[ALWAYS.as_slice(), &own, &[codes::ERASED]].concat())
    }
}

/// What a call of a ticketing system can end in.
pub struct Hooking;

impl IntoResponses for Hooking {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        by_status(&[
            codes::NOT_VERIFIED,
            codes::NOT_FOUND,
            codes::BODY_TIMEOUT,
            codes::BODY_TOO_LARGE,
            codes::UNSUPPORTED_MEDIA_TYPE,
            codes::RATE_LIMITED,
            codes::INTERNAL,
            codes::UNAVAILABLE,
            codes::TIMED_OUT,
        ])
    }
}

const WITH_BODY: [Code; 11] = [
    codes::INVALID_PARAMETER,
    codes::UNKNOWN_PARAMETER,
    codes::MALFORMED_JSON,
    codes::BODY_TIMEOUT,
    codes::BODY_TOO_LARGE,
    codes::UNSUPPORTED_MEDIA_TYPE,
    codes::UNKNOWN_FIELD,
    codes::MISSING_FIELD,
    codes::DUPLICATE_FIELD,
    codes::WRONG_TYPE,
    codes::INVALID_FIELDS,
];

/// What every call with a body can end in.
pub struct Sending;

impl IntoResponses for Sending {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        by_status(&[ALWAYS.as_slice(), &WITH_BODY, &[codes::INVALID_CURSOR]].concat())
    }
}

/// What filing can end in.
pub struct Filing;

impl IntoResponses for Filing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [codes::INVALID_IDEMPOTENCY_KEY, codes::IDEMPOTENCY_KEY_REUSED];
        by_status(&[ALWAYS.as_slice(), &WITH_BODY, &own].concat())
    }
}

/// What a call that manages something can end in.
pub struct Managing;

impl IntoResponses for Managing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            codes::INVALID_IDEMPOTENCY_KEY,
            codes::IDEMPOTENCY_KEY_REUSED,
            codes::INVALID_IF_MATCH,
            codes::STALE,
            codes::NOT_FOUND,
            codes::SUBSCRIBER_DISABLED,
        ];
        by_status(&[ALWAYS.as_slice(), &WITH_BODY, &own].concat())
    }
}

/// What a call about a source can end in.
pub struct Connecting;

impl IntoResponses for Connecting {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            codes::INVALID_IDEMPOTENCY_KEY,
            codes::IDEMPOTENCY_KEY_REUSED,
            codes::INVALID_IF_MATCH,
            codes::STALE,
            codes::NOT_FOUND,
            codes::SECRET_STILL_COUNTS,
            codes::SOURCE_WAITS,
            codes::ERASED,
        ];
        by_status(&[ALWAYS.as_slice(), &WITH_BODY, &own].concat())
    }
}

/// What a decision can end in.
pub struct Deciding;

impl IntoResponses for Deciding {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let own = [
            codes::INVALID_IDEMPOTENCY_KEY,
            codes::IDEMPOTENCY_KEY_REUSED,
            codes::INVALID_IF_MATCH,
            codes::STALE,
            codes::NOT_FOUND,
            codes::ERASED,
        ];
        let conflicts: Vec<_> = codes::ALL.iter().filter(|code| code.status == 409).copied().collect();
        by_status(&[ALWAYS.as_slice(), &WITH_BODY, &own, &conflicts].concat())
    }
}

/// Makes sure that the schema these answers refer to has the name they refer to it by.
#[must_use]
pub fn schema() -> RefOr<utoipa::openapi::Schema> {
    super::ProblemBody::schema()
}
