//! How a clock's dates came about, in sentences that a lawyer can check against the provision named with each.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};

use crate::calendar::{Calendar, Known};
use crate::case::{Asked, Case, Dates};
use crate::clock::{Pause, PauseEffect, Step};
use crate::count::days_between;
use crate::duty::{Event, Kind};
use crate::matter::{Inquiry, InquiryKind};
use crate::period::{MONTHS, MissingDay, Period};

/// A day as people write it: `Sat 31 Jan 2026`.
pub fn show(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    };
    format!("{weekday} {} {} {}", day.day(), &month(day)[..3], day.year())
}

fn month(day: Date) -> &'static str {
    MONTHS[usize::from(day.month().unsigned_abs()) - 1]
}

fn step(rule: &'static str, text: String, source: &'static str) -> Step {
    Step { text, rule: rule.into(), source: source.into() }
}

/// What each question did, and all steps in order.
pub(crate) fn tell(case: &Case<'_>, dates: &Dates, zone: &str) -> (Vec<Pause>, Vec<Step>) {
    let pauses: Vec<Pause> = dates.asked.iter().map(|asked| pause(case, dates, asked)).collect();
    let mut steps = Vec::with_capacity(8);
    steps.push(receipt(case, zone));
    let told = |effect_is: fn(PauseEffect) -> bool| {
        let fits = move |pause: &&Pause| effect_is(pause.effect);
        pauses.iter().filter(fits).map(|pause| Step {
            text: pause.says.clone(),
            rule: "pause".into(),
            source: pause.source.clone(),
        })
    };
    steps.extend(told(|effect| effect == PauseEffect::Restart));
    steps.extend(business_calendar(case));
    steps.push(period(case, dates));
    steps.extend(month_end(case, dates));
    steps.extend(told(|effect| effect != PauseEffect::Restart));
    steps.extend(calendar(case));
    steps.extend(rolling(case, dates));
    steps.extend(cautious(case, dates));
    steps.extend(target(case, dates));
    steps.extend(case.note.map(|note| Step {
        text: note.into(),
        rule: "note".into(),
        source: case.rule.source.clone(),
    }));
    steps.extend(case.remarks.iter().map(|(text, source)| step("note", text.clone(), source)));
    (pauses, steps)
}

fn receipt(case: &Case<'_>, zone: &str) -> Step {
    let (what, day_zero) = match case.event {
        Event::Receipt => ("Received", None),
        Event::Appeal => ("The appeal arrived", Some("The day of its receipt is not counted")),
        Event::Closure => ("Closed", Some("The day of closure is not counted")),
        Event::ListsFetched => ("The lists were last fetched", Some("That day is not counted")),
        Event::ReportedYear => ("The year reported on is that of", Some("The date is fixed")),
    };
    let counting = case.law.counting.as_ref();
    let day_zero = day_zero.or(counting.map(|counting| counting.day_zero.as_str())).unwrap_or_default();
    let at = match case.event {
        Event::ReportedYear => "",
        _ => "at ",
    };
    Step {
        text: format!("{what} {at}{}, which is {} in {zone}. {day_zero}.", case.at, show(case.day_zero)),
        rule: "receipt_day".into(),
        source: counting.map_or_else(|| case.rule.source.clone(), |counting| counting.day_zero_source.as_str().into()),
    }
}

fn period(case: &Case<'_>, dates: &Dates) -> Step {
    let (from, last) = (show(dates.counted.start), show(dates.counted.plain));
    let length = length(dates.period);
    let text = match (case.extension, dates.period) {
        (Some(extension), _) if extension.by.is_none() => {
            format!("The notice that more time is taken names {last} as the last day.")
        }
        (Some(extension), _) => {
            let by = extension.by.map(|by| by.to_string()).unwrap_or_default();
            format!("Extended by {by}: {length} in all, counted in one step from {from}, end with {last}.")
        }
        (None, Period::NextYear { .. }) => format!("The last day is {last}."),
        (None, _) if case.counted.kind() == Kind::NoFigure => {
            format!("The law sets no figure. To have a day to work to, {length} from {from} are taken: {last}.")
        }
        (None, _) if case.counted.kind() == Kind::NotBefore => {
            format!("A wait of {length} from {from} lasts to {last}: not before that day has come round.")
        }
        (None, period) => {
            let ends = if matches!(period, Period::Months { count: 1, .. }) { "ends" } else { "end" };
            format!("{} from {from} {ends} with {last}.", capitalised(&length))
        }
    };
    let source = case.extension.map_or_else(|| case.rule.source.clone(), |extension| extension.source.as_str().into());
    Step { text, rule: "period".into(), source }
}

