//! One rule applied to one set of facts: its dates, without words.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::calendar::{Calendar, CalendarRef, Known};
use crate::clock::{Clock, Ends, Inputs, PauseEffect, RuleRef};
use crate::count::{Answered, Counted, count};
use crate::derivation;
use crate::duty::{Duty, Event, Kind};
use crate::holidays;
use crate::law::Law;
use crate::matter::{ExtensionNotice, Inquiry, Matter};
use crate::pack;
use crate::period::Period;
use crate::regime::Regime;
use crate::right::Right;
use crate::rule::{ExtensionRule, PauseRule, Rule};

/// One rule and the facts it is applied to.
#[derive(Clone)]
pub struct Case<'a> {
    pub regime: Regime,
    pub law: &'static Law,
    pub duty: Duty,
    /// Names the duty and its source.
    pub rule: RuleRef,
    pub event: Event,
    /// For people to read.
    pub note: Option<&'static str>,
    /// The rule whose period is counted: the duty's own, or with `same_as` another's.
    pub counted: &'static Rule,
    pub right: Option<Right>,
    /// All facts there are.
    pub matter: &'a Matter<'a>,
    pub at: Timestamp,
    pub day_zero: Date,
    pub zone: &'a TimeZone,
    /// As the law counts by it.
    pub calendar: Cow<'a, Calendar>,
    pub inquiries: &'a [Inquiry],
    /// The notice in the facts, whether it counts or not.
    pub notice: Option<ExtensionNotice>,
    /// The extension that counts.
    pub extension: Option<&'static ExtensionRule>,
    /// What else is to be told, with its source.
    pub remarks: Vec<(String, &'static str)>,
    pub target_days: u16,
}

/// What a question came to.
pub struct Asked {
    pub inquiry: Inquiry,
    pub rule: Option<&'static PauseRule>,
    /// Where it stands among the answered questions that were counted.
    pub counted: Option<usize>,
}

/// The dates of a case, and what they came about by.
pub struct Dates {
    pub asked: Vec<Asked>,
    pub counted: Counted,
    pub period: Period,
    pub cautious_period: Period,
    pub unrolled: Date,
    pub statutory: Date,
    pub cautious: Date,
    pub target: Date,
    pub if_rolled: Option<Date>,
}

