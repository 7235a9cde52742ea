//! The keys that a provider signs by (JSON Web Key, RFC 7517), and what they verify (RFC 7518).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// All of a provider's keys.
#[derive(Clone, Debug, Deserialize)]
pub struct Keys {
    // Each is read by itself: one of a kind that is not known does no harm to the others.
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Key {
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    #[serde(flatten)]
    kind: Kind,
}

/// Public keys only. One by which a secret is shared signs nothing here: our client secret must not make tokens.
#[derive(Deserialize)]
#[serde(tag = "kty")]
enum Kind {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Curve { crv: String, x: String, y: String },
    #[serde(rename = "OKP")]
    Edwards { crv: String, x: String },
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

impl Keys {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// Whether one of them, of this name if it has one, made this signature by this algorithm.
    pub(crate) fn have_signed(&self, algorithm: &str, name: Option<&str>, signed: &[u8], signature: &[u8]) -> bool {
        self.keys.iter().filter_map(|key| Key::deserialize(key).ok()).any(|key| {
            let is_meant = name.is_none_or(|name| key.kid.as_deref() == Some(name))
                && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
                && key.alg.as_deref().is_none_or(|alg| alg == algorithm);
            is_meant && key.kind.has_signed(algorithm, signed, signature).is_some()
        })
    }
}

impl Kind {
    fn has_signed(&self, algorithm: &str, signed: &[u8], signature: &[u8]) -> Option<()> {
        match self {
            Self::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n: bytes(n)?, e: bytes(e)? };
                key.verify(rsa(algorithm)?, signed, signature).ok()
            }
            Self::Curve { crv, x, y } => {
                let (algorithm, length) = curve(algorithm, crv)?;
                let (x, y) = (bytes(x)?, bytes(y)?);
                // Uncompressed, as SEC 1 §2.3.3 has it: a byte, then both coordinates at full length (RFC 7518 §6.2.1.2).
                let point = [&[0x04], x.as_slice(), y.as_slice()].concat();
                let is_whole = x.len() == length && y.len() == length;
                is_whole.then(|| UnparsedPublicKey::new(algorithm, point).verify(signed, signature).ok())?
            }
            Self::Edwards { crv, x } => {
                let fits = crv == "Ed25519" && matches!(algorithm, "EdDSA" | "Ed25519");
                let key = bytes(x).filter(|key| fits && key.len() == 32)?;
                UnparsedPublicKey::new(&ED25519, key).verify(signed, signature).ok()
            }
        }
    }
}

fn rsa(algorithm: &str) -> Option<&'static RsaParameters> {
    match algorithm {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
        "PS384" => Some(&RSA_PSS_2048_8192_SHA384),
        "PS512" => Some(&RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

/// With the length of a coordinate, in bytes.
fn curve(algorithm: &str, curve: &str) -> Option<(&'static EcdsaVerificationAlgorithm, usize)> {
    match (algorithm, curve) {
        ("ES256", "P-256") => Some((&ECDSA_P256_SHA256_FIXED, 32)),
        ("ES384", "P-384") => Some((&ECDSA_P384_SHA384_FIXED, 48)),
        _ => None,
    }
}
