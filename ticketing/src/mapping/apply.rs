//! Applying a mapping to one ticket.

use std::collections::HashSet;

use law::right::Right;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use serde_json::Value;

use super::check::{DefaultRegion, Mapping, Rule, Source, language};
use super::draft::Otherwise;
use super::instant::{self, NoInstant};
use super::mapped::{Correction, Found, Ignored, Mapped, Problem, Verdict};
use super::place::Place;
use super::target::Target;
use super::value::{Lossy, texts};

/// As many as one request takes.
const IDENTIFIERS_MAX: usize = 50;
const PLACES_MAX: usize = 6;
const CORRECTIONS_MAX: usize = 20;
/// The longest id of a ticket, in characters.
const ID_MAX: usize = 255;

impl Mapping {
    /// Reads a ticket.
    #[must_use]
    pub fn apply(&self, document: &Value) -> Mapped {
        if let Some(ignored) = self.ignored(document) {
            return Mapped { verdict: Verdict::Ignored(ignored), ..Mapped::default() };
        }
        let mut reading = Reading { mapping: self, document, mapped: Mapped::default(), ignored: None };
        reading.read();
        let Reading { mut mapped, ignored, .. } = reading;
        mapped.verdict = match ignored {
            Some(ignored) => return Mapped { verdict: Verdict::Ignored(ignored), ..Mapped::default() },
            None if mapped.problems.iter().any(Problem::holds_up) => Verdict::Triage,
            None => Verdict::Fileable,
        };
        mapped
    }

    fn ignored(&self, document: &Value) -> Option<Ignored> {
        self.accept_when.iter().find_map(|condition| {
            let pointer = condition.path.clone();
            let found = document.pointer(&pointer).map(|value| texts(value, condition.split.as_deref()));
            match found {
                Some(Ok(found)) if found.iter().any(|text| condition.one_of.contains(text)) => None,
                None => Some(Ignored::Absent { pointer }),
                Some(Ok(found)) if found.is_empty() => Some(Ignored::Absent { pointer }),
                Some(_) => Some(Ignored::Other { pointer }),
            }
        })
    }
}

/// A text, and where it stood.
struct Given {
    text: String,
    pointer: Option<String>,
}

struct Reading<'a> {
    mapping: &'a Mapping,
    document: &'a Value,
    mapped: Mapped,
    ignored: Option<Ignored>,
}

