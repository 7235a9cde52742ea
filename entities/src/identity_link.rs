//! Links by which somebody proves that an address is theirs.

pub mod prove;
pub mod queries;
pub mod table;
