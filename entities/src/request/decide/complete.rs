//! Saying that work which people do is done.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{Case, NotDecided, conflict};
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::status::{AnswerForm, Outcome};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};

impl Case<'_> {
    /// What was asked has been done by people, as `note` tells. `outcome` says how it came out; an answer in categories counts
    /// as part of what was asked.
    ///
    /// # Errors
    /// The request does not wait for people.
    pub async fn complete(self, outcome: Option<Outcome>, note: &str) -> Result<Model, NotDecided> {
        let asked = [QuestionCode::ManualWork];
        if answer(self.txn, self.now, &self.by.actor, &self.request, &asked, None).await? == 0 {
            return Err(conflict("nothing_to_complete", "this request does not wait for work that people do"));
        }
        let usual = match self.request.answer_form {
            Some(AnswerForm::Categories) => Outcome::PartiallyFulfilled,
            None => Outcome::Fulfilled,
        };
        let outcome = outcome.unwrap_or(usual);
        self.record_reasoned("request.completed", json!({ "outcome": outcome }), note).await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Close, self.now)]).await?;
        self.write(ActiveModel { completed_as: Set(Some(outcome)), ..Default::default() }).await
    }
}
