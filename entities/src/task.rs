//! What officers are to do about requests beside what the service asks of them.

pub mod queries;
pub mod table;
