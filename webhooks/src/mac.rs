//! Codes over bytes: made with a key, compared in constant time.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, hmac};
use words::words;
use zeroize::Zeroizing;

words! {
    /// The hash within an HMAC. SHA-1 is broken for signatures, not within an HMAC; it is here because senders use it.
    pub enum Hash {
        /// 20 bytes.
        Sha1 = "sha1",
        /// 32 bytes.
        Sha256 = "sha256",
        /// 64 bytes.
        Sha512 = "sha512",
    }
}

impl Hash {
    const fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }
}

/// How a code is made from key and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// RFC 2104.
    Hmac(Hash),
    /// SHA-256 over the key and the bytes: whoever has one such code can lengthen the bytes and compute the next.
    KeyedSha256,
}

/// A key, ready for its method.
pub(crate) enum Key {
    Hmac(Box<hmac::Key>),
    KeyedSha256(Zeroizing<Vec<u8>>),
}

impl Method {
    pub(crate) fn key(self, secret: &[u8]) -> Key {
        match self {
            Self::Hmac(hash) => Key::Hmac(Box::new(hmac::Key::new(hash.algorithm(), secret))),
            Self::KeyedSha256 => Key::KeyedSha256(Zeroizing::new(secret.to_vec())),
        }
    }

    /// Bytes of a code.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::Hmac(Hash::Sha1) => 20,
            Self::Hmac(Hash::Sha256) | Self::KeyedSha256 => 32,
            Self::Hmac(Hash::Sha512) => 64,
        }
    }
}

impl Key {
    /// The code over `content`, its parts one after another.
    pub(crate) fn code<'a>(&self, content: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        match self {
            Self::Hmac(key) => {
                let mut context = hmac::Context::with_key(key);
                content.into_iter().for_each(|part| context.update(part));
                context.sign().as_ref().to_vec()
            }
            Self::KeyedSha256(secret) => {
                let mut context = digest::Context::new(&digest::SHA256);
                context.update(secret);
                content.into_iter().for_each(|part| context.update(part));
                context.finish().as_ref().to_vec()
            }
        }
    }
}

/// Whether both are the same bytes; the time taken tells nothing but their lengths.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}

/// Whether both are the same words, of whatever length; the time taken tells nothing of what they hold.
pub(crate) fn same_word(one: &[u8], other: &[u8]) -> bool {
    let sum = |word| digest::digest(&digest::SHA256, word);
    same(sum(one).as_ref(), sum(other).as_ref())
}
