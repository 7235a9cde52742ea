//! Proving an identity by a link: once, while it holds, and only where identity is still in question.

use super::queries::{by_token, try_once, use_up};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::request::decide::{Case, Decider, NotDecided};
use crate::store::Store;

/// How identity was proven, as the request notes it.
pub const METHOD: &str = "email_link";

/// Proves it. Says whether the link was good: unknown, expired, used and replaced ones are all the same to whoever asks.
///
/// # Errors
/// The database fails.
pub async fn prove(txn: &Txn, store: &Store, address: Option<String>, token: &str) -> Result<bool, StoreError> {
    let now = store.now();
    let Some(link) = by_token(&**txn, token).await? else { return Ok(false) };
    let by = Decider { actor: Actor::person(link.id, address), client: None, reach: Reach::installation() };
    // The request is locked before its link, as everywhere.
    let case = match Case::open(txn, store, &by, link.request_id, None).await {
        Ok(case) => case,
        Err(NotDecided::Store(error)) => return Err(error),
        Err(_) => return Ok(false),
    };
    if !try_once(&**txn, link.id).await? || !link.is_good(now) || !use_up(txn, now, link.id).await? {
        return Ok(false);
    }
    match case.verify(METHOD).await {
        Ok(_) => Ok(true),
        Err(NotDecided::Store(error)) => Err(error),
        // Proven otherwise by now, or closed.
        Err(_) => Ok(false),
    }
}
