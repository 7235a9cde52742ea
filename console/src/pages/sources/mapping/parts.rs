//! A mapping as a form: each part of a request with the places it comes from. Everything a mapping can say has a field, so that what
//! was described otherwise is not lost here.

use std::collections::{BTreeMap, BTreeSet};

use resolution::identifier::IdentifierKind;
use sources::description::Fault;
use ticketing::mapping::draft::{Condition, Draft, Field, Otherwise};
use ticketing::mapping::target::Target;

use crate::faults::Faults;
use crate::parts::Choice;
use crate::shell::Shell;

/// How a part is found, as `draft::Field` names it.
const WAYS: [&str; 5] = ["path", "first_of", "all_of", "join", "fixed"];

/// One part of a request, for the page. The names of its fields begin with `id`.
pub struct Part {
    /// Its target, which is also the id of its first field.
    pub id: String,
    /// What it is.
    pub label: String,
    /// How it is found.
    pub ways: Vec<Choice>,
    /// Where, a place a line; or what it always is.
    pub at: String,
    /// What each value means, `theirs = ours` a line; only for parts that are words of ours.
    pub values: Option<String>,
    /// What becomes of a ticket with a value that means nothing to us.
    pub otherwise: Vec<Choice>,
    /// What stands between joined places.
    pub between: String,
    /// What stands between several values in one text.
    pub split: String,
    /// Whether several values make sense, and are taken.
    pub many: Option<bool>,
    /// Whether a ticket without it goes to a person.
    pub is_required: bool,
    /// For telephone numbers: from where, if they do not say.
    pub region: Option<String>,
    /// For times: the zone, if they do not say.
    pub zone: Option<String>,
    /// Whether what is rarely needed is shown.
    pub is_unfolded: bool,
}

/// One thing that must be so of a ticket of ours.
pub struct Accept {
    /// Counts them.
    pub at: usize,
    /// Where to look.
    pub path: String,
    /// What may stand there, one a line.
    pub values: String,
    /// What stands between several values in one text.
    pub split: String,
}

/// What is filled in, by the names of the fields.
pub struct Filled(BTreeMap<String, String>);

/// All targets, those that nearly every mapping has first.
fn targets() -> Vec<Target> {
    let plain = ["request_type", "jurisdiction", "received_at", "submitted_by", "language", "display_id"];
    let kinds = IdentifierKind::ALL.iter();
    let of = |group: &'static str, end: &'static str| {
        kinds.clone().map(move |kind| format!("{group}.{kind}{end}")).collect::<Vec<_>>()
    };
    let subject = of("subject", "");
    let others = [of("requester", ""), of("correct", ".existing"), of("correct", ".updated")].concat();
    let all = plain.into_iter().map(str::to_owned).chain(subject).chain(others);
    all.filter_map(|word| word.parse().ok()).collect()
}

