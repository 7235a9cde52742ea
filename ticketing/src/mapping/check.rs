//! Checking a mapping when it is saved: every fault at once, each with its place.

use std::collections::BTreeMap;
use std::fmt;

use jiff::tz::TimeZone;
use law::right::Right;

use super::draft::{Condition, Draft, Field, Otherwise};
use super::mapped::Submitter;
use super::place::Place;
use super::target::Target;
use super::value::clean;

/// A mapping that has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    pub(super) accept_when: Vec<Condition>,
    pub(super) rules: BTreeMap<Target, Rule>,
}

/// How one part is filled.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) source: Source,
    pub(super) required: bool,
    pub(super) many: bool,
    pub(super) split: Option<String>,
    /// By what stands in the ticket, cleaned as that is.
    pub(super) values: Option<BTreeMap<String, String>>,
    pub(super) otherwise: Otherwise,
    pub(super) region: Option<DefaultRegion>,
    pub(super) zone: Option<TimeZone>,
}

/// Where a part comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    FirstOf(Vec<String>),
    AllOf(Vec<String>),
    Join(Vec<String>, String),
    Fixed(String),
}

/// Where telephone numbers without country code are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DefaultRegion {
    /// From the country of the first jurisdiction.
    Jurisdiction,
    /// From here.
    Country(String),
}

/// One fault of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `map.request_type.values.dsr_erasure`.
    pub place: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl Draft {
    /// Checks the mapping. Whether its pointers meet anything only a ticket can tell: try it with one.
    ///
    /// # Errors
    /// Every fault.
    pub fn check(&self) -> Result<Mapping, Vec<Fault>> {
        let mut faults = Faults::default();
        for (at, condition) in self.accept_when.iter().enumerate() {
            let place = format!("accept_when[{at}]");
            faults.pointer(&format!("{place}.path"), &condition.path);
            if condition.one_of.is_empty() {
                faults.add(format!("{place}.in"), "is empty, so that no ticket is ours");
            }
            faults.split(&place, condition.split.as_deref());
        }
        let mut rules = BTreeMap::new();
        for (name, field) in &self.map {
            let place = format!("map.{name}");
            match name.parse::<Target>() {
                Ok(target) => {
                    rules.insert(target, faults.rule(&place, target, field));
                }
                Err(error) => faults.add(place, error.to_string()),
            }
        }
        faults.whole(&rules);
        let accept_when = self
            .accept_when
            .iter()
            .cloned()
            .map(|it| Condition { one_of: it.one_of.iter().map(|value| clean(value)).collect(), ..it });
        let mapping = Mapping { accept_when: accept_when.collect(), rules };
        if faults.0.is_empty() { Ok(mapping) } else { Err(faults.0) }
    }
}

/// Whether our own word stands here; what may stand, if not.
pub(super) fn word_fault(target: Target, word: &str) -> Option<String> {
    let list = |words: &[&str]| format!("is no word of ours; there are {}", words.join(", "));
    match target {
        Target::RequestType => word.parse::<Right>().err().map(|error| list(error.known)),
        Target::Jurisdiction => word.parse::<Place>().err().map(|error| format!("names {error}")),
        Target::SubmittedBy => word.parse::<Submitter>().err().map(|error| list(error.known)),
        Target::Language => language(word).is_none().then(|| "is no language tag such as en or pt-BR".to_owned()),
        _ => None,
    }
}

