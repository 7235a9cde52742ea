//! Enrolling an authenticator: its secret is offered within one session, and counts once a code of it was typed.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use secrecy::SecretString;
use serde_json::json;
use vault::totp::TotpSecret;
use zeroize::Zeroizing;

use super::brake::{self, Guess, Held};
use super::queries::{ENROLLING, TOTP, changed, lock, may_sign_in, record};
use super::recovery;
use super::session::{self, Opened, Signed, Standing, Visitor};
use super::sign_in::{note_wait, step};
use super::table::session as rows;
use super::table::{ActiveModel, Entity};
use crate::error::StoreError;
use crate::installation::secrets::Safe;
use crate::store::Store;
use crate::time::At;

/// What an authenticator is given.
#[derive(Debug)]
pub struct Offer {
    /// The secret for typing in: base32.
    pub secret: Zeroizing<String>,
    /// The same as an address, for a QR code.
    pub uri: Zeroizing<String>,
}

/// An authenticator that was enrolled.
#[derive(Debug)]
pub struct Enrolled {
    /// The new session; all others have ended.
    pub opened: Opened,
    /// Recovery codes, shown this once.
    pub codes: Vec<SecretString>,
}

/// Whether whoever signed in may enrol: before there is a second factor, or shortly after it was given.
fn may_enrol(signed: &Signed, now: At) -> bool {
    match signed.standing {
        Standing::Enrolment => true,
        Standing::SecondFactor => false,
        Standing::Full => signed.is_fresh(now),
    }
}

fn open(safe: &Safe, row: &rows::Model) -> Result<Option<TotpSecret>, StoreError> {
    let Some(sealed) = &row.enrolling_sealed else { return Ok(None) };
    let bytes = safe.keyring().open(row.id.0, ENROLLING, sealed)?;
    TotpSecret::from_bytes(bytes).map(Some).map_err(|_| StoreError::Corrupt("an authenticator's secret is none"))
}

/// Offers a secret, the same for the whole of a session: looking again at the page changes nothing. `issuer` is what the
/// authenticator shows it under. None if the session may not enrol.
///
/// # Errors
/// The database fails.
pub async fn offer(store: &Store, token: &str, issuer: &str) -> Result<Option<Offer>, StoreError> {
    let Some(signed) = session::find(store, token).await? else { return Ok(None) };
    let (txn, now) = (store.db.begin().await?, store.now());
    let officer = lock(&txn, signed.officer).await?;
    let (Some(_), Some((row, _))) = (officer, session::by_token(&*txn, now, token).await?) else { return Ok(None) };
    if !may_enrol(&signed, now) {
        return Ok(None);
    }
    let secret = match open(&store.safe, &row)? {
        Some(secret) => secret,
        None => {
            let secret = TotpSecret::generate();
            let sealed = store.safe.keyring().seal(row.id.0, ENROLLING, secret.as_bytes());
            let change =
                rows::ActiveModel { id: Unchanged(row.id), enrolling_sealed: Set(Some(sealed)), ..Default::default() };
            rows::Entity::update(change).exec(&*txn).await?;
            txn.commit().await?;
            secret
        }
    };
    Ok(Some(Offer { secret: secret.base32(), uri: secret.uri(issuer, &signed.login) }))
}

/// Enrols the authenticator that shows this code. Every session ends, this one too, and a new one opens; the recovery codes
/// are made anew. None if the code is wrong, was tried too often, or the session may not enrol.
///
/// # Errors
/// The database fails.
pub async fn finish(
    store: &Store,
    token: &str,
    typed: &str,
    visitor: &Visitor,
) -> Result<Option<Enrolled>, StoreError> {
    let Some(signed) = session::find(store, token).await? else { return Ok(None) };
    if !may_enrol(&signed, store.now()) {
        return Ok(None);
    }
    let guess = Guess::SecondFactor(signed.officer);
    let held = brake::hold(store, guess).await?;
    if held == Held::Resting {
        return Ok(None);
    }
    let (txn, now) = (store.db.begin().await?, store.now());
    let Some(row) = lock(&txn, signed.officer).await? else { return Ok(None) };
    let Some((its_session, _)) = session::by_token(&*txn, now, token).await? else { return Ok(None) };
    let Some(secret) = open(&store.safe, &its_session)? else { return Ok(None) };
    let Some(step) = step(&secret, typed, now) else {
        drop(txn);
        note_wait(store, visitor, row.id, "second_factor", held).await?;
        return Ok(None);
    };
    // Another session may have enrolled one meanwhile: then a password alone is not enough any more.
    let is_overtaken = signed.standing == Standing::Enrolment && session::has_second_factor(&row);
    if is_overtaken || !may_sign_in(&*txn, &row).await? {
        return Ok(None);
    }
    brake::release(&txn, store, guess).await?;
    let change = ActiveModel {
        totp_sealed: Set(Some(store.safe.keyring().seal(row.id.0, TOTP, secret.as_bytes()))),
        totp_step: Set(step),
        ..changed(&row, now)
    };
    let row = Entity::update(change).exec(&*txn).await?;
    let codes = recovery::make(&txn, now, row.id).await?;
    session::close(&txn, now, row.id, None).await?;
    let opened = session::open(&txn, now, &row, visitor, true).await?;
    let data = json!({ "officer": row.id, "session": opened.session, "recovery_codes": codes.len() });
    record(&txn, now, &visitor.actor(row.id), "officer.second_factor_enrolled", data).await?;
    txn.commit().await?;
    Ok(Some(Enrolled { opened, codes }))
}
