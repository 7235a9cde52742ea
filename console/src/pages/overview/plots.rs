//! The overview's numbers as figures and plots, in words.

use entities::request::status::Outcome;
use fluent_bundle::FluentArgs;
use jiff::ToSpan;
use jiff::civil::Date;

use super::numbers::{AGES, DAYS, Numbers};
use super::{Budget, Figure, OnTime};
use crate::listed::QUEUE;
use crate::parts::Tone;
use crate::plot::{Plot, Point};
use crate::risk;
use crate::shell::Shell;

/// The numbers that stand alone.
pub fn figures(s: &Shell, numbers: &Numbers, leads: bool) -> Vec<Figure> {
    let late = numbers.open.due.first().copied().unwrap_or_default();
    let week: i64 = numbers.open.due.iter().skip(1).take(DAYS as usize).sum();
    let all: i64 = numbers.open.due.iter().sum();
    let to = |query: String| leads.then(|| format!("{QUEUE}?{query}"));
    let (yesterday, last) = (day(numbers.today, -1), day(numbers.today, DAYS - 1));
    vec![
        Figure { label: s.t("overview-late"), count: late, address: to(format!("due_to={yesterday}")) },
        Figure {
            label: s.t("overview-week"),
            count: week,
            address: to(format!("due_from={}&due_to={last}", numbers.today)),
        },
        Figure { label: s.t("overview-asked"), count: numbers.asked, address: to("signal=attention".to_owned()) },
        Figure { label: s.t("overview-held"), count: numbers.held, address: to("signal=on_hold".to_owned()) },
        Figure { label: s.t("overview-open"), count: all, address: leads.then(|| QUEUE.to_owned()) },
    ]
}

fn day(today: Date, later: i64) -> Date {
    today.saturating_add(later.days())
}

/// What is due this week, day by day.
pub fn due(s: &Shell, numbers: &Numbers, leads: bool) -> Plot {
    let count = |at: usize| numbers.open.due.get(at).copied().unwrap_or_default();
    let dates = s.dates();
    let late = Point {
        label: s.t("overview-late"),
        short: s.t("overview-late-short"),
        count: count(0),
        tone: Tone::Alarm,
        address: leads.then(|| format!("{QUEUE}?due_to={}", day(numbers.today, -1))),
    };
    let days = (0..DAYS).map(|at| {
        let date = day(numbers.today, at);
        let weekday = s.t(&format!("weekday-{}", date.weekday().to_monday_one_offset()));
        Point {
            label: dates.text(date),
            short: format!("{weekday} {}", date.day()),
            count: count(at as usize + 1),
            tone: risk::tone(i32::try_from(at).unwrap_or_default()),
            address: leads.then(|| format!("{QUEUE}?due_from={date}&due_to={date}")),
        }
    });
    let points: Vec<_> = std::iter::once(late).chain(days).collect();
    let mut values = FluentArgs::new();
    values.set("late", count(0));
    values.set("week", points.iter().skip(1).map(|point| point.count).sum::<i64>());
    let says = s.w.filled("overview-due-says", &values);
    Plot::standing("due", s.t("overview-due"), says, s.t("overview-day"), points)
}

/// How long what is open has been so.
pub fn ages(s: &Shell, numbers: &Numbers, leads: bool) -> Plot {
    let mut begin = 0;
    let mut points = Vec::new();
    for (at, count) in numbers.open.received.iter().enumerate() {
        let (label, short) = match AGES.get(at) {
            Some(end) => {
                let mut values = FluentArgs::new();
                values.set("from", begin.to_string());
                values.set("to", end.to_string());
                (s.w.filled("overview-age", &values), format!("{begin}–{end}"))
            }
            None => (s.with("overview-age-more", "from", (begin - 1).to_string()), format!("> {}", begin - 1)),
        };
        let (first, last) = (AGES.get(at).map(|end| day(numbers.today, -end)), day(numbers.today, -begin));
        let from = first.map(|first| format!("received_from={first}&")).unwrap_or_default();
        let tone = if at < 2 {
            Tone::Good
        } else if at < 4 {
            Tone::Warn
        } else {
            Tone::Alarm
        };
        let address = leads.then(|| format!("{QUEUE}?{from}received_to={last}"));
        points.push(Point { label, short, count: *count, tone, address });
        begin = AGES.get(at).map_or(begin, |end| end + 1);
    }
    let all: i64 = points.iter().map(|point| point.count).sum();
    let says = s.with("overview-ages-says", "count", all);
    Plot::standing("ages", s.t("overview-ages"), says, s.t("overview-age-of"), points)
}

/// How the requests of the last year ended.
pub fn outcomes(s: &Shell, numbers: &Numbers) -> Plot {
    let count = |outcome: Outcome| {
        let found = numbers.year.outcomes.iter().find(|(other, _)| *other == Some(outcome));
        found.map(|(_, count)| *count).unwrap_or_default()
    };
    let point = |outcome: &Outcome| {
        let label = s.word("outcome", outcome.as_str());
        let tone = if *outcome == Outcome::Fulfilled { Tone::Good } else { Tone::Info };
        Point { short: label.clone(), label, count: count(*outcome), tone, address: None }
    };
    let points: Vec<_> = Outcome::ALL.iter().map(point).collect();
    let all: i64 = points.iter().map(|point| point.count).sum();
    let says = s.with("overview-outcomes-says", "count", all);
    Plot::lying("outcomes", s.t("overview-outcomes"), says, s.t("overview-outcome"), points)
}

/// How many answers were in time.
pub fn on_time(s: &Shell, numbers: &Numbers) -> OnTime {
    let (all, in_time) = (numbers.year.answered, numbers.year.in_time);
    let mut values = FluentArgs::new();
    values.set("all", all);
    values.set("intime", in_time);
    // Rounded down, so that it says a hundred only where none was late.
    let of_thousand = in_time.saturating_mul(1_000).checked_div(all).unwrap_or_default();
    let digits = |of_thousand: i64| s.with("overview-percent", "percent", decimal(s, of_thousand));
    OnTime {
        percent: (all > 0).then(|| digits(of_thousand)),
        of_thousand,
        says: if all > 0 { s.w.filled("overview-on-time-says", &values) } else { s.t("overview-on-time-none") },
    }
}

/// Tenths of a hundredth with the sign that the language sets between them: `97.3`.
fn decimal(s: &Shell, of_thousand: i64) -> String {
    let (whole, tenth) = (of_thousand / 10, of_thousand % 10);
    if tenth == 0 { whole.to_string() } else { format!("{whole}{}{tenth}", s.t("overview-decimal")) }
}

/// How much of what the platform allows a minute was called in the last one, for each credential.
pub fn budgets(s: &Shell, numbers: &Numbers) -> Vec<Budget> {
    let budget = |(at, (names, pace)): (usize, &(Vec<String>, entities::rate::table::Model))| {
        let calls = pace.calls_lately(s.now);
        let mut values = FluentArgs::new();
        values.set("calls", calls.to_string());
        values.set("allowed", pace.allowed.to_string());
        let is_blocked = pace.blocked_until > s.now;
        Budget {
            id: format!("budget-{at}"),
            names: names.join(", "),
            of_thousand: (calls * 1000 / pace.allowed.max(1)).clamp(0, 1000),
            says: s.w.filled("overview-budget-says", &values),
            blocked: is_blocked.then(|| s.t("overview-blocked")),
        }
    };
    numbers.paces.iter().enumerate().map(budget).collect()
}
