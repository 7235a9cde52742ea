//! What a subscriber was sent: `GET /api/v1/subscribers/{subscriber}/deliveries`, and one delivery with its attempts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::announcement::kind::{AnnouncementKind, DeliveryState, Failure};
use entities::announcement::log::{Filter, Line, one, page};
use entities::announcement::table::attempt;
use entities::id::AnnouncementDeliveryId;
use entities::time::At;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::find;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SubscribersManage;
use crate::named;
use crate::paging::Paging;
use crate::problem::{Problem, described};
use crate::query::{self, NoParameters, Query};
use crate::schema;

/// One message on its way to one subscriber.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub struct DeliveryView {
    /// Its id.
    id: Uuid,
    /// The message's id, the same at each attempt (`webhook-id`).
    message_id: String,
    /// What is told.
    #[serde(rename = "type")]
    #[schema(schema_with = schema::announcement_kind)]
    kind: AnnouncementKind,
    /// The request; null for a test.
    request: Option<Uuid>,
    /// Its place among all that is told of that request.
    seq: Option<i64>,
    /// When it happened.
    #[schema(schema_with = schema::instant)]
    happened_at: At,
    /// What became of it.
    #[schema(schema_with = schema::delivery_state)]
    state: DeliveryState,
    /// How often it was tried.
    tries: i64,
    /// When it is tried next; null unless it waits.
    #[schema(schema_with = schema::maybe_instant)]
    next_at: Option<At>,
    /// When it was first tried.
    #[schema(schema_with = schema::maybe_instant)]
    first_tried_at: Option<At>,
    /// When it was last tried.
    #[schema(schema_with = schema::maybe_instant)]
    last_tried_at: Option<At>,
    /// The HTTP status of the last answer. What else was answered is not kept.
    last_status: Option<i64>,
    /// Why the last attempt failed.
    #[schema(schema_with = schema::delivery_failure)]
    last_failure: Option<Failure>,
    /// The body, where one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
    /// The attempts, oldest first, where one delivery is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<Vec<AttemptView>>,
}

/// One attempt.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookAttempt)]
struct AttemptView {
    /// Counts them, from 1.
    number: i64,
    /// When it began.
    #[schema(schema_with = schema::instant)]
    at: At,
    /// How long it took; null if nobody knows how it ended.
    took_ms: Option<i64>,
    /// The HTTP status of the answer.
    status: Option<i64>,
    /// Why it failed.
    #[schema(schema_with = schema::delivery_failure)]
    failure: Option<Failure>,
}

/// A page of them.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeliveryPage)]
struct Page {
    /// Newest first.
    items: Vec<DeliveryView>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

impl DeliveryView {
    /// Shows a delivery without its body.
    #[must_use]
    pub fn of(line: Line) -> Self {
        let Line { delivery, announcement } = line;
        Self {
            id: delivery.id.0,
            message_id: announcement.message_id(),
            kind: announcement.kind,
            request: announcement.request_id.map(|id| id.0),
            seq: announcement.seq,
            happened_at: announcement.at,
            state: delivery.state,
            tries: delivery.tries,
            next_at: (delivery.state == DeliveryState::Waiting).then_some(delivery.next_at),
            first_tried_at: delivery.first_tried_at,
            last_tried_at: delivery.last_tried_at,
            last_status: delivery.last_status,
            last_failure: delivery.last_failure,
            payload: None,
            attempts: None,
        }
    }

    /// The same with its body and its attempts.
    ///
    /// # Errors
    /// What is stored is no JSON.
    pub fn whole(line: Line, attempts: Vec<attempt::Model>) -> Result<Self, serde_json::Error> {
        let payload = serde_json::from_str(&line.announcement.payload)?;
        let view = |it: attempt::Model| AttemptView {
            number: it.number,
            at: it.at,
            took_ms: it.took_ms,
            status: it.status,
            failure: it.failure,
        };
        let attempts = attempts.into_iter().map(view).collect();
        Ok(Self { payload: Some(payload), attempts: Some(attempts), ..Self::of(line) })
    }
}

/// Which to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Only those that stand so.
    #[param(schema_with = schema::delivery_state, required = false)]
    state: Option<String>,
    /// Only those that were asked for at this instant or later, RFC 3339.
    #[param(schema_with = schema::instant, required = false)]
    since: Option<String>,
    /// How many entries a page may have, 1 to 200; 50 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What a subscriber was sent, or is to be. It stays on record for 90 days.
#[utoipa::path(get, path = "/api/v1/subscribers/{subscriber}/deliveries", tag = "subscribers",
    operation_id = "listDeliveries", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = Uuid, Path, description = "Its id"), DeliveryQuery),
    responses((status = 200, description = "A page", body = Page), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    name: Path<String>,
    query: Query<DeliveryQuery>,
) -> Result<HttpResponse, Problem> {
    let DeliveryQuery { state, since, limit, cursor } = query.get()?;
    let filter = Filter {
        state: query::word("state", state.as_deref(), DeliveryState::ALL.iter().map(|state| state.as_str()))?,
        since: query::instant("since", since.as_deref())?,
    };
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let paging = Paging::read(&app, format!("deliveries/{}", row.id), limit.as_deref(), cursor.as_deref())?;
    let before = paging.before.map(AnnouncementDeliveryId);
    let mut lines = page(conn, row.id, filter, before, paging.wanted()).await?;
    let next = paging.cut(&app, &mut lines, |line| line.delivery.id.0);
    Ok(HttpResponse::Ok().json(Page { items: lines.into_iter().map(DeliveryView::of).collect(), next }))
}

/// One delivery: the body that is sent, and each attempt.
#[utoipa::path(get, path = "/api/v1/subscribers/{subscriber}/deliveries/{delivery}", tag = "subscribers",
    operation_id = "getDelivery", security(("client_credentials" = ["subscribers:manage"])),
    params(("subscriber" = Uuid, Path, description = "Its id"), ("delivery" = Uuid, Path, description = "The delivery's id")),
    responses((status = 200, description = "The delivery", body = DeliveryView), described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<SubscribersManage>,
    path: Path<(String, String)>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let (name, delivery) = path.into_inner();
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let nothing = || Problem::not_found("delivery");
    let id = named::id(&delivery).map(AnnouncementDeliveryId).ok_or_else(nothing)?;
    let (line, attempts) = one(conn, row.id, id).await?.ok_or_else(nothing)?;
    Ok(HttpResponse::Ok().json(DeliveryView::whole(line, attempts).map_err(Problem::internal)?))
}
