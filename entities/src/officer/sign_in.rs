//! Signing in: a password, then a second factor. Each answer is yes or no, and a no tells nothing more.
//!
//! An unknown login, a wrong password, an officer who is disabled and one who has to wait are answered alike and take as long:
//! the same statements, and one hash. What a wrong guess writes does not depend on whether anybody has that login.

use sea_orm::{ActiveValue::Set, EntityTrait};
use secrecy::SecretString;
use serde_json::json;
use vault::totp::TotpSecret;

use super::brake::{self, Guess, Held};
use super::queries::{TOTP, changed, lock, may_sign_in, record};
use super::session::{self, Opened, Standing, Visitor};
use super::table::{ActiveModel, Entity, Model};
use super::{password, queries, recovery};
use crate::db::Txn;
use crate::error::StoreError;
use crate::id::ClientId;
use crate::installation::secrets::Safe;
use crate::store::Store;
use crate::time::At;

/// The first step. The session that it opens is good for the second alone, or for enrolling one.
///
/// # Errors
/// The database fails.
pub async fn password(
    store: &Store,
    login: &str,
    password: &SecretString,
    visitor: &Visitor,
) -> Result<Option<Opened>, StoreError> {
    let login = queries::login(login).unwrap_or_else(|_| login.trim().to_lowercase());
    let guess = Guess::Password(&login);
    let held = brake::hold(store, guess).await?;
    let found = queries::by_login(store.db.read(), &login).await?;
    let stored = match held {
        Held::Free { .. } => found.as_ref().and_then(|row| row.password_hash.clone()),
        Held::Resting => None, // and no password fits
    };
    let fits = password::verify(password, stored.clone()).await?;
    let Some(found) = found else { return Ok(None) };
    if !fits {
        note_wait(store, visitor, found.id, "password", held).await?;
        return Ok(None);
    }
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, found.id).await? else { return Ok(None) };
    // Something may have changed while the password was hashed.
    if row.password_hash != stored || !may_sign_in(&*txn, &row).await? {
        return Ok(None);
    }
    let before = brake::release(&txn, store, guess).await?;
    let opened = session::open(&txn, now, &row, visitor, false).await?;
    let data = json!({ "officer": row.id, "session": opened.session, "wrong_before": before });
    record(&txn, now, &visitor.actor(row.id), "officer.password_accepted", data).await?;
    txn.commit().await?;
    Ok(Some(opened))
}

/// The second step, by the session of the first: six digits from an authenticator, or a recovery code. The session of the
/// first step ends, and a new one opens.
///
/// # Errors
/// The database fails, or the authenticator's secret does not open.
pub async fn second_factor(
    store: &Store,
    token: &str,
    typed: &str,
    visitor: &Visitor,
) -> Result<Option<Opened>, StoreError> {
    let Some(signed) = session::find(store, token).await? else { return Ok(None) };
    if signed.standing != Standing::SecondFactor {
        return Ok(None);
    }
    let guess = Guess::SecondFactor(signed.officer);
    let held = brake::hold(store, guess).await?;
    if held == Held::Resting {
        return Ok(None);
    }
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, signed.officer).await? else { return Ok(None) };
    let factor = if use_code(&txn, &store.safe, now, &row, typed).await? {
        "authenticator"
    } else if recovery::use_up(&txn, now, row.id, typed).await? {
        "recovery_code"
    } else {
        drop(txn);
        note_wait(store, visitor, row.id, "second_factor", held).await?;
        return Ok(None);
    };
    // Of two who give it at once, one gets in; the other's code is not used up.
    if !may_sign_in(&*txn, &row).await? || !session::close_one(&txn, now, row.id, signed.session).await? {
        return Ok(None);
    }
    let before = brake::release(&txn, store, guess).await?;
    let opened = session::open(&txn, now, &row, visitor, true).await?;
    let by = visitor.actor(row.id);
    let left = recovery::left(&*txn, row.id).await?;
    let data = json!({
        "officer": row.id, "session": opened.session, "factor": factor, "wrong_before": before, "recovery_codes": left,
    });
    record(&txn, now, &by, "officer.signed_in", data).await?;
    txn.commit().await?;
    Ok(Some(opened))
}

/// Uses an authenticator's code up: each step's counts once, and none before it any more.
async fn use_code(txn: &Txn, safe: &Safe, now: At, row: &Model, typed: &str) -> Result<bool, StoreError> {
    let Some(sealed) = &row.totp_sealed else { return Ok(false) };
    let secret = TotpSecret::from_bytes(safe.keyring().open(row.id.0, TOTP, sealed)?)
        .map_err(|_| StoreError::Corrupt("an authenticator's secret is none"))?;
    let Some(step) = step(&secret, typed, now) else { return Ok(false) };
    if step <= row.totp_step {
        return Ok(false);
    }
    let change = ActiveModel { totp_step: Set(step), ..changed(row, now) };
    Entity::update(change).exec(&**txn).await?;
    Ok(true)
}

/// The step whose code this is.
pub(super) fn step(secret: &TotpSecret, typed: &str, now: At) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp().as_second()).ok()?;
    i64::try_from(secret.matches(typed, seconds)?).ok()
}

/// Tells the trail that from now on guesses have to wait, if they do.
pub(super) async fn note_wait(
    store: &Store,
    visitor: &Visitor,
    officer: ClientId,
    what: &'static str,
    held: Held,
) -> Result<(), StoreError> {
    let Held::Free { then_until: Some(until) } = held else { return Ok(()) };
    let txn = store.db.begin().await?;
    let data = json!({ "officer": officer, "guessed": what, "until": until });
    record(&txn, store.now(), &visitor.actor(officer), "officer.locked", data).await?;
    txn.commit().await?;
    tracing::warn!(officer.id = %officer, what, %until, "an officer's account was guessed at; further guesses wait");
    Ok(())
}
