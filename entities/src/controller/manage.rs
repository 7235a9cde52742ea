//! Adding and changing controllers by somebody whose reach has ends: whoever manages one controller touches no other, and adds
//! none.

use super::queries::{self, Change, NewController, NotSaved, by_id};
use super::table::Model;
use crate::db::Txn;
use crate::id::ControllerId;
use crate::request::decide::Decider;
use crate::store::Store;

/// Adds a controller, by somebody who manages the whole installation.
///
/// # Errors
/// `by` does not, or see [`queries::add`].
pub async fn add(txn: &Txn, store: &Store, by: &Decider, new: NewController) -> Result<Model, NotSaved> {
    if !by.reach.covers(ControllerId::INSTALLATION) {
        return Err(NotSaved::OutOfReach);
    }
    queries::add(txn, store, &by.actor, new).await
}

/// Changes a controller that `by` manages, if it is still as it was at `version`.
///
/// # Errors
/// It is not theirs to manage, or see [`queries::change`].
pub async fn change(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    id: ControllerId,
    version: i64,
    change: Change,
) -> Result<Model, NotSaved> {
    let found = by_id(&**txn, id).await?.filter(|row| by.reach.covers(row.id)).ok_or(NotSaved::OutOfReach)?;
    if found.version != version {
        return Err(NotSaved::Stale);
    }
    queries::change(txn, store, &by.actor, &found, change).await
}