impl Case<'_> {
    /// Whether the best reading moves past weekends and holidays, and by what provision.
    pub fn rolling(&self) -> Option<&'static str> {
        let source = self.law.counting.as_ref()?.rolling.as_deref();
        let rolls = self.counted.kind() == Kind::Deadline && self.counted.rolls.unwrap_or(true);
        source.filter(|_| rolls)
    }

    fn is_business_holiday(&self, day: Date) -> bool {
        if self.calendar.known() == Known::Given {
            return self.calendar.holiday(day).is_some();
        }
        let file = self.counted.business_calendar.as_deref().and_then(holidays::business);
        file.is_some_and(|file| file.holiday(day, None).is_some())
    }

    fn last_day(&self, period: Period, from: Date) -> Date {
        period.last_day(from, |day| self.is_business_holiday(day))
    }

    /// The questions with their effects, and those to be counted.
    fn questions(&self) -> (Vec<Asked>, Vec<Answered>) {
        let mut answered = Vec::new();
        let place = |inquiry: &Inquiry| {
            let mut rules = self.counted.pauses.iter();
            let rule = rules.find(|rule| rule.fits(inquiry.kind, self.right, self.calendar.region()));
            let counts = inquiry.answered.filter(|answer| *answer >= inquiry.asked).zip(rule);
            let counted = counts.filter(|(_, rule)| rule.effect != PauseEffect::None).map(|(answer, rule)| {
                answered.push(Answered { effect: rule.effect, asked: inquiry.asked, answered: answer });
                answered.len() - 1
            });
            Asked { inquiry: *inquiry, rule, counted }
        };
        let asked = self.inquiries.iter().map(place).collect();
        (asked, answered)
    }

    /// The length and the strictest length, extension included. Of a rule without a period there is none: it was checked.
    fn periods(&self) -> (Period, Period) {
        let period = self.counted.counted().unwrap_or(Period::Days(0));
        let cautious = self.counted.cautious.unwrap_or(period);
        match self.extension.and_then(|extension| extension.by) {
            Some(by) => (period.plus(by).unwrap_or(period), cautious.plus(by).unwrap_or(cautious)),
            None => (period, cautious),
        }
    }

    /// Computes the dates.
    pub fn dates(&self) -> Dates {
        let (period, cautious_period) = self.periods();
        let (asked, answered) = self.questions();
        let mut counted = count(self.day_zero, &answered, |from| self.last_day(period, from));
        let until = self.extension.and(self.notice).and_then(|notice| notice.until);
        let is_open = self.extension.is_some_and(|extension| extension.by.is_none());
        if is_open && let Some(until) = until {
            (counted.plain, counted.unrolled) = (until, until);
        }
        let unrolled = counted.unrolled;
        let moves = self.rolling().is_some() && !is_open;
        let statutory = if moves { self.calendar.next_working_day(unrolled) } else { unrolled };
        let kind = self.counted.kind();
        let cautious = if kind == Kind::NotBefore { statutory } else { self.cautious(cautious_period, until, is_open) };
        let target = match kind {
            Kind::Deadline => cautious.saturating_sub(i64::from(self.target_days).days()).max(self.day_zero),
            Kind::NotBefore | Kind::NoFigure => cautious,
        };
        let doubtful = self.counted.doubtful_rolling.is_some() && kind == Kind::Deadline;
        let if_rolled = doubtful.then(|| self.calendar.next_working_day(unrolled));
        Dates { asked, counted, period, cautious_period, unrolled, statutory, cautious, target, if_rolled }
    }

    /// From the first receipt, no pause, no restart, no rolling, and of two readings of an extension the earlier; the day
    /// that a notice named binds, too.
    fn cautious(&self, total: Period, until: Option<Date>, is_open: bool) -> Date {
        if is_open && let Some(until) = until {
            return until;
        }
        let in_one_step = self.last_day(total, self.day_zero);
        let Some(extension) = self.extension else { return in_one_step };
        let first = self.counted.cautious.or(self.counted.counted()).filter(|_| extension.two_readings);
        let one_by_one =
            first.zip(extension.by).map(|(first, by)| self.last_day(by, self.last_day(first, self.day_zero)));
        [Some(in_one_step), one_by_one, until.map(|day| day.max(self.day_zero))]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(in_one_step)
    }

    /// What calendar the dates were computed with, if the rule asks one.
    pub fn calendar_ref(&self) -> Option<CalendarRef> {
        let given = self.calendar.known() == Known::Given;
        if let Some(name) = self.counted.business_calendar.as_deref().filter(|_| !given) {
            return Some(holidays::reference(name));
        }
        let asks = self.rolling().is_some()
            || self.counted.doubtful_rolling.is_some()
            || self.counted.business_calendar.is_some();
        asks.then(|| self.calendar.reference())
    }

    /// The clock: dates, and how they came about.
    pub fn clock(self) -> Clock {
        let dates = self.dates();
        let zone = zone_name(self.at, self.zone);
        let (pauses, derivation) = derivation::tell(&self, &dates, &zone);
        Clock {
            pack: pack::reference(),
            regime: self.regime,
            right: self.right,
            duty: self.duty,
            kind: self.counted.kind(),
            event: self.event,
            received: self.at,
            zone,
            receipt_day: self.day_zero,
            cautious: dates.cautious,
            statutory: dates.statutory,
            target: dates.target,
            unrolled: dates.unrolled,
            if_rolled: dates.if_rolled,
            extended: self.extension.is_some(),
            ends: Ends {
                cautious: end_of_day(dates.cautious, self.zone),
                statutory: end_of_day(dates.statutory, self.zone),
                target: end_of_day(dates.target, self.zone),
            },
            calendar: self.calendar_ref(),
            rule: self.rule,
            inputs: Inputs::of(self.matter),
            pauses,
            derivation,
        }
    }
}

fn zone_name(at: Timestamp, zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(|| zone.to_offset(at).to_string(), ToOwned::to_owned)
}

/// The microsecond before the next civil day begins. Taken from the next day's start, not from this day's 24 hours: days
/// have 23 or 25 of them, and a zone that crosses the date line can lack the day altogether.
fn end_of_day(day: Date, zone: &TimeZone) -> Timestamp {
    day.tomorrow()
        .and_then(|next| next.to_zoned(zone.clone()))
        .and_then(|next| next.timestamp().checked_sub(1.microsecond()))
        .unwrap_or(Timestamp::MAX) // the calendar ends with the year 9999
}
