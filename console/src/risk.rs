//! How near a request is to a breach, and where it stands, as tags that lists and pages share.

use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::Model;

use crate::dates::Dates;
use crate::parts::{Tag, Tone};
use crate::shell::Shell;

/// From so many days before the cautious date on a request is urgent.
const URGENT_DAYS: i32 = 3;
/// From so many days on it wants a look soon.
const SOON_DAYS: i32 = 10;

/// How loud a date is, by the civil days until it.
#[must_use]
pub fn tone(days: i32) -> Tone {
    match days {
        i32::MIN..URGENT_DAYS => Tone::Alarm,
        URGENT_DAYS..SOON_DAYS => Tone::Warn,
        _ => Tone::Quiet,
    }
}

/// The time that is left to answer; nothing once the request is closed.
#[must_use]
pub fn left(s: &Shell, dates: &Dates, request: &Model) -> Option<Tag> {
    if request.status.is_closed() {
        return None;
    }
    let days = dates.days_until(s.now, request.cautious_at);
    Some(Tag::new(tone(days), dates.left(s.now, request.cautious_at)))
}

/// Where a request stands, or how it ended.
#[must_use]
pub fn standing(s: &Shell, request: &Model) -> Tag {
    use RequestStatus as S;
    if let Some(outcome) = request.outcome {
        let tone = match outcome {
            Outcome::Fulfilled => Tone::Good,
            _ => Tone::Quiet,
        };
        return Tag::new(tone, s.word("outcome", outcome.as_str()));
    }
    let tone = match request.status {
        S::Received | S::Verifying | S::Reviewing => Tone::Warn,
        S::Resolving | S::Executing | S::Answering => Tone::Info,
        S::Closed => Tone::Quiet,
    };
    Tag::new(tone, s.word("status", request.status.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_grows_louder_as_it_comes() {
        for (days, expected) in
            [(-5, Tone::Alarm), (0, Tone::Alarm), (2, Tone::Alarm), (3, Tone::Warn), (9, Tone::Warn), (10, Tone::Quiet)]
        {
            assert_eq!(tone(days), expected, "{days}");
        }
    }
}
