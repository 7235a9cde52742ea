//! Short references that can be spoken on the telephone: `K7PW-3MXD`.

use rand::Rng;

/// No vowels, so that no word comes about; no 0/O, 1/I/L, 2/Z, 5/S, 8/B, which are mistaken for each other.
const ALPHABET: &[u8] = b"CDFGHJKMNPQRTVWXY34679";

/// A new reference: 22^8, some 5 x 10^10, and a unique index behind it.
#[must_use]
pub fn new_reference() -> String {
    let mut rng = rand::rng();
    let mut part = || -> String { (0..4).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect() };
    format!("{}-{}", part(), part())
}
