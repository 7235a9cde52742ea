//! Writes to a subscriber's owner that it does not take what it is told; and to the controller's officers, where the owner's
//! letter does not arrive.

use entities::db::Txn;
use entities::id::LetterId;
use entities::letter::compose::officers::subscriber_silent;
use entities::letter::outbox::{About, queue};
use entities::subscriber::health;
use entities::subscriber::table::Model as Subscriber;

use crate::context::Context;
use crate::trouble::Trouble;

/// Writes one letter to the owner, in the transaction of what it tells of.
///
/// # Errors
/// The database fails.
pub(super) async fn write(cx: &Context<'_>, txn: &Txn, subscriber: &Subscriber) -> Result<(), Trouble> {
    if let Some(letter) = write_to(cx, txn, subscriber, std::slice::from_ref(&subscriber.owner)).await? {
        health::warned(txn, cx.now(), subscriber, letter).await?;
    }
    Ok(())
}

/// A letter could not be delivered. If it was an owner's, the controller's officers are told instead: what they are sent is
/// nobody's warning, so it ends there.
///
/// # Errors
/// The database fails.
pub async fn undelivered(cx: &Context<'_>, txn: &Txn, letter: LetterId) -> Result<(), Trouble> {
    let Some(subscriber) = health::of_warning(&**txn, letter).await? else { return Ok(()) };
    let officers = cx.controller().await?.policy.writing.officers;
    let officers: Vec<_> = officers.into_iter().filter(|officer| *officer != subscriber.owner).collect();
    if officers.is_empty() {
        tracing::error!(subscriber.id = %subscriber.id, letter.id = %letter,
                        "a subscriber takes nothing, its owner's mailbox took no letter, and the policy names no officers");
    }
    write_to(cx, txn, &subscriber, &officers).await.map(|_| ())
}

/// Writes a letter to each of these. Says which was the last.
async fn write_to(
    cx: &Context<'_>,
    txn: &Txn,
    subscriber: &Subscriber,
    recipients: &[String],
) -> Result<Option<LetterId>, Trouble> {
    let (now, controller) = (cx.now(), cx.controller().await?);
    let zone = controller.zone()?;
    let about = About { controller: controller.id, request: None };
    let drafts = match subscriber_silent(&controller, subscriber, &zone, recipients) {
        Ok(drafts) => drafts,
        // What happened stands in any case; a template that is wrong must not undo it.
        Err(missing) => {
            tracing::error!(subscriber.id = %subscriber.id, missing = ?missing,
                            "no letter could be written about a subscriber that takes nothing");
            Vec::new()
        }
    };
    let mut last = None;
    for draft in drafts {
        last = Some(queue(txn, &cx.store.safe, now, &cx.actor, about, &draft).await?);
    }
    Ok(last)
}
