//! The person's appeal against how a request ended. The request stays closed; the appeal has a clock of its own.

use law::clocks::clocks;
use law::derivation::show;
use law::duty::Duty;
use law::matter::{Appeal, Matter};
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;

use super::letters::owing;
use super::{Case, NotDecided, conflict, unfit};
use crate::appeal::queries::{WORDS, of_request};
use crate::appeal::table::{ActiveModel as AppealRow, AppealDecision, Entity, Model as Appealed};
use crate::clock;
use crate::clock::facts::Facts;
use crate::id::{AppealId, ClientId};
use crate::letter::kind::LetterKind;
use crate::question::queries::{answer, ask};
use crate::question::table::QuestionCode;
use crate::request::file::context;
use crate::request::status::Outcome;
use crate::request::table::{ActiveModel, Model};
use crate::time::At;

impl Case<'_> {
    /// The person's appeal arrived at `at`. Its clock starts there.
    ///
    /// # Errors
    /// The request was not refused in whole or part, no law that covers it has appeals to the controller, there is one
    /// already, or `at` lies before the end of the request or in the future.
    pub async fn appeal(self, at: At, words: Option<&str>) -> Result<Model, NotDecided> {
        let refused = [Outcome::Refused, Outcome::PartiallyFulfilled, Outcome::IdentityNotProven];
        if !self.request.outcome.is_some_and(|outcome| refused.contains(&outcome)) {
            let message = "an appeal is against a refusal, in whole or part; this request has not ended so";
            return Err(conflict("not_refused", message));
        }
        if of_request(&**self.txn, self.request.id).await?.is_some() {
            return Err(conflict("appealed_already", "this request has been appealed against already"));
        }
        self.is_past("received_at", at)?;
        if self.request.closed_at.is_some_and(|closed| at < closed) {
            return Err(unfit("received_at", "before_end", "lies before the request was closed"));
        }
        let (id, key) = (AppealId::new(), self.key().await?);
        let row = AppealRow {
            id: Set(id),
            request_id: Set(self.request.id),
            received_at: Set(at),
            words_sealed: Set(words.map(|words| key.seal(&context(WORDS, id), words.as_bytes()))),
            noted_by: Set(self.by.client),
            extended_at: Set(None),
            extension_reason_sealed: Set(None),
            extended_by: Set(None),
            decided_at: Set(None),
            decision: Set(None),
            reasons_sealed: Set(None),
            decided_by: Set(None),
        };
        Entity::insert(row).exec_without_returning(&**self.txn).await?;
        self.record("request.appealed", json!({ "appeal": id, "received_at": at })).await?;
        let moved = clock::change::recompute(self.txn, self.now, &self.by.actor, &self.request, "appeal").await?;
        if !moved.iter().any(|it| it.duty == Duty::DecideAppeal.as_str()) {
            let message = format!("{} has no appeal to the controller", self.request.regime);
            return Err(conflict("no_appeal", message));
        }
        let about = id.to_string();
        ask(self.txn, self.now, &self.by.actor, &self.request, QuestionCode::AppealWaits, &about, json!({})).await?;
        let (txn, store, by) = (self.txn, self.store, self.by);
        owing(txn, store, by, self.write(ActiveModel::default()).await?, LetterKind::AppealReceived).await
    }

    /// The notice was sent at `at` that the decision of the appeal takes longer, with its reason. It is a person's decision, and
    /// there is no letter of ours for it.
    ///
    /// # Errors
    /// No appeal waits for its decision, it was extended already, no law that covers it allows that, or not any more, `at` lies
    /// before the appeal or in the future, or a machine decides.
    pub async fn extend_appeal(self, at: At, reason: &str) -> Result<Model, NotDecided> {
        self.is_person("an extension of an appeal")?;
        let appeal = self.waiting_appeal().await?;
        if appeal.extended_at.is_some() {
            return Err(conflict("extended_already", "the appeal was extended already; the law allows it once"));
        }
        self.is_past("sent_at", at)?;
        if at < appeal.received_at {
            return Err(unfit("sent_at", "before_appeal", "lies before the appeal arrived"));
        }
        self.may_extend_appeal(at).await?;
        let sealed = self.key().await?.seal(&context("appeals.extension_reason", appeal.id), reason.as_bytes());
        let change = AppealRow {
            id: Unchanged(appeal.id),
            extended_at: Set(Some(at)),
            extension_reason_sealed: Set(Some(sealed)),
            extended_by: Set(self.by.client),
            ..Default::default()
        };
        Entity::update(change).exec(&**self.txn).await?;
        let data = json!({ "appeal": appeal.id, "sent_at": at });
        self.record_reasoned("request.appeal_extended", data, reason).await?;
        self.recompute_for("appeal_extension").await?;
        self.write(ActiveModel::default()).await
    }

    /// One law that allows it is enough: the others' clocks stay as they are.
    async fn may_extend_appeal(&self, at: At) -> Result<(), NotDecided> {
        // The appeal alone is asked about; another extension, of the answer, is no matter here.
        let facts = Facts { extension: None, ..Facts::load(&**self.txn, &self.request).await? };
        let appeal = facts.appeal.map(|appeal| Appeal { extended: Some(at.timestamp()), ..appeal });
        let (calendar, inquiries) = (facts.calendar(), facts.inquiries());
        let mut last = None;
        for regime in &facts.regimes {
            let matter = Matter { appeal, ..facts.matter(*regime, &calendar, &inquiries) };
            let clocks = clocks(&matter).unwrap_or_default();
            match clocks.into_iter().find(|clock| clock.duty == Duty::DecideAppeal) {
                Some(clock) if clock.extended => return Ok(()),
                Some(clock) => last = last.max(Some(clock.statutory)),
                None => {}
            }
        }
        Err(match last {
            Some(day) => conflict("extension_too_late", format!("its notice had to be sent by {}", show(day))),
            None => conflict("no_extension", "no law that covers this request knows more time for an appeal"),
        })
    }

    async fn waiting_appeal(&self) -> Result<Appealed, NotDecided> {
        let waiting = of_request(&**self.txn, self.request.id).await?.filter(|it| it.decided_at.is_none());
        waiting.ok_or_else(|| conflict("no_appeal_waits", "no appeal waits for its decision"))
    }

    /// Decides the appeal, with reasons. It is a person's decision. Its duty is done when the person has been told: where letters
    /// are written, when that letter has gone out.
    ///
    /// # Errors
    /// No appeal waits for its decision, or a machine decides.
    pub async fn decide_appeal(self, decision: AppealDecision, reasons: &str) -> Result<Model, NotDecided> {
        self.is_person("an appeal")?;
        let appeal = self.waiting_appeal().await?;
        let sealed = self.key().await?.seal(&context("appeals.reasons", appeal.id), reasons.as_bytes());
        let change = AppealRow {
            id: Unchanged(appeal.id),
            decided_at: Set(Some(self.now)),
            decision: Set(Some(decision)),
            reasons_sealed: Set(Some(sealed)),
            decided_by: Set(self.by.client),
            ..Default::default()
        };
        Entity::update(change).exec(&**self.txn).await?;
        let (actor, waits) = (&self.by.actor, [QuestionCode::AppealWaits]);
        let data = json!({ "appeal": appeal.id, "decision": decision });
        self.record_reasoned("request.appeal_decided", data, reasons).await?;
        if !self.has_letters().await? {
            clock::settle::meet(self.txn, self.now, actor, &self.request, Duty::DecideAppeal, None, self.now).await?;
        }
        answer(self.txn, self.now, actor, &self.request, &waits, None).await?;
        let (txn, store, by) = (self.txn, self.store, self.by);
        owing(txn, store, by, self.write(ActiveModel::default()).await?, LetterKind::AppealDecision).await
    }

    /// Some decisions are for a person to take, never for the service by itself.
    pub(super) fn is_person(&self, what: &str) -> Result<(), NotDecided> {
        self.person(what).map(|_| ())
    }

    /// The client that decides.
    pub(super) fn person(&self, what: &str) -> Result<ClientId, NotDecided> {
        let not_the_service =
            || conflict("person_needed", format!("{what} is decided by a client, not by the service"));
        self.by.client.ok_or_else(not_the_service)
    }
}
