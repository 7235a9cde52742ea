//! Who is meant by a request, and what will be done about it: pure rules over plain values, so that the same answer is
//! given on a page, in a worker and in a test.

pub mod identifier;
pub mod merge;
pub mod normalise;
pub mod people;
pub mod plan;
pub mod record;
