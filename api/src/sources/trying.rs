//! Trying a description with a call's body: the requests it would make, and every problem. Nothing is stored, and nobody is called.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sources::description::Description;
use sources::trial::{self, NotTried, Outcome, Tried};
use ticketing::mapping::mapped::{Correction, Found};
use utoipa::ToSchema;

use super::asked::{find, no_name_twice};
use super::make::usable;
use super::view::{FaultView, hints};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::SourcesManage;
use crate::fields::Faults;
use crate::json::{Object, Unread};
use crate::problem::{Problem, described};

/// What to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceTry)]
pub struct Trying {
    /// The description; that of the source, where one is named and none is given.
    #[schema(value_type = Option<Object>)]
    description: Option<Object<Description>>,
    /// The body of a call as text. Either this or `body_base64`.
    body: Option<String>,
    /// The body of a call byte for byte, as base64 with padding.
    body_base64: Option<String>,
    /// What the call says its body is; `application/json` if left away.
    #[schema(max_length = 200)]
    content_type: Option<String>,
    /// Whether the body is no call but a ticket's fields, in the shape that `docs/integrations` shows.
    document: Option<bool>,
}

/// What comes of it.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceTrial)]
struct TrialView {
    /// The tickets that the call is about; none, if it is about none.
    tickets: Vec<TriedView>,
    /// What of the description can be used, and will still not work as it stands.
    hints: Vec<FaultView>,
}

/// What comes of one ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = TriedTicket)]
struct TriedView {
    /// The ticket, as its system's API calls it; null where only fields were tried.
    ticket: Option<String>,
    /// Whether it is read from its own system before anything is done.
    read_back: bool,
    /// `request`: it makes one. `triage`: a person looks at it. `ignored`: it is none of ours. `unknown`: the call has no fields.
    verdict: &'static str,
    /// Why it is none of ours.
    ignored_because: Option<String>,
    /// The request that it would make, as far as it could be read.
    request: Option<WouldBe>,
    /// Everything that is wrong.
    problems: Vec<TicketProblem>,
}

/// A request that would be made.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestOfTicket)]
struct WouldBe {
    /// What people there call the ticket.
    display_id: Option<String>,
    /// Which right is used.
    right: Option<String>,
    /// Which laws run, and where.
    places: Vec<PlaceView>,
    /// When it was received, if the ticket says so.
    received_at: Option<String>,
    /// `subject` or `agent`.
    submitted_by: Option<String>,
    /// The language to answer in.
    language: Option<String>,
    /// Whose data it is about.
    subject: Vec<FoundView>,
    /// Who wrote.
    requester: Vec<FoundView>,
    /// What to correct.
    corrections: Vec<CorrectionView>,
}

/// A law and a place.
#[derive(Serialize, ToSchema)]
#[schema(as = PlaceOfTicket)]
struct PlaceView {
    /// The law.
    regime: String,
    /// The place, ISO 3166.
    region: Option<String>,
}

/// An identifier of a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentifierOfTicket)]
struct FoundView {
    /// What sort of identifier.
    kind: String,
    /// As it stands in the ticket.
    given: String,
    /// As it is used.
    value: String,
}

/// A correction of a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = CorrectionOfTicket)]
struct CorrectionView {
    /// What sort of identifier.
    kind: String,
    /// What is wrong.
    existing: String,
    /// What is right.
    updated: String,
}

/// One thing that is wrong with a ticket's fields.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketProblem)]
struct TicketProblem {
    /// Which part of the request.
    target: String,
    /// Where in the ticket.
    pointer: Option<String>,
    /// A stable word for programs.
    code: &'static str,
    /// What is wrong, and what to do. Never a value.
    reason: String,
    /// Whether a person must look at the ticket for it.
    holds_up: bool,
}

impl From<Found> for FoundView {
    fn from(found: Found) -> Self {
        Self { kind: found.normalised.kind.to_string(), given: found.raw, value: found.normalised.value }
    }
}

impl From<Correction> for CorrectionView {
    fn from(Correction { existing, updated }: Correction) -> Self {
        Self { kind: existing.kind.to_string(), existing: existing.value, updated: updated.value }
    }
}

