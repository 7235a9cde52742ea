//! Stand-ins for ticketing systems: the part of each one's API that answers tickets read and written, over real HTTP.
//!
//! One server on an address of its own; each system stands under its name (`/zendesk/api/v2/…`), with a few tickets in it,
//! its limits and its refusals as documented. The clock stands still but for a second that every write takes. What no real
//! system has stands under `/sandbox`: see [`control`]; what goes wrong on demand, in [`faults`]; who may log in, in
//! [`systems`].
//!
//! It shares no type with the crate that reads and writes tickets, or it would share its errors.

pub mod control;
pub mod desk;
pub mod exchange;
pub mod faults;
pub mod limits;
pub mod server;
pub mod systems;
pub mod world;
