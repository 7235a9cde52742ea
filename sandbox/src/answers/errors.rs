//! The platform's error body and each error the sandbox gives (contract §2.2).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Body};

/// The error body of every API route; the token endpoint has its own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    message: String,
    code: &'static str,
    status: u16,
    message_params: BTreeMap<String, String>,
    /// The correlation id of the answer; set when the answer goes out.
    pub context_id: String,
    details: Vec<Value>,
    errors: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
}

/// A limit as the platform names it, in errors and in the list of limits.
#[derive(Debug, Clone, Serialize)]
pub struct Limit {
    /// What is limited.
    pub key: &'static str,
    /// The service whose limit it is.
    pub namespace: String,
    /// How much is allowed.
    pub value: u64,
}

/// An error with the usual empty lists.
pub fn error(status: u16, code: &'static str, message: impl Into<String>) -> Answer {
    let body = ErrorBody {
        message: message.into(),
        code,
        status,
        message_params: BTreeMap::new(),
        context_id: String::new(),
        details: Vec::new(),
        errors: Vec::new(),
        limit: None,
    };
    Answer { status, body: Body::Error(Box::new(body)), headers: Vec::new() }
}

/// 400 that, like the platform's, does not say which field is wrong (contract §3.2).
pub fn invalid_data() -> Answer {
    error(400, "bad.request", "Invalid data")
}

/// 401 for a call without a bearer token.
pub fn authentication_required() -> Answer {
    error(401, "authentication.required", "No authentication bearer token specified in authorization header.")
}

/// 401 for a token that is unknown, expired or revoked.
pub fn bad_credentials() -> Answer {
    error(401, "bad.credentials", "Invalid login credentials.")
}

/// 403 that names the permissions in its message only.
pub fn missing_permissions(any_of: &[&str]) -> Answer {
    let list = any_of.join(", ");
    let message = format!(
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: [{list}]"
    );
    error(403, "missing.any.permissions", message)
}

/// 404 for a path or a thing.
pub fn not_found() -> Answer {
    error(404, "not.found", "The requested resource was not found.")
}

/// 404 as the users and downloads routes word it.
pub fn resource_not_found(code: &'static str) -> Answer {
    error(404, code, "The requested resource was not found.")
}

/// 413 for a body over 512,000 bytes (contract §2.3).
pub fn too_large() -> Answer {
    error(413, "request.entity.too.large", "The request is over the size limit. Maximum bytes: 512000")
}

/// 415 for a body that is not JSON.
pub fn unsupported_media_type() -> Answer {
    error(415, "unsupported.media.type", "Unsupported Media Type - Unsupported or incorrect media type")
}

/// 429 with the seconds to wait, in header and text alike.
pub fn too_many_requests(wait_seconds: u64, allowed: u32) -> Answer {
    let message = format!("Rate limit exceeded the maximum. Retry the request in [{wait_seconds}] seconds");
    let mut answer = error(429, "too.many.requests.retry.after", message);
    if let Body::Error(body) = &mut answer.body {
        body.limit = Some(Limit {
            key: "client.credentials.token.rate.per.minute",
            namespace: "platform.api".into(),
            value: u64::from(allowed),
        });
    }
    answer.with_header("Retry-After", wait_seconds.to_string())
}

/// 500.
pub fn internal() -> Answer {
    error(
        500,
        "internal.server.error",
        "The server encountered an unexpected condition which prevented it from fulfilling the request.",
    )
}

/// 503.
pub fn unavailable() -> Answer {
    error(503, "service.unavailable", "Service Unavailable - The server is currently unavailable.")
}
