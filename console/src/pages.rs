//! The pages, a file each; a page that needs more has a folder beside. No page imports another.

pub mod account;
pub mod enrol;
pub mod error;
pub mod export;
pub mod hold;
pub mod invitation;
pub mod language;
pub mod new_passkey;
pub mod new_request;
pub mod overview;
pub mod passkey;
pub mod password;
pub mod provider;
pub mod queue;
pub mod recovery_codes;
pub mod request;
pub mod search;
pub mod second_factor;
pub mod sign_in;
pub mod sign_out;
pub mod theme;
pub mod together;
pub mod views;