impl From<Tried> for TriedView {
    fn from(tried: Tried) -> Self {
        let Tried { ticket, read_back, outcome } = tried;
        let Some(outcome) = outcome else {
            return Self {
                ticket,
                read_back,
                verdict: "unknown",
                ignored_because: None,
                request: None,
                problems: Vec::new(),
            };
        };
        let ignored_because = outcome.ignored();
        let verdict = match (&ignored_because, outcome.is_fileable()) {
            (Some(_), _) => "ignored",
            (None, true) => "request",
            (None, false) => "triage",
        };
        let Outcome { mapped, beyond } = outcome;
        let own = mapped.problems.into_iter().map(|problem| TicketProblem {
            holds_up: problem.holds_up(),
            target: problem.target.to_string(),
            pointer: problem.pointer,
            code: problem.code,
            reason: problem.reason,
        });
        let beyond = beyond.into_iter().map(|fault| TicketProblem {
            target: fault.place,
            pointer: None,
            code: "not_handled",
            reason: fault.reason,
            holds_up: true,
        });
        let problems = own.chain(beyond).collect();
        let request = ignored_because.is_none().then(|| WouldBe {
            display_id: mapped.display_id,
            right: mapped.right.map(|right| right.to_string()),
            places: mapped
                .places
                .into_iter()
                .map(|place| PlaceView { regime: place.regime.to_string(), region: place.region })
                .collect(),
            received_at: mapped.received_at.map(|at| at.to_string()),
            submitted_by: mapped.submitted_by.map(|who| who.to_string()),
            language: mapped.language,
            subject: mapped.subject.into_iter().map(FoundView::from).collect(),
            requester: mapped.requester.into_iter().map(FoundView::from).collect(),
            corrections: mapped.corrections.into_iter().map(CorrectionView::from).collect(),
        });
        Self { ticket, read_back, verdict, ignored_because, request, problems }
    }
}

impl Trying {
    fn run(self, app: &App, stored: Option<Description>) -> Result<TrialView, Problem> {
        let mut faults = Faults::default();
        let described = self.description.map(|Object(described)| described).or(stored);
        match &described {
            Some(described) => usable(&mut faults, described),
            None => faults.add("description", "missing", "is needed: no source is named whose own could be tried"),
        }
        let body = match (self.body, self.body_base64) {
            (Some(text), None) => Some(text.into_bytes()),
            (None, Some(text)) => {
                let bytes = BASE64_STANDARD.decode(text).ok();
                if bytes.is_none() {
                    faults.add("body_base64", "not_base64", "must be base64 with padding");
                }
                bytes
            }
            _ => {
                faults.add("body", "one_of_two", "send either `body` or `body_base64`");
                None
            }
        };
        let content_type = self.content_type.unwrap_or_else(|| "application/json".to_owned());
        if content_type.len() > 200 {
            faults.add("content_type", "too_long", "at most 200 characters");
        }
        let (described, body) = faults.finish((|| Some((described?, body?)))())?;
        let tried = if self.document.unwrap_or_default() {
            trial::document(&described, &body).map(|tried| vec![tried])
        } else {
            trial::call(&described, Some(&content_type), &body)
        };
        let tried = tried.map_err(|error| {
            let mut faults = Faults::default();
            match error {
                NotTried::Body(unreadable) => faults.add("body", "unreadable", unreadable.to_string()),
                NotTried::Description(_) => usable(&mut faults, &described),
            }
            faults.finish(None::<()>).err().unwrap_or_else(Problem::busy)
        })?;
        Ok(TrialView { tickets: tried.into_iter().map(TriedView::from).collect(), hints: hints(app, &described) })
    }
}

/// Tries a description before there is a source. Nothing is stored; what the body says is answered as it stands there.
#[utoipa::path(post, path = "/api/v1/sources/try", tag = "sources", operation_id = "tryDescription",
    security(("client_credentials" = ["sources:manage"])), request_body = Trying,
    responses((status = 200, description = "What would come of it", body = TrialView), described::Sending))]
pub async fn describe(app: Data<App>, _by: Caller<SourcesManage>, body: Unread) -> Result<HttpResponse, Problem> {
    let (given, raw) = body.json::<Trying>().await?;
    no_name_twice(&raw)?;
    Ok(HttpResponse::Ok().json(given.run(&app, None)?))
}

/// Tries a source with a call's body, as it is described or with another description. Nothing is stored; what the body says is
/// answered as it stands there.
#[utoipa::path(post, path = "/api/v1/sources/{source}/try", tag = "sources", operation_id = "trySource",
    security(("client_credentials" = ["sources:manage"])),
    params(("source" = uuid::Uuid, Path, description = "Its id")), request_body = Trying,
    responses((status = 200, description = "What would come of it", body = TrialView), described::Connecting))]
pub async fn attempt(
    app: Data<App>,
    by: Caller<SourcesManage>,
    name: Path<String>,
    body: Unread,
) -> Result<HttpResponse, Problem> {
    let (given, raw) = body.json::<Trying>().await?;
    no_name_twice(&raw)?;
    let row = find(app.store.db.read(), &by.reach, &name).await?;
    Ok(HttpResponse::Ok().json(given.run(&app, Some(Description::of(&row)?))?))
}