impl Reading<'_> {
    fn read(&mut self) {
        self.mapped.display_id = self.id(Target::DisplayId);
        self.mapped.right = self.words(Target::RequestType, |word| word.parse::<Right>().ok()).into_iter().next();
        self.places();
        self.mapped.submitted_by = self.words(Target::SubmittedBy, |word| word.parse().ok()).into_iter().next();
        self.mapped.language = self.words(Target::Language, language).into_iter().next();
        self.received_at();
        self.identifiers();
        self.corrections();
        // Without these no request can be filed, whether or not the mapping calls them required.
        for (target, missing) in
            [(Target::RequestType, self.mapped.right.is_none()), (Target::Jurisdiction, self.mapped.places.is_empty())]
        {
            if missing && !self.mapped.problems.iter().any(|problem| problem.target == target) {
                self.missing(target);
            }
        }
    }

    fn problem(&mut self, target: Target, pointer: Option<String>, code: &'static str, reason: impl Into<String>) {
        self.mapped.problems.push(Problem { target, pointer, code, reason: reason.into() });
    }

    fn missing(&mut self, target: Target) {
        let pointer = self.mapping.rules.get(&target).and_then(|rule| rule.source.pointers().first().cloned());
        self.problem(
            target,
            pointer,
            "missing",
            "is not in the ticket; fill it in there, or have the mapping look elsewhere",
        );
    }

    /// The texts of a part, after everything that can be wrong with any text.
    fn given(&mut self, target: Target) -> Vec<Given> {
        let mapping = self.mapping;
        let Some(rule) = mapping.rules.get(&target) else { return Vec::new() };
        let (mut given, lossy) = rule.collect(self.document);
        let had_problem = !lossy.is_empty();
        for (pointer, lossy) in lossy {
            let (code, reason) = match lossy {
                Lossy::Rounded => ("rounded", "is a number too large to be sure of; have it sent as text"),
                Lossy::Shape => ("not_a_value", "is no text, number or choice; point at the value inside"),
                Lossy::TooMany => ("too_many", "holds far too many values"),
            };
            self.problem(target, Some(pointer), code, reason);
        }
        given.retain(|it| match fault_of_text(&it.text) {
            None => true,
            Some((code, reason)) => {
                self.problem(target, it.pointer.clone(), code, reason);
                false
            }
        });
        if given.len() > 1 && !rule.many {
            let pointer = given[0].pointer.clone();
            self.problem(target, pointer, "several", "holds several values; set many = true if all of them count");
            return Vec::new();
        }
        if given.is_empty()
            && rule.required
            && !had_problem
            && !self.mapped.problems.iter().any(|it| it.target == target)
        {
            self.missing(target);
        }
        given
    }

    fn id(&mut self, target: Target) -> Option<String> {
        let given = self.given(target).into_iter().next()?;
        if given.text.chars().count() > ID_MAX || given.text.contains(char::is_control) {
            self.problem(target, given.pointer, "not_an_id", "is no id: too long, or with control characters");
            return None;
        }
        Some(given.text)
    }

    /// The words of ours that the values stand for.
    fn words<T>(&mut self, target: Target, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mapping = self.mapping;
        let Some(rule) = mapping.rules.get(&target) else { return Vec::new() };
        let mut words = Vec::new();
        for given in self.given(target) {
            let word = match &rule.values {
                Some(table) => table.get(&given.text),
                None => Some(&given.text),
            };
            match word.and_then(|word| read(word)) {
                Some(word) => words.push(word),
                None if rule.otherwise == Otherwise::Ignore => {
                    self.ignored.get_or_insert(Ignored::Unmapped { target });
                }
                None => {
                    let reason =
                        "holds a value that the mapping does not know; add it to the table, or mend the ticket";
                    self.problem(target, given.pointer, "unmapped", reason);
                }
            }
        }
        words
    }

    fn places(&mut self) {
        for place in self.words(Target::Jurisdiction, |word| word.parse::<Place>().ok()) {
            match self.mapped.places.iter_mut().find(|known| known.regime == place.regime) {
                // The same law named twice: the more precise place counts.
                Some(known) if known.region.is_none() => known.region = place.region,
                Some(_) => {}
                None => self.mapped.places.push(place),
            }
        }
        if self.mapped.places.len() > PLACES_MAX {
            self.mapped.places.truncate(PLACES_MAX);
            self.problem(Target::Jurisdiction, None, "too_many", format!("names more than {PLACES_MAX} laws"));
        }
    }

    fn received_at(&mut self) {
        let zone = self.mapping.rules.get(&Target::ReceivedAt).and_then(|rule| rule.zone.as_ref());
        let Some(given) = self.given(Target::ReceivedAt).into_iter().next() else { return };
        match instant::read(&given.text, zone) {
            Ok(at) => self.mapped.received_at = Some(at),
            Err(why) => {
                let (code, reason) = match why {
                    NoInstant::Form => {
                        ("not_an_instant", "is no time; send it as RFC 3339, such as 2026-03-02T09:14:55Z")
                    }
                    NoInstant::NoZone => ("no_zone", "has no time zone; set zone in the mapping"),
                };
                self.problem(Target::ReceivedAt, given.pointer, code, reason);
            }
        }
    }

    fn identifiers(&mut self) {
        let (mut subject, mut requester) = (Vec::new(), Vec::new());
        for target in self.mapping.rules.keys().copied() {
            match target {
                Target::Subject(kind) => subject.extend(self.found(target, kind).into_iter().map(|(found, _)| found)),
                Target::Requester(kind) => {
                    requester.extend(self.found(target, kind).into_iter().map(|(found, _)| found))
                }
                _ => {}
            }
        }
        for list in [&mut subject, &mut requester] {
            let mut seen = HashSet::new();
            list.retain(|found: &Found| seen.insert((found.normalised.kind, found.normalised.lookup.clone())));
        }
        let first = self.mapping.rules.keys().find(|target| matches!(target, Target::Subject(_))).copied();
        if let Some(target) = first {
            if subject.len() > IDENTIFIERS_MAX {
                self.problem(
                    target,
                    None,
                    "too_many",
                    format!("more than {IDENTIFIERS_MAX} identifiers in one ticket"),
                );
            }
            let said = self.mapped.problems.iter().any(|it| matches!(it.target, Target::Subject(_)));
            if subject.is_empty() && !said {
                self.problem(target, None, "nobody", "no identifier is filled in: nothing says whose data it is");
            }
        }
        self.mapped.subject = subject;
        self.mapped.requester = requester;
    }

    /// The identifiers of a part, each with where it stood.
    fn found(&mut self, target: Target, kind: IdentifierKind) -> Vec<(Found, Option<String>)> {
        let region = match self.mapping.rules.get(&target).and_then(|rule| rule.region.as_ref()) {
            Some(DefaultRegion::Country(country)) => Some(country.clone()),
            Some(DefaultRegion::Jurisdiction) => self.mapped.places.first().and_then(Place::country).map(str::to_owned),
            None => None,
        };
        let mut all = Vec::new();
        for given in self.given(target) {
            if let Some((code, reason)) = fault_of_words(kind, &given.text) {
                self.problem(target, given.pointer, code, reason);
                continue;
            }
            match normalise(kind, &given.text, region.as_deref()) {
                Ok(normalised) => all.push((Found { normalised, raw: given.text }, given.pointer)),
                Err(why) => self.problem(target, given.pointer, why.code, why.reason),
            }
        }
        all
    }

    fn corrections(&mut self) {
        let kinds: Vec<_> = self
            .mapping
            .rules
            .keys()
            .filter_map(|target| match target {
                Target::Existing(kind) => Some(*kind),
                _ => None,
            })
            .collect();
        if self.mapped.right != Some(Right::Rectification) {
            return;
        }
        for kind in kinds {
            let before = self.mapped.problems.len();
            let existing = self.found(Target::Existing(kind), kind);
            let updated = self.found(Target::Updated(kind), kind);
            if existing.len() != updated.len() {
                if self.mapped.problems.len() == before {
                    let reason = "does not pair with what is right: both need as many values";
                    self.problem(Target::Existing(kind), None, "unpaired", reason);
                }
                continue;
            }
            let pairs = existing.into_iter().zip(updated);
            self.mapped.corrections.extend(
                pairs.map(|((old, _), (new, _))| Correction { existing: old.normalised, updated: new.normalised }),
            );
        }
        let said = self.mapped.problems.iter().any(|it| matches!(it.target, Target::Existing(_) | Target::Updated(_)));
        if self.mapped.corrections.len() > CORRECTIONS_MAX {
            let reason = format!("more than {CORRECTIONS_MAX} corrections in one ticket");
            self.problem(Target::RequestType, None, "too_many", reason);
        } else if self.mapped.corrections.is_empty() && !said {
            let reason =
                "asks for a rectification, but nothing says what is wrong and what is right; map correct.<kind>";
            self.problem(Target::RequestType, None, "nothing_to_correct", reason);
        }
    }
}

