//! Officers: people who sign in. Each is a client too, under the same id, so that whoever filed a request is known by one id.

pub mod brake;
pub mod challenge;
pub mod enrolment;
pub mod invitation;
pub mod manage;
pub mod mapping;
pub mod passkey;
pub mod password;
pub mod provided;
pub mod queries;
pub mod recovery;
pub mod role;
pub mod session;
pub mod sign_in;
pub mod table;
