//! A word in a header: for senders that cannot sign, such as Freshdesk's rules and Jira's automation.
//!
//! It says who called, and nothing of the body: whoever reads one call can make any. What such a source tells is a hint to
//! read the ticket.

use jiff::Timestamp;

use crate::call::Call;
use crate::delivery::DeliveryKeys;
use crate::mac::same_word;
use crate::refused::{Reason, Refused};
use crate::scheme::{Row, SHARED_WORD};
use crate::schemes::Room;
use crate::secrets::{Keys, Secrets};
use crate::setup::BadSetup;
use crate::verify::Verified;

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row { secret: "the word", ..SHARED_WORD };

pub(crate) struct HeaderToken {
    header: String,
    words: Words,
}

/// The words that a sender may know. They are compared in a time that tells nothing of them.
pub(crate) struct Words(Keys<zeroize::Zeroizing<Vec<u8>>>);

impl HeaderToken {
    pub(crate) fn new(header: &str, secrets: &Secrets) -> Result<Self, BadSetup> {
        Ok(Self { header: header.to_owned(), words: Words::new(secrets, |byte| matches!(byte, b' '..=b'~'))? })
    }
}

impl Room for HeaderToken {
    fn verify(&self, call: &Call<'_>, _now: Timestamp) -> Result<Verified, Refused> {
        let word = call.required(&self.header)?;
        self.words.verify(word, DeliveryKeys::default).map_err(|reason| Refused::at(reason, &self.header))
    }
}

impl Words {
    /// Of secrets that can stand where they have to.
    pub(crate) fn new(secrets: &Secrets, can_stand: fn(u8) -> bool) -> Result<Self, BadSetup> {
        let word = |text: &str| match text.bytes().all(can_stand) {
            true => Ok(zeroize::Zeroizing::new(text.as_bytes().to_vec())),
            false => Err("holds a character that cannot be sent where it has to stand"),
        };
        secrets.keys(word).map(Self)
    }

    /// Whether it is one of them.
    pub(crate) fn verify(&self, word: &[u8], keys: impl FnOnce() -> DeliveryKeys) -> Result<Verified, Reason> {
        match self.0.find(|known| same_word(known, word)) {
            Some(secret) => Ok(Verified { secret, sent_at: None, keys: keys() }),
            None if !word.is_empty() && self.0.iter().all(|known| word.len() < known.len()) => {
                Err(Reason::TruncatedSignature)
            }
            None => Err(Reason::Mismatch),
        }
    }
}
