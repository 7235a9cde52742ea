//! Asking the person something, and noting that the answer arrived. What that does to the dates is the law's matter.

use law::refusal::Proof;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::letters::owing;
use super::{Case, NotDecided, conflict, unfit};
use crate::clock;
use crate::clock::facts::regimes;
use crate::id::InquiryId;
use crate::inquiry::queries::{ANSWER, QUESTION};
use crate::inquiry::table::{ActiveModel as InquiryRow, COLUMN, Entity, InquiryKind, Model as Inquiry};
use crate::letter::kind::LetterKind;
use crate::letter::owe::asks;
use crate::letter::supersede::supersede_held;
use crate::request::file::context;
use crate::request::status::RequestEvent;
use crate::request::table::{ActiveModel, Model};
use crate::time::At;

/// A question to the person.
#[derive(Clone, Debug)]
pub struct Inquiring {
    /// What is asked for.
    pub kind: InquiryKind,
    /// In what words.
    pub words: String,
    /// The fee, in the currency's smallest unit, and the currency; for a fee only.
    pub fee: Option<(i64, String)>,
}

impl Case<'_> {
    /// Asks the person. Once the question has gone out, the clocks that the law lets wait for the answer are suspended; their
    /// dates stay until it has arrived. Where no letters are written, it has gone out with the decision.
    ///
    /// # Errors
    /// The request is closed, the same is being asked already, no proof of identity may be asked for this right, or identity
    /// is not in question any more.
    pub async fn ask(self, asking: Inquiring) -> Result<Model, NotDecided> {
        if self.request.status.is_closed() {
            return Err(conflict("closed", "a closed request asks nothing of the person"));
        }
        if self.open_inquiry(asking.kind).await?.is_some() {
            return Err(conflict("inquiry_open", "this is being asked already; note its answer first"));
        }
        if asking.kind == InquiryKind::Identity {
            self.may_ask_for_proof()?;
            // Where identity is not in question any more nothing could come of the answer, and the link would be dead.
            self.request.status.transition(RequestEvent::IdentityProven)?;
        }
        let sent_at = if self.has_letters().await? { None } else { Some(self.now) };
        let (id, key) = (InquiryId::new(), self.key().await?);
        let (fee_minor, fee_currency) = asking.fee.unzip();
        let row = InquiryRow {
            id: Set(id),
            request_id: Set(self.request.id),
            kind: Set(asking.kind),
            question_sealed: Set(key.seal(&context(QUESTION, id), asking.words.as_bytes())),
            fee_minor: Set(fee_minor),
            fee_currency: Set(fee_currency.clone()),
            asked_at: Set(self.now),
            sent_at: Set(sent_at),
            asked_by: Set(self.by.client),
            answered_at: Set(None),
            answer_sealed: Set(None),
            answered_by: Set(None),
        };
        Entity::insert(row).exec_without_returning(&**self.txn).await?;
        let data = json!({ "inquiry": id, "kind": asking.kind, "fee_minor": fee_minor, "fee_currency": fee_currency });
        self.record("request.inquired", data).await?;
        self.recompute_for("inquiry").await?;
        let (txn, store, by) = (self.txn, self.store, self.by);
        let letter = match asking.kind {
            InquiryKind::Identity => LetterKind::IdentityLink,
            InquiryKind::Clarification => LetterKind::Clarification,
            InquiryKind::Fee => LetterKind::FeeNotice,
        };
        owing(txn, store, by, self.write(ActiveModel::default()).await?, letter).await
    }

    /// The person's answer, or the fee, arrived at `at`. The words, if there are any, are stored sealed.
    ///
    /// # Errors
    /// Nothing of this kind is being asked, or `at` lies before the question or in the future.
    pub async fn answer_inquiry(self, kind: InquiryKind, at: At, words: Option<&str>) -> Result<Model, NotDecided> {
        let Some(inquiry) = self.open_inquiry(kind).await? else {
            return Err(conflict("no_inquiry", "no question of this kind waits for an answer"));
        };
        self.is_past("answered_at", at)?;
        if at < inquiry.asked_at {
            return Err(unfit("answered_at", "before_question", "lies before the question was asked"));
        }
        self.note_answer(&inquiry, at, words).await?;
        self.write(ActiveModel::default()).await
    }

    /// Identity has been proven: whatever was asked of the person for that is answered by it.
    pub(super) async fn identity_arrived(&self) -> Result<(), NotDecided> {
        match self.open_inquiry(InquiryKind::Identity).await? {
            Some(inquiry) => self.note_answer(&inquiry, self.now, None).await,
            None => Ok(()),
        }
    }

    async fn note_answer(&self, inquiry: &Inquiry, at: At, words: Option<&str>) -> Result<(), NotDecided> {
        let key = self.key().await?;
        let sealed = words.map(|words| key.seal(&context(ANSWER, inquiry.id), words.as_bytes()));
        let change = InquiryRow {
            id: Unchanged(inquiry.id),
            answered_at: Set(Some(at)),
            answer_sealed: Set(sealed),
            answered_by: Set(self.by.client),
            ..Default::default()
        };
        Entity::update(change).exec(&**self.txn).await?;
        // It is not asked again.
        for asks in LetterKind::ALL.iter().filter(|kind| asks(**kind) == Some(inquiry.kind)) {
            supersede_held(self.txn, self.now, &self.by.actor, &self.request, Some(*asks)).await?;
        }
        let data = json!({ "inquiry": inquiry.id, "kind": inquiry.kind, "answered_at": at });
        self.record("request.inquiry_answered", data).await?;
        // An answer to a request that has ended lengthens nothing.
        if self.request.status.is_closed() { Ok(()) } else { self.recompute_for("inquiry_answered").await }
    }

    async fn open_inquiry(&self, kind: InquiryKind) -> Result<Option<Inquiry>, NotDecided> {
        let open = Entity::find()
            .filter(COLUMN.request_id.eq(self.request.id))
            .filter(COLUMN.kind.eq(kind))
            .filter(COLUMN.answered_at.is_null());
        Ok(open.one(&**self.txn).await?)
    }

    fn may_ask_for_proof(&self) -> Result<(), NotDecided> {
        for regime in regimes(&self.request)? {
            let rule = law::refusal::identity(regime, self.request.right.in_law());
            if let Some(rule) = rule.filter(|rule| rule.proof == Proof::None) {
                let message = format!("{regime} allows no proof of identity for this right ({})", rule.source);
                return Err(conflict("proof_not_allowed", message));
            }
        }
        Ok(())
    }

    /// An instant that is said to have come must have come.
    pub(super) fn is_past(&self, field: &'static str, at: At) -> Result<(), NotDecided> {
        if at > self.now {
            return Err(unfit(field, "in_the_future", "lies in the future"));
        }
        if at < self.request.received_at {
            return Err(unfit(field, "before_receipt", "lies before the request was received"));
        }
        Ok(())
    }

    pub(super) async fn recompute_for(&self, why: &str) -> Result<(), NotDecided> {
        clock::change::recompute(self.txn, self.now, &self.by.actor, &self.request, why).await?;
        Ok(())
    }
}
