//! The API's description: OpenAPI 3.1 made from the code, a page to browse it, and what each problem means.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use serde::Serialize;
use utoipa::openapi::security::{ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_swagger_ui::Config;

use crate::auth::scopes::meaning;
use crate::observe::POLICY;
use crate::problem::codes::{self, Code};
use crate::problem::{Problem, described};
use entities::client::scope::Scope;

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Data subject requests",
        description = "Files data subject requests (GDPR, CCPA and others), decides about them, and follows them to their \
                       end on Genesys Cloud. Times are RFC 3339, ids UUIDs. Errors are RFC 9457 problems with a stable \
                       `code`. Personal data is masked unless one reveals it with a purpose, which is recorded."
    ),
    paths(
        crate::auth::token::issue,
        crate::auth::token::revoke,
        crate::auth::scopes::list,
        crate::webhooks::receive::receive,
        crate::webhooks::receive::receive_by_secret,
        crate::intake::file::submit,
        crate::views::list::list,
        crate::views::list::search,
        crate::views::one::show,
        crate::views::identifiers::list,
        crate::views::candidates::list,
        crate::views::plan::show,
        crate::views::jobs::list,
        crate::views::events::list,
        crate::views::clocks::list,
        crate::views::artifacts::list,
        crate::decisions::files::hand_over,
        crate::decisions::files::take_back,
        crate::views::content::fetch,
        crate::views::questions::list,
        crate::views::notes::list,
        crate::views::tasks::list,
        crate::decisions::work::note,
        crate::decisions::work::task,
        crate::decisions::work::done,
        crate::decisions::work::assign,
        crate::views::letters::list,
        crate::views::letters::show,
        crate::views::letters::preview,
        crate::views::letters::print,
        crate::decisions::letters::write,
        crate::decisions::letters::identity_link,
        crate::decisions::letters::record,
        crate::decisions::letters::address,
        crate::decisions::held::hold_back,
        crate::decisions::held::edit,
        crate::decisions::held::send,
        crate::decisions::letters::retry,
        crate::decisions::letters::resend,
        crate::decisions::progress::verify,
        crate::decisions::progress::approve,
        crate::decisions::progress::hold,
        crate::decisions::progress::release,
        crate::decisions::ending::refuse,
        crate::decisions::ending::withdraw,
        crate::decisions::ending::accept,
        crate::decisions::ending::complete,
        crate::decisions::inquiries::ask,
        crate::decisions::inquiries::answer,
        crate::decisions::time::acknowledge,
        crate::decisions::time::extend,
        crate::decisions::time::announce,
        crate::decisions::time::recompute,
        crate::decisions::appeals::appeal,
        crate::decisions::appeals::extend,
        crate::decisions::appeals::decide,
        crate::decisions::choices::resolve_anew,
        crate::decisions::jobs::retry_steps,
        crate::decisions::jobs::retry_job,
        crate::decisions::jobs::abandon_job,
        crate::decisions::choices::include_candidate,
        crate::decisions::choices::leave_out_candidate,
        crate::decisions::choices::include_identifier,
        crate::decisions::choices::leave_out_identifier,
        crate::views::controllers::list,
        crate::views::audit::list,
        crate::subscribers::list::list,
        crate::subscribers::make::make,
        crate::subscribers::list::show,
        crate::subscribers::make::change,
        crate::subscribers::keys::rotate,
        crate::subscribers::switch::enable,
        crate::subscribers::switch::disable,
        crate::subscribers::switch::remove,
        crate::subscribers::sending::test,
        crate::subscribers::sending::replay,
        crate::subscribers::deliveries::list,
        crate::subscribers::deliveries::show,
        crate::sources::list::list,
        crate::sources::make::make,
        crate::sources::trying::describe,
        crate::sources::list::show,
        crate::sources::make::change,
        crate::sources::keys::rotate,
        crate::sources::switch::pause,
        crate::sources::switch::resume,
        crate::sources::switch::remove,
        crate::sources::trying::attempt,
        crate::sources::tickets::list,
        crate::sources::tickets::retry,
        crate::sources::calls::list,
        crate::sources::calls::show,
        crate::sources::calls::read_again,
        crate::reporting::register::register,
        crate::reporting::ccpa::ccpa,
        crate::reporting::accountability::accountability,
        crate::reporting::forecast::forecast,
        crate::regulator::figures::show,
        crate::regulator::case::show,
        crate::regulator::bundle::fetch,
        crate::ops::health::live,
        crate::ops::health::ready,
        crate::ops::metrics::render,
        problems,
        problem,
    ),
    components(schemas(crate::trial::Trial)),
    modifiers(&Access),
    tags(
        (name = "access", description = "Tokens and scopes"),
        (name = "requests", description = "Filing and finding requests"),
        (name = "findings", description = "Whom a request means, and what is done about it"),
        (name = "decisions", description = "What people decide"),
        (name = "work", description = "What officers note for each other, what is to be done, and who has a request"),
        (name = "letters", description = "What is written to people"),
        (name = "audit", description = "Controllers and their trail"),
        (name = "subscribers", description = "Whom we tell what becomes of requests"),
        (name = "sources", description = "The ticketing systems that requests come from"),
        (name = "reports", description = "The register, figures, and a forecast"),
        (name = "regulator", description = "What somebody from outside sees, without personal data"),
        (name = "operations", description = "Health and figures")
    )
)]
struct Description;

