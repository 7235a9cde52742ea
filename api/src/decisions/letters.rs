//! Letters that people decide about: written once more, sent by other means, tried again, sent elsewhere.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::LetterId;
use entities::letter::kind::{LetterKind, Means};
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::{RequestsDecide, RequestsOperate};
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Nothing};
use crate::fields::Faults;
use crate::named;
use crate::problem::{Problem, described};
use crate::schema;

/// A letter to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLetter)]
pub struct Writing {
    /// What it is.
    #[schema(schema_with = schema::letter_kind)]
    kind: String,
    /// Whether it is held back then, so that its words can be changed before it is sent; the controller's policy says, if it is left
    /// away.
    hold: Option<bool>,
}

fn kind(faults: &mut Faults, given: &str) -> Option<LetterKind> {
    faults.word("kind", "unknown_kind", given, LetterKind::ALL.iter().map(|kind| kind.as_str()))
}

impl Writing {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let kind = kind(&mut faults, &self.kind);
        faults.finish(kind.map(|kind| Decision::WriteLetter(kind, self.hold)))
    }
}

/// A letter that was sent by other means than the service's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LetterByOtherMeans)]
pub struct Recording {
    /// What it was.
    #[schema(schema_with = schema::letter_kind)]
    kind: String,
    /// When it was sent; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<String>,
    /// How it was sent.
    #[schema(schema_with = schema::letter_means)]
    means: String,
}

impl Recording {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let kind = kind(&mut faults, &self.kind);
        let at = self.sent_at.as_deref().and_then(|given| faults.instant("sent_at", given));
        let known = Means::ALL.iter().map(|means| means.as_str());
        let means = faults.word::<Means>("means", "unknown_means", &self.means, known);
        let read = || Some(Decision::RecordLetter(kind?, at, means?));
        faults.finish(read())
    }
}

/// Where a letter goes instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorrectedAddress)]
pub struct Readdressing {
    /// The mail address, which is the request's from now on. It is stored sealed.
    #[schema(max_length = 254)]
    address: String,
    /// That you know the address to be the person's. What tells of their data goes to no other.
    #[serde(default)]
    vouched: bool,
}

impl Readdressing {
    fn read(self, letter: LetterId) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let address = mailbox(&mut faults, &self.address);
        faults.finish(address.map(|address| Decision::ResendLetter(letter, address, self.vouched)))
    }
}

/// Where letters go from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Address)]
pub struct Addressing {
    /// The mail address; the one there is, if left away. It is stored sealed.
    #[schema(max_length = 254)]
    address: Option<String>,
    /// That you know the address to be the person's. What tells of their data goes to no other.
    #[serde(default)]
    vouched: bool,
}

impl Addressing {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let address = match &self.address {
            Some(given) => mailbox(&mut faults, given).map(Some),
            None => Some(None),
        };
        faults.finish(address.map(|address| Decision::SetAddress(address, self.vouched)))
    }
}

fn mailbox(faults: &mut Faults, given: &str) -> Option<String> {
    let address = normalise(IdentifierKind::Email, given, None).ok();
    if address.is_none() {
        faults.add("address", "not_an_address", "must be one mail address");
    }
    address.map(|address| address.value)
}

/// The letter that a path names.
///
/// # Errors
/// It is no id.
pub fn letter_id(text: &str) -> Result<LetterId, Problem> {
    named::id(text).map(LetterId).ok_or_else(|| Problem::not_found("letter"))
}

/// Writes a letter that could not be written before, such as after the policy was completed. An answer is written by the
/// service, once the work is done.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters", tag = "letters", operation_id = "writeLetter",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionQuery, DecisionHeaders),
    request_body = Writing, responses(Decided, described::Deciding))]
pub async fn write(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Writing::read).await
}

/// Sends a new link by which the person proves who they are. Older links are void.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/identity-link", tag = "letters",
    operation_id = "sendIdentityLink", security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionQuery, DecisionHeaders),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn identity_link(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::SendIdentityLink)).await
}

/// Notes a letter that was sent by other means. It counts as the service's own would: an answer ends the request.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/record", tag = "letters", operation_id = "recordLetter",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionQuery, DecisionHeaders),
    request_body = Recording, responses(Decided, described::Deciding))]
pub async fn record(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Recording::read).await
}

/// Has letters go to another address from now on, or vouches for the one there is: an answer that waited for that is written
/// anew. Letters that were sent already stay as they are.
#[utoipa::path(post, path = "/api/v1/requests/{id}/address", tag = "letters", operation_id = "setAddress",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"), DecisionQuery, DecisionHeaders),
    request_body = Addressing, responses(Decided, described::Deciding))]
pub async fn address(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Addressing::read).await
}

/// Tries a letter again that failed, at the request's address as it is now. Where that was corrected since, the letter is written
/// anew, and the older one is `superseded`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/{letter}/retry", tag = "letters",
    operation_id = "retryLetter", security(("client_credentials" = ["requests:operate"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = uuid::Uuid, Path, description = "The letter's id"), DecisionQuery, DecisionHeaders),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn retry(
    app: Data<App>,
    by: Caller<RequestsOperate>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let letter = letter_id(&letter)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::RetryLetter(letter))).await
}

/// Sends a letter that failed to another address, in a new letter; the older one is `superseded`.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/{letter}/resend", tag = "letters",
    operation_id = "resendLetter", security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = uuid::Uuid, Path, description = "The letter's id"), DecisionQuery, DecisionHeaders),
    request_body = Readdressing, responses(Decided, described::Deciding))]
pub async fn resend(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let letter = letter_id(&letter)?;
    asked.decide(&app, &by, &name, |given: Readdressing| given.read(letter)).await
}
