//! Where we may call: a guard against being sent to addresses of an inner network (server-side request forgery).
//!
//! Whoever sets up a subscriber or a ticketing system names an address that we then call from inside the operator's network.
//! [`target`] says which addresses are taken at all, [`address`] which are public, [`allow`] what the operator allows besides.
//! A [`client`] looks again at every connection: it connects to the very address that was checked, so a name that is public
//! when it is set up and private when it is called gains nothing.

pub mod address;
pub mod allow;
pub mod client;
pub mod resolver;
pub mod target;
