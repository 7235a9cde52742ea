//! Codes: six digits by mail that turn half a session into a whole one. They hold for minutes and take a few tries; guessing
//! on with one link after the other runs into the brake.

use std::time::Duration;

use rand::Rng;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use vault::digest::constant_time_eq;

use super::session::{Opened, by_token, complete};
use super::table::session::{COLUMN, Column, Entity, Model};
use super::table::{Guest, Model as Link};
use crate::db::Txn;
use crate::id::{ControllerId, InvitationId, SessionId};
use crate::officer::brake::{self, Guess, Held};
use crate::store::Store;
use crate::time::At;

/// How long a code holds.
pub const LIFE: Duration = Duration::from_secs(10 * 60);
/// How often a session may try a code.
pub const TRIES: i64 = 5;

/// Makes a code for a session; one that was made before holds no more. It is shown to nobody but in the mail.
///
/// # Errors
/// The database fails.
pub async fn make(txn: &Txn, store: &Store, session: SessionId) -> Result<SecretString, DbErr> {
    let code = SecretString::from(format!("{:06}", rand::rng().random_range(0..1_000_000)));
    let until: At = store.now() + LIFE;
    Entity::update_many()
        .col_expr(Column::CodeHash, Expr::value(hash(store, session, code.expose_secret())))
        .col_expr(Column::CodeUntil, until.into())
        .filter(COLUMN.id.eq(session))
        .exec(&**txn)
        .await?;
    Ok(code)
}

/// Under a key, because a million values are soon tried.
fn hash(store: &Store, session: SessionId, code: &str) -> String {
    store.safe.hash(ControllerId::INSTALLATION, "guest_code", &format!("{session} {code}"))
}

/// A code that was right, for the session that waited for it.
pub struct Right {
    half: Model,
    link: Link,
    invitation: InvitationId,
}

impl Right {
    /// Who gave it.
    #[must_use]
    pub const fn guest(&self) -> Guest {
        Guest::Regulator(self.invitation)
    }
}

/// Tries a code: it must be right and not have run out, and neither this session nor this guest may have tried too often. Says
/// nothing more of why it does not do. A try counts when it is made.
///
/// # Errors
/// The database fails.
pub async fn check(store: &Store, token: &str, typed: &str) -> Result<Option<Right>, DbErr> {
    let now = store.now();
    let Some((row, link)) = by_token(store.db.read(), now, token).await? else { return Ok(None) };
    let Some(Guest::Regulator(invitation)) = link.guest() else { return Ok(None) };
    let guess = Guess::GuestCode(invitation);
    if brake::hold(store, guess).await? == Held::Resting || !try_once(store, row.id).await? {
        return Ok(None);
    }
    let given: String = typed.chars().filter(char::is_ascii_digit).collect();
    let holds = row.code_until.is_some_and(|until| now < until);
    let is_right = row
        .code_hash
        .as_deref()
        .is_some_and(|right| constant_time_eq(right.as_bytes(), hash(store, row.id, &given).as_bytes()));
    Ok((holds && is_right).then_some(Right { half: row, link, invitation }))
}

/// Opens the whole session in place of the half one. Of several who come with one code, one is let in.
///
/// # Errors
/// The database fails.
pub async fn take(txn: &Txn, store: &Store, right: Right) -> Result<Option<Opened>, DbErr> {
    let opened = complete(txn, store.now(), &right.half, &right.link).await?;
    if opened.is_some() {
        brake::release(txn, store, Guess::GuestCode(right.invitation)).await?;
    }
    Ok(opened)
}

/// Counts a try, in a transaction of its own, and says whether any was left.
async fn try_once(store: &Store, session: SessionId) -> Result<bool, DbErr> {
    let txn = store.db.begin().await?;
    let update = Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(COLUMN.id.eq(session))
        .filter(COLUMN.tries.lt(TRIES));
    let was_left = update.exec(&*txn).await?.rows_affected == 1;
    txn.commit().await?;
    Ok(was_left)
}
