//! What the API answers, as far as the command looks at it. Fields it does not know are left alone, so that an older command
//! works with a newer server.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A list.
#[derive(Clone, Debug, Deserialize)]
pub struct Items<T> {
    /// What is in it.
    pub items: Vec<T>,
    /// Where it goes on.
    #[serde(default)]
    pub next: Option<String>,
}

/// A request.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// Its short name.
    pub reference: String,
    /// Whose it is.
    pub controller: String,
    /// What is asked for.
    pub right: String,
    /// The law whose clock runs.
    pub regime: String,
    /// How it came in.
    pub channel: String,
    /// Where it stands.
    pub status: String,
    /// How it ended.
    pub outcome: Option<String>,
    /// Whether a person stopped it.
    #[serde(default)]
    pub on_hold: bool,
    /// How many questions wait for a person.
    #[serde(default)]
    pub open_questions: i64,
    /// When it reached the controller.
    pub received_at: Timestamp,
    /// When it must be answered at the latest, on the cautious reading.
    pub respond_by: Timestamp,
    /// Counts its changes.
    pub version: i64,
    /// Whatever else the server says.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

impl Request {
    /// Status and, once there is one, outcome.
    pub fn standing(&self) -> String {
        match (&self.outcome, self.on_hold) {
            (Some(outcome), _) => format!("{} ({outcome})", self.status),
            (None, true) => format!("{} (on hold)", self.status),
            (None, false) => self.status.clone(),
        }
    }

    /// Whether it has ended.
    pub fn is_closed(&self) -> bool {
        self.status == "closed"
    }
}

/// A job.
#[derive(Clone, Debug, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What the platform is asked to do.
    pub kind: String,
    /// What its subject is.
    pub subject_kind: String,
    /// Its subject, masked.
    #[serde(default)]
    pub subject: Value,
    /// Why there is a job.
    pub origin: String,
    /// Where it stands.
    pub status: String,
    /// The platform's word on it.
    #[serde(default)]
    pub platform_status: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub error_code: Option<String>,
}

impl Job {
    /// Whether nothing more will happen to it by itself.
    pub fn is_settled(&self) -> bool {
        matches!(self.status.as_str(), "completed" | "abandoned" | "superseded")
    }
}

/// How many jobs there are to do, and how many of them are done.
pub fn progress(jobs: &[Job]) -> (usize, usize) {
    let counted = jobs.iter().filter(|job| job.status != "superseded");
    counted.fold((0, 0), |(done, all), job| (done + usize::from(job.is_settled()), all + 1))
}

/// A question for a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// What is asked.
    pub code: String,
    /// More about it.
    #[serde(default)]
    pub detail: Value,
    /// When it came up.
    #[serde(default)]
    pub opened_at: Option<Timestamp>,
    /// When it was answered.
    #[serde(default)]
    pub answered_at: Option<Timestamp>,
}

impl Question {
    /// Whether it still waits.
    pub fn is_open(&self) -> bool {
        self.answered_at.is_none()
    }
}

/// An identifier.
#[derive(Clone, Debug, Deserialize)]
pub struct Identifier {
    /// Its id.
    pub id: String,
    /// What sort it is.
    pub kind: String,
    /// Its value, masked.
    #[serde(default)]
    pub value: Value,
    /// How many records it found.
    #[serde(default)]
    pub hits: Option<i64>,
    /// How many people those are.
    #[serde(default)]
    pub people: Option<i64>,
    /// What an officer said.
    pub choice: String,
}

/// A record that was found.
#[derive(Clone, Debug, Deserialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// What sort of record.
    pub kind: String,
    /// The record, masked.
    #[serde(default)]
    pub record: Value,
    /// Whether another contact stands for it.
    #[serde(default)]
    pub ancestor: bool,
    /// Whether it surely is the person.
    #[serde(default)]
    pub certain: bool,
    /// What makes it doubtful.
    #[serde(default)]
    pub doubt: Option<String>,
    /// Why it is never acted on.
    #[serde(default)]
    pub set_aside: Option<String>,
    /// What an officer said.
    pub choice: String,
}

/// One file of an export.
#[derive(Clone, Debug, Deserialize)]
pub struct Artifact {
    /// Its id.
    pub id: String,
    /// Which part of the export it is.
    #[serde(default)]
    pub part: i64,
    /// Its SHA-256.
    #[serde(default)]
    pub sha256: String,
    /// Its size.
    #[serde(default)]
    pub bytes: i64,
    /// What it is.
    #[serde(default)]
    pub media_type: Option<String>,
}

/// A line of the audit trail.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// Who did it.
    #[serde(default)]
    pub actor: Value,
}

/// A value as one cell of a table: text as it is, a record by its telling fields, anything else as JSON.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let told =
                fields.iter().filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty()));
            told.map(|(name, value)| format!("{name}: {}", cell(value))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_that_another_took_the_place_of_counts_once() {
        let job = |status: &str| -> Job {
            serde_json::from_value(json!({
                "id": "1", "kind": "export", "subject_kind": "email", "origin": "plan", "status": status, "more": 1,
            }))
            .unwrap()
        };
        let jobs = ["superseded", "completed", "open", "failed", "abandoned"].map(job);
        assert_eq!(progress(&jobs), (2, 4));
    }

    #[test]
    fn a_cell_tells_what_is_there_and_nothing_of_what_is_not() {
        let value = json!({"name": "M… O…", "emails": ["a…", "b…"], "phones": [], "division": null});
        assert_eq!(cell(&value), "emails: a…, b…; name: M… O…");
        assert_eq!(cell(&Value::Null), "-");
    }
}
