//! The one place that calls AES-256-GCM: `head | nonce (12) | ciphertext | tag (16)`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::secret::Secret;

pub(crate) const TAG_LEN: usize = 16;

/// Why a sealed value did not open. Neither variant says anything about the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Sealed under an installation key that this keyring does not hold.
    #[error("sealed under key {id}, which is not in the keyring")]
    UnknownKey {
        /// Short id of the missing key, 8 hex digits.
        id: String,
    },
    /// Changed, cut short, or sealed for another owner, in another context or under another key. Which of these it is
    /// cannot be told apart, by design of the cipher.
    #[error("the sealed value is damaged, or was sealed for another place or under another key")]
    Damaged,
}

/// The cipher under one key. A fresh random nonce is drawn for every message.
pub(crate) fn cipher(key: &Secret) -> RandomizedNonceKey {
    RandomizedNonceKey::new(&AES_256_GCM, key.as_bytes()).expect("32 bytes are an AES-256 key")
}

/// Associated data from parts, each led by its length, so that no two lists of parts give the same bytes.
pub(crate) fn aad(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Seals `plain` behind a clear `head`. The caller binds what the head says into `aad`.
pub(crate) fn seal(cipher: &RandomizedNonceKey, aad: &[u8], head: &[u8], plain: &[u8]) -> Vec<u8> {
    // Room for everything at once: growing would leave copies of the plain text in freed memory.
    let mut sealed = Vec::with_capacity(head.len() + NONCE_LEN + plain.len() + TAG_LEN);
    sealed.extend_from_slice(head);
    sealed.extend_from_slice(&[0; NONCE_LEN]);
    sealed.extend_from_slice(plain);
    let text_at = head.len() + NONCE_LEN;
    let (nonce, tag) = cipher
        .seal_in_place_separate_tag(Aad::from(aad), &mut sealed[text_at..])
        .expect("AES-256-GCM seals any message under 64 GiB");
    sealed[head.len()..text_at].copy_from_slice(nonce.as_ref());
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

/// Opens what [`seal`] made, given without its head.
pub(crate) fn open(cipher: &RandomizedNonceKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Damaged)?;
    let mut plain = text.to_vec();
    let length =
        cipher.open_in_place(Nonce::from(nonce), Aad::from(aad), &mut plain).map_err(|_| SealError::Damaged)?.len();
    plain.truncate(length);
    Ok(plain)
}
