//! What is filled in to file a request, as it was typed; and the same as a call of the API, which is how it is read.

use api::intake::parse::FileRequest;
use api::problem::Problem;
use entities::controller::table::Model as Controller;
use jiff::civil::{Date, DateTime, Time};
use law::place::law_at;
use law::regime::Regime;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::shell::Shell;

/// How many rows an empty form offers.
const ROWS: usize = 2;
/// As many as the API takes.
pub const MOST_ROWS: usize = 50;
/// As many as the API takes.
pub const MOST_CORRECTIONS: usize = 20;

/// Everything that the form asks, in the order of the page. Its field names are those of the page.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What is to be done with it: `row`, `correction`, `check`, `edit` or `file`.
    pub go: String,
    /// The controller's short name.
    pub controller: String,
    /// What is asked for.
    pub right: String,
    /// Where the person is; only the suggestion of a law follows from it.
    pub place: String,
    /// The law; the suggested one, if it is empty.
    pub regime: String,
    /// A further law that may cover the person.
    pub other_regime: String,
    /// The place whose holidays count, if it is not the controller's.
    pub region: String,
    /// How it came.
    pub channel: String,
    /// The day of receipt, in the controller's zone.
    pub received_on: String,
    /// The time of that day; its first instant, if it is empty, which is never later than the truth.
    pub received_time: String,
    /// The kinds of what is known of the person, a row each.
    pub kind: Vec<String>,
    /// The values beside them.
    pub value: Vec<String>,
    /// The kinds of what is to be corrected, a row each.
    pub corrected: Vec<String>,
    /// What is wrong.
    pub existing: Vec<String>,
    /// What is right.
    pub updated: Vec<String>,
    /// How the person's identity was proven, if it was.
    pub identity: String,
    /// Where letters go.
    pub reply_to: String,
    /// By which name they greet.
    pub salutation: String,
    /// In which language they are written.
    pub language: String,
    /// A note for those who handle it.
    pub note: String,
    /// `yes` if it only tries something out.
    pub test: String,
}

impl Draft {
    /// An empty one: received today, at the only controller there is to file for.
    pub fn empty(s: &Shell, controllers: &[&Controller]) -> Self {
        let only = match controllers {
            [only] => Some(*only),
            _ => None,
        };
        let dates = only.map_or_else(|| s.dates(), |row| s.dates_of(row.id));
        let rows = vec![String::new(); ROWS];
        Self {
            controller: only.map(|row| row.slug.clone()).unwrap_or_default(),
            received_on: dates.date(s.now).to_string(),
            kind: vec!["email".to_owned(), "phone".to_owned()],
            value: rows,
            corrected: vec![String::new()],
            existing: vec![String::new()],
            updated: vec![String::new()],
            ..Self::default()
        }
    }

    /// The same with rows of equal number, and places in capitals.
    pub fn tidied(mut self) -> Self {
        for given in [&mut self.place, &mut self.region] {
            *given = given.trim().to_ascii_uppercase();
        }
        let rows = self.value.len().clamp(1, MOST_ROWS + 1);
        self.kind.resize(rows, String::new());
        self.value.resize(rows, String::new());
        let rows = self.existing.len().clamp(1, MOST_CORRECTIONS + 1);
        for column in [&mut self.corrected, &mut self.existing, &mut self.updated] {
            column.resize(rows, String::new());
        }
        self
    }

    /// The same with room for one identifier more.
    pub fn with_row(mut self) -> Self {
        self.kind.push(String::new());
        self.value.push(String::new());
        self
    }

    /// The same with room for one correction more.
    pub fn with_correction(mut self) -> Self {
        for column in [&mut self.corrected, &mut self.existing, &mut self.updated] {
            column.push(String::new());
        }
        self
    }

    /// The rows of identifiers that something stands in: where, of which kind, and what.
    pub fn identifiers(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        let rows = self.kind.iter().zip(&self.value).enumerate();
        rows.map(|(at, (kind, value))| (at, kind.as_str(), value.as_str()))
            .filter(|(.., value)| !value.trim().is_empty())
    }

    /// The rows of corrections that something stands in.
    pub fn corrections(&self) -> impl Iterator<Item = (usize, &str, &str, &str)> {
        let rows = self.corrected.iter().zip(self.existing.iter().zip(&self.updated)).enumerate();
        let rows = rows.map(|(at, (kind, (from, to)))| (at, kind.as_str(), from.as_str(), to.as_str()));
        rows.filter(|(_, _, from, to)| !from.trim().is_empty() || !to.trim().is_empty())
    }

