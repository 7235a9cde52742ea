//! The person who looks where their request stands: coming in, leaving, asking for another link, and what they may do.

use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use serde_json::json;

use super::link;
use super::session::{self, Followed, Visit};
use super::table::Guest;
use crate::addressee;
use crate::client::reach::Reach;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::RequestId;
use crate::letter::kind::LetterKind;
use crate::letter::owe::{Owed, owe};
use crate::officer::brake::{self, Guess, Held};
use crate::request::decide::Decider;
use crate::request::{keys, queries};
use crate::store::Store;

/// How the trail names our own doings for somebody who is not in.
const PAGE: &str = "status page";

/// Uses a link up and lets the person in.
///
/// # Errors
/// The database fails.
pub async fn open(store: &Store, token: &str, address: Option<String>) -> Result<Followed, StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(link) = link::by_token(&*txn, token).await? else { return Ok(Followed::Gone) };
    let Some(Guest::Person(request)) = link.guest() else { return Ok(Followed::Gone) };
    let Some(opened) = session::enter(&txn, now, &link).await? else { return Ok(Followed::Gone) };
    let found = queries::by_id(&*txn, &Reach::installation(), request).await?;
    let found = found.ok_or(StoreError::Corrupt("a link's request is missing"))?;
    let by = Actor::person(link.id, address);
    trail::record(&*txn, now, &by, [Entry::of(&found, "status.opened", json!({}))]).await?;
    txn.commit().await?;
    Ok(Followed::Opened(opened))
}

/// The person leaves.
///
/// # Errors
/// The database fails.
pub async fn leave(store: &Store, visit: &Visit, request: RequestId, by: &Decider) -> Result<(), StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    if session::end(&txn, now, visit.session).await?
        && let Some(found) = queries::by_id(&*txn, &Reach::installation(), request).await?
    {
        trail::record(&*txn, now, &by.actor, [Entry::of(&found, "status.closed", json!({}))]).await?;
    }
    Ok(txn.commit().await?)
}

/// The person of a visit as one who decides about their own request and no other.
#[must_use]
pub fn decider(visit: &Visit, address: Option<String>) -> Decider {
    Decider { actor: visit.guest.actor(visit.link, address), client: None, reach: Reach::installation() }
}

/// Sends another link, if there is a request of this reference whose letters go to this address, which was proven to be the
/// person's. Says nothing of whether there is: whoever asks must not learn it, nor from how long it takes.
///
/// # Errors
/// The database fails.
pub async fn send_again(store: &Store, reference: &str, typed: &str) -> Result<(), StoreError> {
    let reference = reference.trim().to_ascii_uppercase();
    let Ok(address) = normalise(IdentifierKind::Email, typed.trim(), None) else { return Ok(()) };
    if brake::hold(store, Guess::LinkAsked(&format!("{reference} {}", address.lookup))).await? == Held::Resting {
        return Ok(());
    }
    let txn = store.db.begin().await?;
    let found = queries::by_reference(&*txn, &Reach::installation(), &reference).await?;
    let Some(found) = found else { return Ok(()) };
    let Some(request) = queries::lock(&txn, &Reach::installation(), found.id).await? else { return Ok(()) };
    let Some(row) = addressee::queries::of_request(&*txn, request.id).await? else { return Ok(()) };
    let key = match keys::of(&*txn, &store.safe, request.id).await {
        Ok(key) => key,
        Err(StoreError::Erased) => return Ok(()),
        Err(error) => return Err(error),
    };
    let there = addressee::queries::open(&key, &row)?.address;
    let there = there.and_then(|it| normalise(IdentifierKind::Email, &it, None).ok());
    if row.proven_at.is_none() || there.is_none_or(|it| it.lookup != address.lookup) {
        return Ok(());
    }
    let by = Actor::worker(PAGE);
    match owe(&txn, store, &by, &request, LetterKind::StatusLink, None).await? {
        Owed::Queued(_) => Ok(txn.commit().await?),
        // A person waits for a link that nobody owes them: no question is asked over it.
        Owed::Nothing | Owed::ByHand(_) => Ok(()),
    }
}
