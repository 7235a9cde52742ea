//! Letters before they go out: held back, their words changed for this one person, sent.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::id::LetterId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::letters::letter_id;
use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery, Nothing};
use crate::fields::Faults;
use crate::problem::{Problem, described};

/// Passages of a letter that say something else from now on. Those that are not named stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EditedLetter)]
pub struct Editing {
    /// Each at most once.
    passages: Vec<Rewording>,
}

/// What a passage says from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EditedPassage)]
pub struct Rewording {
    /// Its place in the letter, as the letter shows it.
    at: usize,
    /// Its text, stored sealed: `# ` begins a heading, `- ` an item, `> ` quoted words; all else is text alone. May be empty where
    /// the law asks for nothing there.
    #[schema(max_length = 10_000)]
    text: String,
}

impl Editing {
    fn read(self, letter: LetterId) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let mut changes = BTreeMap::new();
        for (number, passage) in self.passages.into_iter().enumerate() {
            if changes.insert(passage.at, passage.text).is_some() {
                faults.add(format!("passages[{number}].at"), "twice", "comes twice");
            }
        }
        faults.finish(Some(Decision::EditLetter(letter, changes)))
    }
}

/// Holds a letter back that waits to be sent and was never tried: from then on it waits until somebody sends it.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/{letter}/hold-back", tag = "letters",
    operation_id = "holdLetterBack", security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = uuid::Uuid, Path, description = "The letter's id"), DecisionQuery, DecisionHeaders),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn hold_back(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let letter = letter_id(&letter)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::HoldLetter(letter))).await
}

/// Changes the words of a letter that is held back, for this one person. What the law asks such a letter to say it says still, or
/// the words are refused (`letter_incomplete`); dates, amounts and remedies stay as they are. With `dry_run` and `reveal` the
/// answer shows the letter as it would be.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/{letter}/edit", tag = "letters", operation_id = "editLetter",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = uuid::Uuid, Path, description = "The letter's id"), DecisionQuery, DecisionHeaders),
    request_body = Editing, responses(Decided, described::Deciding))]
pub async fn edit(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let letter = letter_id(&letter)?;
    asked.decide(&app, &by, &name, |given: Editing| given.read(letter)).await
}

/// Sends a letter that was held back, with the words it has, to the request's address as it is now.
#[utoipa::path(post, path = "/api/v1/requests/{id}/letters/{letter}/send", tag = "letters", operation_id = "sendLetter",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           ("letter" = uuid::Uuid, Path, description = "The letter's id"), DecisionQuery, DecisionHeaders),
    request_body = Nothing, responses(Decided, described::Deciding))]
pub async fn send(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    path: Path<(String, String)>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    let (name, letter) = path.into_inner();
    let letter = letter_id(&letter)?;
    asked.decide(&app, &by, &name, |Nothing {}| Ok(Decision::SendLetter(letter))).await
}
