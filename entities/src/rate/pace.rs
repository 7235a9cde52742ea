//! One pace a credential, shared by all processes: one SQL statement a slot (or a handful of slots), on both databases.
//!
//! GCRA: calls come evenly, with a small burst after a rest, so that in whatever window the platform counts no more than it
//! allows arrive. A slot is *reserved* with the instant at which it may be used: a caller never polls for it. Reservations
//! reach only [`HORIZON`] ahead, so that when the platform asks everybody to stop hardly anybody is already on the way, and
//! so that work which has to wait longer goes back to the queue, where the most urgent is picked first.

use std::cmp::max;
use std::time::Duration;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    Statement,
};
use vault::digest::sha256_hex;

use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::crash;
use crate::store::Store;
use crate::time::At;

/// How far ahead slots may be reserved.
pub const HORIZON: Duration = Duration::from_millis(300);

const MINUTE_US: i64 = 60_000_000;

/// The key of a credential's pace. The credential, not the controller, is what the platform counts by: two controllers may
/// share one.
#[must_use]
pub fn key(api_url: &str, client_id: &str) -> String {
    sha256_hex(format!("{api_url}\n{client_id}").as_bytes())
}

/// What came of asking for slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The first slot may be used at `first`, each further one `interval` later.
    Slots {
        /// When the first may be used.
        first: At,
        /// From one to the next.
        interval: Duration,
    },
    /// None within the horizon; ask again at this instant.
    Later(At),
}

#[derive(Debug, FromQueryResult)]
struct Reserved {
    tat: At,
    interval_us: i64,
}

/// Asks for `slots` slots of the pace `key`.
///
/// # Errors
/// The database fails.
pub async fn reserve(store: &Store, key: &str, slots: u32) -> Result<Reservation, DbErr> {
    let now = store.now();
    let floor = "(CASE WHEN tat > $1 - burst * interval_us THEN tat ELSE $1 - burst * interval_us END)";
    let sql = format!(
        "UPDATE rate_slots SET tat = {floor} + $2 * interval_us, updated_at = $1,
                calls_before = CASE minute WHEN $5 THEN calls_before WHEN $5 - 1 THEN calls ELSE 0 END,
                calls = CASE minute WHEN $5 THEN calls + $2 ELSE $2 END,
                minute = $5
          WHERE key = $3 AND blocked_until <= $1 AND {floor} <= $4
         RETURNING tat, interval_us"
    );
    let minute = now.0 / MINUTE_US;
    let values = [now.into(), i64::from(slots).into(), key.into(), (now + HORIZON).into(), minute.into()];
    crash::point();
    let statement = Statement::from_sql_and_values(store.db.backend(), sql, values);
    let reserved = Reserved::find_by_statement(statement).one(store.db.write()).await?;
    crash::point();
    if let Some(Reserved { tat, interval_us }) = reserved {
        let first = At(tat.0 - i64::from(slots) * interval_us);
        let interval = Duration::from_micros(interval_us.unsigned_abs());
        return Ok(Reservation::Slots { first: max(first, now), interval });
    }
    let Some(row) = Entity::find_by_id(key.to_owned()).one(store.db.read()).await? else {
        learn(store, key, DEFAULT_ALLOWED).await?;
        return Ok(Reservation::Later(now));
    };
    Ok(Reservation::Later(max(max(row.blocked_until, row.tat - HORIZON), now + Duration::from_millis(5))))
}

/// What the platform documents (contract §2.3), used until its own answer is known.
pub const DEFAULT_ALLOWED: u32 = 300;

/// The platform allows `allowed` calls a minute: go a little slower than that, and keep the rest for the burst.
///
/// # Errors
/// The database fails.
pub async fn learn(store: &Store, key: &str, allowed: u32) -> Result<(), DbErr> {
    let now = store.now();
    let allowed = i64::from(max(allowed, 1));
    // In any minute at most `usable + burst` calls arrive. The margin is for calls that travel at different speeds.
    let burst = (allowed / 60).clamp(1, 50);
    let margin = max(allowed / 100, 1);
    let usable = max(allowed - burst - margin, 1);
    let row = ActiveModel {
        key: Set(key.to_owned()),
        tat: Set(At::ZERO),
        interval_us: Set(max(MINUTE_US / usable, 1)),
        burst: Set(burst),
        allowed: Set(allowed),
        minute: Set(0),
        calls: Set(0),
        calls_before: Set(0),
        blocked_until: Set(At::ZERO),
        learnt_at: Set(Some(now)),
        updated_at: Set(now),
    };
    // What went out under a higher limit, its burst included, counts against the lower one.
    let (old, new) = (|column| Expr::col((Entity, column)), |column| Expr::col(("excluded", column)));
    let made_up_for = Expr::value(now.0).add(old(Column::Burst).mul(new(Column::IntervalUs)));
    let tat = Expr::case(new(Column::Allowed).lt(old(Column::Allowed)), made_up_for).finally(old(Column::Tat));
    let update = OnConflict::column(Column::Key)
        .update_columns([Column::IntervalUs, Column::Burst, Column::Allowed, Column::LearntAt, Column::UpdatedAt])
        .value(Column::Tat, tat)
        .to_owned();
    Entity::insert(row).on_conflict(update).exec_without_returning(store.db.write()).await.map(|_| ())
}

/// The platform asks everybody to stop until `until`. An earlier end never shortens a later one.
///
/// # Errors
/// The database fails.
pub async fn block(store: &Store, key: &str, until: At) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::BlockedUntil, until.into())
        .filter(COLUMN.key.eq(key))
        .filter(COLUMN.blocked_until.lt(until))
        .exec(store.db.write())
        .await
        .map(|_| ())
}

/// What is known of a pace.
///
/// # Errors
/// The database fails.
pub async fn known(store: &Store, key: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(key.to_owned()).one(store.db.read()).await
}

/// What is known of these paces.
///
/// # Errors
/// The database fails.
pub async fn known_of(
    conn: &impl ConnectionTrait,
    keys: impl IntoIterator<Item = String>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.key.is_in(keys)).all(conn).await
}

impl Model {
    /// How many calls were made in the minute before `now`. Two minutes of the clock are counted; of the older one as large a part
    /// is taken as still lies within.
    #[must_use]
    pub fn calls_lately(&self, now: At) -> i64 {
        let within = |calls: i64| calls * (MINUTE_US - now.0.rem_euclid(MINUTE_US)) / MINUTE_US;
        match now.0.div_euclid(MINUTE_US) - self.minute {
            0 => self.calls + within(self.calls_before),
            1 => within(self.calls),
            _ => 0,
        }
    }
}
