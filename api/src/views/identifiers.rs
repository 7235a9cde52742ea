//! `GET /api/v1/requests/{id}/identifiers`: what is known of the person.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::identifier::queries;
use entities::identifier::table::Choice;
use entities::request::file::note;
use entities::time::At;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::problem::{Problem, described};
use crate::query::Query;
use crate::reveal::{Look, RevealQuery};
use crate::schema;

/// One identifier.
#[derive(Serialize, ToSchema)]
#[schema(as = Identifier)]
struct IdentifierView {
    /// Its id.
    id: Uuid,
    /// Its kind.
    #[schema(schema_with = schema::identifier_kind)]
    kind: String,
    /// Its value, masked unless revealed; null once it has been erased.
    value: Option<String>,
    /// How many records it hit; null until it has been searched for.
    hits: Option<i64>,
    /// How many people it hit.
    people: Option<i64>,
    /// When it was last searched for.
    #[schema(schema_with = schema::maybe_instant)]
    searched_at: Option<At>,
    /// What a person said about using it as a search term.
    #[schema(schema_with = schema::choice)]
    choice: Choice,
    /// The client that said so.
    chosen_by: Option<Uuid>,
    /// When.
    #[schema(schema_with = schema::maybe_instant)]
    chosen_at: Option<At>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Identifiers)]
struct Identifiers {
    /// In the order they were given.
    items: Vec<IdentifierView>,
    /// What was noted when the request was filed; only where it is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// What is known of the person.
#[utoipa::path(get, path = "/api/v1/requests/{id}/identifiers", tag = "findings", operation_id = "listIdentifiers",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The identifiers", body = Identifiers), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    reveal: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "identifiers", reveal).await?;
    let mut items = Vec::new();
    for row in queries::of_request(app.store.db.read(), look.request.id).await? {
        let value = match &look.key {
            Some(key) => Some(look.identifier(queries::kind(&row)?, &queries::value(key, &row)?)),
            None => None,
        };
        items.push(IdentifierView {
            id: row.id.0,
            kind: row.kind,
            value,
            hits: row.hits,
            people: row.people,
            searched_at: row.searched_at,
            choice: row.choice,
            chosen_by: row.chosen_by.map(|id| id.0),
            chosen_at: row.chosen_at,
        });
    }
    let note = look.clear_key()?.map(|key| note(key, &look.request)).transpose()?.flatten();
    Ok(HttpResponse::Ok().json(Identifiers { items, note }))
}
