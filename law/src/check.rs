//! What a law's data must hold to be used: so that no date is computed from a slip of the pen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use crate::duty::{Duty, Kind};
use crate::files;
use crate::law::Law;
use crate::right::Right;
use crate::rule::Rule;

/// Whether the law says what it must, and nothing twice.
pub fn law(law: &Law) -> Result<(), String> {
    if law.rights.is_empty() || law.counting.is_none() {
        return Err("it grants no rights, or does not say how it counts".into());
    }
    if let Some(right) = law.since.keys().find(|right| !law.rights.contains(right)) {
        return Err(format!("`since` names {right}, which it does not grant"));
    }
    holidays(law)?;
    for rule in &law.rules {
        self::rule(law, rule).map_err(|fault| format!("{} v{}: {fault}", rule.id, rule.version))?;
    }
    versions(law)?;
    overlaps(law)?;
    responds(law)?;
    unique("ground", law.grounds.iter().map(|ground| (&ground.code, ground.from)))?;
    unique("letter", law.letters.iter().map(|letter| (letter.kind, letter.from)))?;
    for right in &law.rights {
        let rows = law.identities.iter().filter(|row| row.rights.is_empty() || row.rights.contains(right)).count();
        if rows != 1 {
            return Err(format!("{rows} rows say what proof {right} needs"));
        }
    }
    Ok(())
}

/// Whose holidays count must be said where they can move a date, and nowhere else.
fn holidays(law: &Law) -> Result<(), String> {
    let Some(counting) = &law.counting else { return Ok(()) };
    let asks = counting.rolling.is_some() || law.rules.iter().any(|rule| rule.doubtful_rolling.is_some());
    if asks == counting.holidays.is_empty() || asks != counting.holidays_source.is_some() {
        return Err("`holidays` and its source are said where a rule may roll, and only there".into());
    }
    match counting.holidays.iter().find(|code| files::find(files::HOLIDAYS, code).is_none()) {
        Some(code) => Err(format!("there is no calendar {code}")),
        None => Ok(()),
    }
}

fn rule(law: &Law, rule: &Rule) -> Result<(), String> {
    let stated = [rule.period.is_some(), rule.no_figure.is_some(), rule.same_as.is_some()];
    if stated.iter().filter(|is| **is).count() != 1 {
        return Err("exactly one of `period`, `no_figure`, `same_as` is needed".into());
    }
    if rule.from.zip(rule.to).is_some_and(|(from, to)| to < from) {
        return Err("it ends before it begins".into());
    }
    if let Some(right) = rule.rights.iter().find(|right| !law.rights.contains(right)) {
        return Err(format!("the law grants no right to {right}"));
    }
    if rule.same_as.is_some_and(|other| other == rule.duty || !law.rules.iter().any(|rule| rule.duty == other)) {
        return Err("`same_as` names no other duty of this law".into());
    }
    if rule.same_as.is_some() && (rule.extension.is_some() || !rule.pauses.is_empty() || rule.cautious.is_some()) {
        return Err("with `same_as`, the other rule says how it is counted".into());
    }
    if rule.cautious.is_some() && rule.cautious_source.is_none() {
        return Err("`cautious` needs `cautious_source`".into());
    }
    if let Some(name) = &rule.business_calendar
        && files::find(files::HOLIDAYS, name).is_none()
    {
        return Err(format!("there is no calendar {name}"));
    }
    if let Some((period, cautious)) = rule.counted().zip(rule.cautious) {
        let later = days().find(|day| cautious.last_day(*day, |_| false) > period.last_day(*day, |_| false));
        if let Some(day) = later {
            return Err(format!("from {day} the strictest reading is the longer one"));
        }
    }
    if let Some((period, by)) = rule.counted().zip(rule.extension.as_ref().and_then(|extension| extension.by))
        && period.plus(by).is_none()
    {
        return Err("an extension is counted in the unit of its period".into());
    }
    if rule.kind() != Kind::Deadline && (rule.extension.is_some() || !rule.pauses.is_empty()) {
        return Err("only deadlines are extended or paused".into());
    }
    Ok(())
}

/// Every day of a common and a leap year.
fn days() -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date(2027, 1, 1)), |day| day.tomorrow().ok()).take(365 + 366)
}

fn versions(law: &Law) -> Result<(), String> {
    let mut seen: BTreeMap<&str, u16> = BTreeMap::new();
    for rule in &law.rules {
        let last = seen.entry(&rule.id).or_default();
        if rule.version != *last + 1 {
            return Err(format!("{} has version {} after {last}", rule.id, rule.version));
        }
        *last = rule.version;
    }
    Ok(())
}

/// No two rows may claim one duty for one right on one day: which is used would be chance.
fn overlaps(law: &Law) -> Result<(), String> {
    let span = |rule: &Rule| (rule.from.unwrap_or(Date::MIN), rule.to.unwrap_or(Date::MAX));
    for (index, one) in law.rules.iter().enumerate() {
        for other in &law.rules[index + 1..] {
            let share = |right: &Right| other.rights.is_empty() || other.rights.contains(right);
            let shares_right = one.rights.is_empty() || one.rights.iter().any(share);
            let ((from, to), (since, until)) = (span(one), span(other));
            if one.duty == other.duty && shares_right && from <= until && since <= to {
                return Err(format!("{} v{} and {} v{} hold at once", one.id, one.version, other.id, other.version));
            }
        }
    }
    Ok(())
}

