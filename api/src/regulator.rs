//! What a regulator sees: figures, a case by its number, the evidence. The room's pages show it within an invitation; the calls
//! here show the same to clients of the API, for the controllers they reach. No personal data is in any of it.

pub mod bundle;
pub mod case;
pub mod figures;
