//! Keys, sealed values and keyed hashes: what keeps personal data unreadable outside a request.
//!
//! | what | how |
//! |---|---|
//! | sealed values, wrapped keys, artifact frames | AES-256-GCM, random 96-bit nonce, 128-bit tag |
//! | lookup hashes | HMAC-SHA-256 |
//! | signatures | Ed25519 (RFC 8032) |
//! | key ids, token and artifact hashes | SHA-256 |
//! | passwords | argon2id (RFC 9106) |
//! | passkeys | Web Authentication Level 3: Ed25519, ECDSA on P-256, RSA |
//! | codes of an authenticator | TOTP (RFC 6238), HMAC-SHA-1 |
//!
//! A random nonce is safe for 2^32 messages under one key (NIST SP 800-38D, 8.3). Every request has a [data
//! key](data_key::DataKey) of its own and seals some thousands of values with it, artifacts included at one message per
//! MiB, so no key comes near. An [installation key](keyring::Keyring) wraps one data key per request and a few
//! credentials per controller, and it can be rotated. Destroying a request's wrapped key makes all its values noise:
//! that is how the personal data of a closed request goes. A backup made before holds the wrapped key still, so it is
//! erased once that backup is, or once the installation key it was wrapped under has been rotated away.

pub mod data_key;
pub mod digest;
mod keyfile;
pub mod keyring;
pub mod lookup;
pub mod passkey;
pub mod password;
pub mod recovery;
pub mod seal;
pub mod secret;
pub mod signing;
pub mod stream;
pub mod token;
pub mod totp;
