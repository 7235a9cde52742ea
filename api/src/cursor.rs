//! Where a page ended, as an opaque word. It carries a keyed hash, so that one who makes up or changes a cursor is told so
//! instead of being shown some other page.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use entities::id::ControllerId;
use entities::installation::secrets::Safe;

use crate::problem::{Problem, codes};

const TAG_LEN: usize = 12;

fn tag(safe: &Safe, list: &str, position: &[u8]) -> String {
    let text = format!("{list}/{}", BASE64_URL_SAFE_NO_PAD.encode(position));
    safe.hash(ControllerId::INSTALLATION, "cursor", &text)[..TAG_LEN * 2].to_owned()
}

/// The cursor after `position` in the list of this name.
#[must_use]
pub fn seal(safe: &Safe, list: &str, position: &[u8]) -> String {
    let mut bytes = position.to_vec();
    bytes.extend_from_slice(tag(safe, list, position).as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The position that a cursor stands for in the list of this name.
///
/// # Errors
/// It was not given out for this list.
pub fn open<const N: usize>(safe: &Safe, list: &str, cursor: &str) -> Result<[u8; N], Problem> {
    let refused = || Problem::new(codes::INVALID_CURSOR, "use `next` of the page before, unchanged").at("cursor");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
    let (position, given) = bytes.split_at_checked(N).ok_or_else(refused)?;
    if !vault::digest::constant_time_eq(tag(safe, list, position).as_bytes(), given) {
        return Err(refused());
    }
    position.try_into().map_err(|_| refused())
}
