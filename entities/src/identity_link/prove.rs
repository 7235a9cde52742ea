//! Proving an identity by a link: once, while it holds, and only where identity is still in question.

use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;

use super::queries::{by_token, try_once, use_up};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::request::decide::{Case, Decider, NotDecided};
use crate::request::keys;
use crate::request::table::Model as Request;
use crate::store::Store;
use crate::{addressee, identifier};

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
    // Who reads a mailbox is the person if it is one of theirs: one that the request names to find them by. Of an agent, or of
    // an address that somebody else named for the answer, it says where they read and no more.
    let is_theirs = is_identifier(txn, store, case.request()).await?;
    let proven = if is_theirs { case.verify(METHOD, None).await } else { case.prove_address(METHOD).await };
    match proven {
        Ok(_) => Ok(true),
        Err(NotDecided::Store(error)) => Err(error),
        // Proven otherwise by now, or closed.
        Err(_) => Ok(false),
    }
}

/// Whether the address that the link went to is one of the identifiers by which the person is found.
async fn is_identifier(txn: &Txn, store: &Store, request: &Request) -> Result<bool, StoreError> {
    let Some(row) = addressee::queries::of_request(&**txn, request.id).await? else { return Ok(false) };
    let key = keys::of(&**txn, &store.safe, request.id).await?;
    let Some(address) = addressee::queries::open(&key, &row)?.address else { return Ok(false) };
    let Ok(address) = normalise(IdentifierKind::Email, &address, None) else { return Ok(false) };
    for given in identifier::queries::of_request(&**txn, request.id).await? {
        if identifier::queries::kind(&given)? == IdentifierKind::Email {
            let value = identifier::queries::value(&key, &given)?;
            if normalise(IdentifierKind::Email, &value, None).is_ok_and(|it| it.lookup == address.lookup) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
