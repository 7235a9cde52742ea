//! Form bodies: one JSON value in a field, or the fields themselves.

use serde_json::{Map, Value};

use super::{media_type, text};
use crate::unreadable::Unreadable;

/// Whether the content type says form.
#[must_use]
pub fn is_form(content_type: Option<&str>) -> bool {
    media_type(content_type) == "application/x-www-form-urlencoded"
}

/// All fields as one object of texts. A field in brackets (`ticket[status]`) goes by what stands in them.
///
/// # Errors
/// [`Unreadable::DuplicateKey`], and what [`text::decode`] refuses.
pub fn fields(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let body = text::decode(content_type, body)?;
    let mut object = Map::new();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        // Bytes that are not UTF-8 become this mark.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(Unreadable::Charset);
        }
        let name = name.split_once('[').and_then(|(_, rest)| rest.strip_suffix(']')).unwrap_or(&name);
        if object.insert(name.to_owned(), Value::String(value.into_owned())).is_some() {
            return Err(Unreadable::DuplicateKey);
        }
    }
    Ok(object)
}

/// The text of one field, which must be the only one.
///
/// # Errors
/// [`Unreadable::Form`], and what [`fields`] refuses.
pub fn only(name: &str, content_type: Option<&str>, body: &[u8]) -> Result<String, Unreadable> {
    let mut fields = fields(content_type, body)?;
    match (fields.remove(name), fields.is_empty()) {
        (Some(Value::String(value)), true) => Ok(value),
        _ => Err(Unreadable::Form),
    }
}
