//! The key of one request: seals its values, and takes them all with it when it is destroyed.

use zeroize::Zeroizing;

use crate::seal::{self, SealError, aad};
use crate::secret::{Secret, WrongLength};

const VERSION: u8 = 1;

/// One request's own AES-256-GCM key. Stored only [wrapped](crate::keyring::Keyring::wrap); overwritten in memory when
/// dropped; its `Debug` shows nothing.
#[derive(Debug)]
pub struct DataKey(Secret);

impl DataKey {
    /// A new random key.
    pub fn generate() -> Self {
        Self(Secret::random())
    }

    /// Seals `plain` for one place. The context names that place, such as `identifiers.value/<uuid>`, and the same
    /// must be given to open: a value copied to another row or column does not open there.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        seal::seal(&seal::cipher(&self.0), &value_aad(context), &[VERSION], plain)
    }

    /// Opens what [`DataKey::seal`] sealed in the same context.
    ///
    /// # Errors
    /// [`SealError::Damaged`] for anything else.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        match sealed.split_first() {
            Some((&VERSION, body)) => seal::open(&seal::cipher(&self.0), &value_aad(context), body),
            _ => Err(SealError::Damaged),
        }
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Result<Self, WrongLength> {
        Secret::from_slice(&Zeroizing::new(bytes)).map(Self)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

fn value_aad(context: &str) -> Vec<u8> {
    aad(&[b"dsr value", &[VERSION], context.as_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", DataKey::generate()), "DataKey([masked])");
    }

    #[test]
    fn sealing_twice_gives_different_bytes() {
        let key = DataKey::generate();
        assert_ne!(key.seal("a", b"ada@example.org"), key.seal("a", b"ada@example.org"));
    }

    #[test]
    fn another_key_does_not_open() {
        let sealed = DataKey::generate().seal("a", b"ada@example.org");
        assert_eq!(DataKey::generate().open("a", &sealed), Err(SealError::Damaged));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(context in ".{0,40}", plain in prop::collection::vec(any::<u8>(), 0..300)) {
            let key = DataKey::generate();
            let sealed = key.seal(&context, &plain);
            prop_assert_eq!(sealed.len(), 1 + 12 + plain.len() + 16);
            prop_assert_eq!(key.open(&context, &sealed), Ok(plain));
        }

        #[test]
        fn any_flipped_bit_is_refused(plain in prop::collection::vec(any::<u8>(), 0..64), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let key = DataKey::generate();
            let mut sealed = key.seal("identifiers.value/1", &plain);
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(key.open("identifiers.value/1", &sealed), Err(SealError::Damaged));
        }

        #[test]
        fn any_shorter_or_longer_value_is_refused(plain in prop::collection::vec(any::<u8>(), 0..64), at in any::<prop::sample::Index>(), more in 1..20usize) {
            let key = DataKey::generate();
            let mut sealed = key.seal("a", &plain);
            prop_assert_eq!(key.open("a", &sealed[..at.index(sealed.len())]), Err(SealError::Damaged));
            sealed.extend(vec![0; more]);
            prop_assert_eq!(key.open("a", &sealed), Err(SealError::Damaged));
        }

        #[test]
        fn another_context_is_refused(here in ".{0,20}", there in ".{0,20}") {
            prop_assume!(here != there);
            let key = DataKey::generate();
            prop_assert_eq!(key.open(&there, &key.seal(&here, b"x")), Err(SealError::Damaged));
        }

        #[test]
        fn arbitrary_bytes_never_open(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(DataKey::generate().open("a", &bytes), Err(SealError::Damaged));
        }
    }
}
