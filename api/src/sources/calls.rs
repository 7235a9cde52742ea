//! What a source has sent: `GET /api/v1/sources/{source}/calls`, what one says that nobody could read, and reading it again.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use entities::delivery::queries::{self, of_source};
use entities::delivery::table::{DeliveryState, Model};
use entities::id::{DeliveryId, SourceId};
use entities::idempotency::queries::Answer;
use entities::source::again;
use entities::source::table::Model as Source;
use entities::time::At;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::find;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsReveal, SourcesManage};
use crate::decision::Nothing;
use crate::named;
use crate::paging::Paging;
use crate::problem::{Problem, codes, described};
use crate::query::{self, Query};
use crate::reveal::{Purpose, RevealQuery};
use crate::schema;

/// One call.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceCall)]
struct CallView {
    /// Its id.
    id: Uuid,
    /// What became of it.
    #[schema(schema_with = schema::call_state)]
    state: DeliveryState,
    /// Why it could not be read; never what it says.
    problem: Option<String>,
    /// What it says its body is.
    content_type: Option<String>,
    /// How many bytes its body had.
    size: i64,
    /// What the sender calls it.
    sender_id: Option<String>,
    /// Whether a signature vouches for its body.
    vouched: bool,
    /// When it was sent, where that is signed.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<At>,
    /// When it came.
    #[schema(schema_with = schema::instant)]
    received_at: At,
    /// When it was read.
    #[schema(schema_with = schema::maybe_instant)]
    settled_at: Option<At>,
    /// When a person last saw its body. One that nobody could read stays until somebody has.
    #[schema(schema_with = schema::maybe_instant)]
    seen_at: Option<At>,
    /// Whether its body is kept.
    kept: bool,
    /// The body as text, where it is revealed and is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// The body as base64, where it is revealed and is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl CallView {
    fn of(row: Model) -> Self {
        Self {
            id: row.id.0,
            state: row.state,
            problem: row.problem,
            content_type: row.content_type,
            size: row.size,
            sender_id: row.sender_id,
            vouched: row.vouched,
            sent_at: row.sent_at,
            received_at: row.received_at,
            settled_at: row.settled_at,
            seen_at: row.seen_at,
            kept: row.body_sealed.is_some(),
            body: None,
            body_base64: None,
        }
    }

    fn showing(self, body: Vec<u8>) -> Self {
        match String::from_utf8(body) {
            Ok(text) => Self { body: Some(text), ..self },
            Err(bytes) => Self { body_base64: Some(BASE64_STANDARD.encode(bytes.as_bytes())), ..self },
        }
    }
}

/// A page of them.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceCallPage)]
struct Page {
    /// Newest first.
    items: Vec<CallView>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

/// Which to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CallQuery {
    /// Only those that stand so.
    #[param(schema_with = schema::call_state, required = false)]
    state: Option<String>,
    /// How many entries a page may have, 1 to 200; 50 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The calls of a source, without what they say. What was read stays on record for two weeks; what nobody could read stays until a
/// person has seen it.
#[utoipa::path(get, path = "/api/v1/sources/{source}/calls", tag = "sources", operation_id = "listCalls",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = Uuid, Path, description = "Its id"), CallQuery),
    responses((status = 200, description = "A page", body = Page), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    query: Query<CallQuery>,
) -> Result<HttpResponse, Problem> {
    let CallQuery { state, limit, cursor } = query.get()?;
    let state = query::word("state", state.as_deref(), DeliveryState::ALL.iter().map(|state| state.as_str()))?;
    let conn = app.store.db.read();
    let row = find(conn, &by.reach, &name).await?;
    let paging = Paging::read(&app, format!("calls/{}", row.id), limit.as_deref(), cursor.as_deref())?;
    let before = paging.before.map(DeliveryId);
    let mut rows = of_source(conn, &by.reach, (row.id, state), before, paging.wanted()).await?;
    let next = paging.cut(&app, &mut rows, |row| row.id.0);
    Ok(HttpResponse::Ok().json(Page { items: rows.into_iter().map(CallView::of).collect(), next }))
}

async fn call(
    conn: &impl ConnectionTrait,
    by: &Caller<SourcesManage>,
    source: SourceId,
    name: &str,
) -> Result<Model, Problem> {
    let nothing = || Problem::not_found("call");
    let id = named::id(name).map(DeliveryId).ok_or_else(nothing)?;
    queries::find(conn, &by.reach, id).await?.filter(|it| it.source_id == source).ok_or_else(nothing)
}

fn gone() -> Problem {
    Problem::new(codes::ERASED, "nothing is kept of what a call said once it was read")
}

/// One call. With `reveal` its body is shown as it came in, which is recorded before.
#[utoipa::path(get, path = "/api/v1/sources/{source}/calls/{call}", tag = "sources", operation_id = "getCall",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = Uuid, Path, description = "Its id"), ("call" = Uuid, Path, description = "The call's id"), RevealQuery),
    responses((status = 200, description = "The call", body = CallView), described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<SourcesManage>,
    path: Path<(String, String)>,
    query: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let (name, wanted) = path.into_inner();
    let purpose = query.get()?.reveal.map(|given| Purpose::read("reveal", &given)).transpose()?;
    if purpose.is_some() {
        by.also::<RequestsReveal>()?;
    }
    let conn = app.store.db.read();
    let source = find(conn, &by.reach, &name).await?;
    let row = call(conn, &by, source.id, &wanted).await?;
    let Some(purpose) = purpose else { return Ok(HttpResponse::Ok().json(CallView::of(row))) };
    let body = queries::body(&app.store, &row)?.ok_or_else(gone)?;
    let txn = app.store.db.begin().await?;
    again::reveal(&txn, &app.store, &by.actor, &row, purpose.word()).await?;
    let row = call(&*txn, &by, source.id, &wanted).await?;
    txn.commit().await?;
    Ok(HttpResponse::Ok().json(CallView::of(row).showing(body)))
}

/// Reads a call again that nobody could make sense of, once what kept us from it was mended.
#[utoipa::path(post, path = "/api/v1/sources/{source}/calls/{call}/read-again", tag = "sources", operation_id = "readCallAgain",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = Uuid, Path, description = "Its id"), ("call" = Uuid, Path, description = "The call's id"),
           crate::decision::DecisionHeaders),
    request_body = Nothing,
    responses((status = 200, description = "The call, which is read again", body = CallView), described::Connecting))]
pub async fn read_again(
    app: Data<App>,
    by: Caller<SourcesManage>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, wanted) = path.into_inner();
    asked
        .about(
            &app,
            &by,
            &name,
            |Nothing {}| Ok(()),
            async |txn, source: Source, ()| {
                let found = call(&**txn, &by, source.id, &wanted).await?;
                if !again::read(txn, &app.store, &by.actor, &found).await? {
                    return Err(gone());
                }
                let now = call(&**txn, &by, source.id, &wanted).await?;
                let body = serde_json::to_string(&CallView::of(now)).map_err(Problem::internal)?;
                Ok(Answer { status: 200, location: None, body })
            },
        )
        .await
}
