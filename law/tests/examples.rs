//! The worked examples, each computed through the public API.
//!
//! `data/examples.csv`: regime with place, civil day of day 0's event, kind of date with facts, the public holidays there are
//! (and no others), the expected last day, the reason. For `ext_…` the notice is presumed sent in time; for `clar_…` an access
//! request that justifies the question; for `fee_paid` a fee that may be charged.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use law::calendar::{Calendar, Known};
use law::clock::Clock;
use law::clocks::{clocks, standing};
use law::duty::{Duty, Kind};
use law::matter::{Appeal, ExtensionNotice, Inquiry, InquiryKind, Matter};
use law::regime::Regime;
use law::right::Right;

const EXAMPLES: &str = include_str!("../data/examples.csv");
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
    day: Date,
    kind: &'static str,
    facts: BTreeMap<&'static str, &'static str>,
    place: Option<&'static str>,
    calendar: Calendar,
    expected: Date,
    line: &'static str,
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn example(line: &'static str) -> Example {
    // Only the last column, for people, is ever quoted.
    let [regime, day, event, holidays, expected, _rule] = line.splitn(6, ',').collect::<Vec<_>>()[..] else {
        panic!("six columns in {line}")
    };
    let (regime, place) = regime.split_once('/').map_or((regime, None), |(regime, place)| (regime, Some(place)));
    let mut facts = event.split('|');
    let kind = facts.next().unwrap();
    let holidays: Vec<Date> =
        holidays.split(';').filter(|day| !day.is_empty()).map(|day| day.parse().unwrap()).collect();
    Example {
        regime: regime_of(regime),
        day: day.parse().unwrap(),
        kind,
        facts: facts.map(|fact| fact.split_once('=').unwrap()).collect(),
        place: place.or((regime == "US-CA").then_some(regime)),
        calendar: Calendar::exactly(&holidays),
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

impl Example {
    fn fact(&self, name: &str) -> Option<Date> {
        self.facts.get(name).map(|day| day.parse().unwrap())
    }

    fn inquiries(&self) -> Vec<Inquiry> {
        let asked = |kind, asked: &str, answered: &str| {
            let answered = self.fact(answered);
            self.fact(asked).or(answered).map(|asked| Inquiry { kind, asked, answered })
        };
        [
            asked(InquiryKind::Identity, "id_asked", "id_received"),
            asked(InquiryKind::Clarification, "clar_asked", "clar_received"),
            asked(InquiryKind::Fee, "fee_paid", "fee_paid"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn right(&self) -> Right {
        match self.kind {
            "optout_due" | "optout_due_strict" | "reask_not_before" => Right::OptOut,
            "complaint_ack_due" => Right::Complaint,
            _ if self.regime.as_str() == "in_dpdp" => Right::Complaint,
            _ => Right::Access,
        }
    }

    /// The instants to try for one civil day: the row's own, or the first and the last of the day in every zone.
    fn instants(&self) -> Vec<(Timestamp, TimeZone)> {
        if let Some(at) = self.facts.get("instant") {
            return vec![(at.parse().unwrap(), zone(self.facts["tz"]))];
        }
        let edges = |zone: TimeZone| {
            let first = self.day.to_zoned(zone.clone()).unwrap();
            let last = first.end_of_day().unwrap();
            [(first.timestamp(), zone.clone()), (last.timestamp(), zone)]
        };
        ZONES.into_iter().map(zone).flat_map(edges).collect()
    }

    fn clock(&self, at: Timestamp, zone: &TimeZone) -> Clock {
        let inquiries = self.inquiries();
        let mut matter = Matter::new(self.regime, self.right(), at, zone.clone(), &self.calendar);
        matter.inquiries = &inquiries;
        let mut duty = Duty::Respond;
        match self.kind {
            "due" | "due_strict" | "due_rolled" => {}
            "ext_due" | "ext_due_earlier" => matter.extension = Some(ExtensionNotice { sent: at, until: None }),
            "ext_notice_due" => duty = Duty::AnnounceExtension,
            "ack_due" | "ack_due_strict" => duty = Duty::Acknowledge,
            "optout_due" | "optout_due_strict" => duty = Duty::OptOut,
            "appeal_due" => (duty, matter.appeal) = (Duty::DecideAppeal, Some(Appeal { received: at, extended: None })),
            "appeal_ext_due" => {
                (duty, matter.appeal) = (Duty::DecideAppeal, Some(Appeal { received: at, extended: Some(at) }));
            }
            "complaint_ack_due" => duty = Duty::AcknowledgeComplaint,
            "reask_not_before" => duty = Duty::Reask,
            "purge_not_before" => (duty, matter.closed) = (Duty::Purge, Some(at)),
            "drop_next_access" => {
                return standing(self.regime, Duty::FetchDeletionLists, at, zone, &self.calendar).unwrap();
            }
            "metrics_publish" => return standing(self.regime, Duty::PublishMetrics, at, zone, &self.calendar).unwrap(),
            other => panic!("no kind {other}"),
        }
        // What the person does later does not change when the request came.
        if matches!(duty, Duty::DecideAppeal | Duty::Purge) {
            matter.received = at - 240.hours();
        }
        clocks(&matter).unwrap().into_iter().find(|clock| clock.duty == duty).unwrap()
    }
}

fn found(example: &Example, clock: &Clock) -> Date {
    match example.kind {
        "due_rolled" => clock.if_rolled.unwrap(),
        "ext_due_earlier" => clock.cautious,
        kind if kind.ends_with("_strict") => clock.cautious,
        _ => clock.statutory,
    }
}

#[test]
fn every_worked_example_comes_out() {
    let mut rows = 0;
    for example in EXAMPLES.lines().skip(1).map(example) {
        rows += 1;
        for (at, zone) in example.instants() {
            let clock = example.clock(at, &zone);
            assert_eq!(clock.receipt_day, example.day, "{}", example.line);
            assert_eq!(found(&example, &clock), example.expected, "{} at {at}\n{:#?}", example.line, clock.derivation);
            let is_wait = example.kind.ends_with("_not_before");
            assert_eq!(clock.kind == Kind::NotBefore, is_wait, "{}", example.line);
            assert_eq!(clock.extended, example.kind.contains("ext_due"), "{}", example.line);
        }
    }
    assert_eq!(rows, 85, "rows read from the file");
}

#[test]
fn the_vendored_calendars_give_the_same_dates() {
    let mut rows = 0;
    for mut example in EXAMPLES.lines().skip(1).map(example) {
        let Some(place) = example.place else { continue };
        rows += 1;
        example.calendar = Calendar::find(place, &[]);
        assert_eq!(example.calendar.known(), Known::Place, "{place}");
        for (at, zone) in example.instants() {
            let clock = example.clock(at, &zone);
            assert_eq!(found(&example, &clock), example.expected, "{} at {at}\n{:#?}", example.line, clock.derivation);
        }
    }
    assert_eq!(rows, 49, "rows that name a place");
}
