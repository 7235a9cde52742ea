//! A stand-in for Genesys Cloud: its data subject request API over real HTTP, with a fast clock and fault switches.
//!
//! The sandbox plays both roles of the platform on one address (login under `/oauth/token`, the API under `/api/v2/…`) and
//! the signed storage that downloads redirect to on a second one. Everything lives in memory. What no real platform has
//! stands under `/sandbox/…`: clock, faults, counters, journal, people, settings, clients, reset (see [`control`]).
//!
//! It shares no type with the client, or it would share the client's errors. Where the contract is silent the sandbox
//! chooses, and says so at the place of choice.
//!
//! Beside the platform stand the ticketing systems, on an address of their own: see [`ticketing`].
//!
//! The seeded people, and what each of them is there to show, are listed in [`population::samples`]; the faults in
//! [`faults`]; the OAuth clients in [`population::clients`].

pub mod answers;
pub mod archive;
pub mod call;
pub mod clock;
pub mod control;
pub mod faults;
pub mod ids;
pub mod journal;
pub mod login;
pub mod options;
pub mod pipeline;
pub mod platform;
pub mod population;
pub mod server;
pub mod state;
pub mod storage;
pub mod ticketing;
