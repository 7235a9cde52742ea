//! What holds for every law, place, zone and day.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use law::calendar::Calendar;
use law::clock::Clock;
use law::clocks::{again, clocks, known};
use law::duty::{Duty, Kind};
use law::extension::extend;
use law::matter::{Appeal, ExtensionNotice, Inquiry, InquiryKind, Matter};
use law::pack;
use law::regime::Regime;
use law::right::Right;
use proptest::prelude::*;

const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe", // moves by half an hour
];
const REGIONS: [&str; 10] = ["DE-BY", "DE", "IE", "FR-6AE", "ES-CT", "GB-SCT", "NI", "US-CA", "XX", ""];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// The clock of the duty to answer a request for access, with no more known than that it arrived.
fn respond(regime: Regime, received: Timestamp, zone: &TimeZone) -> Clock {
    let calendar = Calendar::find("", &[]);
    let all = clocks(&Matter::new(regime, Right::Access, received, zone.clone(), &calendar)).unwrap();
    all.into_iter().find(|it| it.duty == Duty::Respond).unwrap()
}

fn any_regime() -> impl Strategy<Value = Regime> {
    prop::sample::select(Regime::all().collect::<Vec<_>>())
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(ZONES.as_slice()).prop_map(zone)
}

fn any_calendar() -> impl Strategy<Value = &'static Calendar> {
    static CALENDARS: LazyLock<Vec<Calendar>> =
        LazyLock::new(|| REGIONS.iter().map(|region| Calendar::find(region, &[])).collect());
    prop::sample::select((0..REGIONS.len()).collect::<Vec<_>>()).prop_map(|at| &CALENDARS[at])
}

fn any_region() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["AT", "BR", "CA", "CH", "DE-BY", "FR-6AE", "GB-SCT", "IE", "LI", "NO", "PL", "US", "XX"])
}

/// Seconds from 2023 to 2038: the years of the calendars, and some on either side.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (1_672_531_200..2_145_916_800i64).prop_map(|second| Timestamp::from_second(second).unwrap())
}

/// Questions by the days after receipt on which they were asked and answered.
fn any_questions() -> impl Strategy<Value = Vec<(InquiryKind, i64, Option<i64>)>> {
    let kind = prop::sample::select(InquiryKind::ALL.to_vec());
    prop::collection::vec((kind, 0..60i64, prop::option::of(0..40i64)), 0..4)
}

fn inquiries(receipt: Date, questions: &[(InquiryKind, i64, Option<i64>)]) -> Vec<Inquiry> {
    let inquiry = |(kind, asked, took): &(InquiryKind, i64, Option<i64>)| {
        let asked = receipt + asked.days();
        Inquiry { kind: *kind, asked, answered: took.map(|took| asked + took.days()) }
    };
    questions.iter().map(inquiry).collect()
}

/// The rights that a law grants on the day, each with its clocks.
fn all_clocks(matter: &Matter<'_>) -> Vec<(Right, Vec<Clock>)> {
    let rights = matter.regime.rights(matter.receipt_day());
    rights.map(|right| (right, clocks(&Matter { right, ..matter.clone() }).unwrap())).collect()
}

fn of(clocks: &[Clock], duty: Duty) -> Option<&Clock> {
    clocks.iter().find(|clock| clock.duty == duty)
}

