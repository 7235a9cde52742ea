//! Including or leaving out a candidate or a search term.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Case, NotDecided, conflict};
use crate::id::{CandidateId, IdentifierId};
use crate::identifier::table::Choice;
use crate::question;
use crate::question::table::QuestionCode;
use crate::request::file::context;
use crate::request::planning::Findings;
use crate::request::status::RequestStatus;
use crate::request::table::{ActiveModel, Model};
use crate::{candidate, identifier};

impl Case<'_> {
    /// Says whether a candidate is meant, and why.
    ///
    /// # Errors
    /// The request is not being reviewed, there is no such candidate, or it is set aside.
    pub async fn choose_candidate(self, id: CandidateId, choice: Choice, reason: &str) -> Result<Model, NotDecided> {
        self.reviewing()?;
        let row = candidate::table::Entity::find_by_id(id)
            .filter(candidate::table::COLUMN.request_id.eq(self.request.id))
            .one(&**self.txn)
            .await?
            .ok_or(NotDecided::NotFound("candidate"))?;
        if choice == Choice::Included && row.set_aside.is_some() {
            return Err(conflict("set_aside", "a record that is set aside is never acted on; it cannot be included"));
        }
        let sealed = self.key().await?.seal(&context("candidates.choice_reason", id), reason.as_bytes());
        let change = candidate::table::ActiveModel {
            id: Unchanged(id),
            choice: Set(choice),
            choice_reason_sealed: Set(Some(sealed)),
            chosen_by: Set(self.by.client),
            chosen_at: Set(Some(self.now)),
            ..Default::default()
        };
        candidate::table::Entity::update(change).exec(&**self.txn).await?;
        self.record_reasoned("candidate.chosen", json!({ "candidate": id, "choice": choice }), reason).await?;
        self.chosen().await
    }

    /// Says whether a search term may be acted on although it is fuzzy or reaches others, and why.
    ///
    /// # Errors
    /// The request is not being reviewed, or there is no such search term.
    pub async fn choose_term(self, id: IdentifierId, choice: Choice, reason: &str) -> Result<Model, NotDecided> {
        self.reviewing()?;
        let row = identifier::table::Entity::find_by_id(id)
            .filter(identifier::table::COLUMN.request_id.eq(self.request.id))
            .one(&**self.txn)
            .await?
            .ok_or(NotDecided::NotFound("identifier"))?;
        if !identifier::queries::kind(&row)?.is_search_term() {
            return Err(conflict("not_a_term", "this identifier names one record; include or leave out its candidate"));
        }
        let sealed = self.key().await?.seal(&context("identifiers.choice_reason", id), reason.as_bytes());
        let change = identifier::table::ActiveModel {
            id: Unchanged(id),
            choice: Set(choice),
            choice_reason_sealed: Set(Some(sealed)),
            chosen_by: Set(self.by.client),
            chosen_at: Set(Some(self.now)),
            ..Default::default()
        };
        identifier::table::Entity::update(change).exec(&**self.txn).await?;
        self.record_reasoned("term.chosen", json!({ "identifier": id, "choice": choice }), reason).await?;
        self.chosen().await
    }

    fn reviewing(&self) -> Result<(), NotDecided> {
        if self.request.status == RequestStatus::Reviewing {
            return Ok(());
        }
        let message = format!("choices are made while a request is reviewing; this one is {}", self.request.status);
        Err(conflict("not_reviewing", message))
    }

    /// Once nothing is undecided any more, the questions about doubt are answered.
    async fn chosen(self) -> Result<Model, NotDecided> {
        let findings = Findings::load(&**self.txn, &self.key().await?, &self.request).await?;
        if !findings.plan()?.needs_person() {
            let doubts = [QuestionCode::NameOnlyMatch, QuestionCode::SharedIdentifier];
            question::queries::answer(self.txn, self.now, &self.by.actor, &self.request, &doubts, None).await?;
        }
        self.write(ActiveModel::default()).await
    }
}
