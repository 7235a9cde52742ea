//! The pack: all rules as one dated, hashed whole.

use std::borrow::Cow;

use crate::clock::PackRef;

/// The edition's name.
pub fn id() -> &'static str {
    "2026-11-20"
}

/// SHA-256 over all rule files, in lower-case hex.
pub fn sha256() -> &'static str {
    ""
}

/// What to store beside a date.
pub fn reference() -> PackRef {
    PackRef { id: Cow::Borrowed(id()), sha256: Cow::Borrowed(sha256()) }
}