fn length(period: Period) -> String {
    match period {
        Period::Months { count: 1, .. } => "one month".into(),
        Period::Months { count, .. } => format!("{count} months"),
        Period::BusinessDays { count, week } => {
            let days = match week {
                crate::period::Week::MonFri => "Monday to Friday",
                crate::period::Week::MonSat => "Monday to Saturday",
            };
            format!("{count} business days ({days}, without the holidays)")
        }
        other => other.to_string(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn month_end(case: &Case<'_>, dates: &Dates) -> Option<Step> {
    if case.extension.is_some_and(|extension| extension.by.is_none()) {
        return None;
    }
    let from = dates.counted.start;
    let (missing, month_of) = dates.period.misses_day(from)?;
    let instead = match missing {
        MissingDay::Back => "its last day counts",
        MissingDay::Forward => "the first day of the next month counts: a wait is never cut short",
    };
    let text = format!("{} {} has no day {}, so {instead}.", month(month_of), month_of.year(), from.day());
    let source = case.law.counting.as_ref().and_then(|counting| counting.month_end.as_deref());
    Some(Step {
        text,
        rule: "month_end".into(),
        source: source.map_or_else(|| case.rule.source.clone(), Cow::Borrowed),
    })
}

fn asked_for(kind: InquiryKind) -> &'static str {
    match kind {
        InquiryKind::Identity => "Identity information",
        InquiryKind::Clarification => "Clarification",
        InquiryKind::Fee => "A fee",
    }
}

fn pause(case: &Case<'_>, dates: &Dates, asked: &Asked) -> Pause {
    let effect = asked.rule.map_or(PauseEffect::None, |rule| rule.effect);
    let days = asked.counted.and_then(|at| dates.counted.days.get(at).copied()).unwrap_or(0);
    Pause {
        inquiry: asked.inquiry,
        effect,
        days,
        says: says(case, dates, &asked.inquiry, effect, days),
        source: asked.rule.map_or_else(|| case.rule.source.clone(), |rule| rule.source.as_str().into()),
    }
}

fn says(case: &Case<'_>, dates: &Dates, inquiry: &Inquiry, effect: PauseEffect, days: u16) -> String {
    let what = format!("{} was asked for on {}", asked_for(inquiry.kind), show(inquiry.asked));
    let Some(answered) = inquiry.answered else {
        let then = if effect == PauseEffect::None {
            "it would move nothing"
        } else {
            "an open question lengthens nothing yet"
        };
        return format!("{what} and is still out: {then}.");
    };
    if answered < inquiry.asked {
        return format!("{what}, but its answer is dated {}, before that: it lengthens nothing.", show(answered));
    }
    let what = format!("{what} and arrived on {}", show(answered));
    match effect {
        PauseEffect::None => match case.right {
            Some(right) => format!("{what}: under this law that moves no date of {right}."),
            None => format!("{what}: under this law that moves no date."),
        },
        PauseEffect::Restart if answered == dates.counted.start && answered > case.day_zero => {
            format!("{what}: the whole period begins again that day.")
        }
        PauseEffect::Restart => {
            format!("{what}: the period begins later still, or then already, on {}.", show(dates.counted.start))
        }
        PauseEffect::Suspend | PauseEffect::Stop if days == 0 && inquiry.asked > dates.counted.unrolled => {
            format!("{what}: the last day had passed, so nothing is added.")
        }
        PauseEffect::Suspend | PauseEffect::Stop if days == 0 => {
            format!("{what}: no day of the period falls between that is not left out already.")
        }
        PauseEffect::Suspend => format!("{what}: {} added to the last day.", some(days, "night", inquiry, answered)),
        PauseEffect::Stop => {
            format!("{what}: {} left out of the count, both ends included.", some(days, "day", inquiry, answered))
        }
    }
}

/// `one day is`, `5 days are`, and whether there would have been more.
fn some(days: u16, unit: &str, inquiry: &Inquiry, answered: Date) -> String {
    let all = days_between(inquiry.asked, answered).saturating_add(u16::from(unit == "day"));
    let rest = if days < all { ", the others being counted or past already," } else { "" };
    match days {
        1 => format!("one {unit}{rest} is"),
        _ => format!("{days} {unit}s{rest} are"),
    }
}

/// By which calendar business days are counted, where the law has one of its own for that.
fn business_calendar(case: &Case<'_>) -> Option<Step> {
    let name = case.counted.business_calendar.as_ref().filter(|_| case.calendar.known() != Known::Given)?;
    let text = format!("Business days are counted by the calendar {name}, wherever the establishment is.");
    Some(Step { text, rule: "calendar".into(), source: case.rule.source.clone() })
}

/// Whose public holidays can move the date, and why.
fn calendar(case: &Case<'_>) -> Option<Step> {
    if !is_rolled(case) || case.rolling().is_none() {
        return None;
    }
    let region = case.calendar.region();
    let mut text = match case.calendar.known() {
        Known::Given => return None,
        Known::Outside => format!("Region {region} is outside this law: weekends only."),
        Known::Nothing if region.is_empty() => "No place was named: weekends only.".to_owned(),
        Known::Nothing => format!("No public holidays of {region} are known: weekends only."),
        Known::Place => format!("The public holidays of {region} count: this law holds there."),
        Known::Country => {
            format!("This law holds in {region}; only the holidays of its whole country are known, and those count.")
        }
    };
    match case.calendar.own_days() {
        [] => {}
        [_] => text.push_str(" So does a day that the controller added."),
        days => text.push_str(&format!(" So do {} days that the controller added.", days.len())),
    }
    let source = case.law.counting.as_ref().and_then(|counting| counting.holidays_source.as_deref());
    Some(step("calendar", text, source.unwrap_or_default()))
}

/// Whether the last day is one that weekends or holidays could move.
fn is_rolled(case: &Case<'_>) -> bool {
    let is_open = case.extension.is_some_and(|extension| extension.by.is_none());
    case.counted.kind() == Kind::Deadline && !is_open
}

fn rolling(case: &Case<'_>, dates: &Dates) -> Vec<Step> {
    if !is_rolled(case) {
        return Vec::new();
    }
    let mut steps = Vec::new();
    let paused = (dates.unrolled != dates.counted.plain)
        .then(|| format!("With that the last day is {}. ", show(dates.unrolled)));
    let paused = paused.unwrap_or_default();
    match case.rolling() {
        Some(source) => steps.push(step("rolling", format!("{paused}{}", rolled(&case.calendar, dates)), source)),
        None => {
            let text = format!("{paused}Weekends and public holidays do not move the last day.");
            steps.push(Step { text, rule: "rolling".into(), source: case.rule.source.clone() });
        }
    }
    if let Some((doubtful, day)) = case.counted.doubtful_rolling.as_deref().zip(dates.if_rolled)
        && day != dates.unrolled
    {
        let text = format!("A rule that might move it to {} is too doubtful to rely on.", show(day));
        steps.push(step("rolling", text, doubtful));
    }
    steps
}

/// Where the date goes from its unrolled day, day by day.
fn rolled(calendar: &Calendar, dates: &Dates) -> String {
    let mut text = String::new();
    let mut day = dates.unrolled;
    while day < dates.statutory {
        let why = match (day.weekday(), calendar.holiday(day)) {
            (Weekday::Saturday, _) => "a Saturday",
            (Weekday::Sunday, _) => "a Sunday",
            (_, Some(name)) => name,
            (_, None) => "no working day",
        };
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&format!("{} is {why}", show(day)));
        day = day.tomorrow().unwrap_or(dates.statutory);
    }
    let is_known = matches!(calendar.known(), Known::Place | Known::Given) && calendar.covers(dates.statutory);
    match (text.is_empty(), is_known) {
        (true, true) => text = format!("{} is a working day, so it stays.", show(dates.statutory)),
        (true, false) => {
            text = format!("{} is not known to be a weekend or public holiday, so it stays.", show(dates.statutory));
        }
        (false, _) => text.push_str(&format!("; the next working day is {}.", show(dates.statutory))),
    }
    let has_file = matches!(calendar.known(), Known::Place | Known::Country);
    if has_file && !calendar.covers(dates.statutory) {
        text.push_str(&format!(" The public holidays of {} are not known.", dates.statutory.year()));
    }
    text
}

fn cautious(case: &Case<'_>, dates: &Dates) -> Option<Step> {
    if case.counted.kind() != Kind::Deadline {
        return None;
    }
    let of = if case.extension.is_some_and(|extension| extension.by.is_none()) {
        "as the notice says".to_owned()
    } else {
        format!("{} from {}", length(dates.cautious_period), show(case.day_zero))
    };
    let source = case.counted.cautious_source.as_deref().unwrap_or("no stricter reading is known");
    Some(step("cautious", format!("The cautious date is {}: {of}.", show(dates.cautious)), source))
}

fn target(case: &Case<'_>, dates: &Dates) -> Option<Step> {
    (case.counted.kind() == Kind::Deadline).then(|| {
        let days = case.target_days;
        let plural = if days == 1 { "" } else { "s" };
        let text = format!("The target is {}: {days} day{plural} in hand.", show(dates.target));
        step("target", text, "the controller's policy")
    })
}
