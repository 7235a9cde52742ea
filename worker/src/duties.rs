//! What a worker does beside the steps: links new events into their chains, and forgets what has expired.

use std::time::Duration;

use entities::announcement::delivery;
use entities::client::queries::forget_tokens;
use entities::delivery::queries::forget as forget_calls;
use entities::error::StoreError;
use entities::event::chain;
use entities::guest;
use entities::id::ControllerId;
use entities::idempotency::queries::forget;
use entities::officer::{brake, challenge, invitation, session};
use entities::store::Store;
use entities::subscriber::keys;
use tokio_util::sync::CancellationToken;

/// How many events are linked in one transaction.
const LINKED_AT_ONCE: u64 = 500;
/// How long an idempotency key is remembered.
const KEYS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long an expired token's row is kept.
const TOKENS_KEPT: Duration = Duration::from_secs(3600);
/// How long a call that was settled is kept, with its body where nobody could read it, and by what it is known again. No sender
/// repeats one for longer than a few days.
const CALLS_KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long it stays on record what a subscriber was sent, and can be sent once more.
const DELIVERIES_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a session that is over, and an invitation, stay on record: with the address they came from. The trail stays.
const SESSIONS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many deliveries are forgotten at once.
const FORGOTTEN_AT_ONCE: u64 = 1_000;
/// How many rounds pass between two clean-ups.
const ROUNDS_A_CLEANUP: u64 = 60;

/// Goes on until `stop`, and links what is left then.
pub async fn run(store: &Store, every: Duration, stop: &CancellationToken) {
    for round in 0u64.. {
        let stopping = tokio::select! {
            () = stop.cancelled() => true,
            () = store.clock.sleep(every) => false,
        };
        // What went wrong has been logged, each chain by itself.
        drop(link(store).await);
        if stopping {
            return;
        }
        if round % ROUNDS_A_CLEANUP == 0
            && let Err(error) = clean_up(store).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "expired rows could not be removed");
        }
    }
}

/// Links every new event into its controller's chain. A chain that cannot be written to stops no other controller's.
///
/// # Errors
/// What went wrong last; all of it is logged.
pub async fn link(store: &Store) -> Result<(), StoreError> {
    let unlinked = chain::unlinked(store.db.read()).await.inspect_err(|error| {
        tracing::warn!(error = error as &dyn std::error::Error, "events that are to be linked could not be looked for");
    });
    let mut ended = Ok(());
    for controller in unlinked? {
        if let Err(error) = link_one(store, controller).await {
            tracing::warn!(controller.id = %controller, error = &error as &dyn std::error::Error,
                           "a controller's events could not be linked into their chain");
            ended = Err(error);
        }
    }
    ended
}

async fn link_one(store: &Store, controller: ControllerId) -> Result<(), StoreError> {
    while chain::link(store, controller, LINKED_AT_ONCE).await? == LINKED_AT_ONCE {}
    Ok(())
}

async fn clean_up(store: &Store) -> Result<(), StoreError> {
    let txn = store.db.begin().await?;
    let now = store.now();
    let gone = forget(&txn, now - KEYS_KEPT).await?
        + forget_tokens(&txn, now - TOKENS_KEPT).await?
        + forget_calls(&txn, now - CALLS_KEPT).await?
        + keys::forget_ended(&txn, now).await?
        + session::forget(&txn, now - SESSIONS_KEPT).await?
        + guest::session::forget(&txn, now - SESSIONS_KEPT).await?
        + invitation::forget(&txn, now - SESSIONS_KEPT).await?
        + challenge::forget(&txn, now).await?
        + brake::forget(&txn, now - brake::FORGOTTEN_AFTER).await?;
    if gone > 0 {
        txn.commit().await?;
    } else {
        // What comes next writes as well, and one transaction at a time can.
        txn.rollback().await?;
    }
    forget_deliveries(store).await
}

/// Forgets all deliveries that are old enough, some in each transaction, so that nobody waits for a thousand times as many.
async fn forget_deliveries(store: &Store) -> Result<(), StoreError> {
    loop {
        let txn = store.db.begin().await?;
        if delivery::forget(&txn, store.now() - DELIVERIES_KEPT, FORGOTTEN_AT_ONCE).await? == 0 {
            return Ok(());
        }
        txn.commit().await?;
    }
}
