//! The table of data subject requests: rows, their status by the clock, and what is due when (contract §3.3).

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::Value;

use super::records::TermKind;
use super::subject::Identifier;
use crate::options::ListOrder;

/// The kinds of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestType {
    /// A copy of the data.
    Export,
    /// A correction.
    Update,
    /// An erasure.
    Delete,
}

impl RequestType {
    /// Reads the wire word.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "GDPR_EXPORT" => Self::Export,
            "GDPR_UPDATE" => Self::Update,
            "GDPR_DELETE" => Self::Delete,
            _ => return None,
        })
    }

    /// The wire word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Export => "GDPR_EXPORT",
            Self::Update => "GDPR_UPDATE",
            Self::Delete => "GDPR_DELETE",
        }
    }
}

/// Who made a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A call to submit.
    Client,
    /// The platform, for another member of a merge set.
    Server,
}

impl Origin {
    /// The word in the counters.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// A value to put in the place of another.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replacement {
    /// What sort of value.
    #[serde(rename = "type")]
    pub kind: TermKind,
    /// The old one.
    pub existing_value: String,
    /// The new one.
    pub updated_value: String,
}

/// One archive of an export.
#[derive(Debug, Clone)]
pub struct Part {
    /// The id under `/api/v2/downloads/`.
    pub download_id: String,
    /// File names and contents, as the data was when the export ended.
    pub documents: Vec<(String, Value)>,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Row {
    /// Request id.
    pub id: String,
    /// Export, update or delete.
    pub request_type: RequestType,
    /// The subject as it was submitted.
    pub subject: Value,
    /// The subject as it was understood.
    pub identifier: Identifier,
    /// By what a fault may recognise the subject, as of submission: later the record may be gone.
    pub known_as: Vec<String>,
    /// What an update changes, as submitted.
    pub replacement_terms: Option<Value>,
    /// What an update changes.
    pub replacements: Vec<Replacement>,
    /// The optional label.
    pub name: Option<String>,
    /// The client that submitted it, or the request it was copied from.
    pub created_by: String,
    /// Who made it.
    pub origin: Origin,
    /// When it was made, platform time.
    pub created_ms: i64,
    /// The creation date it shows, which a skewed clock moves. Kept as text because lists show it over and over.
    pub shown_at: String,
    /// How long it stays in its first status on top of the usual.
    pub held_ms: i64,
    /// From start to end without `held_ms`.
    pub takes_ms: i64,
    /// It ends in ERROR.
    pub fails: bool,
    /// It passes a status that no definition names.
    pub passes_unknown_status: bool,
    /// From when the list shows it.
    pub listed_from_ms: i64,
    /// What the export found; empty until it ends, and if there is nothing.
    pub parts: Vec<Part>,
    /// When the results are gone.
    pub results_end_ms: i64,
}

impl Row {
    /// When it ends, platform time.
    pub fn ends_ms(&self) -> i64 {
        self.created_ms.saturating_add(self.held_ms).saturating_add(self.takes_ms)
    }

    /// The status at an instant: INITIATED for the first tenth of its time, SEARCHING to four tenths, then the work
    /// proper (none of its own for an export), and FINALIZING for the last tenth and a half.
    pub fn status(&self, now_ms: i64) -> &'static str {
        if now_ms >= self.ends_ms() {
            return if self.fails { "ERROR" } else { "COMPLETED" };
        }
        let age = now_ms - self.created_ms - self.held_ms;
        let share = if age <= 0 { 0 } else { age.saturating_mul(100) / self.takes_ms.max(1) };
        match (share, self.request_type) {
            (..10, _) => "INITIATED",
            (10..40, _) => "SEARCHING",
            (40..60, _) if self.passes_unknown_status => "ARCHIVING",
            (40..85, RequestType::Delete) => "DELETING",
            (40..85, RequestType::Update) => "UPDATING",
            (40..85, RequestType::Export) => "SEARCHING",
            _ => "FINALIZING",
        }
    }
}

