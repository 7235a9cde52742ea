//! Ed25519 signatures over audit checkpoints: made here, checked by anyone with the public key.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};

use crate::digest::{hex, sha256};
use crate::secret::{KEY_LENGTH, Secret, WrongLength};

/// An Ed25519 key pair (RFC 8032), kept as its 32-byte seed.
#[derive(Debug)]
pub struct SigningKey {
    seed: Secret,
    pair: Ed25519KeyPair,
}

/// The signature is not one of this message under this public key, or the public key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

impl SigningKey {
    /// A new random key pair.
    pub fn generate() -> Self {
        Self::from_seed(Secret::random())
    }

    /// The key pair of a seed, as opened from [`Keyring::open`](crate::keyring::Keyring::open).
    ///
    /// # Errors
    /// When there are not exactly 32 bytes.
    pub fn from_bytes(seed: &[u8]) -> Result<Self, WrongLength> {
        Secret::from_slice(seed).map(Self::from_seed)
    }

    /// The secret seed, to be sealed for storage and for nothing else.
    pub fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        self.seed.as_bytes()
    }

    /// A signature over `message`, 64 bytes. Signing the same message twice gives the same bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// The public key, 32 bytes.
    pub fn public_key(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    /// Id of this key pair: see [`key_id`].
    pub fn key_id(&self) -> String {
        key_id(&self.public_key())
    }

    fn from_seed(seed: Secret) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_bytes()).expect("any 32 bytes are an Ed25519 seed");
        Self { seed, pair }
    }
}

/// Id of a public key: the first 16 hex digits of its SHA-256.
pub fn key_id(public: &[u8]) -> String {
    hex(&sha256(public).as_ref()[..8])
}

/// Checks a signature; needs nothing but the public key, so an auditor can do it offline.
///
/// # Errors
/// When the signature is not one of `message` under `public`, for whatever reason.
pub fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
    let key = ParsedPublicKey::new(&ED25519, public).map_err(|_| BadSignature)?;
    key.verify_sig(message, signature).map_err(|_| BadSignature)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stored_key_signs_as_before() {
        let key = SigningKey::generate();
        let again = SigningKey::from_bytes(key.as_bytes()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(again.sign(b"checkpoint 1"), key.sign(b"checkpoint 1"));
        assert_eq!(key.key_id(), key_id(&key.public_key()));
        assert_eq!(key.key_id().len(), 16);
        assert_eq!(SigningKey::from_bytes(b"short").unwrap_err(), WrongLength { length: 5 });
    }

    #[test]
    fn debug_shows_no_seed() {
        let key = SigningKey::generate();
        let shown = format!("{key:?}");
        assert!(shown.contains("[masked]"), "{shown}");
        assert!(!shown.contains(&hex(key.as_bytes())), "{shown}");
        assert!(!shown.contains(&format!("{:?}", key.as_bytes())), "{shown}");
    }

    #[test]
    fn neither_another_key_nor_no_key_at_all_verifies() {
        let signature = SigningKey::generate().sign(b"checkpoint 1");
        for public in [SigningKey::generate().public_key(), vec![], vec![0; 31], vec![0; 33], vec![255; 32]] {
            assert_eq!(verify(&public, b"checkpoint 1", &signature), Err(BadSignature));
        }
    }

    proptest! {
        #[test]
        fn a_signature_holds_for_its_message_and_no_flipped_bit(
            message in prop::collection::vec(any::<u8>(), 1..100),
            at in any::<prop::sample::Index>(),
            bit in 0..8u8,
        ) {
            let key = SigningKey::from_bytes(&[9; KEY_LENGTH]).unwrap();
            let (public, signature) = (key.public_key(), key.sign(&message));
            prop_assert_eq!(verify(&public, &message, &signature), Ok(()));
            let flipped = |bytes: &[u8]| {
                let mut bytes = bytes.to_vec();
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                bytes
            };
            prop_assert_eq!(verify(&public, &flipped(&message), &signature), Err(BadSignature));
            prop_assert_eq!(verify(&public, &message, &flipped(&signature)), Err(BadSignature));
            prop_assert_eq!(verify(&flipped(&public), &message, &signature), Err(BadSignature));
        }
    }
}
