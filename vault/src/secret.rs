//! Thirty-two secret bytes, overwritten when dropped: what every key in this crate is made of.

use std::fmt;

use zeroize::Zeroizing;

/// Length of every secret key in this crate, in bytes.
pub const KEY_LENGTH: usize = 32;

/// The bytes given are not a key: a key has exactly 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key has {KEY_LENGTH} bytes, these are {length}")]
pub struct WrongLength {
    /// How many bytes were given.
    pub length: usize,
}

/// Secret bytes on the heap, so that moving a key leaves no copy behind on the stack.
#[derive(Clone)]
pub(crate) struct Secret(Box<Zeroizing<[u8; KEY_LENGTH]>>);

impl Secret {
    pub(crate) fn random() -> Self {
        let mut secret = Self(Box::new(Zeroizing::new([0; KEY_LENGTH])));
        fill_random(secret.0.as_mut_slice());
        secret
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Result<Self, WrongLength> {
        if bytes.len() != KEY_LENGTH {
            return Err(WrongLength { length: bytes.len() });
        }
        let mut secret = Self(Box::new(Zeroizing::new([0; KEY_LENGTH])));
        secret.0.copy_from_slice(bytes);
        Ok(secret)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[masked]")
    }
}

/// Fills from the operating system's seeded generator.
///
/// # Panics
/// When the generator fails. Going on would mean guessable keys, so there is nothing for a caller to decide.
pub(crate) fn fill_random(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the system's random generator works");
}
