//! The duty to respond, against worked examples and in general.
//!
//! `data/respond-examples.csv` is the part of the worked examples that this duty covers: every `due` row whose date no
//! pause, restart or fee changes (EU and UK rows with such keys are left out; under the other laws they change nothing and
//! stay, to prove it), and every `due_strict` row. India's rows are about grievances, another duty. Columns: regime with
//! place, civil day of receipt, kind with facts, the public holidays there are, the expected last day, the reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use law::clock::Clock;
use law::regime::Regime;
use law::respond::respond;
use proptest::prelude::*;
use rstest::rstest;

const EXAMPLES: &str = include_str!("../data/respond-examples.csv");
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/Los_Angeles",
    "America/Sao_Paulo", // had days that began at 01:00
    "Pacific/Apia",      // had no 30 December 2011
    "Pacific/Kiritimati",
    "Australia/Lord_Howe", // moves by half an hour
];

struct Example {
    regime: Regime,
    received: Date,
    kind: &'static str,
    instant: Option<(Timestamp, TimeZone)>,
    holidays: Vec<Date>,
    expected: Date,
    line: &'static str,
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn examples() -> Vec<Example> {
    EXAMPLES.lines().skip(1).map(example).collect()
}

fn example(line: &'static str) -> Example {
    // Only the last column, for people, is ever quoted.
    let [regime, received, event, holidays, expected, _rule] = line.splitn(6, ',').collect::<Vec<_>>()[..] else {
        panic!("six columns in {line}")
    };
    let mut facts = event.split('|');
    let kind = facts.next().unwrap();
    let facts: Vec<(&str, &str)> = facts.map(|fact| fact.split_once('=').unwrap()).collect();
    let fact = |name| facts.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    Example {
        regime: regime_of(regime.split('/').next().unwrap()),
        received: received.parse().unwrap(),
        kind,
        instant: fact("instant").map(|at| (at.parse().unwrap(), zone(fact("tz").unwrap()))),
        holidays: holidays.split(';').filter(|day| !day.is_empty()).map(|day| day.parse().unwrap()).collect(),
        expected: expected.parse().unwrap(),
        line,
    }
}

fn regime_of(name: &str) -> Regime {
    match name {
        "US-CA" => Regime::US_CA_CCPA,
        other => other.to_lowercase().replace('-', "_").parse().unwrap(),
    }
}

/// The next working day under Regulation 1182/71 Art. 3(4), by the row's own holidays; other laws do not roll.
fn rolled(clock: &Clock, holidays: &[Date]) -> Date {
    let mut day = clock.unrolled;
    if matches!(clock.regime, Regime::EU_GDPR | Regime::UK_GDPR) {
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&day) {
            day = day.tomorrow().unwrap();
        }
    }
    day
}

/// The instants to try for one civil day of receipt: the row's own, or the first and the last of the day in every zone.
fn receipts(example: &Example) -> Vec<(Timestamp, TimeZone)> {
    if let Some(given) = &example.instant {
        return vec![given.clone()];
    }
    let edges = |zone: TimeZone| {
        let first = example.received.to_zoned(zone.clone()).unwrap();
        let last = first.end_of_day().unwrap();
        [(first.timestamp(), zone.clone()), (last.timestamp(), zone)]
    };
    ZONES.into_iter().map(zone).flat_map(edges).collect()
}

#[test]
fn the_worked_examples_come_out() {
    let (mut due, mut strict) = (0, 0);
    for example in examples() {
        for (received, zone) in receipts(&example) {
            let clock = respond(example.regime, received, &zone);
            assert_eq!(clock.receipt_day, example.received, "{}", example.line);
            let found = match example.kind {
                "due" => rolled(&clock, &example.holidays),
                "due_strict" => clock.cautious,
                other => panic!("no kind {other} in this file"),
            };
            assert_eq!(found, example.expected, "{} at {received}", example.line);
        }
        *(if example.kind == "due" { &mut due } else { &mut strict }) += 1;
    }
    assert_eq!((due, strict), (32, 5), "rows read from the file");
}

#[test]
fn a_weekend_or_holiday_moves_no_date_here() {
    // Saturday 28 February; the example's rolled date is Monday 2 March.
    let clock = respond(Regime::EU_GDPR, "2026-01-31T12:00:00Z".parse().unwrap(), &TimeZone::UTC);
    assert_eq!(clock.unrolled, date(2026, 2, 28));
    assert_eq!(clock.cautious, date(2026, 2, 28));
    let rolling = clock.derivation.iter().find(|step| step.rule == "rolling").unwrap();
    assert_eq!(
        rolling.text,
        "2026-02-28 is a Saturday; the law allows the next working day. No holiday calendar is applied, so the date stays."
    );
    assert_eq!(rolling.source, "Regulation (EEC, Euratom) 1182/71 Art. 3(4)");
}

#[test]
fn the_derivation_tells_each_step() {
    let clock = respond(Regime::EU_GDPR, "2026-08-30T22:30:00Z".parse().unwrap(), &zone("Europe/Berlin"));
    let texts: Vec<_> = clock.derivation.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Received at 2026-08-30T22:30:00Z, which is 2026-08-31 in Europe/Berlin. The day of receipt is not counted.",
            "1 month from 2026-08-31 ends with 2026-09-30.",
            "2026-09 has no day 31, so its last day counts.",
            "2026-09-30 is no weekend day; if it is a public holiday the law allows the next working day. \
             No holiday calendar is applied, so the date stays.",
            "The cautious date is 2026-09-30, 1 month from 2026-08-31.",
        ]
    );
    assert_eq!(clock.rule.id, "eu_gdpr.respond");
    assert_eq!(clock.rule.source, "GDPR Art. 12(3)");
}

