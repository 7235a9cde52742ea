//! Setting controllers up: adding one step by step, changing each part, looking whether its platform lets it work, and the switch
//! that stops its work.

pub mod add;
pub mod change;
mod fields;
pub mod list;
pub mod look;
mod platform;
mod question;
pub mod show;
pub mod switch;

use api::problem::{Problem, codes};
use entities::controller::queries::NotSaved;

use crate::refused::Refused;

/// Why a controller was not saved, as a page says it.
fn not_saved(why: NotSaved) -> Refused {
    match why {
        NotSaved::OutOfReach => Refused::not_found(),
        NotSaved::Stale => Problem::new(codes::STALE, why.to_string()).into(),
        NotSaved::Unfit(_) | NotSaved::SlugTaken | NotSaved::ZoneInUse => {
            Problem::new(codes::CONFLICT, why.to_string()).into()
        }
        NotSaved::Store(error) => error.into(),
    }
}
