//! GitHub, and what signs as it does. The older `X-Hub-Signature` with SHA-1 beside it is not looked at.
//!
//! Source: GitHub documentation, "Validating webhook deliveries".

use crate::encoding::Encoding;
use crate::engine::{Form, KnownBy, Part, Recipe};
use crate::mac::{Hash, Method};
use crate::scheme::{Row, SIGNATURE};

/// Its row in the table of schemes.
pub(crate) const ROW: Row =
    Row { headers: &["X-Hub-Signature-256"], known_by: "the body; `X-GitHub-Delivery` with it", ..SIGNATURE };

pub(crate) fn recipe() -> Recipe {
    Recipe {
        method: Method::Hmac(Hash::Sha256),
        signed: vec![Part::Body],
        header: "X-Hub-Signature-256".into(),
        form: Form::After("sha256=".into()),
        encoding: Encoding::Hex,
        time: None,
        version: None,
        known_by: KnownBy::UnsignedId("X-GitHub-Delivery"),
    }
}
