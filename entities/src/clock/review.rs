//! A law pack, a calendar or a controller's policy that has changed: which dates would move, for somebody to sign, and moving them once that is done.
//! Clocks that run are moved by nothing else.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::change::{Move, moves, recompute_signed};
use super::facts::Facts;
use super::table as clocks;
use crate::client::reach::Reach;
use crate::error::StoreError;
use crate::event::trail::{self, Entry};
use crate::id::{ControllerId, RequestId};
use crate::request::decide::{Decider, seal_reason};
use crate::request::keys;
use crate::request::queries::lock;
use crate::request::table::{self as requests, Model as Request};
use crate::store::Store;
use crate::{appeal, controller, extension, inquiry};

/// How many requests are looked at together.
const AT_ONCE: u64 = 500;

/// A request whose dates would move.
#[derive(Clone, Debug)]
pub struct Moving {
    /// The request.
    pub request: Request,
    /// How.
    pub moves: Vec<Move>,
}

/// Every request within reach with a clock that runs whose dates would move if they were computed by the law pack, the calendars
/// and the controller's policy in use. Changes nothing.
///
/// # Errors
/// The database fails.
pub async fn review(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Moving>, StoreError> {
    let controllers = controller::queries::within(conn, reach).await?;
    let controllers: HashMap<ControllerId, _> = controllers.into_iter().map(|row| (row.id, row)).collect();
    let (mut moving, mut after) = (Vec::new(), None);
    loop {
        let ids = waiting(conn, after).await?;
        let Some(last) = ids.last() else { return Ok(moving) };
        after = Some(*last);
        let batch = Batch::load(conn, &ids).await?;
        for request in batch.requests {
            let Some(controller) = controllers.get(&request.controller_id) else { continue };
            let asked = batch.inquiries.get(&request.id).cloned().unwrap_or_default();
            let (extended, appealed) = (batch.extensions.get(&request.id), batch.appeals.get(&request.id));
            let facts = Facts::of(controller, &request, asked, extended.cloned(), appealed.cloned())?;
            let running = batch.clocks.get(&request.id).map(Vec::as_slice).unwrap_or_default();
            let moves = moves(running, &facts.clocks()?);
            if !moves.is_empty() {
                moving.push(Moving { request, moves });
            }
        }
    }
}

/// A person's word for changed rules.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// Who signs.
    pub by: &'a str,
    /// The SHA-256 of the pack that was looked at, as [`review`] was shown with.
    pub pack_hash: &'a str,
    /// Why, in their own words. Each request keeps them sealed like its data.
    pub reason: Option<&'a str>,
}

/// Why dates were not moved.
#[derive(Debug, thiserror::Error)]
pub enum NotApplied {
    /// Another pack was looked at than the one that runs.
    #[error("what was signed is pack {signed}, and this program has {}", law::pack::sha256())]
    OtherPack {
        /// The hash that was signed.
        signed: String,
    },
    /// The stored state failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotApplied {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Computes a request's clocks by the law pack in use, as somebody has signed for, and answers the question that asked for it.
/// Says what moved.
///
/// # Errors
/// What was signed is another pack, the request's personal data has been erased and there is a reason, or the database fails.
pub async fn apply(
    store: &Store,
    by: &Decider,
    signature: Signature<'_>,
    request: RequestId,
) -> Result<Vec<Move>, NotApplied> {
    let pack = law::pack::reference();
    if signature.pack_hash != pack.sha256 {
        return Err(NotApplied::OtherPack { signed: signature.pack_hash.to_owned() });
    }
    let txn = store.db.begin().await?;
    let now = store.now();
    let Some(request) = lock(&txn, &by.reach, request).await? else { return Ok(Vec::new()) };
    let moved = recompute_signed(&txn, now, &by.actor, &request, "law_pack").await?;
    if !moved.is_empty() {
        let mut data =
            json!({ "pack": pack.id, "pack_hash": pack.sha256, "signed_by": signature.by, "moved": moved.len() });
        if let Some(reason) = signature.reason {
            let key = keys::of(&*txn, &store.safe, request.id).await?;
            seal_reason(&key, request.id, reason, &mut data);
        }
        trail::record(&*txn, now, &by.actor, [Entry::of(&request, "law.applied", data)]).await?;
    }
    txn.commit().await?;
    Ok(moved)
}

/// The next requests with a clock that runs, also one that forbids something before a day, in the order of their ids.
async fn waiting(conn: &impl ConnectionTrait, after: Option<RequestId>) -> Result<Vec<RequestId>, StoreError> {
    let mut query = clocks::Entity::find()
        .select_only()
        .column(clocks::Column::RequestId)
        .distinct()
        .filter(clocks::COLUMN.state.is_in([clocks::ClockState::Open, clocks::ClockState::Suspended]))
        .filter(clocks::COLUMN.superseded_at.is_null());
    if let Some(after) = after {
        query = query.filter(clocks::COLUMN.request_id.gt(after));
    }
    let query = query.order_by_asc(clocks::Column::RequestId).limit(AT_ONCE);
    Ok(query.into_tuple().all(conn).await?)
}

/// What some requests' clocks follow from, each kind read at once.
struct Batch {
    requests: Vec<Request>,
    clocks: HashMap<RequestId, Vec<clocks::Model>>,
    inquiries: HashMap<RequestId, Vec<inquiry::table::Model>>,
    extensions: HashMap<RequestId, extension::table::Model>,
    appeals: HashMap<RequestId, appeal::table::Model>,
}

impl Batch {
    async fn load(conn: &impl ConnectionTrait, ids: &[RequestId]) -> Result<Self, StoreError> {
        let ids = || ids.iter().copied();
        let requests =
            requests::Entity::find().filter(requests::COLUMN.id.is_in(ids())).order_by_asc(requests::Column::Id);
        let clocks = clocks::Entity::find()
            .filter(clocks::COLUMN.request_id.is_in(ids()))
            .filter(clocks::COLUMN.superseded_at.is_null());
        let inquiries = inquiry::table::Entity::find()
            .filter(inquiry::table::COLUMN.request_id.is_in(ids()))
            .order_by_asc(inquiry::table::Column::Id);
        let extensions = extension::table::Entity::find().filter(extension::table::COLUMN.request_id.is_in(ids()));
        let appeals = appeal::table::Entity::find().filter(appeal::table::COLUMN.request_id.is_in(ids()));
        let mut batch = Self {
            requests: requests.all(conn).await?,
            clocks: HashMap::new(),
            inquiries: HashMap::new(),
            extensions: extensions.all(conn).await?.into_iter().map(|row| (row.request_id, row)).collect(),
            appeals: appeals.all(conn).await?.into_iter().map(|row| (row.request_id, row)).collect(),
        };
        for row in clocks.all(conn).await? {
            batch.clocks.entry(row.request_id).or_default().push(row);
        }
        for row in inquiries.all(conn).await? {
            batch.inquiries.entry(row.request_id).or_default().push(row);
        }
        Ok(batch)
    }
}
