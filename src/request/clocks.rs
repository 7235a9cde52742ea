//! The clocks of a request: by when what must be done, and why; and what a decision would do to them.

use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{minute, path, request_name};
use crate::answers::Request;
use crate::http::Api;
use crate::terminal::{heading, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr request clocks K7PW-3MXD                What waits, the most urgent first
  dsr request clocks K7PW-3MXD --explain      With every step from the receipt to the date, and its source
  dsr request clocks K7PW-3MXD --history      Everything that was ever computed";

/// Whose clocks, and how much of them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Clocks {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    request: String,
    /// With the derivation of every date
    #[arg(long)]
    explain: bool,
    /// Everything that was ever computed, oldest first
    #[arg(long)]
    history: bool,
    /// Show what the person was asked and wrote, for this purpose, such as call-back-4711; an event records the look
    #[arg(long, value_name = "PURPOSE")]
    reveal: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// One clock, as far as it is shown.
#[derive(Deserialize, Serialize)]
struct Clock {
    regime: String,
    duty: String,
    state: String,
    computation: i64,
    why: String,
    cautious_at: Timestamp,
    statutory_at: Timestamp,
    target_at: Timestamp,
    #[serde(default)]
    superseded_at: Option<Timestamp>,
    clock: Value,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

impl Clock {
    /// The civil day in the clock's own zone.
    fn day(&self, name: &str) -> String {
        self.clock.get(name).and_then(Value::as_str).unwrap_or("-").to_owned()
    }

    fn explain(&self) {
        heading(&format!("{}: {}", self.regime, self.duty));
        for step in self.clock.get("derivation").and_then(Value::as_array).into_iter().flatten() {
            let part = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
            say(format_args!("  {}  ({})", part("text"), part("source")));
        }
    }
}

/// The clocks, and what makes them wait.
#[derive(Deserialize)]
struct Clocked {
    items: Vec<Clock>,
    inquiries: Vec<Inquiry>,
    appeal: Option<Appeal>,
}

/// A question to the person.
#[derive(Deserialize)]
struct Inquiry {
    kind: String,
    asked_at: Timestamp,
    answered_at: Option<Timestamp>,
    question: Option<String>,
    answer: Option<String>,
}

impl Inquiry {
    fn show(&self) {
        let answered = self.answered_at.map_or("not answered".to_owned(), |at| format!("answered {}", minute(at)));
        heading(&format!("Asked for {}, {}; {answered}", self.kind, minute(self.asked_at)));
        self.question.iter().chain(&self.answer).for_each(|words| say(format_args!("  {words}")));
    }
}

/// The person's appeal.
#[derive(Deserialize)]
struct Appeal {
    received_at: Timestamp,
    decision: Option<String>,
    words: Option<String>,
}

impl Appeal {
    fn show(&self) {
        let decision = self.decision.as_deref().unwrap_or("not decided");
        heading(&format!("Appeal, {}; {decision}", minute(self.received_at)));
        self.words.iter().for_each(|words| say(format_args!("  {words}")));
    }
}

impl Clocks {
    /// Shows them.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let history = self.history.then(|| ("history", "true".to_owned()));
        let reveal = self.reveal.clone().map(|purpose| ("reveal", purpose));
        let query: Vec<_> = history.into_iter().chain(reveal).collect();
        let below = format!("{}/clocks", path(&self.request));
        if self.json {
            return say_json(&api.get::<Value>(&below, &query).await?);
        }
        let clocks: Clocked = api.get(&below, &query).await?;
        let mut rows = table(["Law", "Duty", "State", "Target", "Cautious", "Statutory", "Computed for"]);
        for clock in &clocks.items {
            let state = if clock.superseded_at.is_some() { "superseded" } else { &clock.state };
            let (target, cautious, statutory) = (clock.day("target"), clock.day("cautious"), clock.day("statutory"));
            let why = format!("{} ({})", clock.why, clock.computation);
            rows.add_row([&*clock.regime, &*clock.duty, state, &*target, &*cautious, &*statutory, &*why]);
        }
        say_table(&rows);
        if self.explain {
            clocks.items.iter().for_each(Clock::explain);
        }
        clocks.inquiries.iter().for_each(Inquiry::show);
        if let Some(appeal) = &clocks.appeal {
            appeal.show();
        }
        Ok(())
    }
}

/// What a dry run answers.
#[derive(Deserialize, Serialize)]
pub struct Trial {
    request: Request,
    clocks: Vec<Change>,
    letters: Vec<Written>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// A letter that would be written, or what it lacks.
#[derive(Deserialize, Serialize)]
struct Written {
    kind: String,
    missing: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Written {
    fn show(&self) {
        match &self.missing {
            Some(missing) => {
                heading(&format!("{} would be left to you; it lacks", self.kind));
                missing.iter().for_each(|part| say(format_args!("  {part}")));
            }
            None => heading(&format!("{} would be written", self.kind)),
        }
        self.subject.iter().chain(&self.text).for_each(|words| say(format_args!("\n{words}")));
    }
}

/// How one duty's clock would change.
#[derive(Deserialize, Serialize)]
struct Change {
    regime: String,
    duty: String,
    from: Option<Standing>,
    to: Standing,
}

/// How a duty stands.
#[derive(Deserialize, Serialize)]
struct Standing {
    state: String,
    cautious_at: Timestamp,
    statutory_at: Timestamp,
    target_at: Timestamp,
}

impl Trial {
    /// Shows it.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn show(&self, as_json: bool) -> anyhow::Result<()> {
        if as_json {
            return say_json(self);
        }
        say(format_args!("{}  {}, if this were done", self.request.reference, self.request.standing()));
        let mut rows = table(["Law", "Duty", "State", "Cautious", "Statutory"]);
        for change in &self.clocks {
            let both = |part: &dyn Fn(&Standing) -> String| match &change.from {
                Some(from) if part(from) == part(&change.to) => part(from),
                Some(from) => format!("{} → {}", part(from), part(&change.to)),
                None => part(&change.to),
            };
            let (cautious, statutory) = (both(&|it| minute(it.cautious_at)), both(&|it| minute(it.statutory_at)));
            rows.add_row([&*change.regime, &*change.duty, &*both(&|it| it.state.clone()), &*cautious, &*statutory]);
        }
        if self.clocks.is_empty() {
            note("No clock would change.");
        } else {
            say_table(&rows);
        }
        self.letters.iter().for_each(Written::show);
        if self.letters.iter().any(|letter| letter.missing.is_none() && letter.text.is_none()) {
            note("What the letters would say is shown with --reveal PURPOSE.");
        }
        warn(&self.request);
        note("Nothing was changed.");
        Ok(())
    }
}

/// Says what a decision leaves in danger.
pub fn warn(request: &Request) {
    for warning in request.rest.get("warnings").and_then(Value::as_array).into_iter().flatten() {
        note(format_args!("Warning: {}", warning.get("detail").and_then(Value::as_str).unwrap_or_default()));
    }
}
