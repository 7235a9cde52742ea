//! Keys of Standard Webhooks: `whsec_` for both sides, `whsk_` to sign, `whpk_` to verify.
//!
//! What a key is for is in its text, so nobody has to set it beside. A `whsk_` holds the seed and the public key, 64 bytes, as
//! Svix writes it; the specification leaves that open, so the seed alone is read as well.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};
use words::words;
use zeroize::Zeroizing;

use crate::mac::{Hash, Key, Method, same};

words! {
    /// How a message is signed.
    pub enum Version {
        /// HMAC-SHA256: both sides hold one secret.
        V1 = "v1",
        /// Ed25519: who verifies cannot sign.
        V1a = "v1a",
    }
}

/// With which a message is verified.
pub(crate) enum VerifyingKey {
    V1(Key),
    V1a(ParsedPublicKey),
}

/// With which a message is signed. It does not print.
pub struct SigningKey(Kind);

enum Kind {
    V1(Zeroizing<Vec<u8>>),
    V1a { seed: Zeroizing<Vec<u8>>, pair: Ed25519KeyPair },
}

/// A text that is no signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key {problem}")]
pub struct BadKey {
    /// Why; never what it holds.
    pub problem: &'static str,
}

const SECRET: &str = "whsec_";
const PRIVATE: &str = "whsk_";
const PUBLIC: &str = "whpk_";
/// 192 to 512 bits (the specification's section on signatures).
const SECRET_LENGTH: std::ops::RangeInclusive<usize> = 24..=64;
const SEED_LENGTH: usize = 32;

/// Some senders leave the padding of a secret away.
const READ: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Version {
    /// Bytes of a signature.
    pub(crate) const fn length(self) -> usize {
        match self {
            Self::V1 => 32,
            Self::V1a => 64,
        }
    }
}

fn read(base64: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    READ.decode(base64).map(Zeroizing::new).map_err(|_| "is not base64 after its prefix")
}

fn read_secret(base64: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let secret = read(base64)?;
    if !SECRET_LENGTH.contains(&secret.len()) {
        return Err("does not have 24 to 64 bytes");
    }
    Ok(secret)
}

impl VerifyingKey {
    /// Reads `whsec_…`, the same without its prefix, or `whpk_…`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.starts_with(PRIVATE) {
            return Err("is the key to sign with (whsk_); to verify with is the public one (whpk_)");
        }
        if let Some(public) = text.strip_prefix(PUBLIC) {
            let public = read(public)?;
            return ParsedPublicKey::new(&ED25519, &*public).map(Self::V1a).map_err(|_| "is not an Ed25519 public key");
        }
        let secret = read_secret(text.strip_prefix(SECRET).unwrap_or(text))?;
        Ok(Self::V1(Method::Hmac(Hash::Sha256).key(&secret)))
    }

    pub(crate) const fn version(&self) -> Version {
        match self {
            Self::V1(_) => Version::V1,
            Self::V1a(_) => Version::V1a,
        }
    }

    /// Whether one of the signatures is of this key over the content.
    pub(crate) fn verifies(&self, content: &[&[u8]], signatures: &[Vec<u8>]) -> bool {
        match self {
            Self::V1(key) => {
                let code = key.code(content.iter().copied());
                signatures.iter().any(|signature| same(&code, signature))
            }
            Self::V1a(_) if signatures.is_empty() => false,
            Self::V1a(key) => {
                let content = content.concat();
                signatures.iter().any(|signature| key.verify_sig(&content, signature).is_ok())
            }
        }
    }
}

impl SigningKey {
    /// A new key from the system's generator: 32 bytes, for `v1` as for the seed of `v1a`.
    ///
    /// # Panics
    /// The generator fails. Going on would mean guessable keys.
    #[must_use]
    pub fn generate(version: Version) -> Self {
        let bytes = random();
        match version {
            Version::V1 => Self(Kind::V1(bytes)),
            Version::V1a => Self::of_seed(bytes).expect("any 32 bytes are an Ed25519 seed"),
        }
    }

    /// Reads `whsec_…` or `whsk_…`.
    ///
    /// # Errors
    /// It is neither, or not a whole key.
    pub fn parse(text: &SecretString) -> Result<Self, BadKey> {
        Self::read(text.expose_secret()).map_err(|problem| BadKey { problem })
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        if let Some(secret) = text.strip_prefix(SECRET) {
            return read_secret(secret).map(|secret| Self(Kind::V1(secret)));
        }
        let private = text.strip_prefix(PRIVATE).ok_or("begins neither with whsec_ nor with whsk_")?;
        let bytes = read(private)?;
        let (seed, public) = bytes.split_at_checked(SEED_LENGTH).ok_or("does not have 32 or 64 bytes")?;
        let key = Self::of_seed(Zeroizing::new(seed.to_vec()))?;
        let is_whole = public.is_empty() || key.public().is_some_and(|own| own == public);
        is_whole.then_some(key).ok_or("holds a public key that is not its own")
    }

    fn of_seed(seed: Zeroizing<Vec<u8>>) -> Result<Self, &'static str> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| "is not an Ed25519 key")?;
        Ok(Self(Kind::V1a { seed, pair }))
    }

    fn public(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::V1(_) => None,
            Kind::V1a { pair, .. } => Some(pair.public_key().as_ref()),
        }
    }

    /// How it signs.
    #[must_use]
    pub const fn version(&self) -> Version {
        match self.0 {
            Kind::V1(_) => Version::V1,
            Kind::V1a { .. } => Version::V1a,
        }
    }

    /// The key as text, to be sealed: `whsec_…` or `whsk_…`.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        match &self.0 {
            Kind::V1(secret) => text(SECRET, &[secret]),
            Kind::V1a { seed, pair } => text(PRIVATE, &[seed, pair.public_key().as_ref()]),
        }
    }

    /// What a subscriber needs to verify, to be shown once: `whsec_…`, the secret itself, or `whpk_…`.
    #[must_use]
    pub fn for_subscriber(&self) -> SecretString {
        self.public().map_or_else(|| self.secret(), |public| text(PUBLIC, &[public]))
    }

    /// `v1,…` or `v1a,…` over the content.
    pub(crate) fn sign(&self, content: &[&[u8]]) -> String {
        let signature = match &self.0 {
            Kind::V1(secret) => Method::Hmac(Hash::Sha256).key(secret).code(content.iter().copied()),
            Kind::V1a { pair, .. } => pair.sign(&content.concat()).as_ref().to_vec(),
        };
        format!("{},{}", self.version(), BASE64_STANDARD.encode(signature))
    }
}

/// 32 bytes from the system's generator.
pub(crate) fn random() -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; SEED_LENGTH]);
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random generator works");
    bytes
}

fn text(prefix: &str, bytes: &[&[u8]]) -> SecretString {
    let bytes = Zeroizing::new(bytes.concat());
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + bytes.len().div_ceil(3) * 4));
    text.push_str(prefix);
    BASE64_STANDARD.encode_string(&*bytes, &mut text);
    SecretString::from(text.as_str())
}
