//! Ending a request without doing what it asks: refusal with its legal basis, or the person's own withdrawal.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{Case, NotDecided};
use crate::clock;
use crate::clock::change::Ending;
use crate::event::trail::{self, Actor, Entry};
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::status::{Outcome, RequestEvent};
use crate::request::table::{ActiveModel, Model};
use crate::step::queue;

/// A coded reason to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: &'static str,
    /// How the request ends.
    pub outcome: Outcome,
    /// What the code means.
    pub meaning: &'static str,
}

/// The reasons that are known. A basis in law is asked for with every one that is a refusal proper.
pub const REFUSAL_CODES: &[Refusal] = &[
    Refusal {
        code: "manifestly_unfounded",
        outcome: Outcome::Refused,
        meaning: "manifestly unfounded (GDPR Art. 12(5))",
    },
    Refusal {
        code: "excessive",
        outcome: Outcome::Refused,
        meaning: "excessive, such as repetitive (GDPR Art. 12(5))",
    },
    Refusal {
        code: "legal_obligation",
        outcome: Outcome::Refused,
        meaning: "the law demands that the data is kept (GDPR Art. 17(3)(b))",
    },
    Refusal {
        code: "legal_claims",
        outcome: Outcome::Refused,
        meaning: "needed for legal claims (GDPR Art. 17(3)(e))",
    },
    Refusal {
        code: "rights_of_others",
        outcome: Outcome::Refused,
        meaning: "would harm the rights of others (GDPR Art. 15(4))",
    },
    Refusal { code: "exempt", outcome: Outcome::Refused, meaning: "another exemption, named in the basis" },
    Refusal {
        code: "identity_not_proven",
        outcome: Outcome::IdentityNotProven,
        meaning: "the person could not be identified (GDPR Art. 12(2), 11(2))",
    },
    Refusal { code: "duplicate", outcome: Outcome::Duplicate, meaning: "the same as another open request" },
    Refusal { code: "spam", outcome: Outcome::Spam, meaning: "not a data subject request" },
];

impl Case<'_> {
    /// Refuses the request.
    ///
    /// # Errors
    /// Its jobs have been placed already, or it is closed.
    pub async fn refuse(self, refusal: Refusal, basis: Option<&str>, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::Refused)?;
        let data = json!({ "code": refusal.code, "basis": basis });
        self.record_reasoned("request.refused", data, reason).await?;
        let change = ActiveModel {
            status: Set(status),
            outcome: Set(Some(refusal.outcome)),
            refusal_code: Set(Some(refusal.code.to_owned())),
            refusal_basis: Set(basis.map(str::to_owned)),
            ..Default::default()
        };
        let ending = match refusal.outcome {
            Outcome::Duplicate | Outcome::Spam => Ending::Moot,
            _ => Ending::Refused,
        };
        self.end(change, ending).await
    }

    /// The person withdrew the request.
    ///
    /// # Errors
    /// Its jobs have been placed already, or it is closed.
    pub async fn withdraw(self, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::Withdrew)?;
        self.record_reasoned("request.withdrawn", json!({}), reason).await?;
        let change = ActiveModel { status: Set(status), outcome: Set(Some(Outcome::Withdrawn)), ..Default::default() };
        self.end(change, Ending::Moot).await
    }

    async fn end(self, change: ActiveModel, ending: Ending) -> Result<Model, NotDecided> {
        clock::change::end(self.txn, &self.request, ending, self.now).await?;
        queue::drop_all(&**self.txn, self.request.id).await?;
        answer(self.txn, self.now, &self.by.actor, &self.request, QuestionCode::ALL, None).await?;
        closed_event(&self).await?;
        let closed_at = Set(Some(self.now));
        self.write(ActiveModel { closed_at, on_hold: Set(false), ..change }).await
    }
}

async fn closed_event(case: &Case<'_>) -> Result<(), sea_orm::DbErr> {
    let actor: &Actor = &case.by.actor;
    trail::record(&**case.txn, case.now, actor, [Entry::of(&case.request, "request.closed", json!({}))]).await
}
