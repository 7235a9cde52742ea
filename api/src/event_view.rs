//! An event as the API shows it, in the trail of a request and in that of a controller.

use entities::event::table::{ActorKind, Model};
use entities::time::At;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;
use crate::schema;

/// One line of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventView {
    /// Its id.
    id: Uuid,
    /// The request it tells of.
    request: Option<Uuid>,
    /// When it happened.
    #[schema(schema_with = schema::instant)]
    at: At,
    /// What happened, such as `request.approved`.
    kind: String,
    /// Who did it.
    actor: ActorView,
    /// More about it. Words that people wrote stand sealed in it.
    #[schema(value_type = Object)]
    data: Value,
    /// The words that people wrote, where they are revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its place in the controller's chain; null until it is linked in.
    seq: Option<i64>,
    /// The hash of the line before it.
    previous_hash: Option<String>,
    /// Its own hash.
    hash: Option<String>,
}

/// Who did something.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
struct ActorView {
    /// What kind of actor.
    #[schema(schema_with = schema::actor_kind)]
    kind: ActorKind,
    /// A client's id, or the name of a process.
    id: String,
    /// The network address it asked from.
    address: Option<String>,
}

impl EventView {
    /// Shows an event.
    ///
    /// # Errors
    /// Its data is not JSON.
    pub fn of(row: Model) -> Result<Self, Problem> {
        Ok(Self {
            id: row.id.0,
            request: row.request_id.map(|id| id.0),
            at: row.at,
            kind: row.kind,
            actor: ActorView { kind: row.actor_kind, id: row.actor, address: row.address },
            data: serde_json::from_str(&row.data).map_err(Problem::internal)?,
            reason: None,
            seq: row.seq,
            previous_hash: row.previous_hash,
            hash: row.hash,
        })
    }

    /// More about it.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// Its place in the chain.
    #[must_use]
    pub fn seq(&self) -> Option<i64> {
        self.seq
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }
}

/// A page of the trail.
#[derive(Serialize, ToSchema)]
#[schema(as = EventPage)]
pub struct EventPage {
    /// Oldest first.
    pub items: Vec<EventView>,
    /// The cursor of the next page; null at the end.
    pub next: Option<String>,
}
