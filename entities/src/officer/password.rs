//! Which passwords are taken (NIST SP 800-63B §5.1.1), hashing them off the threads that serve, and changing one's own.

use sea_orm::{ActiveValue::Set, EntityTrait};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::brake::{self, Guess, Held};
use super::session::{self, Signed, Visitor};
use super::table::Entity;
use super::{invitation, queries};
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::Actor;
use crate::store::Store;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters.
pub const LONGEST: usize = 128;

/// Each hash takes 19 MiB: so many are computed at once, and the rest wait.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Passwords that guessers try first, long enough for [`SHORTEST`]. Shorter ones are refused for their length.
const COMMON: &[&str] = &[
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789012345",
    "1234567890123456",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
    "administrator",
    "administrator1",
    "changeme1234",
    "changemechangeme",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "dataprotection",
    "datenschutz123",
    "iloveyou1234",
    "letmeinletmein",
    "letmeinplease",
    "lordofthering",
    "p@ssw0rd1234",
    "password1234",
    "password12345",
    "password123456",
    "password123!",
    "passwordpassword",
    "privacyofficer",
    "qazwsxedcrfv",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdfghjkl",
    "qwertzuiop123",
    "superman1234",
    "trustno1trustno1",
    "welcome12345",
    "willkommen123",
    "zaq12wsxcde3",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too few characters.
    #[error("a password has at least {SHORTEST} characters")]
    TooShort,
    /// Too many characters.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// Many people use it, or it is one character over and over.
    #[error("this password is among the first that guessers try; take one that nobody else has")]
    Common,
    /// It is the officer's own address or name.
    #[error("your address or name is no password")]
    Own,
}

/// Looks at a new password. No composition rules: length is what counts.
///
/// # Errors
/// It is not taken, and why.
pub fn check(password: &SecretString, login: &str, name: &str) -> Result<(), Weak> {
    let password = normal(password);
    let count = password.chars().count();
    if count < SHORTEST {
        return Err(Weak::TooShort);
    }
    if count > LONGEST {
        return Err(Weak::TooLong);
    }
    let folded = Zeroizing::new(password.to_lowercase());
    let first = folded.chars().next();
    if COMMON.contains(&folded.as_str()) || folded.chars().all(|c| Some(c) == first) {
        return Err(Weak::Common);
    }
    let local = login.split('@').next().unwrap_or(login);
    let own = [login, local, name].map(str::to_lowercase);
    if own.iter().any(|own| folded.trim() == own) {
        return Err(Weak::Own);
    }
    Ok(())
}

/// The same characters typed on another keyboard are the same password (NFKC, as NIST asks).
fn normal(password: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(password.expose_secret().nfkc().collect())
}

/// Hashes a password that was checked.
///
/// # Errors
/// The process is stopping.
pub async fn hash(password: &SecretString) -> Result<String, StoreError> {
    let password = normal(password);
    off(move || vault::password::hash(&password)).await
}

/// Whether a password is the stored one. Without a stored one it takes as long.
///
/// # Errors
/// The process is stopping.
pub(super) async fn verify(password: &SecretString, stored: Option<String>) -> Result<bool, StoreError> {
    // What is longer cannot have been set; it is cut so that it costs no more than others.
    let password = Zeroizing::new(normal(password).chars().take(LONGEST + 1).collect::<String>());
    off(move || vault::password::verify(&password, stored.as_deref())).await
}

async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let stopped = StoreError::Corrupt("a password was being hashed while the process stopped");
    let Ok(_place) = AT_ONCE.acquire().await else { return Err(stopped) };
    tokio::task::spawn_blocking(work).await.map_err(|_| stopped)
}

/// Why one's password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// The present one is wrong, was tried too often, or the session or the invitation is not good any more.
    #[error("that is not right, or was tried too often, or has ended")]
    Refused,
    /// The new one is not taken.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for NotSet {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Changes one's own password. Every other session ends.
///
/// # Errors
/// See [`NotSet`].
pub async fn change(
    store: &Store,
    signed: &Signed,
    present: &SecretString,
    new: &SecretString,
    visitor: &Visitor,
) -> Result<(), NotSet> {
    if !signed.is_full() {
        return Err(NotSet::Refused);
    }
    check(new, &signed.login, &signed.name)?;
    let guess = Guess::Password(&signed.login);
    if brake::hold(store, guess).await? == Held::Resting {
        return Err(NotSet::Refused);
    }
    let stored = queries::row(store.db.read(), signed.officer).await?.and_then(|row| row.password_hash);
    if !verify(present, stored.clone()).await? {
        return Err(NotSet::Refused);
    }
    let hashed = hash(new).await?;
    let txn = store.db.begin().await?;
    let Some(row) = queries::lock(&txn, signed.officer).await? else { return Err(NotSet::Refused) };
    if row.password_hash != stored || !session::is_live(&txn, store.now(), signed.session).await? {
        return Err(NotSet::Refused);
    }
    brake::release(&txn, store, guess).await?;
    set(&txn, store, &visitor.actor(row.id), &row, hashed).await?;
    session::close(&txn, store.now(), row.id, Some(signed.session)).await?;
    txn.commit().await?;
    Ok(())
}

/// Sets the password of a locked officer. Invitations that wait are void. Ending sessions is the caller's.
///
/// # Errors
/// The database fails.
pub(super) async fn set(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    row: &super::table::Model,
    hashed: String,
) -> Result<(), StoreError> {
    let now = store.now();
    let change = super::table::ActiveModel { password_hash: Set(Some(hashed)), ..queries::changed(row, now) };
    Entity::update(change).exec(&**txn).await?;
    invitation::void(txn, now, row.id).await?;
    queries::record(txn, now, by, "officer.password_set", json!({ "officer": row.id })).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_what_everybody_knows_does_not() {
        let long = |count| "ä".repeat(count - 1) + "x";
        let table = [
            ("short", Err(Weak::TooShort)),
            ("elevenchars", Err(Weak::TooShort)),
            ("zwölf Zeichen", Ok(())),
            ("twelve chars", Ok(())),
            ("no digit and no capital", Ok(())),
            ("パスワードは十二文字です。", Ok(())),
            ("            ", Err(Weak::Common)),
            ("AAAAAAAAAAAA", Err(Weak::Common)),
            ("QwertyUiop123", Err(Weak::Common)),
            ("ｐａｓｓｗｏｒｄ１２３４", Err(Weak::Common)),
            ("Ada.Quillfeather@example.com", Err(Weak::Own)),
            ("ada.quillfeather", Err(Weak::Own)),
            ("ADA QUILLFEATHER", Err(Weak::Own)),
        ];
        for (password, expected) in table {
            let said = check(&password.into(), "ada.quillfeather@example.com", "Ada Quillfeather");
            assert_eq!(said, expected, "{password}");
        }
        for (count, expected) in [(LONGEST, Ok(())), (LONGEST + 1, Err(Weak::TooLong))] {
            assert_eq!(check(&long(count).into(), "a@example.com", "A"), expected, "{count}");
        }
    }

    #[test]
    fn the_list_holds_only_what_length_lets_through() {
        for password in COMMON {
            assert!(password.chars().count() >= SHORTEST, "{password}");
            assert_eq!(*password, password.to_lowercase());
        }
    }
}
