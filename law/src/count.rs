//! Counting a period with what questions to the person do to it; days only, no words.
//!
//! All functions answer the *unrolled* last day: pauses are added to that one, and a date moves past weekends once, last.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::clock::PauseEffect;

/// A question that was answered, with its effect under the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// What the question does.
    pub effect: PauseEffect,
    /// When it was asked.
    pub asked: Date,
    /// When the answer came; not before it was asked.
    pub answered: Date,
}

/// A period that was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The day the period was counted from: day 0, or the day of the last answer that restarted it.
    pub start: Date,
    /// The last day without the days that questions added.
    pub plain: Date,
    /// The last day.
    pub unrolled: Date,
    /// How many days each question added, in the order given. A restart adds none: it moves the start.
    pub days: Vec<u16>,
}

/// Counts a period from `day_zero`; `last_day` ends it from whatever day it starts.
pub fn count(day_zero: Date, questions: &[Answered], last_day: impl Fn(Date) -> Date) -> Counted {
    let restarts = questions.iter().filter(|question| question.effect == PauseEffect::Restart);
    let start = restarts.map(|question| question.answered).fold(day_zero, Date::max);
    let plain = last_day(start);
    let mut days = vec![0; questions.len()];
    let stopped = add(start, plain, questions, PauseEffect::Stop, &mut days);
    let unrolled = add(start, stopped, questions, PauseEffect::Suspend, &mut days);
    Counted { start, plain, unrolled, days }
}

/// Adds to `end` the days of the questions with that effect, each day once. A question first asked after the end, as far as
/// earlier ones have moved it, adds nothing; so do days up to the start, which are never counted.
fn add(start: Date, end: Date, questions: &[Answered], effect: PauseEffect, days: &mut [u16]) -> Date {
    let mut order: Vec<usize> = (0..questions.len()).filter(|at| questions[*at].effect == effect).collect();
    order.sort_by_key(|at| (questions[*at].asked, questions[*at].answered));
    // A stop leaves out the day of asking too, a suspension begins with the night after it.
    let lead = i64::from(effect == PauseEffect::Stop);
    let (mut end, mut covered) = (end, start);
    for at in order {
        let Answered { asked, answered, .. } = questions[at];
        if asked > end {
            continue;
        }
        let from = asked.saturating_sub(lead.days()).max(covered);
        let added = days_between(from, answered);
        days[at] = added;
        end = end.saturating_add(i64::from(added).days());
        covered = covered.max(answered);
    }
    end
}

/// How many days `to` lies after `from`; none if it does not.
pub fn days_between(from: Date, to: Date) -> u16 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    u16::try_from(days.max(0)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// The walk as the statute puts it: forward from the start, every day that is not left out counts.
    fn walk(start: Date, end: Date, gaps: &[(Date, Date)]) -> Date {
        let mut left = days_between(start, end);
        let mut day = start;
        while left > 0 {
            day += 1.day();
            if !gaps.iter().any(|(from, to)| (*from..=*to).contains(&day)) {
                left -= 1;
            }
        }
        day
    }

    fn a_day(from: i16) -> impl Strategy<Value = Date> {
        (0..from).prop_map(|offset| date(2026, 1, 1) + i64::from(offset).days())
    }

    proptest! {
        #[test]
        fn stopping_the_clock_is_the_walk(start in a_day(60), gaps in prop::collection::vec((a_day(150), 0..20i64), 0..4)) {
            let gaps: Vec<_> = gaps.into_iter().map(|(asked, length)| (asked, asked + length.days())).collect();
            let questions: Vec<_> = gaps
                .iter()
                .map(|(asked, answered)| Answered { effect: PauseEffect::Stop, asked: *asked, answered: *answered })
                .collect();
            let month = |from: Date| from + 1.month();
            let counted = count(start, &questions, month);
            // A gap that begins only once the days have counted is none: the walk has ended.
            prop_assert_eq!(counted.unrolled, walk(start, month(start), &gaps));
        }

        #[test]
        fn suspended_nights_count_once(start in a_day(20), asked in a_day(45), nights in 0..15i64, shift in 0..15i64) {
            let one = Answered { effect: PauseEffect::Suspend, asked, answered: asked + nights.days() };
            let other = Answered { effect: PauseEffect::Suspend, asked: asked + shift.days(), answered: asked + (shift + nights).days() };
            let month = |from: Date| from + 1.month();
            let both = count(start, &[one, other], month);
            let swapped = count(start, &[other, one], month);
            prop_assert_eq!(both.unrolled, swapped.unrolled);
            let alone = count(start, &[one], month);
            prop_assert!(alone.unrolled <= both.unrolled);
            prop_assert!(days_between(alone.unrolled, both.unrolled) <= u16::try_from(nights).unwrap_or(0));
            let total: u16 = both.days.iter().sum();
            prop_assert_eq!(both.plain + i64::from(total).days(), both.unrolled);
        }
    }
}
