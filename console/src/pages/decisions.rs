//! What is decided about a request, a file each: `/console/requests/{name}/<decision>`. How they are asked for and taken is in
//! `sheet`; here stands only what one asks and how it is read.

pub mod abandon;
pub mod accept;
pub mod acknowledge;
pub mod announce;
pub mod answer;
pub mod appeal;
pub mod approve;
pub mod ask;
pub mod at_once;
pub mod choose;
pub mod complete;
pub mod decide_appeal;
pub mod extend;
pub mod extend_appeal;
pub mod hand_over;
pub mod hold;
pub mod recompute;
pub mod refuse;
pub mod resolve_anew;
pub mod verify;
pub mod withdraw;
