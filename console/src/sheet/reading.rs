//! Reading what was filled in: every fault is noted at its field, so that all are told at once, and what was typed stays.

use entities::time::At;
use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::desk::Desk;
use super::field::{Field, Kind};
use crate::faults::Faults;

/// The fields of a form as they came.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Given(Vec<(String, String)>);

/// What the sender wants done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The form is filled in.
    First,
    /// It is looked over once more.
    Edit,
    /// What it shows is to be in the clear.
    Reveal,
    /// What the letters would say is to be in the clear.
    Words,
    /// The decision is taken.
    Go,
}

/// What tells the step and the purpose of a look; the rest is the decision's.
const OWN: [&str; 2] = ["step", "purpose"];

impl Given {
    /// What stands in a field; nothing where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What is to be done.
    #[must_use]
    pub fn step(&self) -> Step {
        match self.get("step") {
            "edit" => Step::Edit,
            "reveal" => Step::Reveal,
            "words" => Step::Words,
            "go" => Step::Go,
            _ => Step::First,
        }
    }

    /// For what something is looked at.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.get("purpose")
    }

    /// Puts what was typed into the fields.
    pub fn fill(&self, fields: &mut [Field]) {
        for field in fields {
            if self.0.iter().any(|(name, _)| name == field.name) {
                field.value = self.get(field.name).to_owned();
            }
            if field.kind == Kind::Instant {
                field.time = self.get(&format!("{}_time", field.name)).to_owned();
            }
        }
    }

    /// What goes along to the next page.
    #[must_use]
    pub fn kept(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect()
    }
}

/// What is read of a form, and what is wrong with it.
pub struct Reading<'a> {
    given: &'a Given,
    desk: &'a Desk<'a>,
    faults: Faults,
}

impl<'a> Reading<'a> {
    /// Begins to read.
    #[must_use]
    pub fn new(given: &'a Given, desk: &'a Desk<'a>) -> Self {
        Self { given, desk, faults: Faults::default() }
    }

    /// What was found wrong.
    #[must_use]
    pub fn finish(self) -> Faults {
        self.faults
    }

    /// Notes that something is wrong.
    pub fn fault(&mut self, field: &'static str, says: String) {
        self.faults.add(field, says);
    }

    /// What stands in a field, as it came.
    #[must_use]
    pub fn raw(&self, field: &str) -> &'a str {
        self.given.get(field).trim()
    }

    /// One's own words, which are needed.
    pub fn text(&mut self, field: &'static str, most: usize, missing: String) -> Option<String> {
        if self.raw(field).is_empty() {
            self.fault(field, missing);
            return None;
        }
        self.maybe_text(field, most)
    }

    /// One's own words, if there are any.
    pub fn maybe_text(&mut self, field: &'static str, most: usize) -> Option<String> {
        let text = self.raw(field);
        let w = self.desk.s.w;
        if text.is_empty() {
            return None;
        }
        if text.chars().count() > most {
            self.fault(field, w.with("reason-too-long", "most", most));
            return None;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(field, w.t("text-odd"));
            return None;
        }
        Some(text.to_owned())
    }

    /// One of some words, which is needed.
    pub fn word<T>(&mut self, field: &'static str, read: impl FnOnce(&str) -> Option<T>, missing: String) -> Option<T> {
        let found = read(self.raw(field));
        if found.is_none() {
            self.fault(field, missing);
        }
        found
    }

    /// Whether something is confirmed, which is needed.
    pub fn tick(&mut self, field: &'static str, missing: String) -> Option<()> {
        self.word(field, |text| (text == "yes").then_some(()), missing)
    }

    /// A civil day, if one is given.
    pub fn day(&mut self, field: &'static str) -> Option<Date> {
        let text = self.raw(field);
        if text.is_empty() {
            return None;
        }
        let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        if day.is_none() {
            self.fault(field, self.desk.s.t("day-odd"));
        }
        day
    }

    /// An instant by its day and its time of day in the controller's zone, if one is given. A day alone would leave open on
    /// which side of another event it lies.
    pub fn instant(&mut self, field: &'static str) -> Option<At> {
        let time = self.raw(&format!("{field}_time"));
        if self.raw(field).is_empty() && time.is_empty() {
            return None;
        }
        if self.raw(field).is_empty() {
            self.fault(field, self.desk.s.t("day-missing"));
            return None;
        }
        let day = self.day(field)?;
        let read: Option<Time> = time.parse().ok().filter(|_| matches!(time.len(), 5 | 8));
        let at = read.and_then(|time| self.desk.dates().at(day, time));
        if at.is_none() {
            self.fault(field, self.desk.s.t("time-odd"));
        }
        at
    }
}
