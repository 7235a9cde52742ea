//! The API over real HTTP, on a real database.

mod filing;
mod tokens;
mod world;
