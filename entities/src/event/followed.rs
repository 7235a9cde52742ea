//! What follows once events have got their places in a controller's chain: the one list of those who listen.
//!
//! The chain is the outbox. Every event is linked exactly once and in one order, so whoever listens here hears each event
//! once, in the transaction that links it: what they write stands or falls with the link. A listener ends in an error only
//! where the database does, because it would stop the chain with it.

use super::line::Content;
use crate::announcement::announce::announce;
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::ControllerId;
use crate::time::At;

/// Tells all listeners of events of one controller, in the order of the chain. The head of that chain is locked.
///
/// # Errors
/// The database fails.
pub(super) async fn followed(
    txn: &Txn,
    now: At,
    controller: ControllerId,
    events: &[Content],
) -> Result<(), StoreError> {
    announce(txn, now, controller, events).await
}