/// What no value of a ticket should look like: the sender's template came unfilled, or the text was garbled.
fn fault_of_text(text: &str) -> Option<(&'static str, &'static str)> {
    if text.contains("{{") || text.contains("{%") {
        Some(("placeholder", "holds a placeholder that the ticketing system did not fill in; mend the trigger's body"))
    } else if text.contains('\u{fffd}') {
        Some(("garbled", "was garbled on its way; have it sent as UTF-8"))
    } else {
        None
    }
}

/// What a name or an address should not look like: it is shown to people and put into files that programs open.
fn fault_of_words(kind: IdentifierKind, text: &str) -> Option<(&'static str, &'static str)> {
    if !matches!(kind, IdentifierKind::Name | IdentifierKind::Address) {
        return None;
    }
    if text.contains(['<', '>']) {
        Some(("markup", "looks like HTML; take it out of the ticket if it is not meant"))
    } else if text.starts_with(['=', '+', '-', '@', '\t', '|']) {
        Some(("formula", "begins like a formula of a spreadsheet; take that out of the ticket if it is not meant"))
    } else {
        None
    }
}

impl Source {
    fn pointers(&self) -> &[String] {
        match self {
            Self::FirstOf(pointers) | Self::AllOf(pointers) | Self::Join(pointers, _) => pointers,
            Self::Fixed(_) => &[],
        }
    }
}

impl Rule {
    /// The texts of a ticket, and the places that hold something else.
    fn collect(&self, document: &Value) -> (Vec<Given>, Vec<(String, Lossy)>) {
        let (mut given, mut lossy) = (Vec::new(), Vec::new());
        let mut at =
            |pointer: &String| match texts(document.pointer(pointer).unwrap_or(&Value::Null), self.split.as_deref()) {
                Ok(found) => found,
                Err(why) => {
                    lossy.push((pointer.clone(), why));
                    Vec::new()
                }
            };
        match &self.source {
            Source::Fixed(text) => given.push(Given { text: text.clone(), pointer: None }),
            Source::FirstOf(pointers) | Source::AllOf(pointers) => {
                for pointer in pointers {
                    given.extend(at(pointer).into_iter().map(|text| Given { text, pointer: Some(pointer.clone()) }));
                    if !given.is_empty() && matches!(self.source, Source::FirstOf(_)) {
                        break;
                    }
                }
            }
            Source::Join(pointers, between) => {
                let parts: Vec<_> = pointers.iter().flat_map(&mut at).collect();
                if !parts.is_empty() {
                    given.push(Given { text: parts.join(between), pointer: pointers.first().cloned() });
                }
            }
        }
        (given, lossy)
    }
}
