//! The brake on guessing: after a few wrong guesses each further one has to wait, longer each time, never for good.
//!
//! A guess counts when it is made, not when it turns out wrong, so a hundred at once are no way around it. What is guessed at
//! is named by a keyed hash, whether it exists or not: a login that nobody has is slowed down like any other, and takes the
//! same statements. Guesses made while it rests do not count, so nobody keeps a door shut for longer by knocking. A brake holds
//! sign-ins only: who is in stays in.

use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::table::brake::{ActiveModel, COLUMN, Column, Entity};
use crate::db::Txn;
use crate::id::{ClientId, ControllerId, InvitationId};
use crate::store::Store;
use crate::time::At;

/// After so long without a guess all is forgotten.
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What is guessed at.
#[derive(Clone, Copy, Debug)]
pub enum Guess<'a> {
    /// The password of this login.
    Password(&'a str),
    /// The second factor of this officer, whose password is known to whoever guesses.
    SecondFactor(ClientId),
    /// The code that was mailed to this guest, who came by a link.
    GuestCode(InvitationId),
    /// Whether there is something to mail a link about: an address, with what else was typed.
    LinkAsked(&'a str),
}

/// How a brake pulls.
struct Pull {
    /// So many guesses are free.
    free: u32,
    /// The wait after the last free one; it doubles with each that follows.
    first: Duration,
    /// No wait is longer.
    longest: Duration,
}

impl Guess<'_> {
    /// A password can be guessed at by anybody, so its owner is not kept waiting for long. A second factor has a million
    /// values and is guessed at only with the password in hand: at one a day it takes centuries.
    const fn pull(self) -> Pull {
        match self {
            Self::Password(_) => {
                Pull { free: 5, first: Duration::from_secs(30), longest: Duration::from_secs(15 * 60) }
            }
            // A million values, and each further code takes a new link out of the mailbox.
            Self::GuestCode(_) => Pull { free: 8, first: Duration::from_secs(60), longest: Duration::from_secs(3600) },
            // Not a guess at a secret: it keeps a mailbox from being filled.
            Self::LinkAsked(_) => {
                Pull { free: 3, first: Duration::from_secs(15 * 60), longest: Duration::from_secs(6 * 3600) }
            }
            Self::SecondFactor(_) => {
                Pull { free: 5, first: Duration::from_secs(60), longest: Duration::from_secs(23 * 3600) }
            }
        }
    }

    fn key(self, store: &Store) -> String {
        let hash = |kind, value: &str| store.safe.hash(ControllerId::INSTALLATION, kind, value);
        match self {
            Self::Password(login) => hash("sign_in_password", login),
            Self::GuestCode(invitation) => hash("guest_code", &invitation.to_string()),
            Self::LinkAsked(what) => hash("guest_link", what),
            Self::SecondFactor(officer) => hash("sign_in_second_factor", &officer.to_string()),
        }
    }
}

impl Pull {
    fn wait(&self, failures: i64) -> Option<Duration> {
        let over = u32::try_from(failures).unwrap_or(u32::MAX).checked_sub(self.free)?;
        Some(self.first.saturating_mul(1 << over.min(20)).min(self.longest))
    }
}

/// Whether a guess counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It does. If it is wrong, none counts before this instant.
    Free {
        /// Until when the next has to wait; none if it need not.
        then_until: Option<At>,
    },
    /// It does not, however right it is.
    Resting,
}

/// Counts a guess, and says whether it may be looked at. A transaction of its own: it stays counted whatever follows.
///
/// # Errors
/// The database fails.
pub async fn hold(store: &Store, guess: Guess<'_>) -> Result<Held, DbErr> {
    let (key, now) = (guess.key(store), store.now());
    let txn = store.db.begin().await?;
    let row =
        ActiveModel { key_hash: Set(key.clone()), failures: Set(0), tried_at: Set(now), rests_until: Set(At::ZERO) };
    let there = OnConflict::column(Column::KeyHash).do_nothing().to_owned();
    Entity::insert_many([row]).on_conflict(there).exec_without_returning(&*txn).await?;
    let found = Entity::find_by_id(key).lock_exclusive().one(&*txn).await?;
    // It can only have been forgotten in between, and then it is new.
    let Some(row) = found else { return Ok(Held::Free { then_until: None }) };
    if now < row.rests_until {
        return Ok(Held::Resting);
    }
    let before = if now.since(row.tried_at) >= FORGOTTEN_AFTER { 0 } else { row.failures };
    let failures = before + 1;
    let then_until = guess.pull().wait(failures).map(|wait| now + wait);
    let change = ActiveModel {
        key_hash: Unchanged(row.key_hash),
        failures: Set(failures),
        tried_at: Set(now),
        rests_until: Set(then_until.unwrap_or(At::ZERO)),
    };
    Entity::update(change).exec(&*txn).await?;
    txn.commit().await?;
    Ok(Held::Free { then_until })
}

/// Lets go: somebody knew it. Says how many guesses there were before.
///
/// # Errors
/// The database fails.
pub async fn release(txn: &Txn, store: &Store, guess: Guess<'_>) -> Result<i64, DbErr> {
    let key = guess.key(store);
    let before = Entity::find_by_id(key.clone()).one(&**txn).await?.map_or(0, |row| (row.failures - 1).max(0));
    Entity::delete_by_id(key).exec(&**txn).await?;
    Ok(before)
}

/// Forgets brakes that nobody has pulled since `before`.
///
/// # Errors
/// The database fails.
pub async fn forget(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(COLUMN.tried_at.lt(before)).exec(&**txn).await?.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_never_for_good() {
        let waits = |guess: Guess<'_>| -> Vec<u64> {
            let pull = guess.pull();
            (1..=14).map(|failures| pull.wait(failures).map_or(0, |wait| wait.as_secs())).collect()
        };
        assert_eq!(waits(Guess::Password("x")), [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]);
        let second = waits(Guess::SecondFactor(ClientId::default()));
        assert_eq!(second[..6], [0, 0, 0, 0, 60, 120]);
        assert!(second.is_sorted());
        let pull = Guess::SecondFactor(ClientId::default()).pull();
        assert_eq!(pull.wait(i64::MAX), Some(pull.longest), "it does not overflow");
        assert!(pull.longest < FORGOTTEN_AFTER, "or waiting would make it forget");
    }
}
