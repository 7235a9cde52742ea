//! `GET /api/v1/requests/{id}/clocks`: by when what must be done about a request, and why.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::appeal::table::AppealDecision;
use entities::clock::queries;
use entities::clock::table::{ClockState, Model};
use entities::extension::table::ExtensionReason;
use entities::id::{ClockId, InquiryId};
use entities::inquiry::table::InquiryKind;
use entities::time::At;
use entities::{appeal, extension, inquiry};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsRead;
use crate::problem::{Problem, described};
use crate::query::{self, Query};
use crate::reveal::{Look, RevealQuery};
use crate::schema;

/// The clocks of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Clocks)]
struct Clocks {
    /// The most urgent first; of a history, the oldest first.
    items: Vec<ClockView>,
    /// What was asked of the person, oldest first.
    inquiries: Vec<InquiryView>,
    /// The extension, if one was decided.
    extension: Option<ExtensionView>,
    /// The appeal, if there is one.
    appeal: Option<AppealView>,
}

/// A question to the person.
#[derive(Serialize, ToSchema)]
#[schema(as = Inquiry)]
struct InquiryView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: InquiryId,
    /// What was asked for.
    #[schema(schema_with = schema::inquiry_kind)]
    kind: InquiryKind,
    /// The fee in the currency's smallest unit.
    fee_minor: Option<i64>,
    /// The fee's currency.
    fee_currency: Option<String>,
    /// When it was decided to ask.
    #[schema(schema_with = schema::instant)]
    asked_at: At,
    /// When the question went out. Only from here on a clock can wait for the answer.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<At>,
    /// When the answer, or the fee, arrived.
    #[schema(schema_with = schema::maybe_instant)]
    answered_at: Option<At>,
    /// The words it was asked in; only where they are revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// The answer, if it came in words; only where they are revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// An extension. It lengthens something only once its notice was sent in time, which the clocks tell.
#[derive(Serialize, ToSchema)]
#[schema(as = Extension)]
struct ExtensionView {
    /// The reason.
    #[schema(schema_with = schema::extension_reason)]
    code: ExtensionReason,
    /// The new last day that its notice names, if it names one.
    until: Option<String>,
    /// When it was decided.
    #[schema(schema_with = schema::instant)]
    decided_at: At,
    /// When its notice was sent.
    #[schema(schema_with = schema::maybe_instant)]
    announced_at: Option<At>,
    /// How the notice was sent.
    means: Option<String>,
}

/// An appeal.
#[derive(Serialize, ToSchema)]
#[schema(as = Appeal)]
struct AppealView {
    /// When it arrived.
    #[schema(schema_with = schema::instant)]
    received_at: At,
    /// When the notice was sent that its decision takes longer.
    #[schema(schema_with = schema::maybe_instant)]
    extended_at: Option<At>,
    /// When it was decided.
    #[schema(schema_with = schema::maybe_instant)]
    decided_at: Option<At>,
    /// How it was decided.
    #[schema(schema_with = schema::maybe_appeal_decision)]
    decision: Option<AppealDecision>,
    /// What the person wrote; only where it is revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

impl InquiryView {
    fn of(look: &Look, row: inquiry::table::Model) -> Result<Self, Problem> {
        let words = look.clear_key()?.map(|key| inquiry::queries::words(key, &row)).transpose()?;
        let (question, answer) = words.map_or((None, None), |(question, answer)| (Some(question), answer));
        let (fee_minor, fee_currency) = (row.fee_minor, row.fee_currency);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            fee_minor,
            fee_currency,
            asked_at: row.asked_at,
            sent_at: row.sent_at,
            answered_at: row.answered_at,
            question,
            answer,
        })
    }
}

impl From<extension::table::Model> for ExtensionView {
    fn from(row: extension::table::Model) -> Self {
        let (decided_at, announced_at) = (row.decided_at, row.announced_at);
        Self { code: row.code, until: row.until, decided_at, announced_at, means: row.means }
    }
}

impl AppealView {
    fn of(look: &Look, row: &appeal::table::Model) -> Result<Self, Problem> {
        let words = look.clear_key()?.map(|key| appeal::queries::words(key, row)).transpose()?.flatten();
        let (extended_at, decided_at) = (row.extended_at, row.decided_at);
        Ok(Self { received_at: row.received_at, extended_at, decided_at, decision: row.decision, words })
    }
}

