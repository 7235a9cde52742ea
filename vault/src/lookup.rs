//! Keyed hashes of identifiers: equal values are found without any being readable.

use aws_lc_rs::hmac;
use uuid::Uuid;

use crate::digest::hex;
use crate::secret::{KEY_LENGTH, Secret, WrongLength};

/// An HMAC-SHA-256 key for lookups. Without it, a hash of an e-mail address or phone number would be found by trying
/// all of them; with it, whoever has the database alone learns only which rows are equal.
#[derive(Debug)]
pub struct LookupKey(Secret);

impl LookupKey {
    /// A new random key.
    pub fn generate() -> Self {
        Self(Secret::random())
    }

    /// The key as opened from [`Keyring::seal`](crate::keyring::Keyring::seal).
    ///
    /// # Errors
    /// When there are not exactly 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WrongLength> {
        Secret::from_slice(bytes).map(Self)
    }

    /// The secret bytes, to be sealed for storage and for nothing else.
    pub fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        self.0.as_bytes()
    }

    /// The lookup hash of `value`, as 64 lowercase hex digits. The caller normalises the value first. `scope` is the
    /// controller: the same person known to two controllers hashes to two values, so nothing links them. `kind` parts
    /// an e-mail from a name of the same letters.
    pub fn hash(&self, scope: Uuid, kind: &str, value: &str) -> String {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes()));
        for part in [b"dsr lookup 1".as_slice(), scope.as_bytes(), kind.as_bytes(), value.as_bytes()] {
            // The length first, or ("ab", "c") and ("a", "bc") would be one.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        hex(mac.sign().as_ref())
    }
}