#[test]
fn the_clock_names_the_version_in_force_at_receipt() {
    let london = zone("Europe/London");
    let version = |at: &str| respond(Regime::UK_GDPR, at.parse().unwrap(), &london).rule.version;
    assert_eq!(version("2026-02-04T23:59:59Z"), 1);
    assert_eq!(version("2026-02-05T00:00:00Z"), 2);
}

#[rstest]
#[case::plain("UTC", "2026-03-05T10:00:00Z", "2026-04-05T23:59:59.999999Z")]
#[case::summer_time("Europe/Berlin", "2026-03-05T10:00:00Z", "2026-04-05T21:59:59.999999Z")]
#[case::day_of_23_hours("Europe/Berlin", "2027-02-28T10:00:00Z", "2027-03-28T21:59:59.999999Z")]
#[case::next_day_begins_at_one("America/Sao_Paulo", "2018-10-03T12:00:00Z", "2018-11-04T02:59:59.999999Z")]
#[case::day_missing_at_the_date_line("Pacific/Apia", "2011-11-30T12:00:00Z", "2011-12-30T09:59:59.999999Z")]
fn the_end_is_the_last_microsecond_of_the_day(#[case] name: &str, #[case] received: Timestamp, #[case] end: Timestamp) {
    assert_eq!(respond(Regime::EU_GDPR, received, &zone(name)).cautious_end(), end);
}

#[test]
fn a_clock_is_read_back_as_it_was_stored() {
    for regime in Regime::all() {
        let clock = respond(regime, "2026-01-31T12:00:00.123456Z".parse().unwrap(), &zone("Europe/Berlin"));
        let stored = serde_json::to_string(&clock).unwrap();
        assert!(stored.contains(&format!("\"regime\":\"{regime}\"")), "{stored}");
        assert_eq!(serde_json::from_str::<Clock>(&stored).unwrap(), clock);
    }
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    for regime in Regime::all() {
        assert_eq!(respond(regime, Timestamp::MAX, &zone("Pacific/Kiritimati")).cautious, Date::MAX);
        respond(regime, Timestamp::MIN, &zone("America/Los_Angeles"));
    }
}

fn any_regime() -> impl Strategy<Value = Regime> {
    prop::sample::select(Regime::all().collect::<Vec<_>>())
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(ZONES.as_slice()).prop_map(zone)
}

/// Seconds from 1990 to 2100.
fn any_second() -> impl Strategy<Value = i64> {
    631_152_000..4_102_444_800i64
}

proptest! {
    #[test]
    fn no_date_is_before_receipt_and_none_cautious_is_later(regime in any_regime(), zone in any_zone(), second in any_second()) {
        let received = Timestamp::from_second(second).unwrap();
        let clock = respond(regime, received, &zone);
        prop_assert!(clock.receipt_day < clock.cautious);
        prop_assert!(received < clock.cautious_end());
        prop_assert!(clock.cautious <= clock.unrolled);
        prop_assert!(clock.cautious_end() <= clock.statutory_end());
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier(regime in any_regime(), zone in any_zone(), second in any_second(), later in 0..90 * 86_400i64) {
        let first = respond(regime, Timestamp::from_second(second).unwrap(), &zone);
        let next = respond(regime, Timestamp::from_second(second + later).unwrap(), &zone);
        prop_assert!(first.cautious <= next.cautious);
        prop_assert!(first.unrolled <= next.unrolled);
        prop_assert!(first.cautious_end() <= next.cautious_end());
    }

    #[test]
    fn a_month_ends_on_the_same_number_or_at_month_end(second in any_second(), zone in any_zone()) {
        let clock = respond(Regime::EU_GDPR, Timestamp::from_second(second).unwrap(), &zone);
        let (from, last) = (clock.receipt_day, clock.unrolled);
        prop_assert_eq!(last.first_of_month(), from.first_of_month() + 1.month());
        prop_assert_eq!(last.day(), from.day().min(last.days_in_month()));
    }

    #[test]
    fn days_are_counted_from_the_civil_day_of_receipt(second in any_second(), zone in any_zone()) {
        let clock = respond(Regime::US_CA_CCPA, Timestamp::from_second(second).unwrap(), &zone);
        prop_assert_eq!(clock.receipt_day.until(clock.unrolled).unwrap().get_days(), 45);
        prop_assert_eq!(clock.receipt_day.until(clock.cautious).unwrap().get_days(), 44);
    }

    #[test]
    fn the_end_lies_in_its_day_and_the_next_microsecond_does_not(regime in any_regime(), zone in any_zone(), second in any_second()) {
        let clock = respond(regime, Timestamp::from_second(second).unwrap(), &zone);
        let end = clock.cautious_end();
        let civil = |at: Timestamp| at.to_zoned(zone.clone()).date();
        // A day that the zone leaves out ends with the day before it.
        prop_assert!(civil(end) == clock.cautious || clock.cautious == date(2011, 12, 30));
        prop_assert!(civil(end + 1.microsecond()) > clock.cautious);
    }
}
