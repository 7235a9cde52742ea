//! Writing events: each in the transaction of what it tells of, so that neither can be without the other.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use serde_json::Value;

use super::table::{ActiveModel, ActorKind, Entity};
use crate::id::{ClientId, ControllerId, EventId, InvitationId, LinkId, RequestId};
use crate::request;
use crate::time::At;

/// Who does something, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Its id or name.
    pub id: String,
    /// The network address it asks from.
    pub address: Option<String>,
}

impl Actor {
    /// A client of the API, calling from `address`.
    #[must_use]
    pub fn client(id: ClientId, address: Option<String>) -> Self {
        Self { kind: ActorKind::Client, id: id.to_string(), address }
    }

    /// Whoever used a link that was sent to the person.
    #[must_use]
    pub fn person(link: LinkId, address: Option<String>) -> Self {
        Self { kind: ActorKind::Person, id: link.to_string(), address }
    }

    /// Whoever an invitation lets look.
    #[must_use]
    pub fn regulator(invitation: InvitationId, address: Option<String>) -> Self {
        Self { kind: ActorKind::Regulator, id: invitation.to_string(), address }
    }

    /// The worker process of this name.
    #[must_use]
    pub fn worker(name: &str) -> Self {
        Self { kind: ActorKind::Worker, id: name.to_owned(), address: None }
    }

    /// Somebody at the command line.
    #[must_use]
    pub fn operator() -> Self {
        Self { kind: ActorKind::Operator, id: "command line".to_owned(), address: None }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose trail.
    pub controller: ControllerId,
    /// Which request.
    pub request: Option<RequestId>,
    /// What, such as `request.approved`.
    pub kind: &'static str,
    /// More about it, without personal data.
    pub data: Value,
}

impl Entry {
    /// Something that happened to a request.
    #[must_use]
    pub fn of(request: &request::table::Model, kind: &'static str, data: Value) -> Self {
        Self { controller: request.controller_id, request: Some(request.id), kind, data }
    }

    /// Something that happened to a controller, or with [`ControllerId::INSTALLATION`] to the installation.
    #[must_use]
    pub fn on(controller: ControllerId, kind: &'static str, data: Value) -> Self {
        Self { controller, request: None, kind, data }
    }
}

/// Writes events down, in this order.
///
/// # Errors
/// The database fails.
pub async fn record(
    conn: &impl ConnectionTrait,
    now: At,
    actor: &Actor,
    entries: impl IntoIterator<Item = Entry>,
) -> Result<(), DbErr> {
    let rows = rows(now, actor, entries);
    if rows.is_empty() {
        return Ok(());
    }
    Entity::insert_many(rows).exec_without_returning(conn).await.map(|_| ())
}

/// Events as rows, in this order.
pub(crate) fn rows(now: At, actor: &Actor, entries: impl IntoIterator<Item = Entry>) -> Vec<ActiveModel> {
    entries
        .into_iter()
        .map(|entry| ActiveModel {
            id: Set(EventId::new()),
            controller_id: Set(entry.controller),
            request_id: Set(entry.request),
            at: Set(now),
            kind: Set(entry.kind.to_owned()),
            actor_kind: Set(actor.kind),
            actor: Set(actor.id.clone()),
            address: Set(actor.address.clone()),
            data: Set(entry.data.to_string()),
            seq: Set(None),
            previous_hash: Set(None),
            hash: Set(None),
        })
        .collect()
}
