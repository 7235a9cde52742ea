//! Passwords that people choose: kept as argon2id hashes, slow on purpose.
//!
//! The cost is the one that OWASP recommends and the crate defaults to: 19 MiB, two passes, one lane. It stands in each hash,
//! so a later change of it leaves older hashes good. Whoever calls this does so off the threads that serve.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::digest::hex;
use crate::secret::{Secret, fill_random};

/// Hashes a password with a salt of its own, as a PHC string (`$argon2id$v=19$…`).
pub fn hash(password: &str) -> String {
    let mut salt = [0; 16];
    fill_random(&mut salt);
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("argon2 takes any password under 4 GiB and a salt of 16 bytes");
    hash.to_string()
}

/// Whether `password` is the one hashed as `stored`. Without a stored hash, or with one that is none, the answer is no and
/// takes as long: time does not tell who has a password.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| hash(&hex(Secret::random().as_bytes())));
    let parsed = stored.and_then(|text| PasswordHash::new(text).ok());
    let (parsed, is_somebodys) = match parsed {
        Some(parsed) => (parsed, true),
        None => (PasswordHash::new(&NOBODYS).expect("made by the function above"), false),
    };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && is_somebodys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_by_its_hash_alone() {
        let stored = hash("correct horse battery staple");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse battery staple", Some(&stored)));
        assert!(!verify("correct horse battery stapl", Some(&stored)));
        assert!(!verify("", Some(&stored)));
        assert_ne!(hash("correct horse battery staple"), stored, "each has a salt of its own");
    }

    #[test]
    fn without_a_hash_no_password_fits() {
        for stored in [None, Some(""), Some("no hash"), Some("$argon2id$v=19$m=19456,t=2,p=1$")] {
            assert!(!verify("", stored), "{stored:?}");
        }
    }
}
