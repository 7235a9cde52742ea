//! Zendesk: instant and body, without anything between them.
//!
//! The instant must end in `Z` or an offset, so nothing can move over from the body. Zendesk names no tolerance: that of the
//! others is ours here. Whether a retry is signed anew is not documented, hence the unsigned invocation id beside what is
//! signed. Source: Zendesk developer documentation, "Verifying webhook authenticity" and "Anatomy of a webhook request".

use crate::encoding::Encoding;
use crate::engine::{Form, KnownBy, Part, Recipe, Time};
use crate::mac::{Hash, Method};
use crate::scheme::{Row, SIGNATURE, TimeSigned};
use crate::time::{TOLERANCE_S, TimeFormat};

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row {
    method: "HMAC-SHA256, base64",
    signed: "instant, body",
    headers: &["X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"],
    time: TimeSigned::Always,
    known_by: "all that is signed; `X-Zendesk-Webhook-Invocation-Id` with the body",
    secret: "the webhook's signing secret",
    ..SIGNATURE
};

pub(crate) fn recipe() -> Recipe {
    Recipe {
        method: Method::Hmac(Hash::Sha256),
        signed: vec![Part::Time, Part::Body],
        header: "X-Zendesk-Webhook-Signature".into(),
        form: Form::Plain,
        encoding: Encoding::Base64,
        time: Some(Time {
            header: Some("X-Zendesk-Webhook-Signature-Timestamp".into()),
            format: TimeFormat::Iso8601,
            tolerance_s: TOLERANCE_S,
        }),
        version: None,
        known_by: KnownBy::UnsignedId("X-Zendesk-Webhook-Invocation-Id"),
    }
}
