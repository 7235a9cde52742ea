//! Signing in by an organisation's own OpenID provider (OpenID Connect Core 1.0, by the code flow).
//!
//! [`settings`] is what the operator says of the provider, [`provider`] is the way there and back, [`discovery`] what the provider
//! says of itself, [`key`] its keys, [`token`] checks what it says of somebody, and [`person`] is what comes of it. It knows no table: whom a person
//! is, and what they may do, is decided by who asks.
//!
//! Only the code flow, with PKCE (RFC 7636), a state, a nonce and the issuer's name in the answer (RFC 9207). What a token says counts
//! only once its signature, issuer, audience, time and nonce were checked.

pub mod discovery;
pub mod failed;
mod http;
pub mod key;
pub mod person;
pub mod provider;
pub mod settings;
pub mod token;