proptest! {
    #[test]
    fn no_date_is_before_receipt_and_none_cautious_is_later(
        regime in any_regime(), zone in any_zone(), at in any_instant(), calendar in any_calendar(), questions in any_questions()
    ) {
        let mut matter = Matter::new(regime, Right::Access, at, zone, calendar);
        let inquiries = inquiries(matter.receipt_day(), &questions);
        matter.inquiries = &inquiries;
        matter.closed = Some(at + 48.hours());
        for clock in all_clocks(&matter).into_iter().flat_map(|(_, clocks)| clocks) {
            prop_assert!(clock.receipt_day <= clock.target && clock.target <= clock.cautious, "{clock:#?}");
            prop_assert!(clock.receipt_day < clock.cautious);
            prop_assert!(clock.cautious <= clock.statutory && clock.unrolled <= clock.statutory, "{clock:#?}");
            prop_assert!(at < clock.cautious_end() && clock.cautious_end() <= clock.statutory_end());
            prop_assert!(clock.if_rolled.is_none_or(|rolled| rolled >= clock.statutory));
            prop_assert!(!clock.derivation.is_empty() && !clock.rule.source.is_empty());
        }
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier(
        regime in any_regime(), zone in any_zone(), at in any_instant(), later in 0..90 * 86_400i64, calendar in any_calendar()
    ) {
        let clocks_at = |at| all_clocks(&Matter::new(regime, Right::Access, at, zone.clone(), calendar));
        let (first, next) = (clocks_at(at), clocks_at(at + later.seconds()));
        for (right, clocks) in first {
            // A right that a law grants only later has no clock to compare with.
            let Some((_, next)) = next.iter().find(|(other, _)| *other == right) else { continue };
            for clock in clocks {
                let Some(next) = of(next, clock.duty) else { continue };
                prop_assert!(clock.cautious <= next.cautious && clock.unrolled <= next.unrolled);
                prop_assert!(clock.statutory <= next.statutory && clock.cautious_end() <= next.cautious_end());
            }
        }
    }

    #[test]
    fn a_date_that_moves_lands_on_the_next_working_day(
        regime in prop::sample::select(vec![Regime::EU_GDPR, Regime::UK_GDPR]), zone in any_zone(), at in any_instant(),
        calendar in any_calendar(), questions in any_questions()
    ) {
        let mut matter = Matter::new(regime, Right::Access, at, zone, calendar);
        let inquiries = inquiries(matter.receipt_day(), &questions);
        matter.inquiries = &inquiries;
        let calendar = calendar.under(regime);
        for clock in clocks(&matter).unwrap().into_iter().filter(|clock| clock.kind == Kind::Deadline) {
            prop_assert!(!calendar.is_free(clock.statutory), "{clock:#?}");
            for day in clock.unrolled.series(1.day()).take_while(|day| *day < clock.statutory) {
                prop_assert!(calendar.is_free(day), "{day} was passed over\n{clock:#?}");
            }
        }
    }

    #[test]
    fn no_holiday_of_a_place_outside_a_law_moves_a_date(
        regime in any_regime(), zone in any_zone(), at in any_instant(), region in any_region(), own in 20..100i64, questions in any_questions()
    ) {
        let (country, _) = region.split_once('-').unwrap_or((region, ""));
        let counting = pack::law(regime).counting.as_ref().unwrap();
        prop_assume!(!counting.holidays.iter().any(|inside| inside == country));
        let day_zero = at.to_zoned(zone.clone()).date();
        let outside = Calendar::find(region, &[day_zero + own.days()]);
        let nowhere = Calendar::find("", &[]);
        let questions = inquiries(day_zero, &questions);
        let dates = |calendar| {
            let mut matter = Matter::new(regime, Right::Access, at, zone.clone(), calendar);
            matter.inquiries = &questions;
            let clocks = all_clocks(&matter).into_iter().flat_map(|(_, clocks)| clocks);
            clocks.map(|clock| (clock.duty, clock.cautious, clock.statutory, clock.if_rolled)).collect::<Vec<_>>()
        };
        prop_assert_eq!(dates(&outside), dates(&nowhere));
    }

    #[test]
    fn a_clock_computed_again_by_the_same_rules_is_the_same(
        regime in any_regime(), zone in any_zone(), at in any_instant(), calendar in any_calendar(), questions in any_questions(),
        sent in prop::option::of(0..120i64), appealed in prop::option::of(0..120i64)
    ) {
        let after = |days: i64| at + (24 * days).hours();
        let mut matter = Matter::new(regime, Right::Access, at, zone.clone(), calendar);
        let inquiries = inquiries(matter.receipt_day(), &questions);
        matter.inquiries = &inquiries;
        matter.extension = sent.map(|days| ExtensionNotice { sent: after(days), until: None });
        matter.appeal = appealed.map(|days| Appeal { received: after(days), extended: sent.map(after) });
        matter.closed = appealed.map(after);
        for clock in known(&matter).unwrap() {
            let again = again(&clock, &zone, calendar, matter.target_days);
            prop_assert_eq!(again.as_ref(), Some(&clock));
        }
    }

    #[test]
    fn a_holiday_less_never_lengthens(
        regime in any_regime(), at in any_instant(), mut days in prop::collection::btree_set(0..90i64, 1..30), gone in 0..30usize
    ) {
        let day_zero = at.to_zoned(TimeZone::UTC).date();
        let dates = |days: &std::collections::BTreeSet<i64>| -> Vec<Date> { days.iter().map(|day| day_zero + day.days()).collect() };
        let full = Calendar::exactly(&dates(&days));
        let one = *days.iter().nth(gone % days.len()).unwrap();
        days.remove(&one);
        let less = Calendar::exactly(&dates(&days));
        let (full, less) = (
            all_clocks(&Matter::new(regime, Right::Access, at, TimeZone::UTC, &full)),
            all_clocks(&Matter::new(regime, Right::Access, at, TimeZone::UTC, &less)),
        );
        for ((_, full), (_, less)) in full.iter().zip(&less) {
            for (full, less) in full.iter().zip(less) {
                prop_assert!(less.statutory <= full.statutory && less.cautious <= full.cautious);
                prop_assert!(less.unrolled <= full.unrolled);
            }
        }
    }

    #[test]
    fn a_question_never_shortens_and_an_open_one_changes_nothing(
        regime in any_regime(), at in any_instant(), calendar in any_calendar(), questions in any_questions()
    ) {
        let plain = Matter::new(regime, Right::Access, at, TimeZone::UTC, calendar);
        let asked = inquiries(plain.receipt_day(), &questions);
        let open: Vec<Inquiry> = asked.iter().map(|inquiry| Inquiry { answered: None, ..*inquiry }).collect();
        let with = |inquiries| all_clocks(&Matter { inquiries, ..plain.clone() });
        let (none, asked, open) = (all_clocks(&plain), with(&asked), with(&open));
        for (((_, none), (_, asked)), (_, open)) in none.iter().zip(&asked).zip(&open) {
            for ((none, asked), open) in none.iter().zip(asked).zip(open) {
                prop_assert!(none.statutory <= asked.statutory);
                prop_assert_eq!(none.cautious, asked.cautious, "the cautious date knows no pause");
                prop_assert_eq!((none.statutory, none.cautious), (open.statutory, open.cautious));
            }
        }
    }

    // Not so with a restart: it can make the days of a clarification lie before the start, and its month be a shorter one.
    #[test]
    fn a_later_answer_never_shortens_where_nothing_restarts(
        regime in prop::sample::select(vec![Regime::EU_GDPR, Regime::UK_GDPR]), at in any_instant(), mut questions in any_questions(), longer in 1..10i64
    ) {
        let calendar = Calendar::find("DE", &[]);
        questions.retain(|(kind, ..)| regime == Regime::EU_GDPR || *kind == InquiryKind::Clarification);
        let plain = Matter::new(regime, Right::Access, at, TimeZone::UTC, &calendar);
        let asked = inquiries(plain.receipt_day(), &questions);
        let due = |inquiries: &[Inquiry]| {
            let clocks = clocks(&Matter { inquiries, ..plain.clone() }).unwrap();
            of(&clocks, Duty::Respond).map(|clock| clock.statutory).unwrap()
        };
        for at in 0..asked.len() {
            let mut later = asked.clone();
            later[at].answered = later[at].answered.map(|day| day + longer.days());
            prop_assert!(due(&asked) <= due(&later), "{asked:?} {later:?}");
        }
    }

    #[test]
    fn an_extension_is_never_earlier_and_in_time_only(
        regime in any_regime(), at in any_instant(), calendar in any_calendar(), questions in any_questions(), after in 0..120i64
    ) {
        let mut matter = Matter::new(regime, Right::Access, at, TimeZone::UTC, calendar);
        let inquiries = inquiries(matter.receipt_day(), &questions);
        matter.inquiries = &inquiries;
        let plain = clocks(&matter).unwrap();
        let sent = at + (24 * after).hours();
        let first = of(&plain, Duty::Respond).unwrap();
        // Where the law sets no length, the notice names a day.
        let until = matches!(regime.as_str(), "ch_fadp" | "kr_pipa").then(|| first.statutory + 30.days());
        match extend(&matter, sent, until) {
            Ok(extended) => {
                prop_assert!(sent.to_zoned(TimeZone::UTC).date() <= first.statutory);
                let answer = of(&extended, Duty::Respond).unwrap();
                prop_assert!(answer.extended && answer.statutory > first.statutory && answer.cautious > first.cautious);
                for (plain, extended) in plain.iter().zip(&extended) {
                    prop_assert!(plain.statutory <= extended.statutory && plain.cautious <= extended.cautious);
                }
                let notice = of(&extended, Duty::AnnounceExtension).unwrap();
                prop_assert_eq!(notice.statutory, first.statutory);
                let again = Matter { extension: answer.inputs.extension, ..matter.clone() };
                prop_assert!(extend(&again, sent, until).is_err());
            }
            Err(_) => {
                let notice = of(&plain, Duty::AnnounceExtension);
                let sent = sent.to_zoned(TimeZone::UTC).date();
                // Nor does it count where it was sent between two periods: what began the second was asked after the first.
                let unasked = clocks(&Matter { inquiries: &[], ..matter.clone() }).unwrap();
                let first = of(&unasked, Duty::Respond).unwrap().statutory;
                let between = inquiries.iter().any(|it| it.asked > first && it.answered.is_some_and(|day| day > sent));
                prop_assert!(notice.is_none_or(|notice| sent > notice.statutory || (sent > first && between)));
            }
        }
    }

    #[test]
    fn an_appeal_runs_from_its_own_receipt(regime in any_regime(), at in any_instant(), later in 0..400i64) {
        let calendar = Calendar::find("", &[]);
        let appealed = at + (24 * later).hours();
        let mut matter = Matter::new(regime, Right::Access, at, TimeZone::UTC, &calendar);
        matter.appeal = Some(Appeal { received: appealed, extended: None });
        if let Ok(clocks) = clocks(&matter) {
            let appeal = of(&clocks, Duty::DecideAppeal).unwrap();
            prop_assert_eq!(appeal.receipt_day, appealed.to_zoned(TimeZone::UTC).date());
            prop_assert!(appeal.receipt_day < appeal.statutory);
        }
    }

    #[test]
    fn the_end_lies_in_its_day_and_the_next_microsecond_does_not(regime in any_regime(), zone in any_zone(), at in any_instant()) {
        let clock = respond(regime, at, &zone);
        let civil = |at: Timestamp| at.to_zoned(zone.clone()).date();
        for (day, end) in [(clock.cautious, clock.ends.cautious), (clock.statutory, clock.ends.statutory), (clock.target, clock.ends.target)] {
            prop_assert_eq!(civil(end), day);
            prop_assert!(civil(end + 1.microsecond()) > day);
        }
    }
}

#[test]
fn every_law_answers_access_on_every_day_there_is() {
    for regime in Regime::all() {
        for day in [date(1990, 1, 1), date(2026, 2, 4), date(2026, 2, 5), date(2026, 11, 20), date(2040, 1, 1)] {
            let clock = respond(regime, day.to_zoned(TimeZone::UTC).unwrap().timestamp(), &TimeZone::UTC);
            assert_eq!(clock.duty, Duty::Respond, "{regime}");
        }
    }
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    let calendar = Calendar::find("DE", &[]);
    for regime in Regime::all() {
        for at in [Timestamp::MIN, Timestamp::MAX] {
            for name in ["Pacific/Kiritimati", "America/Los_Angeles"] {
                all_clocks(&Matter::new(regime, Right::Access, at, zone(name), &calendar));
            }
        }
        assert_eq!(respond(regime, Timestamp::MAX, &zone("Pacific/Kiritimati")).cautious, Date::MAX);
    }
}
