//! User name and password (RFC 7617): for senders that cannot sign. It is worth what a [token](super::header_token) is.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::call::Call;
use crate::delivery::DeliveryKeys;
use crate::mac::same_word;
use crate::refused::{Reason, Refused};
use crate::scheme::{Row, SHARED_WORD};
use crate::schemes::Room;
use crate::secrets::{Keys, Secrets};
use crate::setup::BadSetup;
use crate::verify::Verified;

const HEADER: &str = "Authorization";

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row { headers: &[HEADER], secret: "the password", ..SHARED_WORD };

pub(crate) struct BasicAuth {
    /// `user:password`, as it is sent.
    pairs: Keys<Zeroizing<Vec<u8>>>,
}

impl BasicAuth {
    pub(crate) fn new(user_name: &str, secrets: &Secrets) -> Result<Self, BadSetup> {
        let pair = |password: &str| match password.chars().any(char::is_control) {
            true => Err("holds a control character"),
            false => Ok(Zeroizing::new(format!("{user_name}:{password}").into_bytes())),
        };
        Ok(Self { pairs: secrets.keys(pair)? })
    }

    fn matched(&self, value: &[u8]) -> Result<Verified, Reason> {
        let (scheme, pair) = value.split_at_checked("Basic ".len()).ok_or(Reason::BadEncoding)?;
        if !scheme.eq_ignore_ascii_case(b"basic ") {
            return Err(Reason::WrongAlgorithm);
        }
        let pair = BASE64_STANDARD.decode(pair).map(Zeroizing::new).map_err(|_| Reason::BadEncoding)?;
        // Without a colon there is no password. Which colon parts the two does not matter: a user name holds none.
        if !pair.contains(&b':') {
            return Err(Reason::BadEncoding);
        }
        let secret = self.pairs.find(|known| same_word(known, &pair)).ok_or(Reason::Mismatch)?;
        Ok(Verified { secret, sent_at: None, keys: DeliveryKeys::default() })
    }
}

impl Room for BasicAuth {
    fn verify(&self, call: &Call<'_>, _now: Timestamp) -> Result<Verified, Refused> {
        self.matched(call.required(HEADER)?).map_err(|reason| Refused::at(reason, HEADER))
    }
}
