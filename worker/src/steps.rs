//! What can be done, a file each. A step may run twice, so each looks at what is stored before it acts, and commits what it
//! found together with what comes next.

pub mod close;
pub mod collapse;
pub mod collect;
pub mod plan;
pub mod resolve;
pub mod submit;
pub mod track;
