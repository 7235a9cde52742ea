//! Notices that were really sent: what they do to clocks. A letter that was delivered and an officer who sent one by other
//! means come here alike.

use law::duty::Duty;
use law::regime::Regime;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::change::recompute;
use super::facts::{Facts, is_to_answer};
use super::settle::meet;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::inquiry::table::InquiryKind;
use crate::question::queries::ask;
use crate::question::table::QuestionCode;
use crate::request::table::Model as Request;
use crate::time::At;
use crate::{extension, inquiry};

/// The acknowledgement of a locked request was sent at `at`. Says whether the duty still waited.
///
/// # Errors
/// The database fails.
pub async fn acknowledged(txn: &Txn, now: At, by: &Actor, request: &Request, at: At) -> Result<bool, StoreError> {
    meet(txn, now, by, request, Duty::Acknowledge, None, at).await
}

/// A question to the person went out at `at`, in a letter that was written at `written_at`: from here on the clocks that the
/// law lets wait do. Says whether there was such a question. One that had been answered before it went out had nobody wait.
///
/// # Errors
/// The database fails.
pub async fn asked(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: InquiryKind,
    (written_at, at): (At, At),
) -> Result<bool, StoreError> {
    let all = inquiry::queries::of_request(&**txn, request.id).await?;
    let Some(asked) = all.into_iter().rfind(|it| it.kind == kind && it.asked_at <= written_at) else {
        return Ok(false);
    };
    // Whoever wrote first and noted the question later asked when the question was noted: doubt lengthens nothing.
    let sent_at = at.max(asked.asked_at);
    if asked.sent_at.is_some() || asked.answered_at.is_some_and(|answered_at| answered_at < sent_at) {
        return Ok(false);
    }
    let change =
        inquiry::table::ActiveModel { id: Unchanged(asked.id), sent_at: Set(Some(sent_at)), ..Default::default() };
    inquiry::table::Entity::update(change).exec(&**txn).await?;
    let data = json!({ "inquiry": asked.id, "kind": kind, "sent_at": sent_at });
    trail::record(&**txn, now, by, [Entry::of(request, "inquiry.sent", data)]).await?;
    recompute(txn, now, by, request, "inquiry").await?;
    Ok(true)
}

/// How the notice of an extension went out.
#[derive(Clone, Debug)]
pub struct Sent<'a> {
    /// When it was really sent.
    pub at: At,
    /// How, in a word such as `mail`.
    pub means: &'a str,
    /// The letter, if it was one of ours.
    pub letter: Option<Uuid>,
}

/// What a notice of an extension came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// The request waits for no such notice.
    NotAwaited,
    /// It was sent in time under these laws, and the dates have moved.
    Extended(Vec<Regime>),
    /// It was sent after the first period and extends nothing. A person is asked what now.
    TooLate,
}

/// The notice of a locked request's extension was sent. Only now the extension exists, and only if the notice was sent within
/// the first period.
///
/// # Errors
/// The database fails.
pub async fn announced(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    sent: Sent<'_>,
) -> Result<Announced, StoreError> {
    let decided = extension::queries::of_request(&**txn, request.id).await?;
    let Some(decided) = decided.filter(|it| it.announced_at.is_none()) else { return Ok(Announced::NotAwaited) };
    extension::table::Entity::update(extension::table::ActiveModel {
        id: Unchanged(decided.id),
        announced_at: Set(Some(sent.at)),
        means: Set(Some(sent.means.to_owned())),
        letter_id: Set(sent.letter),
        ..Default::default()
    })
    .exec(&**txn)
    .await?;
    let clocks = Facts::load(&**txn, request).await?.clocks()?;
    let extended = clocks.iter().filter(|it| it.extended && is_to_answer(it.duty.as_str()));
    let extended: Vec<Regime> = extended.map(|it| it.regime).collect();
    let data = json!({ "extension": decided.id, "sent_at": sent.at, "means": sent.means, "letter": sent.letter,
                       "extends": extended });
    trail::record(&**txn, now, by, [Entry::of(request, "extension.announced", data)]).await?;
    if extended.is_empty() {
        let detail = json!({ "sent_at": sent.at, "respond_by": request.cautious_at });
        ask(txn, now, by, request, QuestionCode::ExtensionTooLate, &decided.id.to_string(), detail).await?;
        return Ok(Announced::TooLate);
    }
    meet(txn, now, by, request, Duty::AnnounceExtension, Some(&extended), sent.at).await?;
    recompute(txn, now, by, request, "extension").await?;
    Ok(Announced::Extended(extended))
}
