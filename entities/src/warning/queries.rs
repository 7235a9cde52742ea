//! Claiming a warning before it is written.

use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use super::table::{ActiveModel, Entity};
use crate::db::Txn;
use crate::id::RequestId;
use crate::time::At;

/// Claims the warnings of a date that are due by now, each by how many days before it. Says whether any was new: those that
/// have been missed are one letter together. The claim commits with the letter, and its key lets nobody claim it again,
/// whatever a worker remembers.
///
/// # Errors
/// The database fails.
pub async fn claim(
    txn: &Txn,
    now: At,
    request: RequestId,
    (duty, due): (&str, Date),
    days: impl IntoIterator<Item = i64>,
) -> Result<bool, DbErr> {
    let row = |days| ActiveModel {
        request_id: Set(request),
        duty: Set(duty.to_owned()),
        due: Set(due.to_string()),
        days: Set(days),
        written_at: Set(now),
    };
    let rows: Vec<_> = days.into_iter().map(row).collect();
    if rows.is_empty() {
        return Ok(false);
    }
    let once = OnConflict::new().do_nothing().to_owned();
    Ok(Entity::insert_many(rows).on_conflict(once).exec_without_returning(&**txn).await? > 0)
}
