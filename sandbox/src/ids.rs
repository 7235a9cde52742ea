//! Identifiers: the same name gives the same id in every run, so that tests and people can cite them.

use uuid::{Builder, Uuid};

/// A UUID (version 8: made by a rule of our own) that depends on `name` alone.
///
/// The rule is FNV-1a over 128 bits. It need not resist anyone: it only has to keep the seeded people apart.
pub fn named(name: &str) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = name.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid().to_string()
}

/// A UUID nobody can foresee, for what arises while the sandbox runs.
pub fn fresh() -> String {
    Uuid::new_v4().to_string()
}
