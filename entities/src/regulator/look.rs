//! Looks: what a guest sees is written down before it is shown, and shown to whoever let the guest in.

use std::cmp::Reverse;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::table::Model;
use crate::client::reach::Reach;
use crate::error::StoreError;
use crate::event::table::{self as event, Model as Event};
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, EventId};
use crate::request::table::Model as Request;
use crate::store::Store;

/// What was looked at.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// The figures.
    Statistics,
    /// A case.
    Case(&'a Request),
    /// A number under which there is nothing for this guest.
    NoCase,
    /// A person's data, by this grant.
    Data(&'a Request, &'a super::table::grant::Model),
    /// The evidence bundle.
    Bundle,
}

/// Writes a look down, and commits.
///
/// # Errors
/// The database fails; then nothing may be shown.
pub async fn record(store: &Store, row: &Model, address: Option<String>, what: What<'_>) -> Result<(), StoreError> {
    let by = Actor::regulator(row.id, address);
    let data = |word: &str| json!({ "invitation": row.id, "what": word });
    let on = |kind, data: Value| Entry::on(row.controller_id, kind, data);
    let entry = match what {
        What::Statistics => on("regulator.looked", data("statistics")),
        What::NoCase => on("regulator.looked", data("no_case")),
        What::Case(request) => Entry::of(request, "regulator.looked", data("case")),
        What::Data(request, grant) => {
            let data = json!({ "invitation": row.id, "what": "identifiers", "grant": grant.id });
            Entry::of(request, "regulator.revealed", data)
        }
        What::Bundle => on("regulator.downloaded", data("bundle")),
    };
    let txn = store.db.begin().await?;
    trail::record(&*txn, store.now(), &by, [entry]).await?;
    Ok(txn.commit().await?)
}

/// Up to `limit` things that the guest of an invitation has done before `before`, newest first.
///
/// # Errors
/// The database fails.
pub async fn of_invitation(
    conn: &impl ConnectionTrait,
    row: &Model,
    before: Option<EventId>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    let mut query = event::Entity::find()
        // As a literal, so that the index over these alone serves.
        .filter(Expr::cust("actor_kind = 'regulator'"))
        .filter(event::COLUMN.actor.eq(row.id.to_string()))
        .filter(event::COLUMN.controller_id.eq(row.controller_id));
    if let Some(before) = before {
        query = query.filter(event::COLUMN.id.lt(before));
    }
    query.order_by_desc(event::Column::Id).limit(limit).all(conn).await
}

/// Up to `limit` looks of clients of the API at these controllers, of those within reach, newest first. What officers do
/// about invitations is a client's deed too, and no look. Each controller is asked by itself, so that an index finds its
/// newest without sorting all.
///
/// # Errors
/// The database fails.
pub async fn of_clients(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    controllers: impl IntoIterator<Item = ControllerId>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    let mut found = Vec::new();
    for controller in controllers {
        let query = event::Entity::find()
            .filter(reach.within(event::Column::ControllerId))
            .filter(event::COLUMN.controller_id.eq(controller))
            // As literals, so that the index over these alone serves.
            .filter(Expr::cust("actor_kind = 'client'"))
            .filter(Expr::cust("kind IN ('regulator.looked', 'regulator.downloaded')"));
        found.extend(query.order_by_desc(event::Column::Id).limit(limit).all(conn).await?);
    }
    found.sort_unstable_by_key(|row| Reverse(row.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}
