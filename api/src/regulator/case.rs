//! `GET /api/v1/regulator/cases/{id}`: one case with its timeline and its clocks, and nothing of the person.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::client::reach::Reach;
use entities::clock;
use entities::event;
use entities::event::table::ActorKind;
use entities::event::trail::{self, Entry};
use entities::id::RequestId;
use entities::request::table::Model;
use entities::time::At;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::AuditRead;
use crate::named::Named;
use crate::problem::{Problem, described};
use crate::query::{NoParameters, Query};
use crate::schema;

/// As much of a case's history as is shown.
const EVENTS: u64 = 1000;

/// Who did something, told apart without names: whether two people decided matters, who they are does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody who works there, by the order in which they come up, from 1.
    Officer(usize),
    /// The service by itself.
    Service,
    /// Somebody at the command line.
    Operator,
    /// The person.
    Person,
}

impl Who {
    fn text(self) -> String {
        match self {
            Self::Officer(place) => format!("officer {place}"),
            Self::Service => "service".to_owned(),
            Self::Operator => "operator".to_owned(),
            Self::Person => "person".to_owned(),
        }
    }
}

/// Something that happened in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: At,
    /// What, such as `request.approved`.
    pub kind: String,
    /// Who did it.
    pub who: Who,
}

/// What happened in a case, oldest first. Looks of regulators are left out: one need not know of another.
///
/// # Errors
/// The database fails.
pub async fn happened(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Happened>, DbErr> {
    let events = event::queries::of_request(conn, &Reach::installation(), request, None, EVENTS).await?;
    let mut officers: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for row in events.into_iter().filter(|row| !row.kind.starts_with("regulator.")) {
        let who = match row.actor_kind {
            ActorKind::Client => {
                let known = officers.iter().position(|it| *it == row.actor);
                Who::Officer(known.map_or_else(
                    || {
                        officers.push(row.actor.clone());
                        officers.len()
                    },
                    |at| at + 1,
                ))
            }
            ActorKind::Worker => Who::Service,
            ActorKind::Operator => Who::Operator,
            ActorKind::Person => Who::Person,
            ActorKind::Regulator => continue,
        };
        all.push(Happened { at: row.at, kind: row.kind, who });
    }
    Ok(all)
}

/// A case.
#[derive(Serialize, ToSchema)]
#[schema(as = RegulatorCase)]
struct CaseView {
    /// Its number.
    reference: String,
    /// The controller's short name.
    controller: String,
    /// What was asked for.
    right: String,
    /// The law that the answer goes by.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// Where it stands.
    status: String,
    /// How it ended.
    outcome: Option<String>,
    /// The coded ground of a refusal, and the provision behind it.
    refusal_code: Option<String>,
    /// The provision behind it.
    refusal_basis: Option<String>,
    /// When it reached the controller.
    #[schema(schema_with = schema::instant)]
    received_at: At,
    /// When it was closed.
    #[schema(schema_with = schema::maybe_instant)]
    closed_at: Option<At>,
    /// Each duty as it runs, with the derivation of its dates.
    clocks: Vec<CaseClock>,
    /// What happened, oldest first.
    timeline: Vec<CaseEvent>,
}

/// One duty under one law.
#[derive(Serialize, ToSchema)]
#[schema(as = RegulatorCaseClock)]
struct CaseClock {
    /// The law.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// What has to be done.
    #[schema(schema_with = schema::duty)]
    duty: String,
    /// Whether it still waits.
    state: String,
    /// When it was done.
    #[schema(schema_with = schema::maybe_instant)]
    met_at: Option<At>,
    /// The whole: civil days, zone, rule with its source, and every step of the derivation.
    #[schema(value_type = Object)]
    clock: Box<RawValue>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = RegulatorCaseEvent)]
struct CaseEvent {
    /// When.
    #[schema(schema_with = schema::instant)]
    at: At,
    /// What.
    kind: String,
    /// Who: `service`, `operator`, `person`, or `officer 1`, `officer 2`, … in the order they come up.
    who: String,
}

/// One case by its number, as the regulator's room shows it: timeline, clocks and their derivation, no personal data. The look
/// is recorded on the case.
#[utoipa::path(get, path = "/api/v1/regulator/cases/{id}", tag = "regulator", operation_id = "regulatorCase",
    security(("client_credentials" = ["audit:read"])),
    params(("id" = String, Path, description = "The request's id or reference")),
    responses((status = 200, description = "The case", body = CaseView), described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<AuditRead>,
    name: Path<String>,
    none: Query<NoParameters>,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = none.get()?;
    let conn = app.store.db.read();
    let request = Named::parse(&name)?.find(conn, &by.reach).await?;
    let txn = app.store.db.begin().await?;
    let entry = Entry::of(&request, "regulator.looked", json!({ "what": "case" }));
    trail::record(&*txn, app.store.now(), &by.actor, [entry]).await?;
    txn.commit().await?;
    Ok(HttpResponse::Ok().json(view(&app, request).await?))
}

async fn view(app: &App, request: Model) -> Result<CaseView, Problem> {
    let conn = app.store.db.read();
    let clock = |row: clock::table::Model| {
        Ok(CaseClock {
            clock: RawValue::from_string(row.whole).map_err(Problem::internal)?,
            regime: row.regime,
            duty: row.duty,
            state: row.state.to_string(),
            met_at: row.met_at,
        })
    };
    let clocks = clock::queries::current(conn, request.id).await?;
    let timeline = happened(conn, request.id).await?;
    Ok(CaseView {
        controller: app.slugs.of(conn, request.controller_id).await?,
        right: request.right.to_string(),
        status: request.status.to_string(),
        outcome: request.outcome.map(|outcome| outcome.to_string()),
        clocks: clocks.into_iter().map(clock).collect::<Result<_, Problem>>()?,
        timeline: timeline.into_iter().map(|it| CaseEvent { at: it.at, kind: it.kind, who: it.who.text() }).collect(),
        reference: request.reference,
        regime: request.regime,
        refusal_code: request.refusal_code,
        refusal_basis: request.refusal_basis,
        received_at: request.received_at,
        closed_at: request.closed_at,
    })
}
