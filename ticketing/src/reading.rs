//! From the bytes of a call to JSON, under limits: size, depth, character set, nothing that two readers read differently.

pub mod form;
pub mod json;
pub mod soap;
pub mod text;

use serde_json::Value;

use crate::unreadable::Unreadable;

/// The largest body that is looked at, in bytes: what Jira and GitHub send at most.
pub const BODY_BYTES_MAX: usize = 25 * 1024 * 1024;
/// How deep a body may be nested.
pub const DEPTH_MAX: usize = 64;

/// What stands before the first `;` of a content type, in lower case.
pub(crate) fn media_type(content_type: Option<&str>) -> String {
    content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body of JSON. Some systems let people leave the content type out; then the body must still be JSON.
///
/// # Errors
/// See [`Unreadable`].
pub fn json_body(content_type: Option<&str>, body: &[u8]) -> Result<Value, Unreadable> {
    match media_type(content_type).as_str() {
        "" | "application/json" | "text/json" | "text/plain" => {}
        other if other.starts_with("application/") && other.ends_with("+json") => {}
        _ => return Err(Unreadable::ContentType),
    }
    json::parse(&text::decode(content_type, body)?)
}
