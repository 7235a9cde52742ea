//! How many requests there are of which sort: figures for an overview, each by one statement along one index.
//!
//! They are counted by the database. What they may not do is to touch each row: the indexes of `requests` and `clocks` hold all
//! that is counted here.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::status::Outcome;
use super::table::{COLUMN, Column, Entity};
use crate::client::reach::Reach;
use crate::clock;
use crate::clock::facts::is_to_answer;
use crate::id::ControllerId;
use crate::time::At;

/// The open requests of some controllers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// How many have their cautious date before the first bound, how many between it and the second, and so on; the last counts
    /// those at the last bound or after it.
    pub due: Vec<i64>,
    /// The same by the instant of receipt.
    pub received: Vec<i64>,
}

impl Open {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (mine, theirs) in [(&mut self.due, &other.due), (&mut self.received, &other.received)] {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self
    }
}

/// Counts the open requests of these controllers by their cautious date and by their receipt. Bounds ascend.
///
/// # Errors
/// The database fails.
pub async fn open(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: &[ControllerId],
    due: &[At],
    received: &[At],
) -> Result<Open, DbErr> {
    let sorts: Vec<_> = sorts("cautious_at", due).into_iter().chain(sorts("received_at", received)).collect();
    let mut query = Entity::find()
        .select_only()
        .filter(reach.within(Column::ControllerId))
        .filter(COLUMN.controller_id.is_in(controllers.iter().copied()))
        // Written out and not bound: SQLite takes an index over a part of the rows only where it can read that it is meant.
        .filter(Expr::cust("status <> 'closed'"));
    for (at, sort) in sorts.iter().enumerate() {
        query = query.column_as(Expr::cust(format!("COUNT(CASE WHEN {sort} THEN 1 END)")), format!("n{at}"));
    }
    let row = conn.query_one_raw(query.build(conn.get_database_backend())).await?;
    let Some(row) = row else { return Ok(Open::default()) };
    let counts = (0..sorts.len()).map(|at| row.try_get_by_index::<i64>(at));
    let mut counts = counts.collect::<Result<Vec<_>, _>>()?;
    let received = counts.split_off(due.len() + 1);
    Ok(Open { due: counts, received })
}

/// The conditions that tell which of the spans between these bounds a row belongs to. All that is written out is our own numbers.
fn sorts(column: &str, bounds: &[At]) -> Vec<String> {
    let from = |at: &At| format!("{column} >= {}", at.0);
    let before = |at: &At| format!("{column} < {}", at.0);
    let first = bounds.first().map(before);
    let between = bounds.windows(2).map(|pair| format!("{} AND {}", from(&pair[0]), before(&pair[1])));
    first.into_iter().chain(between).chain(bounds.last().map(from)).collect()
}

/// How many open requests of these controllers wait for an answer of a person, and how many were stopped by one.
///
/// # Errors
/// The database fails.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: &[ControllerId],
) -> Result<(i64, i64), DbErr> {
    let count = async |which: &'static str| {
        let query = Entity::find()
            .select_only()
            .column_as(Expr::cust("COUNT(*)"), "n")
            .filter(reach.within(Column::ControllerId))
            .filter(COLUMN.controller_id.is_in(controllers.iter().copied()))
            .filter(Expr::cust("status <> 'closed'"))
            .filter(Expr::cust(which));
        query.into_tuple::<i64>().one(conn).await
    };
    let (asked, held) = (count("open_questions > 0").await?, count("on_hold = TRUE").await?);
    Ok((asked.unwrap_or_default(), held.unwrap_or_default()))
}

/// How a while went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// When it was counted.
    pub as_of: At,
    /// How requests ended.
    pub outcomes: Vec<(Option<Outcome>, i64)>,
    /// How many duties to answer were met.
    pub answered: i64,
    /// How many of them by the end of the statutory day.
    pub in_time: i64,
}

/// How it went for these controllers since then: some ten thousand entries of an index for every ten thousand requests.
///
/// # Errors
/// The database fails.
pub async fn year(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: &[ControllerId],
    since: At,
    now: At,
) -> Result<Year, DbErr> {
    let (answered, in_time) = answered(conn, reach, controllers, since).await?;
    Ok(Year { as_of: now, outcomes: outcomes(conn, reach, controllers, since).await?, answered, in_time })
}

/// How the requests ended that these controllers closed since then.
///
/// # Errors
/// The database fails.
async fn outcomes(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: &[ControllerId],
    since: At,
) -> Result<Vec<(Option<Outcome>, i64)>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Outcome)
        .column_as(Expr::cust("COUNT(*)"), "n")
        .filter(reach.within(Column::ControllerId))
        .filter(COLUMN.controller_id.is_in(controllers.iter().copied()))
        .filter(COLUMN.closed_at.gte(since))
        .group_by(Column::Outcome)
        .into_tuple()
        .all(conn)
        .await
}

/// How many duties to answer these controllers have met since then, and how many of them by the end of the statutory day. A request
/// under two laws has two.
///
/// # Errors
/// The database fails.
async fn answered(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: &[ControllerId],
    since: At,
) -> Result<(i64, i64), DbErr> {
    use clock::table::{COLUMN, Column, Entity};
    let to_answer = law::duty::Duty::ALL.iter().map(|duty| duty.as_str()).filter(|duty| is_to_answer(duty));
    let found = Entity::find()
        .select_only()
        .column_as(Expr::cust("COUNT(*)"), "n")
        .column_as(Expr::cust("COUNT(CASE WHEN met_at <= statutory_at THEN 1 END)"), "in_time")
        .filter(reach.within(Column::ControllerId))
        .filter(COLUMN.controller_id.is_in(controllers.iter().copied()))
        .filter(COLUMN.duty.is_in(to_answer))
        .filter(COLUMN.superseded_at.is_null())
        .filter(COLUMN.met_at.gte(since))
        .into_tuple::<(i64, i64)>()
        .one(conn)
        .await?;
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_lie_side_by_side_and_leave_nothing_out() {
        assert_eq!(
            sorts("a", &[At(1), At(3)]),
            ["a < 1".to_owned(), "a >= 1 AND a < 3".to_owned(), "a >= 3".to_owned()]
        );
        let one = Open { due: vec![1, 2], received: vec![] };
        let two = Open { due: vec![10, 20, 30], received: vec![5] };
        assert_eq!(one.and(&two), Open { due: vec![11, 22, 30], received: vec![5] });
    }
}
