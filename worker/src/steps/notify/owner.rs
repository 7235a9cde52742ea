//! Writes to a subscriber's owner that it does not take what it is told.

use entities::db::Txn;
use entities::letter::compose::officers::subscriber_silent;
use entities::letter::outbox::{About, queue};
use entities::subscriber::table::Model as Subscriber;

use crate::context::Context;
use crate::trouble::Trouble;

/// Writes one letter, in the transaction of what it tells of.
///
/// # Errors
/// The database fails.
pub(super) async fn write(cx: &Context<'_>, txn: &Txn, subscriber: &Subscriber) -> Result<(), Trouble> {
    let (now, controller) = (cx.now(), cx.controller().await?);
    let zone = controller.zone()?;
    let about = About { controller: controller.id, request: None };
    // What happened stands in any case; a template that is wrong must not undo it.
    if let Ok(draft) = subscriber_silent(&controller, subscriber, &zone) {
        queue(txn, &cx.store.safe, now, &cx.actor, about, &draft).await?;
    }
    Ok(())
}