fn label(s: &Shell, target: Target) -> String {
    let kind = |kind: IdentifierKind| s.word("identifier", kind.as_str());
    match target {
        Target::Subject(it) => s.with("map-subject", "kind", kind(it)),
        Target::Requester(it) => s.with("map-requester", "kind", kind(it)),
        Target::Existing(it) => s.with("map-existing", "kind", kind(it)),
        Target::Updated(it) => s.with("map-updated", "kind", kind(it)),
        plain => s.word("part", &plain.to_string()),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Filled {
    /// As a form sent it. Of a name that comes twice the last counts.
    #[must_use]
    pub fn read(fields: &[(String, String)]) -> Self {
        Self(fields.iter().cloned().collect())
    }

    /// As a mapping has it.
    #[must_use]
    pub fn of(draft: &Draft) -> Self {
        let mut filled = Self(BTreeMap::new());
        for (at, condition) in draft.accept_when.iter().enumerate() {
            filled.set(&format!("accept:{at}:path"), &condition.path);
            filled.set(&format!("accept:{at}:values"), &condition.one_of.join("\n"));
            filled.set(&format!("accept:{at}:split"), condition.split.as_deref().unwrap_or_default());
        }
        for (target, field) in &draft.map {
            filled.add(target, field);
        }
        filled
    }

    fn add(&mut self, target: &str, field: &Field) {
        let (way, at) = if let Some(fixed) = &field.fixed {
            ("fixed", fixed.clone())
        } else if let Some(path) = &field.path {
            ("path", path.clone())
        } else if !field.all_of.is_empty() {
            ("all_of", field.all_of.join("\n"))
        } else if !field.join.is_empty() {
            ("join", field.join.join("\n"))
        } else {
            ("first_of", field.first_of.join("\n"))
        };
        let yes = |is: bool| if is { "yes" } else { "" };
        let values = field.values.iter().flatten().map(|(theirs, ours)| format!("{theirs} = {ours}"));
        let values = values.collect::<Vec<_>>().join("\n");
        let otherwise = match field.otherwise {
            Some(Otherwise::Ignore) => "ignore",
            Some(Otherwise::Triage) => "triage",
            None => "",
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        for (name, value) in [
            ("way", way),
            ("at", &at),
            ("values", &values),
            ("otherwise", otherwise),
            ("between", &text(&field.between)),
            ("split", &text(&field.split)),
            ("many", yes(field.many)),
            ("required", yes(field.required)),
            ("region", &text(&field.default_region)),
            ("zone", &text(&field.zone)),
        ] {
            self.set(&format!("{target}:{name}"), value);
        }
    }

    /// Fills a field in.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// What a field holds; nothing, where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a field holds just this.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    fn of_part(&self, target: &str, name: &str) -> &str {
        self.get(&format!("{target}:{name}"))
    }

    fn is_open(&self, target: Target) -> bool {
        self.0.contains_key(&format!("{target}:way"))
    }

    /// Shows the part that was chosen to be added.
    pub fn open_another(&mut self) {
        if let Ok(target) = self.get("add").parse::<Target>()
            && !self.is_open(target)
        {
            self.set(&format!("{target}:way"), "path");
        }
    }

    /// The mapping that is typed.
    ///
    /// # Errors
    /// A line of a table that is none.
    pub fn draft(&self, s: &Shell) -> Result<Draft, Faults> {
        let mut faults = Faults::default();
        let mut map = BTreeMap::new();
        for target in targets().into_iter().filter(|target| self.is_open(*target)) {
            let name = target.to_string();
            if WAYS.contains(&self.of_part(&name, "way")) {
                match self.field(&name) {
                    Ok(field) => drop(map.insert(name, field)),
                    Err(line) => faults.add(name, s.with("map-line-bad", "line", line)),
                }
            }
        }
        let accept_when = self.conditions().into_iter().map(|(_, condition)| condition).collect();
        if faults.is_empty() { Ok(Draft { accept_when, map }) } else { Err(faults) }
    }

    /// One part; the line of its table that is none, if there is one.
    fn field(&self, target: &str) -> Result<Field, String> {
        let part = |name: &str| self.of_part(target, name);
        let mut values = BTreeMap::new();
        for line in lines(part("values")) {
            let (theirs, ours) = line.rsplit_once('=').ok_or_else(|| line.clone())?;
            values.insert(theirs.trim().to_owned(), ours.trim().to_owned());
        }
        let mut field = Field {
            values: (!values.is_empty()).then_some(values),
            otherwise: match part("otherwise") {
                "ignore" => Some(Otherwise::Ignore),
                "triage" => Some(Otherwise::Triage),
                _ => None,
            },
            split: some(part("split")),
            many: part("many") == "yes",
            required: part("required") == "yes",
            default_region: some(part("region").trim()),
            zone: some(part("zone").trim()),
            ..Field::default()
        };
        let places = lines(part("at"));
        match part("way") {
            "fixed" => field.fixed = Some(part("at").trim().to_owned()),
            "all_of" => field.all_of = places,
            "join" => (field.join, field.between) = (places, some(part("between"))),
            "first_of" => field.first_of = places,
            // One place that is many is told as a place that is none.
            _ => field.path = Some(places.join(" ")),
        }
        Ok(field)
    }

    fn conditions(&self) -> Vec<(usize, Condition)> {
        let numbers = self.0.keys().filter_map(|name| name.strip_prefix("accept:")?.strip_suffix(":path"));
        let numbers: BTreeSet<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
        let one = |at: usize| {
            let part = |name: &str| self.get(&format!("accept:{at}:{name}"));
            let path = part("path").trim().to_owned();
            let condition = Condition { path, one_of: lines(part("values")), split: some(part("split")) };
            (!condition.path.is_empty() || !condition.one_of.is_empty()).then_some((at, condition))
        };
        numbers.into_iter().filter_map(one).collect()
    }

    /// What must be so of a ticket of ours, with an empty line for one more.
    #[must_use]
    pub fn accept(&self) -> Vec<Accept> {
        let mut all: Vec<Accept> = Vec::new();
        for (at, (_, condition)) in self.conditions().into_iter().enumerate() {
            let (values, split) = (condition.one_of.join("\n"), condition.split.unwrap_or_default());
            all.push(Accept { at, path: condition.path, values, split });
        }
        all.push(Accept { at: all.len(), path: String::new(), values: String::new(), split: String::new() });
        all
    }

    /// The parts that are in use, for the page.
    #[must_use]
    pub fn parts(&self, s: &Shell, faults: &Faults) -> Vec<Part> {
        let part = |target: Target| self.part(s, faults, target);
        targets().into_iter().filter(|target| self.is_open(*target)).map(part).collect()
    }

    fn part(&self, s: &Shell, faults: &Faults, target: Target) -> Part {
        let id = target.to_string();
        let get = |name: &str| self.of_part(&id, name).to_owned();
        let is_phone = matches!(target.kind(), Some(IdentifierKind::Phone | IdentifierKind::Whatsapp));
        let rare = ["between", "split", "many", "otherwise"];
        let way = get("way");
        Part {
            label: label(s, target),
            ways: Choice::words(s, "map-unused", "way", WAYS, Some(&way)),
            at: get("at"),
            values: target.takes_words().then(|| get("values")),
            otherwise: Choice::words(
                s,
                "map-otherwise-usual",
                "otherwise",
                ["triage", "ignore"],
                Some(&get("otherwise")),
            ),
            between: get("between"),
            split: get("split"),
            many: target.takes_many().then(|| self.of_part(&id, "many") == "yes"),
            is_required: self.of_part(&id, "required") == "yes",
            region: is_phone.then(|| get("region")),
            zone: (target == Target::ReceivedAt).then(|| get("zone")),
            is_unfolded: faults.says(&id).is_some() || rare.iter().any(|name| !self.of_part(&id, name).is_empty()),
            id,
        }
    }

    /// The parts that could be added.
    #[must_use]
    pub fn more(&self, s: &Shell) -> Vec<Choice> {
        let unused: Vec<_> = targets().into_iter().filter(|target| !self.is_open(*target)).collect();
        let words: Vec<_> = unused.iter().map(|target| (target.to_string(), label(s, *target))).collect();
        Choice::among(s.t("choose"), words.iter().map(|(word, label)| (word.as_str(), label.clone())), None)
    }
}

/// What is wrong with a mapping, by the part it is wrong in.
#[must_use]
pub fn faults(filled: &Filled, found: &[Fault]) -> Faults {
    let mut faults = Faults::default();
    let names: Vec<String> = targets().into_iter().map(|target| target.to_string()).collect();
    for Fault { place, reason } in found {
        let of_part = place.strip_prefix("mapping.map.").and_then(|rest| {
            let fits = |name: &&String| {
                rest.strip_prefix(name.as_str()).is_some_and(|end| !end.starts_with(char::is_alphanumeric))
            };
            names.iter().filter(fits).max_by_key(|name| name.len())
        });
        let field = match of_part {
            Some(name) if filled.0.contains_key(&format!("{name}:way")) => name.clone(),
            _ if place.starts_with("mapping.accept_when") => "accept".to_owned(),
            _ => "add".to_owned(),
        };
        let place = place.strip_prefix("mapping.").unwrap_or(place);
        faults.add(field, format!("{}: {reason}", place.strip_prefix("map.").unwrap_or(place)));
    }
    faults
}
