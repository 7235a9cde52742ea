//! Jira and Jira Service Management, webhooks of an administrator with a secret.
//!
//! The header has the name that GitHub's old SHA-1 header has, and holds SHA-256. No time is signed, and a retry may come half
//! an hour later, so age alone refuses nothing. Source: Atlassian developer documentation, "Webhooks" (Jira Cloud).

use crate::encoding::Encoding;
use crate::engine::{Form, KnownBy, Part, Recipe};
use crate::mac::{Hash, Method};
use crate::scheme::{Row, SIGNATURE};

/// Its row in the table of schemes.
pub(crate) const ROW: Row =
    Row { headers: &["X-Hub-Signature"], known_by: "the body; `X-Atlassian-Webhook-Identifier` with it", ..SIGNATURE };

pub(crate) fn recipe() -> Recipe {
    Recipe {
        method: Method::Hmac(Hash::Sha256),
        signed: vec![Part::Body],
        header: "X-Hub-Signature".into(),
        form: Form::After("sha256=".into()),
        encoding: Encoding::Hex,
        time: None,
        version: None,
        known_by: KnownBy::UnsignedId("X-Atlassian-Webhook-Identifier"),
    }
}
