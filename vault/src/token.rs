//! Bearer tokens: shown once, stored as a hash.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::digest::sha256_hex;
use crate::secret::Secret;

/// A new token `<prefix>_<43 characters>` of 256 random bits, to be shown once, and the hash to be stored. The prefix
/// lets people and secret scanners tell what a found token opens.
pub fn random_token(prefix: &str) -> (SecretString, String) {
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + 1 + 43));
    text.push_str(prefix);
    text.push('_');
    BASE64_URL_SAFE_NO_PAD.encode_string(Secret::random().as_bytes(), &mut text);
    let hash = hash_token(&text);
    (SecretString::from(text.as_str()), hash)
}

/// What is stored of a token, 64 hex digits of SHA-256. Plain and fast is enough: 256 random bits are not guessed.
pub fn hash_token(token: &str) -> String {
    sha256_hex(token.as_bytes())
}

/// Whether `token` is the one stored as `hash`, in constant time.
pub fn token_matches(token: &str, hash: &str) -> bool {
    crate::digest::constant_time_eq(hash_token(token).as_bytes(), hash.as_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_is_shown_once_and_known_again_by_its_hash() {
        let (token, hash) = random_token("dsr_at");
        let shown = token.expose_secret();
        let random = shown.strip_prefix("dsr_at_").unwrap();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        assert_eq!(hash_token(shown), hash);
        assert!(token_matches(shown, &hash));
        assert!(!token_matches(random, &hash));
        assert!(!token_matches(shown, ""));
        assert!(!format!("{token:?}").contains(random));
    }

    #[test]
    fn no_two_tokens_are_the_same() {
        let ((one, one_hash), (two, two_hash)) = (random_token("a"), random_token("a"));
        assert_ne!(one.expose_secret(), two.expose_secret());
        assert_ne!(one_hash, two_hash);
    }
}
