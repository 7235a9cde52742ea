//! `GET /api/v1/requests/{id}/candidates`: the platform records that the identifiers found.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::candidate::queries;
use entities::candidate::table::SetAside;
use entities::identifier::table::Choice;
use entities::merge_set;
use entities::time::At;
use resolution::record::Record;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::masks;
use crate::problem::{Problem, described};
use crate::query::Query;
use crate::reveal::{Look, RevealQuery};
use crate::schema;

/// One candidate.
#[derive(Serialize, ToSchema)]
#[schema(as = Candidate)]
struct CandidateView {
    /// Its id.
    id: Uuid,
    /// `user`, `external_contact`, `dialer_contact` or `journey_customer`.
    kind: String,
    /// What the platform showed of it when it was found, masked unless revealed; null once it has been erased.
    record: Option<RecordView>,
    /// The merge set it belongs to.
    merge_set: Option<MergeSetView>,
    /// It is in a merge set, but another contact stands for that set.
    ancestor: bool,
    /// It surely belongs to the person.
    certain: bool,
    /// Why it is not certain.
    doubt: Option<String>,
    /// Why it is never acted on.
    #[schema(schema_with = schema::set_aside)]
    set_aside: Option<SetAside>,
    /// What a person said.
    #[schema(schema_with = schema::choice)]
    choice: Choice,
    /// The client that said so.
    chosen_by: Option<Uuid>,
    /// When.
    #[schema(schema_with = schema::maybe_instant)]
    chosen_at: Option<At>,
    /// The identifiers that found it.
    found_by: Vec<Uuid>,
    /// When it was found.
    #[schema(schema_with = schema::instant)]
    created_at: At,
}

/// What the platform showed of a record.
#[derive(Serialize, ToSchema)]
#[schema(as = CandidateRecord)]
struct RecordView {
    /// Its key on the platform, such as `external_contact:<id>`.
    key: String,
    /// The display name.
    name: Option<String>,
    /// E-mail addresses.
    emails: Vec<String>,
    /// Telephone numbers.
    phones: Vec<String>,
    /// The id of its division.
    division: Option<String>,
}

/// The external contacts that are one person.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = CandidateMergeSet)]
struct MergeSetView {
    /// Its id.
    id: Uuid,
    /// How many contacts it has.
    members: usize,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Candidates)]
struct Candidates {
    /// In the order they were found.
    items: Vec<CandidateView>,
}

/// The platform records that the identifiers found.
#[utoipa::path(get, path = "/api/v1/requests/{id}/candidates", tag = "findings", operation_id = "listCandidates",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), RevealQuery),
    responses((status = 200, description = "The candidates", body = Candidates), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    reveal: Query<RevealQuery>,
) -> Result<HttpResponse, Problem> {
    let look = Look::at(&app, &by, &name, "candidates", reveal).await?;
    let conn = app.store.db.read();
    let rows = queries::of_request(conn, look.request.id).await?;
    let hits = if rows.is_empty() { Vec::new() } else { queries::hits(conn, &rows).await? };
    let sets = merge_set::queries::of_request(conn, look.request.id).await?;
    let mut items = Vec::new();
    for row in rows {
        let record = match &look.key {
            Some(key) => Some(RecordView::of(&look, queries::record(key, &row)?)),
            None => None,
        };
        let merge_set = row.merge_set_id.map(|id| {
            let members = sets.iter().find(|(set, _)| set.id == id).map_or(0, |(_, members)| members.len());
            MergeSetView { id: id.0, members }
        });
        let found_by = hits.iter().filter(|hit| hit.candidate_id == row.id).map(|hit| hit.identifier_id.0).collect();
        items.push(CandidateView {
            id: row.id.0,
            kind: row.kind,
            record,
            merge_set,
            ancestor: row.ancestor,
            certain: row.certain,
            doubt: row.doubt,
            set_aside: row.set_aside,
            choice: row.choice,
            chosen_by: row.chosen_by.map(|id| id.0),
            chosen_at: row.chosen_at,
            found_by,
            created_at: row.created_at,
        });
    }
    Ok(HttpResponse::Ok().json(Candidates { items }))
}

impl RecordView {
    fn of(look: &Look, record: Record) -> Self {
        let all = |values: &[String], mask: fn(&str) -> String| {
            values.iter().map(|value| look.through(value, mask)).collect()
        };
        Self {
            key: look.subject(&record.key),
            name: record.name.as_deref().map(|name| look.through(name, masks::name)),
            emails: all(&record.emails, masks::email),
            phones: all(&record.phones, masks::phone),
            division: record.division,
        }
    }
}
