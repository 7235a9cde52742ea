//! Taking more time. Deciding it lengthens nothing: an extension exists once its notice was sent, in time and with reasons.

use jiff::civil::Date;
use law::extension::{NoExtension, extend};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::letters::owing;
use super::{Case, NotDecided, conflict, unfit};
use crate::clock::facts::Facts;
use crate::clock::notice::{Announced, Sent, announced};
use crate::extension::queries::of_request;
use crate::extension::table::{ActiveModel as ExtensionRow, Entity, ExtensionReason, Model as Extension};
use crate::id::ExtensionId;
use crate::letter::kind::LetterKind;
use crate::letter::supersede::supersede_held;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::file::context;
use crate::request::table::{ActiveModel, Model};
use crate::time::At;

impl Case<'_> {
    /// Decides to take more time, for a coded reason and with the words for the person. `until` is the new last day, where
    /// the law sets no length or less will do.
    ///
    /// # Errors
    /// The request is closed, is extended already, or no law that covers it allows an extension, any more or at all.
    pub async fn extend(self, code: ExtensionReason, reason: &str, until: Option<Date>) -> Result<Model, NotDecided> {
        let earlier = of_request(&**self.txn, self.request.id).await?;
        is_extended_once(&self.request, earlier.as_ref())?;
        self.may_extend(until).await?;
        let (id, key) = (ExtensionId::new(), self.key().await?);
        let row = ExtensionRow {
            id: Set(id),
            request_id: Set(self.request.id),
            code: Set(code),
            reason_sealed: Set(key.seal(&context("extensions.reason", id), reason.as_bytes())),
            until: Set(until.map(|day| day.to_string())),
            decided_at: Set(self.now),
            decided_by: Set(self.by.client),
            announced_at: Set(None),
            means: Set(None),
            letter_id: Set(None),
        };
        Entity::insert(row).exec_without_returning(&**self.txn).await?;
        let data = json!({ "extension": id, "code": code, "until": until });
        self.record_reasoned("request.extension_decided", data, reason).await?;
        let (txn, store, by) = (self.txn, self.store, self.by);
        owing(txn, store, by, self.write(ActiveModel::default()).await?, LetterKind::Extension).await
    }

    /// Refuses to send the notice of an extension that would give no time any more.
    pub(super) async fn extends_still(&self) -> Result<(), NotDecided> {
        match of_request(&**self.txn, self.request.id).await? {
            Some(decided) => self.may_extend(decided.until.as_deref().and_then(|day| day.parse().ok())).await,
            None => Ok(()),
        }
    }

    async fn may_extend(&self, until: Option<Date>) -> Result<(), NotDecided> {
        allows(&Facts::load(&**self.txn, &self.request).await?, self.now, until)
    }

    /// The notice of the extension was sent at `at`, by these means. If that was too late it extends nothing, and a question
    /// says so.
    ///
    /// # Errors
    /// No extension waits for its notice, or `at` lies in the future.
    pub async fn announce(self, at: At, means: &str) -> Result<Model, NotDecided> {
        self.is_past("sent_at", at)?;
        self.is_after_extending(at).await?;
        let sent = Sent { at, means, letter: None };
        match announced(self.txn, self.now, &self.by.actor, &self.request, sent).await? {
            Announced::NotAwaited => {
                Err(conflict("not_extended", "no extension waits for its notice; decide one first"))
            }
            Announced::Extended(_) | Announced::TooLate => {
                // It was told by other means: a letter that is held back, failed or could not be written is not needed any more.
                let (kind, by) = (LetterKind::Extension, &self.by.actor);
                supersede_held(self.txn, self.now, by, &self.request, Some(kind)).await?;
                let stuck = [QuestionCode::LetterByHand, QuestionCode::LetterBounced];
                answer(self.txn, self.now, by, &self.request, &stuck, Some(kind.as_str())).await?;
                self.write(ActiveModel::default()).await
            }
        }
    }

    /// Nobody can have told of an extension before it was decided.
    pub(super) async fn is_after_extending(&self, sent_at: At) -> Result<(), NotDecided> {
        let decided = of_request(&**self.txn, self.request.id).await?;
        if decided.is_some_and(|extension| sent_at < extension.decided_at) {
            return Err(unfit("sent_at", "before_decision", "lies before the decision that the notice tells of"));
        }
        Ok(())
    }
}

/// An extension is decided once, while the request is open.
pub(super) fn is_extended_once(request: &Model, earlier: Option<&Extension>) -> Result<(), NotDecided> {
    if request.status.is_closed() {
        return Err(conflict("closed", "a closed request needs no more time"));
    }
    if earlier.is_some() {
        return Err(conflict("extended_already", "an extension was decided already; the law allows one"));
    }
    Ok(())
}

/// One law that allows it is enough: the others' clocks stay as they are.
pub(super) fn allows(facts: &Facts, now: At, until: Option<Date>) -> Result<(), NotDecided> {
    let (calendar, inquiries) = (facts.calendar(), facts.inquiries());
    let mut first = None;
    for regime in &facts.regimes {
        match extend(&facts.matter(*regime, &calendar, &inquiries), now.timestamp(), until) {
            Ok(_) => return Ok(()),
            Err(no) => first = first.or(Some(no)),
        }
    }
    Err(match first {
        Some(no @ NoExtension::TooLate { .. }) => conflict("extension_too_late", no.to_string()),
        Some(no @ NoExtension::Second { .. }) => conflict("extended_already", no.to_string()),
        Some(no @ NoExtension::TooLong { .. }) => unfit("until", "too_long", no.to_string()),
        Some(no @ NoExtension::NeedsDay { .. }) => unfit("until", "day_needed", no.to_string()),
        Some(no @ (NoExtension::Undefined(_) | NoExtension::TooEarly { .. })) => {
            conflict("no_extension", no.to_string())
        }
        None => conflict("no_extension", "no law covers this request"),
    })
}
