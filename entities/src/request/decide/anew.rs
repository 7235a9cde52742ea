//! Searching anew: when the platform's records have changed since, or contradicted each other.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde_json::json;

use super::{Case, NotDecided};
use crate::id::ClientId;
use crate::identifier::table::Choice;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::status::RequestEvent;
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::{candidate, identifier, merge_set};

impl Case<'_> {
    /// Forgets what was found and what was chosen about it, and searches again. The trail keeps who had chosen what.
    ///
    /// # Errors
    /// The request is not being reviewed: before, there is nothing to forget, and afterwards the plan is under way.
    pub async fn resolve_anew(self, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::ResolvedAnew)?;
        self.forget_findings().await?;
        let doubts = [QuestionCode::NameOnlyMatch, QuestionCode::SharedIdentifier, QuestionCode::MergeContradiction];
        answer(self.txn, self.now, &self.by.actor, &self.request, &doubts, None).await?;
        self.record_reasoned("request.resolved_anew", json!({}), reason).await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Resolve, self.now)]).await?;
        self.write(ActiveModel { status: Set(status), ..Default::default() }).await
    }

    async fn forget_findings(&self) -> Result<(), NotDecided> {
        use candidate::table::{self as candidates, hit};
        use merge_set::table::{self as sets, member};
        let (txn, request) = (&**self.txn, self.request.id);
        let own_candidates = candidates::Entity::find()
            .select_only()
            .column(candidates::Column::Id)
            .filter(candidates::COLUMN.request_id.eq(request))
            .into_query();
        hit::Entity::delete_many().filter(hit::Column::CandidateId.in_subquery(own_candidates)).exec(txn).await?;
        candidates::Entity::delete_many().filter(candidates::COLUMN.request_id.eq(request)).exec(txn).await?;
        let own_sets = sets::Entity::find()
            .select_only()
            .column(sets::Column::Id)
            .filter(sets::COLUMN.request_id.eq(request))
            .into_query();
        member::Entity::delete_many().filter(member::Column::MergeSetId.in_subquery(own_sets)).exec(txn).await?;
        sets::Entity::delete_many().filter(sets::COLUMN.request_id.eq(request)).exec(txn).await?;
        let nothing = || Expr::value(Option::<i64>::None);
        identifier::table::Entity::update_many()
            .col_expr(identifier::table::Column::SearchedAt, nothing())
            .col_expr(identifier::table::Column::Hits, nothing())
            .col_expr(identifier::table::Column::People, nothing())
            .col_expr(identifier::table::Column::UnknownHits, nothing())
            .col_expr(identifier::table::Column::Choice, Choice::Undecided.into())
            .col_expr(identifier::table::Column::ChoiceReasonSealed, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(identifier::table::Column::ChosenBy, Expr::value(Option::<ClientId>::None))
            .col_expr(identifier::table::Column::ChosenAt, nothing())
            .filter(identifier::table::COLUMN.request_id.eq(request))
            .exec(txn)
            .await?;
        Ok(())
    }
}