struct Access;

impl Modify for Access {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scopes = Scopes::from_iter(Scope::ALL.iter().map(|scope| (scope.as_str(), meaning(*scope))));
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", scopes));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("client_credentials", SecurityScheme::OAuth2(OAuth2::new([flow])));
        components.schemas.insert("Problem".to_owned(), described::schema());
    }
}

/// The description as a document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

static TEXT: LazyLock<Result<String, serde_json::Error>> = LazyLock::new(|| document().to_json());

/// `GET /openapi.json`.
///
/// # Errors
/// It does not serialise.
pub async fn openapi() -> Result<HttpResponse, Problem> {
    match &*TEXT {
        Ok(text) => Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .content_type("application/json")
            .body(Bytes::from_static(text.as_bytes()))),
        Err(error) => Err(Problem::internal(anyhow::anyhow!("the description does not serialise: {error}"))),
    }
}

/// `GET /docs`: the page lives one step below, so that its files do.
pub async fn enter() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// What the page may load: its own files, and the styles it writes into itself.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static PAGE: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from("/openapi.json").try_it_out_enabled(true)));

/// `GET /docs/…`: the files of the page, from inside the program.
///
/// # Errors
/// There is no such file.
pub async fn page(file: Path<String>) -> Result<HttpResponse, Problem> {
    let served = utoipa_swagger_ui::serve(&file, PAGE.clone());
    let served = served.map_err(|error| Problem::internal(anyhow::anyhow!("a page's file fails: {error}")))?;
    let served = served.ok_or_else(|| Problem::not_found("file"))?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(served.content_type);
    answer.insert_header((POLICY, PAGE_POLICY)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if served.gzpipped {
        answer.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(answer.body(served.bytes.into_owned()))
}

/// What a code of a problem means.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemCode)]
struct Meaning {
    /// The code.
    code: &'static str,
    /// The HTTP status it comes with.
    status: u16,
    /// What kind of problem it is.
    title: &'static str,
}

/// All codes.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemCodes)]
struct Meanings {
    /// By status.
    items: Vec<Meaning>,
}

fn meaning_of(code: &Code) -> Meaning {
    Meaning { code: code.word, status: code.status, title: code.title }
}

/// Every code of a problem.
#[utoipa::path(get, path = "/problems", tag = "access", security(()), operation_id = "listProblems",
    responses((status = 200, description = "The codes", body = Meanings)))]
pub async fn problems() -> HttpResponse {
    HttpResponse::Ok().json(Meanings { items: codes::ALL.iter().map(meaning_of).collect() })
}

/// What one code means: the `type` of a problem leads here.
#[utoipa::path(get, path = "/problems/{code}", tag = "access", security(()), operation_id = "getProblem",
    params(("code" = String, Path, description = "The code")),
    responses((status = 200, description = "Its meaning", body = Meaning),
              (status = 404, description = "There is no such code", body = crate::problem::ProblemBody,
               content_type = "application/problem+json")))]
pub async fn problem(code: Path<String>) -> Result<HttpResponse, Problem> {
    let found = codes::ALL.iter().find(|known| known.word == *code);
    Ok(HttpResponse::Ok().json(meaning_of(found.ok_or_else(|| Problem::not_found("problem"))?)))
}