/// The language of a tag: `pt` of `pt-BR` or `pt_BR`.
pub(super) fn language(tag: &str) -> Option<String> {
    let (language, rest) = tag.split_once(['-', '_']).map_or((tag, None), |(language, rest)| (language, Some(rest)));
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_rest = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (is_language && tag.len() <= 35 && rest.is_none_or(is_rest)).then(|| language.to_ascii_lowercase())
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Fault { place: place.into(), reason: reason.into() });
    }

    fn pointer(&mut self, place: &str, pointer: &str) {
        let escapes_are_whole = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        if !pointer.starts_with('/') {
            self.add(place, "is no JSON Pointer; it begins with /, such as /ticket/id");
        } else if !escapes_are_whole {
            self.add(place, "is no JSON Pointer; ~ is written ~0, and / in a name ~1");
        }
    }

    fn split(&mut self, place: &str, split: Option<&str>) {
        if split == Some("") {
            self.add(format!("{place}.split"), "is empty; leave it out for one value a text");
        }
    }

    fn rule(&mut self, place: &str, target: Target, field: &Field) -> Rule {
        let source = self.source(place, field);
        self.split(place, field.split.as_deref());
        let many = field.many || field.split.is_some() || !field.all_of.is_empty();
        if many && !target.takes_many() {
            self.add(place, "takes one value; many, split and all_of are for others");
        }
        let values = field.values.as_ref().map(|table| self.table(place, target, table));
        if let Source::Fixed(word) = &source {
            let fault = match &values {
                Some(_) => Some("needs no table: it is always the same".to_owned()),
                None if target.kind().is_some() => Some("cannot be the same for everybody".to_owned()),
                None => word_fault(target, word),
            };
            if let Some(fault) = fault {
                self.add(format!("{place}.fixed"), fault);
            }
        }
        if field.otherwise.is_some() && !target.takes_words() {
            self.add(format!("{place}.otherwise"), "is for parts that are words of ours");
        }
        Rule {
            source,
            required: field.required,
            many,
            split: field.split.clone(),
            values,
            otherwise: field.otherwise.unwrap_or_default(),
            region: self.region(place, target, field.default_region.as_deref()),
            zone: self.zone(place, target, field.zone.as_deref()),
        }
    }

    fn source(&mut self, place: &str, field: &Field) -> Source {
        let lists = [("first_of", &field.first_of), ("all_of", &field.all_of), ("join", &field.join)];
        let named = lists.iter().filter(|(_, list)| !list.is_empty()).count();
        if named + usize::from(field.path.is_some()) + usize::from(field.fixed.is_some()) != 1 {
            self.add(place, "needs exactly one of path, first_of, all_of, join and fixed");
        }
        if field.between.is_some() && field.join.is_empty() {
            self.add(format!("{place}.between"), "belongs to join");
        }
        if let Some(path) = &field.path {
            self.pointer(&format!("{place}.path"), path);
        }
        for (name, list) in lists {
            for (at, pointer) in list.iter().enumerate() {
                self.pointer(&format!("{place}.{name}[{at}]"), pointer);
            }
        }
        if let Some(word) = &field.fixed {
            Source::Fixed(clean(word))
        } else if !field.all_of.is_empty() {
            Source::AllOf(field.all_of.clone())
        } else if !field.join.is_empty() {
            Source::Join(field.join.clone(), field.between.clone().unwrap_or_else(|| "/".to_owned()))
        } else {
            Source::FirstOf(field.path.iter().chain(&field.first_of).cloned().collect())
        }
    }

    fn table(&mut self, place: &str, target: Target, table: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let place = format!("{place}.values");
        if !target.takes_words() {
            self.add(&place, "is for parts that are words of ours");
        } else if table.is_empty() {
            self.add(&place, "is empty, so that every ticket goes to a person");
        }
        let mut cleaned = BTreeMap::new();
        for (value, word) in table {
            if let Some(fault) = word_fault(target, word) {
                self.add(format!("{place}.{value}"), fault);
            }
            if cleaned.insert(clean(value), word.clone()).is_some() {
                self.add(format!("{place}.{value}"), "stands there twice, once with other spaces");
            }
        }
        cleaned
    }

    fn region(&mut self, place: &str, target: Target, region: Option<&str>) -> Option<DefaultRegion> {
        use resolution::identifier::IdentifierKind as K;
        let region = region?;
        let place = format!("{place}.default_region");
        if !matches!(target.kind(), Some(K::Phone | K::Whatsapp)) {
            self.add(place, "is for telephone numbers");
            return None;
        }
        if region == "jurisdiction" {
            return Some(DefaultRegion::Jurisdiction);
        }
        // The one who reads numbers knows the countries: none refuses a national number for its country alone.
        let probe = resolution::normalise::normalise(K::Phone, "0", Some(region));
        if probe.is_err_and(|error| error.code == "unknown_region") {
            self.add(place, "is no known country code of ISO 3166, nor `jurisdiction`");
            return None;
        }
        Some(DefaultRegion::Country(region.to_owned()))
    }

    fn zone(&mut self, place: &str, target: Target, zone: Option<&str>) -> Option<TimeZone> {
        let zone = zone?;
        if target != Target::ReceivedAt {
            self.add(format!("{place}.zone"), "is for received_at");
        }
        let found = TimeZone::get(zone).ok();
        if found.is_none() {
            self.add(format!("{place}.zone"), "is no IANA time zone such as UTC or Europe/Warsaw");
        }
        found
    }

    /// What a request cannot do without, and what goes in pairs.
    fn whole(&mut self, rules: &BTreeMap<Target, Rule>) {
        for (target, why) in [
            (
                Target::RequestType,
                "is missing: without it no ticket makes a request; if all ask for the same, set fixed",
            ),
            (Target::Jurisdiction, "is missing: without it no clock runs; if all are from one place, set fixed"),
        ] {
            if !rules.contains_key(&target) {
                self.add(format!("map.{target}"), why);
            }
        }
        if !rules.keys().any(|target| matches!(target, Target::Subject(_))) {
            self.add("map", "has no subject.<kind>: nothing says whose data it is");
        }
        for target in rules.keys() {
            let other = match *target {
                Target::Existing(kind) => Target::Updated(kind),
                Target::Updated(kind) => Target::Existing(kind),
                _ => continue,
            };
            if !rules.contains_key(&other) {
                self.add(format!("map.{target}"), format!("needs {other} beside it"));
            }
        }
    }
}
