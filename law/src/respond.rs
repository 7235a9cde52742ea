//! The duty to respond: from an instant of receipt to its dates, with the reason for each.
//!
//! The statutory date is left unrolled: without a holiday calendar nobody can tell the next working day, and a doubt never
//! lengthens a deadline. Pauses, restarts and extensions are not applied here either, for the same reason.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clock::{Clock, Confidence, Ends, Inputs, RuleRef, Step};
use crate::duty::{Duty, Event, Kind};
use crate::matter::Matter;
use crate::pack;
use crate::period::Period;
use crate::regime::Regime;
use crate::rules::RespondRule;

/// The clock of the duty to respond to a request received at `received` by an establishment in `zone`.
///
/// Receipt is arrival on a channel of the organisation, on whatever day and noticed or not. The zone decides which civil
/// day that was; a UTC date can be a day late.
pub fn respond(regime: Regime, received: Timestamp, zone: &TimeZone) -> Clock {
    let receipt_day = received.to_zoned(zone.clone()).date();
    let zone_name = zone_name(received, zone);
    let rule = RespondRule::on(regime, receipt_day);
    let statutory_unrolled = rule.period.last_day(receipt_day);
    let cautious = rule.cautious.last_day(receipt_day);
    let rule_ref = RuleRef {
        id: format!("{regime}.{}", Duty::Respond.as_str()).into(),
        version: rule.version,
        source: rule.source.into(),
        confidence: Confidence::Medium,
    };
    let mut derivation = vec![receipt_step(rule, received, &zone_name, receipt_day)];
    derivation.push(step(
        format!("{} from {receipt_day} ends with {statutory_unrolled}.", rule.period),
        "period",
        rule.source,
    ));
    derivation.extend(month_end_step(rule, receipt_day, statutory_unrolled));
    derivation.push(rolling_step(rule, statutory_unrolled));
    derivation.push(step(
        format!("The cautious date is {cautious}, {} from {receipt_day}.", rule.cautious),
        "cautious",
        rule.cautious_source,
    ));
    let target = cautious.saturating_sub(i64::from(Matter::TARGET_DAYS).days()).max(receipt_day);
    Clock {
        pack: pack::reference(),
        regime,
        right: None,
        duty: Duty::Respond,
        kind: Kind::Deadline,
        event: Event::Receipt,
        received,
        zone: zone_name,
        receipt_day,
        cautious,
        statutory: statutory_unrolled,
        target,
        unrolled: statutory_unrolled,
        if_rolled: None,
        extended: false,
        ends: Ends {
            cautious: end_of_day(cautious, zone),
            statutory: end_of_day(statutory_unrolled, zone),
            target: end_of_day(target, zone),
        },
        rule: rule_ref,
        calendar: None,
        inputs: Inputs { target_days: Matter::TARGET_DAYS, ..Inputs::default() },
        pauses: Vec::new(),
        derivation,
    }
}

fn receipt_step(rule: &RespondRule, received: Timestamp, zone_name: &str, day: Date) -> Step {
    let (day_zero, source) = rule.counting.day_zero;
    step(format!("Received at {received}, which is {day} in {zone_name}. {day_zero}."), "receipt_day", source)
}

fn month_end_step(rule: &RespondRule, from: Date, last: Date) -> Option<Step> {
    let clamped = matches!(rule.period, Period::Months(_)) && last.day() != from.day();
    clamped.then(|| {
        let text = format!("{:04}-{:02} has no day {}, so its last day counts.", last.year(), last.month(), from.day());
        step(text, "month_end", rule.counting.month_end)
    })
}

fn rolling_step(rule: &RespondRule, last: Date) -> Step {
    let Some(source) = rule.counting.rolling else {
        return step("The date does not move for weekends or holidays.".into(), "rolling", rule.source);
    };
    let weekday = match last.weekday() {
        Weekday::Saturday => " is a Saturday; the law",
        Weekday::Sunday => " is a Sunday; the law",
        _ => " is no weekend day; if it is a public holiday the law",
    };
    let text =
        format!("{last}{weekday} allows the next working day. No holiday calendar is applied, so the date stays.");
    step(text, "rolling", source)
}

fn step(text: String, rule: &'static str, source: &'static str) -> Step {
    Step { text, rule: rule.into(), source: source.into() }
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