    /// The law that speaks for the person's place, or if that is not given, for the controller's; and the place.
    pub fn suggestion<'a>(&'a self, controller: Option<&'a Controller>) -> Option<(Regime, &'a str)> {
        let home = controller.and_then(|row| row.region.as_deref()).unwrap_or_default();
        let place = if self.place.is_empty() { home } else { &self.place };
        law_at(place).map(|regime| (regime, place))
    }

    /// The law that was chosen, or else the suggested one.
    pub fn law(&self, controller: Option<&Controller>) -> String {
        if !self.regime.is_empty() {
            return self.regime.clone();
        }
        self.suggestion(controller).map(|(regime, _)| regime.as_str().to_owned()).unwrap_or_default()
    }

    /// Whether it only tries something out.
    pub fn is_test(&self) -> bool {
        self.test == "yes"
    }

    /// The instant of receipt, RFC 3339. What is no day stays as it is, for the reader to refuse.
    fn received_at(&self, controller: Option<&Controller>) -> String {
        let day: Option<Date> = self.received_on.trim().parse().ok();
        let time = match self.received_time.trim() {
            "" => Some(Time::midnight()),
            given => given.parse().ok(),
        };
        let zone = controller.and_then(|row| row.zone().ok()).unwrap_or(jiff::tz::TimeZone::UTC);
        let at = day.zip(time).and_then(|(day, time)| DateTime::from_parts(day, time).to_zoned(zone).ok());
        at.map_or_else(|| self.received_on.clone(), |at| at.timestamp().to_string())
    }

    /// The call of the API that would file the same.
    ///
    /// # Errors
    /// None, for a draft always has the shape of a call.
    pub fn as_call(&self, controller: Option<&Controller>) -> Result<FileRequest, Problem> {
        let mut call = Map::new();
        let mut put = |name: &str, value: Value| drop(call.insert(name.to_owned(), value));
        put("controller", json!(self.controller));
        put("right", json!(self.right));
        put("regime", json!(self.law(controller)));
        put("channel", json!(self.channel));
        put("received_at", json!(self.received_at(controller)));
        let identifiers: Vec<_> =
            self.identifiers().map(|(_, kind, value)| json!({ "kind": kind, "value": value })).collect();
        put("identifiers", json!(identifiers));
        let corrections = self.corrections();
        let corrections: Vec<_> = corrections
            .map(|(_, kind, existing, updated)| json!({ "kind": kind, "existing": existing, "updated": updated }))
            .collect();
        put("replacements", json!(corrections));
        if !self.other_regime.is_empty() {
            put("other_regimes", json!([self.other_regime]));
        }
        if !self.identity.is_empty() {
            put("identity", json!({ "method": self.identity }));
        }
        let optional = [
            ("region", &self.region),
            ("reply_to", &self.reply_to),
            ("language", &self.language),
            ("salutation", &self.salutation),
            ("note", &self.note),
        ];
        for (name, given) in optional {
            if !given.trim().is_empty() {
                put(name, json!(given.trim()));
            }
        }
        call.insert("test".to_owned(), json!(self.is_test()));
        serde_json::from_value(call.into()).map_err(Problem::internal)
    }

    /// Everything that was filled in, as the page to check carries it along.
    pub fn carried(&self, law: &str) -> Vec<(&'static str, String)> {
        let one = [
            ("controller", &self.controller),
            ("right", &self.right),
            ("place", &self.place),
            ("other_regime", &self.other_regime),
            ("region", &self.region),
            ("channel", &self.channel),
            ("received_on", &self.received_on),
            ("received_time", &self.received_time),
            ("identity", &self.identity),
            ("reply_to", &self.reply_to),
            ("salutation", &self.salutation),
            ("language", &self.language),
            ("note", &self.note),
            ("test", &self.test),
        ];
        let mut all: Vec<_> = one.into_iter().map(|(name, value)| (name, value.clone())).collect();
        // What was looked at is what is filed, whatever is suggested by then.
        all.push(("regime", law.to_owned()));
        let columns = [
            ("kind", &self.kind),
            ("value", &self.value),
            ("corrected", &self.corrected),
            ("existing", &self.existing),
            ("updated", &self.updated),
        ];
        for (name, column) in columns {
            all.extend(column.iter().map(|value| (name, value.clone())));
        }
        all
    }
}
