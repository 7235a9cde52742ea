//! What a browser was asked while signing in, kept until it answers: once, within minutes, and from that browser alone.

use std::time::Duration;

use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use vault::token::{hash_token, random_token};

use super::table::challenge::{ActiveModel, COLUMN, Entity};
use crate::db::Txn;
use crate::error::StoreError;
use crate::store::Store;
use crate::time::At;
use crate::words;

/// How long an answer is waited for.
pub const LIFE: Duration = Duration::from_secs(10 * 60);

/// What a token begins with.
const PREFIX: &str = "dsr_ask";

words! {
    /// What is asked for.
    pub enum Purpose {
        /// To sign in at the organisation's provider.
        Provider = "provider",
        /// To make a passkey.
        NewPasskey = "new_passkey",
        /// To use one.
        Passkey = "passkey",
    }
}

fn context(purpose: Purpose, token_hash: &str) -> String {
    format!("sign_in_challenges.{purpose}.{token_hash}")
}

/// A token for a question that is about to be asked.
#[must_use]
pub fn token() -> SecretString {
    random_token(PREFIX).0
}

/// Keeps what the answer is to be known by. `bound_to` is what the browser's forms are bound to.
///
/// # Errors
/// The database fails.
pub async fn ask(
    store: &Store,
    purpose: Purpose,
    token: &SecretString,
    bound_to: &str,
    expected: &[u8],
) -> Result<(), StoreError> {
    let token_hash = hash_token(token.expose_secret());
    let sealed = store.safe.keyring().seal(Uuid::nil(), &context(purpose, &token_hash), expected);
    let row = ActiveModel {
        token_hash: Set(token_hash),
        purpose: Set(purpose.as_str().to_owned()),
        bound_to: Set(bound_to.to_owned()),
        expected_sealed: Set(sealed),
        expires_at: Set(store.now() + LIFE),
    };
    let txn = store.db.begin().await?;
    Entity::insert(row).exec_without_returning(&*txn).await?;
    txn.commit().await?;
    Ok(())
}

/// Takes what the answer is to be known by: of several who answer at once one has it, and nobody after. It is gone whether the answer
/// turns out right or not. None if it was not asked, too long ago, or of another browser.
///
/// # Errors
/// The database fails.
pub async fn take(store: &Store, purpose: Purpose, token: &str, bound_to: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let token_hash = hash_token(token);
    let txn = store.db.begin().await?;
    let found = Entity::find_by_id(token_hash.clone())
        .filter(COLUMN.purpose.eq(purpose.as_str()))
        .filter(COLUMN.bound_to.eq(bound_to))
        .filter(COLUMN.expires_at.gt(store.now()))
        .one(&*txn)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let gone = Entity::delete_by_id(token_hash.clone()).exec(&*txn).await?.rows_affected;
    txn.commit().await?;
    if gone == 0 {
        return Ok(None);
    }
    let expected = store.safe.keyring().open(Uuid::nil(), &context(purpose, &token_hash), &row.expected_sealed)?;
    Ok(Some(expected))
}

/// Forgets what ended before `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.expires_at.lt(before)).exec(&**txn).await?.rows_affected)
}
