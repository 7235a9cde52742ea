//! Intercom: HMAC-SHA1 with the app's client secret; it offers nothing else.
//!
//! `delivery_attempts` in the body changes with each try, and with it the digest. The notification's `id` does not, and it is
//! signed with the body. Source: Intercom developer documentation, "Webhook notifications".

use serde::Deserialize;

use crate::call::LONGEST_ID;
use crate::encoding::Encoding;
use crate::engine::{Form, KnownBy, Part, Recipe};
use crate::mac::{Hash, Method};
use crate::scheme::{Row, SIGNATURE};

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row {
    method: "HMAC-SHA1, `sha1=` and hexadecimal",
    headers: &["X-Hub-Signature"],
    known_by: "`id` in the body; without one the body",
    secret: "the app's client secret",
    ..SIGNATURE
};

pub(crate) fn recipe() -> Recipe {
    Recipe {
        method: Method::Hmac(Hash::Sha1),
        signed: vec![Part::Body],
        header: "X-Hub-Signature".into(),
        form: Form::After("sha1=".into()),
        encoding: Encoding::Hex,
        time: None,
        version: None,
        known_by: KnownBy::BodyId(notification_id),
    }
}

fn notification_id(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Notification {
        id: String,
    }
    let found: Notification = serde_json::from_slice(body).ok()?;
    Some(found.id).filter(|id| (1..=LONGEST_ID).contains(&id.len()))
}