/// What falls due later.
#[derive(Debug, Clone)]
pub enum Due {
    /// The row at this index ends.
    End(usize),
    /// The platform copies the row at this index for another member of the merge set.
    Sibling {
        /// The original.
        of: usize,
        /// The other member.
        contact: String,
    },
}

/// All rows of an organisation, oldest first, and what is due.
#[derive(Debug, Default)]
pub struct Requests {
    rows: Vec<Row>,
    by_id: HashMap<String, usize>,
    by_download: HashMap<String, (usize, usize)>,
    by_key: HashMap<String, Vec<usize>>,
    due: BTreeMap<(i64, u64), Due>,
    due_seq: u64,
    /// From when the list shows all rows there are.
    all_listed_from_ms: i64,
}

impl Requests {
    /// Adds a row and plans its end.
    pub fn add(&mut self, row: Row) -> usize {
        let index = self.rows.len();
        self.by_id.insert(row.id.clone(), index);
        self.by_key.entry(row.identifier.key()).or_default().push(index);
        self.all_listed_from_ms = self.all_listed_from_ms.max(row.listed_from_ms);
        self.plan(row.ends_ms(), Due::End(index));
        self.rows.push(row);
        index
    }

    /// Plans something.
    pub fn plan(&mut self, at_ms: i64, due: Due) {
        self.due_seq += 1;
        self.due.insert((at_ms, self.due_seq), due);
    }

    /// The next thing due by `now_ms`, and when it was due.
    pub fn next_due(&mut self, now_ms: i64) -> Option<(i64, Due)> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= now_ms)?;
        let ((at_ms, _), due) = entry.remove_entry();
        Some((at_ms, due))
    }

    /// The row at an index.
    pub fn row(&self, index: usize) -> &Row {
        &self.rows[index]
    }

    /// The row with this id.
    pub fn find(&self, id: &str) -> Option<&Row> {
        self.by_id.get(id).map(|index| &self.rows[*index])
    }

    /// The rows whose subject has this key, oldest first.
    pub fn with_key(&self, key: &str) -> impl Iterator<Item = &Row> {
        self.by_key.get(key).into_iter().flatten().map(|index| &self.rows[*index])
    }

    /// The archive behind a download id, and the row it belongs to.
    pub fn download(&self, id: &str) -> Option<(&Row, &Part)> {
        let (row, part) = *self.by_download.get(id)?;
        Some((&self.rows[row], &self.rows[row].parts[part]))
    }

    /// Puts the results into a row.
    pub fn set_parts(&mut self, index: usize, parts: Vec<Part>, end_ms: i64) {
        for (number, part) in parts.iter().enumerate() {
            self.by_download.insert(part.download_id.clone(), (index, number));
        }
        self.rows[index].parts = parts;
        self.rows[index].results_end_ms = end_ms;
    }

    /// One page of the list and the number of rows it is a page of. `hides` leaves rows out; without it, and once every
    /// row is old enough to be listed, a page costs what is on it and not what is in the table.
    pub fn page(
        &self,
        order: ListOrder,
        now_ms: i64,
        skip: usize,
        take: usize,
        hides: Option<&dyn Fn(&Row) -> bool>,
    ) -> (Vec<&Row>, usize) {
        if hides.is_none() && now_ms >= self.all_listed_from_ms && order != ListOrder::Shuffled {
            let page = match order {
                ListOrder::OldestFirst => self.rows.iter().skip(skip).take(take).collect(),
                _ => self.rows.iter().rev().skip(skip).take(take).collect(),
            };
            return (page, self.rows.len());
        }
        let shown = |row: &&Row| now_ms >= row.listed_from_ms && hides.is_none_or(|hides| !hides(row));
        let mut rows: Vec<&Row> = self.rows.iter().filter(shown).collect();
        match order {
            ListOrder::OldestFirst => {}
            ListOrder::NewestFirst => rows.reverse(),
            ListOrder::Shuffled => rows.sort_by_key(|row| scatter(&row.id)),
        }
        let total = rows.len();
        (rows.into_iter().skip(skip).take(take).collect(), total)
    }

    /// All rows, oldest first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

fn scatter(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
