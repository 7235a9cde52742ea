//! Asking the person something, and noting what came back. What that does to the dates is the law's matter.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use entities::inquiry::table::InquiryKind;
use entities::request::decide::Inquiring;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::asked::Asked;
use crate::auth::caller::Caller;
use crate::auth::scopes::RequestsDecide;
use crate::decision::{Decided, Decision, DecisionHeaders, DecisionQuery};
use crate::fields::Faults;
use crate::json::Object;
use crate::problem::{Problem, described};
use crate::schema;

/// The longest question or answer, in characters.
const LONGEST_WORDS: usize = 4000;
/// The highest fee, in the currency's smallest unit: what is more is a slip of the pen.
const HIGHEST_FEE: i64 = 100_000_000;

/// A question to the person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInquiry)]
pub struct Asking {
    /// What is asked for.
    #[schema(schema_with = schema::inquiry_kind)]
    kind: String,
    /// The words of the question; stored sealed.
    #[schema(min_length = 1, max_length = 4000)]
    words: String,
    /// The fee; with `kind` = `fee`, which needs it.
    #[schema(value_type = Option<GivenFee>)]
    fee: Option<Object<GivenFee>>,
}

/// A fee.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Fee)]
struct GivenFee {
    /// How much, in the currency's smallest unit.
    #[schema(minimum = 1, maximum = 100_000_000, example = 1500)]
    amount_minor: i64,
    /// The currency, ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: String,
}

impl Asking {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let kind = inquiry_kind(&mut faults, &self.kind);
        let words = faults.text("words", &self.words, LONGEST_WORDS);
        match (kind, &self.fee) {
            (Some(InquiryKind::Fee), None) => faults.add("fee", "fee_needed", "a fee that is asked for has an amount"),
            (Some(InquiryKind::Identity | InquiryKind::Clarification), Some(_)) => {
                faults.add("fee", "only_for_fee", "only a fee has an amount");
            }
            _ => {}
        }
        let fee = self.fee.map(|Object(fee)| {
            if !(1..=HIGHEST_FEE).contains(&fee.amount_minor) {
                faults.add("fee.amount_minor", "out_of_range", format!("a number from 1 to {HIGHEST_FEE}"));
            }
            if fee.currency.len() != 3 || !fee.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
                faults.add("fee.currency", "not_a_currency", "is an ISO 4217 code, such as EUR");
            }
            (fee.amount_minor, fee.currency)
        });
        let read = || Some(Decision::Ask(Inquiring { kind: kind?, words: words?, fee }));
        faults.finish(read())
    }
}

fn inquiry_kind(faults: &mut Faults, given: &str) -> Option<InquiryKind> {
    faults.word("kind", "unknown_inquiry_kind", given, InquiryKind::ALL.iter().map(|kind| kind.as_str()))
}

/// What came back from the person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InquiryAnswer)]
pub struct Answering {
    /// What had been asked for.
    #[schema(schema_with = schema::inquiry_kind)]
    kind: String,
    /// When the full answer, or the fee, arrived; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    answered_at: Option<String>,
    /// The answer's words; stored sealed.
    #[schema(max_length = 4000)]
    words: Option<String>,
}

impl Answering {
    fn read(self) -> Result<Decision, Problem> {
        let mut faults = Faults::default();
        let kind = inquiry_kind(&mut faults, &self.kind);
        let at = self.answered_at.as_deref().and_then(|given| faults.instant("answered_at", given));
        let words = self.words.as_deref().and_then(|given| faults.text("words", given, LONGEST_WORDS));
        faults.finish(kind.map(|kind| Decision::Answer(kind, at, words)))
    }
}

/// Asks the person something. Once the question has gone out, the clocks that the law lets wait for the answer are suspended;
/// their dates stay until it came.
#[utoipa::path(post, path = "/api/v1/requests/{id}/ask", tag = "decisions", operation_id = "askPerson",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Asking, responses(Decided, described::Deciding))]
pub async fn ask(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Asking::read).await
}

/// The person's answer, or the fee, arrived. The dates move as the law says.
#[utoipa::path(post, path = "/api/v1/requests/{id}/answer", tag = "decisions", operation_id = "noteAnswer",
    security(("client_credentials" = ["requests:decide"])),
    params(("id" = String, Path, description = "The request's id or reference"),
           DecisionHeaders, DecisionQuery),
    request_body = Answering, responses(Decided, described::Deciding))]
pub async fn answer(
    app: Data<App>,
    by: Caller<RequestsDecide>,
    name: Path<String>,
    asked: Asked,
) -> Result<HttpResponse, Problem> {
    asked.decide(&app, &by, &name, Answering::read).await
}
