//! Officers: who signs in, what each may do where, and taking it away again.

pub mod acts;
pub mod add;
mod invited;
pub mod list;
pub mod roles;
pub mod show;
mod view;