/// A request that is granted a right must have something due on every day: an answer, or the opt-out itself.
fn responds(law: &Law) -> Result<(), String> {
    let mut bounds: BTreeSet<Date> = [Date::MIN, Date::MAX].into();
    for rule in &law.rules {
        bounds.extend(rule.from.iter().flat_map(|day| [Some(*day), day.yesterday().ok()]).flatten());
        bounds.extend(rule.to.iter().flat_map(|day| [Some(*day), day.tomorrow().ok()]).flatten());
    }
    for right in &law.rights {
        for day in bounds.iter().filter(|day| law.grants(*right, **day)) {
            let has = |duty| law.rule(duty, Some(*right), *day).is_some();
            if !has(Duty::Respond) && !has(Duty::OptOut) {
                return Err(format!("nothing is due on {right} received on {day}"));
            }
        }
    }
    Ok(())
}

fn unique<K: Ord + Clone + std::fmt::Debug>(what: &str, keys: impl Iterator<Item = K>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key.clone()) {
            return Err(format!("the {what} {key:?} is there twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const RESPOND: &str = r#"duty = "respond"
version = 1
period = "1 month"
source = "Art. 1"
confidence = "H""#;

    fn fault(rules: &str) -> String {
        fault_of("holidays = []", rules)
    }

    fn fault_of(counting: &str, rules: &str) -> String {
        let text = format!(
            r#"id = "xx"
title = "A law"
jurisdiction = "Nowhere"
citation = "Act"
rights = ["access", "erasure"]
[counting]
day_zero = "The day of receipt is not counted"
day_zero_source = "Art. 2"
{counting}
[[identity]]
proof = "none"
unproven = "not_needed"
source = "Art. 3"
{rules}"#
        );
        let mut law: Law = toml::from_str(&text).expect("the case is TOML of a law");
        law.complete();
        super::law(&law).err().unwrap_or_default()
    }

    #[test]
    fn the_plainest_law_is_whole() {
        assert_eq!(fault(&format!("[[rule]]\n{RESPOND}")), "");
    }

    #[rstest]
    #[case::no_period("version = 1\nduty = \"refuse\"\nsource = \"x\"\nconfidence = \"H\"", "exactly one of")]
    #[case::two_versions_at_once(
        "version = 2\nduty = \"respond\"\nperiod = \"2 months\"\nsource = \"x\"\nconfidence = \"H\"",
        "hold at once"
    )]
    #[case::skipped_version(
        "id = \"y\"\nversion = 2\nduty = \"refuse\"\nperiod = \"2 months\"\nsource = \"x\"\nconfidence = \"H\"",
        "version 2 after 0"
    )]
    #[case::right_of_another_law(
        "version = 1\nduty = \"refuse\"\nrights = [\"limit\"]\nperiod = \"2 months\"\nsource = \"x\"\nconfidence = \"H\"",
        "grants no right"
    )]
    #[case::strict_is_longer(
        "version = 1\nduty = \"refuse\"\nperiod = \"1 month\"\ncautious = \"29 days\"\ncautious_source = \"y\"\nsource = \"x\"\nconfidence = \"H\"",
        "the longer one"
    )]
    #[case::units_mixed(
        "version = 1\nduty = \"refuse\"\nperiod = \"1 month\"\nextension = { by = \"30 days\", source = \"y\", confidence = \"H\" }\nsource = \"x\"\nconfidence = \"H\"",
        "unit of its period"
    )]
    #[case::backwards(
        "version = 1\nduty = \"refuse\"\nfrom = \"2026-02-05\"\nto = \"2026-02-04\"\nperiod = \"1 month\"\nsource = \"x\"\nconfidence = \"H\"",
        "ends before it begins"
    )]
    #[case::unknown_calendar(
        "version = 1\nduty = \"refuse\"\nbusiness_calendar = \"XX\"\nperiod = \"1 month\"\nsource = \"x\"\nconfidence = \"H\"",
        "no calendar XX"
    )]
    #[case::wait_with_extension(
        "version = 1\nduty = \"purge\"\nnot_before = true\nperiod = \"1 month\"\nextension = { by = \"1 month\", source = \"y\", confidence = \"H\" }\nsource = \"x\"\nconfidence = \"H\"",
        "only deadlines"
    )]
    fn a_slip_of_the_pen_is_named(#[case] rule: &str, #[case] says: &str) {
        let found = fault(&format!("[[rule]]\n{RESPOND}\n[[rule]]\n{rule}"));
        assert!(found.contains(says), "{found}");
    }

    #[rstest]
    #[case::nobodys("holidays = []\nrolling = \"x\"", "where a rule may roll")]
    #[case::by_no_provision("holidays = [\"DE\"]\nrolling = \"x\"", "where a rule may roll")]
    #[case::for_nothing("holidays = [\"DE\"]\nholidays_source = \"x\"", "only there")]
    #[case::of_nowhere("holidays = [\"ZZ\"]\nholidays_source = \"x\"\nrolling = \"x\"", "no calendar ZZ")]
    fn a_law_that_rolls_says_by_whose_holidays(#[case] counting: &str, #[case] says: &str) {
        let found = fault_of(counting, &format!("[[rule]]\n{RESPOND}"));
        assert!(found.contains(says), "{found}");
    }

    #[test]
    fn a_right_without_an_answer_is_named() {
        let found = fault(&format!("[[rule]]\nrights = [\"access\"]\n{RESPOND}"));
        assert!(found.starts_with("nothing is due on erasure"), "{found}");
    }
}
