//! What follows when a letter has gone out, or could not.

use entities::db::Txn;
use entities::letter::compose::officers;
use entities::letter::kind::{Audience, LetterKind};
use entities::letter::outbox::{About, queue};
use entities::letter::owe::went_out;
use entities::letter::table::Model as Letter;
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use letters::kind::DeliveryCause;
use serde_json::json;

use crate::context::Context;
use crate::steps::notify::owner;
use crate::trouble::Trouble;

/// A letter went out: what it was owed for is done.
///
/// # Errors
/// The database fails.
pub async fn of_sending(cx: &Context<'_>, txn: &Txn, letter: &Letter) -> Result<(), Trouble> {
    let Some(request) = letter.request_id else { return Ok(()) };
    let request = cx.lock_request(txn, request).await?;
    Ok(went_out(txn, cx.now(), &cx.actor, &request, letter).await?)
}

/// A letter did not go out: a person is asked, and officers are written to, about a subscriber too. The question names the letter and what the mail
/// server said, never the address.
///
/// # Errors
/// The database fails.
pub async fn of_failure(
    cx: &Context<'_>,
    txn: &Txn,
    letter: &Letter,
    answer: &str,
    cause: DeliveryCause,
) -> Result<(), Trouble> {
    if letter.kind == LetterKind::SubscriberSilent {
        return owner::undelivered(cx, txn, letter.id).await;
    }
    let Some(request) = letter.request_id.filter(|_| letter.audience == Audience::Person) else { return Ok(()) };
    let (now, request) = (cx.now(), cx.lock_request(txn, request).await?);
    let detail = json!({ "letter": letter.id, "kind": letter.kind, "answer": answer });
    ask(txn, now, &cx.actor, &request, QuestionCode::LetterBounced, letter.kind.as_str(), detail).await?;
    if letter.audience != Audience::Person {
        // One more letter to officers would go the way of this one.
        return Ok(());
    }
    let controller = cx.controller().await?;
    let zone = controller.zone()?;
    let today = now.timestamp().to_zoned(zone).date();
    let about = About { controller: controller.id, request: Some(&request) };
    // The question stands in any case; a template that is wrong must not undo it.
    for draft in officers::failure(&controller, &request, letter, cause, today).unwrap_or_default() {
        queue(txn, &cx.store.safe, now, &cx.actor, about, &draft).await?;
    }
    Ok(())
}