/// One duty under one law, as it was computed once.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct ClockView {
    /// The computation's id.
    #[schema(value_type = uuid::Uuid)]
    id: ClockId,
    /// The law that sets the duty.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// What has to be done.
    #[schema(schema_with = schema::duty)]
    duty: String,
    /// Counts the computations of this duty, from 1.
    computation: i64,
    /// Whether it still waits.
    #[schema(schema_with = schema::clock_state)]
    state: ClockState,
    /// When the duty was done.
    #[schema(schema_with = schema::maybe_instant)]
    met_at: Option<At>,
    /// Whether the dates are the first on which something may be done, not the last.
    is_not_before: bool,
    /// The last instant of the cautious day: the strictest reading. Work to this one.
    #[schema(schema_with = schema::instant)]
    cautious_at: At,
    /// The last instant of the statutory day: the best reading.
    #[schema(schema_with = schema::instant)]
    statutory_at: At,
    /// The last instant of the day the controller aims at.
    #[schema(schema_with = schema::instant)]
    target_at: At,
    /// When it was computed.
    #[schema(schema_with = schema::instant)]
    computed_at: At,
    /// What it was computed for.
    why: String,
    /// When a later computation took its place; null for the one that runs.
    #[schema(schema_with = schema::maybe_instant)]
    superseded_at: Option<At>,
    /// The whole: civil days, zone, rule with its source, law pack, calendar, what each question to the person did, and every
    /// step of the derivation.
    #[schema(value_type = Object)]
    clock: Box<RawValue>,
}

impl ClockView {
    fn of(row: Model) -> Result<Self, Problem> {
        Ok(Self {
            clock: RawValue::from_string(row.whole).map_err(Problem::internal)?,
            id: row.id,
            regime: row.regime,
            duty: row.duty,
            computation: row.computation,
            state: row.state,
            met_at: row.met_at,
            is_not_before: row.is_not_before,
            cautious_at: row.cautious_at,
            statutory_at: row.statutory_at,
            target_at: row.target_at,
            computed_at: row.computed_at,
            why: row.why,
            superseded_at: row.superseded_at,
        })
    }
}

/// Which clocks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClocksQuery {
    /// Everything that was ever computed (`true`), or only what runs.
    #[param(value_type = Option<bool>)]
    history: Option<String>,
    /// What for: shows what the person was asked and wrote, needs the scope `requests:reveal`, and is recorded.
    #[param(min_length = 1, max_length = 80, pattern = "^[a-z0-9_-]+$")]
    reveal: Option<String>,
}

/// By when what must be done about a request, with the derivation of every date.
#[utoipa::path(get, path = "/api/v1/requests/{id}/clocks", tag = "findings", operation_id = "listClocks",
    security(("client_credentials" = ["requests:read"])),
    params(("id" = String, Path, description = "The request's id or reference"), ClocksQuery),
    responses((status = 200, description = "The clocks", body = Clocks), described::Reading))]
pub async fn list(
    app: Data<App>,
    by: Caller<RequestsRead>,
    name: Path<String>,
    query: Query<ClocksQuery>,
) -> Result<HttpResponse, Problem> {
    let ClocksQuery { history, reveal } = query.get()?;
    let history = query::word::<bool>("history", history.as_deref(), ["true", "false"])?;
    let look = Look::at(&app, &by, &name, "inquiries", Query::of(RevealQuery { reveal })).await?;
    let (conn, request) = (app.store.db.read(), &look.request);
    let rows = match history {
        Some(true) => queries::history(conn, request.id).await?,
        _ => queries::current(conn, request.id).await?,
    };
    let items = rows.into_iter().map(ClockView::of).collect::<Result<_, _>>()?;
    let inquiries = inquiry::queries::of_request(conn, request.id).await?;
    let appeal = appeal::queries::of_request(conn, request.id).await?;
    Ok(HttpResponse::Ok().json(Clocks {
        items,
        inquiries: inquiries.into_iter().map(|row| InquiryView::of(&look, row)).collect::<Result<_, _>>()?,
        extension: extension::queries::of_request(conn, request.id).await?.map(ExtensionView::from),
        appeal: appeal.map(|row| AppealView::of(&look, &row)).transpose()?,
    }))
}
