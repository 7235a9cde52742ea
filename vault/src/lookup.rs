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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hash_belongs_to_its_key() {
        let key = LookupKey::generate();
        let again = LookupKey::from_bytes(key.as_bytes()).unwrap();
        let hash = key.hash(Uuid::nil(), "email", "ada@example.org");
        assert_eq!(again.hash(Uuid::nil(), "email", "ada@example.org"), hash);
        assert_ne!(LookupKey::generate().hash(Uuid::nil(), "email", "ada@example.org"), hash);
        assert_eq!(hash.len(), 64);
        assert_eq!(format!("{key:?}"), "LookupKey([masked])");
        assert_eq!(LookupKey::from_bytes(&[1; 31]).unwrap_err(), WrongLength { length: 31 });
    }

    proptest! {
        #[test]
        fn different_input_gives_different_hashes(
            (scope, kind, value) in (0..3u128, "[ab]{0,2}", "[ab]{0,2}"),
            (scope2, kind2, value2) in (0..3u128, "[ab]{0,2}", "[ab]{0,2}"),
        ) {
            let key = LookupKey::from_bytes(&[7; KEY_LENGTH]).unwrap();
            let same = (scope, &kind, &value) == (scope2, &kind2, &value2);
            let one = key.hash(Uuid::from_u128(scope), &kind, &value);
            let two = key.hash(Uuid::from_u128(scope2), &kind2, &value2);
            prop_assert_eq!(one == two, same);
        }

        #[test]
        fn a_character_moved_from_kind_to_value_changes_the_hash(text in "[a-z]{2,12}", at in 1..12usize) {
            prop_assume!(at < text.len());
            let key = LookupKey::from_bytes(&[7; KEY_LENGTH]).unwrap();
            let hash = |at: usize| key.hash(Uuid::nil(), &text[..at], &text[at..]);
            prop_assert_ne!(hash(at), hash(at - 1));
        }
    }
}
