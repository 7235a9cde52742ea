//! What a decision would come to: the answer of a dry run.

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

/// How a request stands before a trial, and after it.
pub struct Stand {
    /// Its clocks.
    pub clocks: Vec<Model>,
    letters: Vec<Letter>,
    questions: Vec<Question>,
}

impl Stand {
    /// Looks, within the trial's transaction.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(txn: &Txn, id: RequestId) -> Result<Self, DbErr> {
        Ok(Self {
            clocks: clock::queries::current(&**txn, id).await?,
            letters: letter::queries::of_request(&**txn, id).await?,
            questions: question::queries::of_request(&**txn, id).await?,
        })
    }
}

/// What was written or changed in between, and what could not be written.
///
/// # Errors
/// The database fails, or something sealed does not open.
pub async fn letters(
    app: &App,
    txn: &Txn,
    before: &Stand,
    after: &Stand,
    revealed: bool,
) -> Result<Vec<Written>, Problem> {
    let mut all = Vec::new();
    let is_as_it_was = |row: &Letter| before.letters.iter().any(|it| it.id == row.id && it.edited_at == row.edited_at);
    for row in after.letters.iter().filter(|row| !is_as_it_was(row)) {
        let mut written = Written { kind: row.kind.to_string(), missing: None, subject: None, text: None };
        // A letter that was only noted has no words of ours.
        if revealed && row.text_sealed.is_some() {
            let said = words(&**txn, &app.store.safe, row).await?;
            (written.subject, written.text) = (Some(said.subject), Some(said.text));
        }
        all.push(written);
    }
    let by_hand = after.questions.iter().filter(|it| it.code == QuestionCode::LetterByHand && it.answered_at.is_none());
    for question in by_hand.filter(|it| !before.questions.iter().any(|old| old.id == it.id)) {
        let detail: Value = serde_json::from_str(&question.detail).map_err(Problem::internal)?;
        let missing = detail["missing"].as_array().into_iter().flatten();
        let missing = missing.filter_map(|it| it.as_str().map(str::to_owned)).collect();
        all.push(Written { kind: question.about.clone(), missing: Some(missing), subject: None, text: None });
    }
    Ok(all)
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
    pub fn of(request: RequestView, before: &[Model], after: &[Model], letters: Vec<Written>) -> Self {
        let change = |row: &Model| {
            let earlier = before.iter().find(|it| it.regime == row.regime && it.duty == row.duty);
            let (from, to) = (earlier.map(Standing::from), Standing::from(row));
            let (regime, duty) = (row.regime.clone(), row.duty.clone());
            (from.as_ref() != Some(&to)).then_some(Change { regime, duty, from, to })
        };
        Self { dry_run: true, request, clocks: after.iter().filter_map(change).collect(), letters }
    }
}
