//! Coming in: a link by mail, then a code by mail, at every visit.

use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use sea_orm::DbErr;
use secrecy::ExposeSecret;
use serde_json::json;
use vault::token::random_token;

use super::invitation::{NotInvited, holding, lock};
use super::table::Model;
use crate::client::reach::Reach;
use crate::controller;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::guest::session::{self, Followed, Opened, Visit};
use crate::guest::table::Guest;
use crate::guest::{code, link};
use crate::id::{InvitationId, SessionId};
use crate::letter::compose::guests;
use crate::letter::outbox::{About, queue};
use crate::officer::brake::{self, Guess, Held};
use crate::store::Store;

/// How the trail names our own doings for somebody who is not in.
const ROOM: &str = "regulator's room";

/// Sends a link to whom a locked invitation, or a new one, invites. Older links are void.
///
/// # Errors
/// Nobody knows where people reach this service, or the database fails.
pub async fn send_link(txn: &Txn, store: &Store, by: &Actor, row: &Model) -> Result<(), NotInvited> {
    let now = store.now();
    let public_url = store.public_url.as_deref().ok_or(NotInvited::NoAddress)?;
    let controller = controller::queries::by_id(&**txn, row.controller_id).await?;
    let controller = controller.ok_or(StoreError::Corrupt("an invitation's controller is missing"))?;
    let (token, hash) = random_token(link::PREFIX);
    let page = link::page(public_url, Guest::Regulator(row.id));
    let draft = guests::room_link(&controller, row, &page, token.expose_secret(), now)
        .map_err(|_| StoreError::Corrupt("a guest's letter does not render"))?;
    link::write(txn, now, Guest::Regulator(row.id), hash, &row.language).await?;
    let about = About { controller: row.controller_id, request: None };
    queue(txn, &store.safe, now, by, about, &draft).await?;
    let data = json!({ "invitation": row.id });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "regulator.link_sent", data)]).await?;
    Ok(())
}

/// Sends another link for each invitation of this address that still holds. Says nothing of whether there is one.
///
/// # Errors
/// The database fails.
pub async fn send_again(store: &Store, typed: &str) -> Result<(), StoreError> {
    let Ok(address) = normalise(IdentifierKind::Email, typed.trim(), None) else { return Ok(()) };
    let address = address.lookup.to_lowercase();
    if brake::hold(store, Guess::LinkAsked(&format!("room {address}"))).await? == Held::Resting {
        return Ok(());
    }
    let txn = store.db.begin().await?;
    for row in holding(&txn, store.now(), &address).await? {
        match send_link(&txn, store, &Actor::worker(ROOM), &row).await {
            Ok(()) | Err(NotInvited::NoAddress) => {}
            Err(NotInvited::Store(error)) => return Err(error),
            Err(_) => return Err(StoreError::Corrupt("a link was refused")),
        }
    }
    Ok(txn.commit().await?)
}

/// Uses a link up, and mails a code.
///
/// # Errors
/// The database fails.
pub async fn open(store: &Store, token: &str) -> Result<Followed, StoreError> {
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(link) = link::by_token(&*txn, token).await? else { return Ok(Followed::Gone) };
    let Some(row) = still_holding(&txn, store, link.guest()).await? else { return Ok(Followed::Gone) };
    if controller::queries::is_paused(&txn, row.controller_id).await? {
        return Ok(if link.is_good(now) { Followed::Paused } else { Followed::Gone });
    }
    let Some(opened) = session::enter(&txn, now, &link).await? else { return Ok(Followed::Gone) };
    send_code(&txn, store, &row, opened.visit.session).await?;
    txn.commit().await?;
    Ok(Followed::Opened(opened))
}

/// Mails a code for half a session.
async fn send_code(txn: &Txn, store: &Store, row: &Model, session: SessionId) -> Result<(), StoreError> {
    let now = store.now();
    let controller = controller::queries::by_id(&**txn, row.controller_id).await?;
    let controller = controller.ok_or(StoreError::Corrupt("an invitation's controller is missing"))?;
    let code = code::make(txn, store, session).await?;
    let draft = guests::room_code(&controller, row, code.expose_secret(), code::LIFE)
        .map_err(|_| StoreError::Corrupt("a guest's letter does not render"))?;
    let about = About { controller: row.controller_id, request: None };
    queue(txn, &store.safe, now, &Actor::regulator(row.id, None), about, &draft).await?;
    Ok(())
}

/// The invitation of a guest, locked, if it still holds. Whoever ends it locks it before its links and sessions: so does
/// everybody, or two would wait for one another.
async fn still_holding(txn: &Txn, store: &Store, guest: Option<Guest>) -> Result<Option<Model>, DbErr> {
    let Some(Guest::Regulator(id)) = guest else { return Ok(None) };
    let row = lock(txn, &Reach::installation(), id).await?;
    Ok(row.filter(|row| row.holds(store.now())))
}

/// Tries the code, and lets the guest in if it is right.
///
/// # Errors
/// The database fails.
pub async fn confirm(
    store: &Store,
    token: &str,
    typed: &str,
    address: Option<String>,
) -> Result<Option<Opened>, StoreError> {
    let Some(right) = code::check(store, token, typed).await? else { return Ok(None) };
    let txn = store.db.begin().await?;
    let Some(row) = still_holding(&txn, store, Some(right.guest())).await? else { return Ok(None) };
    let Some(opened) = code::take(&txn, store, right).await? else { return Ok(None) };
    record(&txn, store, &row, address, "regulator.signed_in").await?;
    txn.commit().await?;
    Ok(Some(opened))
}

/// The guest leaves.
///
/// # Errors
/// The database fails.
pub async fn leave(store: &Store, visit: &Visit, row: &Model, address: Option<String>) -> Result<(), StoreError> {
    let txn = store.db.begin().await?;
    if session::end(&txn, store.now(), visit.session).await? {
        record(&txn, store, row, address, "regulator.signed_out").await?;
    }
    Ok(txn.commit().await?)
}

async fn record(
    txn: &Txn,
    store: &Store,
    row: &Model,
    address: Option<String>,
    kind: &'static str,
) -> Result<(), DbErr> {
    let data = json!({ "invitation": row.id });
    let by = Actor::regulator(row.id, address);
    trail::record(&**txn, store.now(), &by, [Entry::on(row.controller_id, kind, data)]).await
}

/// The invitation of somebody who is in, if it still holds.
///
/// # Errors
/// The database fails.
pub async fn invitation(store: &Store, id: InvitationId) -> Result<Option<Model>, DbErr> {
    let row = super::invitation::by_id(store.db.read(), &Reach::installation(), id).await?;
    Ok(row.filter(|row| row.holds(store.now())))
}
