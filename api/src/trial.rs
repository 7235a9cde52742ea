//! What a decision would come to: the answer of a dry run.

use std::collections::HashMap;

use entities::clock::table::{ClockState, Model};
use entities::db::Txn;
use entities::id::RequestId;
use entities::letter::outbox::words;
use entities::letter::table::Model as Letter;
use entities::question::table::{Model as Question, QuestionCode};
use entities::time::At;
use entities::{clock, letter, question};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::request_view::RequestView;
use crate::schema;

/// What would come of a decision. Nothing was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
pub struct Trial {
    /// Always true.
    dry_run: bool,
    /// The request as it would be.
    pub request: RequestView,
    /// The clocks that would change. For an extension, with its notice sent at once.
    pub clocks: Vec<Change>,
    /// The letters that would be written, or would say something else.
    pub letters: Vec<Written>,
}

/// A letter that would be written, or why it could not be.
#[derive(Serialize, ToSchema)]
#[schema(as = LetterOnTrial)]
pub struct Written {
    /// What it is.
    #[schema(schema_with = schema::letter_kind)]
    pub kind: String,
    /// What it lacks, part by part with the provision that asks for it; then an officer is asked. Null if it lacks nothing.
    pub missing: Option<Vec<String>>,
    /// Its subject; only where it is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its text; only where it is revealed. A link in it leads nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Written {
    fn of(kind: String) -> Self {
        Self { kind, missing: None, subject: None, text: None }
    }
}

/// How a request stands before a trial, and after it.
#[derive(Default)]
pub struct Stand {
    clocks: Vec<Model>,
    letters: Vec<Letter>,
    questions: Vec<Question>,
}

impl Stand {
    /// Looks at one, within the trial's transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(txn: &Txn, id: RequestId) -> Result<Self, DbErr> {
        Ok(Self::of_each(txn, &[id]).await?.remove(&id).unwrap_or_default())
    }

    /// Looks at several, with as many statements as for one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of_each(txn: &Txn, ids: &[RequestId]) -> Result<HashMap<RequestId, Self>, DbErr> {
        let ids = || ids.iter().copied();
        let mut all: HashMap<_, Self> = ids().map(|id| (id, Self::default())).collect();
        for row in clock::queries::current_of_each(&**txn, ids()).await? {
            all.entry(row.request_id).or_default().clocks.push(row);
        }
        for row in letter::queries::of_each(&**txn, ids()).await? {
            if let Some(id) = row.request_id {
                all.entry(id).or_default().letters.push(row);
            }
        }
        for row in question::queries::of_each(&**txn, ids()).await? {
            all.entry(row.request_id).or_default().questions.push(row);
        }
        Ok(all)
    }

    /// The letters that were written or changed since.
    fn written_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Letter> {
        let as_it_was = |row: &Letter| before.letters.iter().any(|it| it.id == row.id && it.edited_at == row.edited_at);
        self.letters.iter().filter(move |row| !as_it_was(row))
    }
}

/// What a decision would move, and what would be written.
pub struct Difference {
    /// The clocks that would change.
    pub clocks: Vec<Change>,
    /// The letters that would be written, or would say something else, and those that could not be written.
    pub letters: Vec<Written>,
}

impl Difference {
    /// What changed in between. No words are in it.
    ///
    /// # Errors
    /// What a question holds is not what was stored.
    pub fn between(before: &Stand, after: &Stand) -> Result<Self, Problem> {
        let change = |row: &Model| {
            let earlier = before.clocks.iter().find(|it| it.regime == row.regime && it.duty == row.duty);
            let (from, to) = (earlier.map(Standing::from), Standing::from(row));
            let (regime, duty) = (row.regime.clone(), row.duty.clone());
            (from.as_ref() != Some(&to)).then_some(Change { regime, duty, from, to })
        };
        let clocks = after.clocks.iter().filter_map(change).collect();
        let written = after.written_since(before).map(|row| Written::of(row.kind.to_string()));
        let mut letters: Vec<_> = written.collect();
        let by_hand = |it: &&Question| it.code == QuestionCode::LetterByHand && it.answered_at.is_none();
        let is_new = |it: &&Question| !before.questions.iter().any(|old| old.id == it.id);
        for question in after.questions.iter().filter(by_hand).filter(is_new) {
            let detail: Value = serde_json::from_str(&question.detail).map_err(Problem::internal)?;
            let missing = detail["missing"].as_array().into_iter().flatten();
            let missing = missing.filter_map(|it| it.as_str().map(str::to_owned)).collect();
            letters.push(Written { missing: Some(missing), ..Written::of(question.about.clone()) });
        }
        Ok(Self { clocks, letters })
    }

    /// Adds what the letters would say.
    ///
    /// # Errors
    /// The database fails, or something sealed does not open.
    pub async fn reveal(&mut self, app: &App, txn: &Txn, before: &Stand, after: &Stand) -> Result<(), Problem> {
        for (written, row) in self.letters.iter_mut().zip(after.written_since(before)) {
            // A letter that was only noted has no words of ours.
            if row.text_sealed.is_some() {
                let said = words(&**txn, &app.store.safe, row).await?;
                (written.subject, written.text) = (Some(said.subject), Some(said.text));
            }
        }
        Ok(())
    }
}

/// How one duty's clock would change.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockChange)]
pub struct Change {
    /// The law.
    #[schema(schema_with = schema::regime)]
    pub regime: String,
    /// The duty.
    #[schema(schema_with = schema::duty)]
    pub duty: String,
    /// How it stands; null for a duty that would begin.
    pub from: Option<Standing>,
    /// How it would stand.
    pub to: Standing,
}

/// How a duty stands.
#[derive(PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ClockStanding)]
pub struct Standing {
    /// Whether it waits.
    #[schema(schema_with = schema::clock_state)]
    pub state: ClockState,
    /// The last instant of the cautious day.
    #[schema(schema_with = schema::instant)]
    pub cautious_at: At,
    /// The last instant of the statutory day.
    #[schema(schema_with = schema::instant)]
    pub statutory_at: At,
    /// The last instant of the day the controller aims at.
    #[schema(schema_with = schema::instant)]
    pub target_at: At,
}

impl From<&Model> for Standing {
    fn from(row: &Model) -> Self {
        Self {
            state: row.state,
            cautious_at: row.cautious_at,
            statutory_at: row.statutory_at,
            target_at: row.target_at,
        }
    }
}

impl Trial {
    /// What a trial came to.
    #[must_use]
    pub fn of(request: RequestView, Difference { clocks, letters }: Difference) -> Self {
        Self { dry_run: true, request, clocks, letters }
    }
}
