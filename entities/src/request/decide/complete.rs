//! Saying that work which people do is done, or that a part of it is not, on what ground.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{Case, NotDecided, conflict, unfit};
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::status::{AnswerForm, Outcome};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};

/// The event that a part is withheld. Its reason is what is withheld and, from the second line on, why.
pub const PARTLY_REFUSED: &str = "request.partly_refused";

const CODE: &str = "withheld.code";

/// A part of what was asked for that is not done: a refusal as far as it goes (GDPR Art. 12(4)).
#[derive(Clone, Debug)]
pub struct Withholding {
    /// On what ground; one that every law of the request knows.
    pub code: String,
    /// The provision, if it is narrower than the ground's own.
    pub basis: Option<String>,
    /// What is withheld, in one line.
    pub what: String,
    /// Why, as the person is told.
    pub why: String,
}

impl Case<'_> {
    /// What was asked has been done by people, as `note` tells. `outcome` says how it came out; an answer in categories counts
    /// as part of what was asked. Whoever does a part only says which part is not done, and on what ground.
    ///
    /// # Errors
    /// The request does not wait for people; a part is withheld without a ground that holds, or by a machine; or a ground is
    /// given though nothing is withheld.
    pub async fn complete(
        self,
        outcome: Option<Outcome>,
        withheld: Option<Withholding>,
        note: &str,
    ) -> Result<Model, NotDecided> {
        let asked = [QuestionCode::ManualWork];
        if answer(self.txn, self.now, &self.by.actor, &self.request, &asked, None).await? == 0 {
            return Err(conflict("nothing_to_complete", "this request does not wait for work that people do"));
        }
        let in_categories = self.request.answer_form == Some(AnswerForm::Categories);
        let partly = in_categories || withheld.is_some();
        let usual = if partly { Outcome::PartiallyFulfilled } else { Outcome::Fulfilled };
        let outcome = outcome.unwrap_or(usual);
        let mut change = ActiveModel { completed_as: Set(Some(outcome)), ..Default::default() };
        match (outcome, withheld) {
            (Outcome::PartiallyFulfilled, Some(withheld)) => {
                let (code, basis) = self.withhold(&withheld).await?;
                (change.refusal_code, change.refusal_basis) = (Set(Some(code)), Set(basis));
            }
            // The answer is narrowed by the law itself, and the ground was stated when it was.
            (Outcome::PartiallyFulfilled, None) if in_categories => {}
            (Outcome::PartiallyFulfilled, None) => {
                let message = "is needed: what is not done, on what ground, and why (GDPR Art. 12(4))";
                return Err(unfit("withheld", "missing_ground", message));
            }
            (_, Some(_)) => {
                let message = format!("does not go with the outcome {outcome}: what is withheld makes it partial");
                return Err(unfit("withheld", "nothing_withheld", message));
            }
            (_, None) => {}
        }
        self.record_reasoned("request.completed", json!({ "outcome": outcome }), note).await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Close, self.now)]).await?;
        self.write(change).await
    }

    async fn withhold(&self, withheld: &Withholding) -> Result<(String, Option<String>), NotDecided> {
        self.is_person("a refusal")?;
        let (_, ground) = self.ground(&withheld.code).await.map_err(|error| match error {
            NotDecided::Field { code, message, .. } => unfit(CODE, code, message),
            other => other,
        })?;
        let Some(ground) = ground else {
            return Err(unfit(CODE, "not_a_ground", "is a reason to end a request, not to withhold a part"));
        };
        let basis = withheld.basis.clone().or(Some(ground.basis.to_owned()));
        let words = format!("{}\n{}", withheld.what, withheld.why);
        let data = json!({ "code": withheld.code, "basis": basis });
        self.record_reasoned(PARTLY_REFUSED, data, &words).await?;
        Ok((withheld.code.clone(), basis))
    }
}
