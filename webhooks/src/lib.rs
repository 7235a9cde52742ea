//! Who sent this webhook, and was it changed on the way: the signature schemes of ticketing systems, and our own.
//!
//! Pure: no I/O, no database, no clock (the time is given). A [verifier](verify::Verifier) is made from a
//! [setup](setup::Setup) and its [secrets](secrets::Secrets), once a source; it takes [calls](call::Call) as they came in,
//! byte for byte, before anything is parsed. What it says of a call is where it came from and [how to know it
//! again](delivery::DeliveryKeys). Outgoing calls are [signed](sign::Signer) by Standard Webhooks.

pub mod call;
pub mod delivery;
pub mod encoding;
mod engine;
pub mod keys;
pub mod mac;
pub mod refused;
pub mod scheme;
mod schemes;
pub mod secrets;
pub mod setup;
pub mod sign;
pub mod time;
pub mod verify;
