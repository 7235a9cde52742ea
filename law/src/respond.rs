//! The one clock that every request has: the duty to answer, with no more known than that it arrived.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::clocks::case;
use crate::duty::Duty;
use crate::matter::Matter;
use crate::pack;
use crate::regime::Regime;
use crate::right::Right;

/// The clock of the duty to answer a request for access received at `received` by an establishment in `zone`, without a
/// calendar of its place: public holidays move nothing.
///
/// Receipt is arrival on a channel of the organisation, on whatever day and noticed or not. The zone decides which civil
/// day that was; a UTC date can be a day late.
pub fn respond(regime: Regime, received: Timestamp, zone: &TimeZone) -> Clock {
    let calendar = Calendar::find("", &[]);
    let matter = Matter::new(regime, Right::Access, received, zone.clone(), &calendar);
    let law = pack::law(regime);
    let rule = law.rule(Duty::Respond, Some(Right::Access), matter.receipt_day());
    case(&matter, law, rule.expect("every law answers access on every day: a test asks each"), received).clock()
}
