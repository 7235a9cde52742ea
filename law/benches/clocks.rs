//! How many clocks a second, derivation included, and how long all open matters of a large installation take again.
//!
//! Each number stands beside a ratio to something measured in the same run: the same month added by the date library alone.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it stands")]

use std::hint::black_box;
use std::time::Instant;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use law::calendar::Calendar;
use law::clocks::clocks;
use law::matter::{ExtensionNotice, Inquiry, InquiryKind, Matter};
use law::regime::Regime;
use law::right::Right;

const MATTERS: usize = 100_000;
const ROUNDS: usize = 5;

/// The best of some rounds, in seconds: what the work itself needs, with the least of what else the machine did.
fn best(mut work: impl FnMut() -> usize) -> (f64, usize) {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let done = work();
        (start.elapsed().as_secs_f64(), done)
    });
    rounds.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

fn main() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let los_angeles = TimeZone::get("America/Los_Angeles").unwrap();
    let (bavaria, california) = (Calendar::find("DE-BY", &[]), Calendar::find("US-CA", &[]));
    let first: Timestamp = "2026-01-01T09:00:00Z".parse().unwrap();
    let inquiries = [
        Inquiry { kind: InquiryKind::Identity, asked: date(2026, 1, 10), answered: Some(date(2026, 1, 20)) },
        Inquiry { kind: InquiryKind::Clarification, asked: date(2026, 1, 18), answered: Some(date(2026, 1, 25)) },
    ];
    let received = |at: usize| first + i64::try_from(at * 5).unwrap().minutes();
    let plain = |at| Matter::new(Regime::EU_GDPR, Right::Access, received(at), zone.clone(), &bavaria);
    let busy = |at| Matter {
        inquiries: &inquiries,
        extension: Some(ExtensionNotice { sent: received(at) + 240.hours(), until: None }),
        ..plain(at)
    };
    let ccpa = |at| Matter::new(Regime::US_CA_CCPA, Right::Access, received(at), los_angeles.clone(), &california);
    fn count<'a>(matter: impl Fn(usize) -> Matter<'a>) -> usize {
        (0..MATTERS).map(|at| black_box(clocks(&matter(at)).unwrap()).len()).sum()
    }

    let (bare, _) = best(|| {
        (0..MATTERS)
            .filter(|at| {
                black_box(received(*at).to_zoned(zone.clone()).date().saturating_add(1.month())) > date(2026, 1, 1)
            })
            .count()
    });
    println!("{:<44} {:>9} {:>12} {:>12} {:>9}", "100,000 matters", "seconds", "clocks", "clocks/s", "× bare");
    println!("{:<44} {bare:>9.3} {:>12} {:>12} {:>9}", "one month added, nothing told (bare)", "", "", 1);
    let report = |name: &str, (seconds, found): (f64, usize)| {
        let rate = found as f64 / seconds;
        println!("{name:<44} {seconds:>9.3} {found:>12} {rate:>12.0} {:>9.1}", seconds / bare);
    };
    report("GDPR, just received", best(|| count(plain)));
    report("GDPR, two questions and an extension", best(|| count(busy)));
    report("CCPA, just received", best(|| count(ccpa)));
}
