//! `GET /api/v1/requests` and `POST /api/v1/requests/search`: requests, newest first, page by page.

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::client::reach::Reach;
use entities::controller;
use entities::id::RequestId;
use entities::request::queries::{self, Filter};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::cursor;
use crate::fields::Faults;
use crate::given::GivenIdentifier;
use crate::json::{Object, Unread};
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::request_view::RequestView;
use crate::schema;

/// A page of requests.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestPage)]
pub struct Page {
    /// Newest first.
    items: Vec<RequestView>,
    /// The cursor of the next page; null at the end.
    next: Option<String>,
}

/// What to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Only this controller's, by its short name.
    controller: Option<String>,
    /// Only those that stand here.
    #[param(schema_with = schema::status, required = false)]
    status: Option<String>,
    /// Only this right.
    #[param(schema_with = schema::right, required = false)]
    right: Option<String>,
    /// Only those with open questions (`true`), or only those without (`false`).
    #[param(value_type = Option<bool>)]
    attention: Option<String>,
    /// Only those on hold, or only those that are not.
    #[param(value_type = Option<bool>)]
    on_hold: Option<String>,
    /// Only those with a duty that waits and whose cautious date lies before this instant, RFC 3339.
    #[param(schema_with = schema::instant, required = false)]
    due_before: Option<String>,
    /// How many entries a page may have, 1 to 200; 50 if left away.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

const LIST: &str = "requests";
const DEFAULT_LIMIT: u64 = 50;
const MOST: u64 = 200;

/// Requests within reach, newest first.
#[utoipa::path(get, path = "/api/v1/requests", tag = "requests", operation_id = "listRequests",
    security(("client_credentials" = ["requests:read"])), params(ListQuery),
    responses((status = 200, description = "A page", body = Page), described::Reading))]
pub async fn list(app: Data<App>, by: Caller<RequestsRead>, query: Query<ListQuery>) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let flag = |name, given: Option<&str>| query::word::<bool>(name, given, ["true", "false"]);
    let status = RequestStatus::ALL.iter().map(|status| status.as_str());
    let filter = Filter {
        status: query::word("status", query.status.as_deref(), status)?,
        right: query::word("right", query.right.as_deref(), Right::ALL.iter().map(|right| right.as_str()))?,
        attention: flag("attention", query.attention.as_deref())?,
        on_hold: flag("on_hold", query.on_hold.as_deref())?,
        due_before: query::instant("due_before", query.due_before.as_deref())?,
        ..Filter::default()
    };
    let limit = query::limit(query.limit.as_deref(), DEFAULT_LIMIT, MOST)?;
    let after = after(&app, query.cursor.as_deref())?;
    let controller = match query.controller {
        Some(slug) => Some(within(&app, &by.reach, &slug).await?),
        None => None,
    };
    page(&app, &by.reach, Filter { controller, ..filter }, after, limit).await
}

async fn within(app: &App, reach: &Reach, slug: &str) -> Result<entities::id::ControllerId, Problem> {
    let askable = slug.len() <= 100 && slug.bytes().all(|byte| byte.is_ascii_graphic());
    let found = if askable { controller::queries::by_slug(app.store.db.read(), slug).await? } else { None };
    let found = found.filter(|found| reach.covers(found.id)).ok_or_else(|| Problem::not_found("controller"))?;
    app.slugs.learn(&found);
    Ok(found.id)
}

/// Which requests to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestSearch)]
pub struct Search {
    /// An identifier that a request was filed with. It is normalised before it is compared, and compared exactly.
    #[schema(value_type = GivenIdentifier)]
    identifier: Object<GivenIdentifier>,
    /// How many entries a page may have, 1 to 200; 50 if left away.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Requests that were filed with an identifier, newest first. The identifier travels in the body, because addresses end up
/// in logs; it is compared by its keyed hash.
#[utoipa::path(post, path = "/api/v1/requests/search", tag = "requests", operation_id = "searchRequests",
    security(("client_credentials" = ["requests:read"])), request_body = Search,
    responses((status = 200, description = "A page", body = Page), described::Sending))]
pub async fn search(app: Data<App>, by: Caller<RequestsRead>, body: Unread) -> Result<HttpResponse, Problem> {
    let (Search { identifier: Object(given), limit, cursor }, _) = body.json().await?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    let mut faults = Faults::default();
    if !(1..=MOST).contains(&limit) {
        faults.add("limit", "out_of_range", format!("a number from 1 to {MOST}"));
    }
    let controllers = controller::queries::within(app.store.db.read(), &by.reach).await?;
    controllers.iter().for_each(|controller| app.slugs.learn(controller));
    let hashes = given.lookup_hashes(&mut faults, "identifier", &app.store.safe, &controllers);
    faults.finish(Some(()))?;
    let after = after(&app, cursor.as_deref())?;
    let filter = Filter { lookup_hashes: Some(hashes), ..Filter::default() };
    page(&app, &by.reach, filter, after, limit).await
}

fn after(app: &App, given: Option<&str>) -> Result<Option<RequestId>, Problem> {
    given.map(|text| cursor::open(&app.store.safe, LIST, text).map(Uuid::from_bytes).map(RequestId)).transpose()
}

async fn page(
    app: &App,
    reach: &Reach,
    filter: Filter,
    after: Option<RequestId>,
    limit: u64,
) -> Result<HttpResponse, Problem> {
    // One more than shown, to know whether there is a next page.
    let mut rows = queries::page(app.store.db.read(), reach, &filter, after, limit + 1).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let last = rows.last().filter(|_| more).map(|row| row.id);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(RequestView::of(app, app.store.db.read(), row).await?);
    }
    let next = last.map(|id| cursor::seal(&app.store.safe, LIST, id.0.as_bytes()));
    Ok(HttpResponse::Ok().json(Page { items, next }))
}
