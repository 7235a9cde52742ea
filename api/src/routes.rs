//! Every address, and the one file that knows all endpoints.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, guard};

use crate::auth::{scopes, token};
use crate::decisions::{appeals, choices, ending, files, held, inquiries, jobs, letters, progress, time, work};
use crate::identity::link;
use crate::intake::file;
use crate::ops::{docs, health, metrics};
use crate::problem::{Problem, codes};
use crate::regulator::{bundle, case, figures};
use crate::reporting::{accountability, ccpa, forecast, register};
use crate::sources::{calls, keys as secrets, list as sources, make as adding, switch as pausing, tickets, trying};
use crate::subscribers::{deliveries, keys, list as subscribers, make, sending, switch};
use crate::views::{
    artifacts, audit, candidates, clocks, content, controllers, events, identifiers, jobs as view_jobs,
    letters as view_letters, list, notes, one, plan, questions, tasks,
};
use crate::webhooks::receive;

/// Adds all of them.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(post("/oauth/token", token::issue))
        .service(post("/oauth/revoke", token::revoke))
        .service(get("/healthz", health::live))
        .service(get("/readyz", health::ready))
        .service(get("/metrics", metrics::render))
        .service(get("/openapi.json", docs::openapi))
        .service(get("/docs", docs::enter))
        .service(get("/docs/{file:.*}", docs::page))
        .service(both("/identity/{token}", link::show, link::prove))
        .service(hook("/webhooks/{source}", receive::receive))
        .service(hook("/webhooks/{source}/{secret}", receive::receive_by_secret))
        .service(get("/problems", docs::problems))
        .service(get("/problems/{code}", docs::problem))
        .service(get("/api/v1/scopes", scopes::list))
        .service(both("/api/v1/requests", list::list, file::submit))
        .service(post("/api/v1/requests/search", list::search))
        .service(get("/api/v1/requests/{id}", one::show))
        .service(get("/api/v1/requests/{id}/identifiers", identifiers::list))
        .service(get("/api/v1/requests/{id}/candidates", candidates::list))
        .service(get("/api/v1/requests/{id}/plan", plan::show))
        .service(get("/api/v1/requests/{id}/jobs", view_jobs::list))
        .service(get("/api/v1/requests/{id}/events", events::list))
        .service(get("/api/v1/requests/{id}/clocks", clocks::list))
        .service(get("/api/v1/requests/{id}/artifacts", artifacts::list))
        .service(post("/api/v1/requests/{id}/artifacts/{artifact}/hand-over", files::hand_over))
        .service(post("/api/v1/requests/{id}/artifacts/{artifact}/take-back", files::take_back))
        .service(get("/api/v1/requests/{id}/questions", questions::list))
        .service(both("/api/v1/requests/{id}/notes", notes::list, work::note))
        .service(both("/api/v1/requests/{id}/tasks", tasks::list, work::task))
        .service(post("/api/v1/requests/{id}/tasks/{task}/done", work::done))
        .service(post("/api/v1/requests/{id}/assign", work::assign))
        .service(post("/api/v1/requests/{id}/verify", progress::verify))
        .service(post("/api/v1/requests/{id}/approve", progress::approve))
        .service(post("/api/v1/requests/{id}/hold", progress::hold))
        .service(post("/api/v1/requests/{id}/release", progress::release))
        .service(post("/api/v1/requests/{id}/refuse", ending::refuse))
        .service(post("/api/v1/requests/{id}/withdraw", ending::withdraw))
        .service(post("/api/v1/requests/{id}/accept", ending::accept))
        .service(post("/api/v1/requests/{id}/complete", ending::complete))
        .service(post("/api/v1/requests/{id}/ask", inquiries::ask))
        .service(post("/api/v1/requests/{id}/answer", inquiries::answer))
        .service(post("/api/v1/requests/{id}/acknowledge", time::acknowledge))
        .service(post("/api/v1/requests/{id}/extend", time::extend))
        .service(post("/api/v1/requests/{id}/announce", time::announce))
        .service(post("/api/v1/requests/{id}/recompute", time::recompute))
        .service(post("/api/v1/requests/{id}/appeal", appeals::appeal))
        .service(post("/api/v1/requests/{id}/extend-appeal", appeals::extend))
        .service(post("/api/v1/requests/{id}/decide-appeal", appeals::decide))
        .service(post("/api/v1/requests/{id}/resolve-anew", choices::resolve_anew))
        .service(post("/api/v1/requests/{id}/retry", jobs::retry_steps))
        .service(post("/api/v1/requests/{id}/jobs/{job}/retry", jobs::retry_job))
        .service(post("/api/v1/requests/{id}/jobs/{job}/abandon", jobs::abandon_job))
        .service(post("/api/v1/requests/{id}/candidates/{candidate}/include", choices::include_candidate))
        .service(post("/api/v1/requests/{id}/candidates/{candidate}/leave-out", choices::leave_out_candidate))
        .service(post("/api/v1/requests/{id}/identifiers/{identifier}/include", choices::include_identifier))
        .service(post("/api/v1/requests/{id}/identifiers/{identifier}/leave-out", choices::leave_out_identifier))
        .service(post("/api/v1/requests/{id}/address", letters::address))
        .service(both("/api/v1/requests/{id}/letters", view_letters::list, letters::write))
        .service(post("/api/v1/requests/{id}/letters/preview", view_letters::preview))
        .service(post("/api/v1/requests/{id}/letters/identity-link", letters::identity_link))
        .service(post("/api/v1/requests/{id}/letters/record", letters::record))
        .service(get("/api/v1/requests/{id}/letters/{letter}", view_letters::show))
        .service(get("/api/v1/requests/{id}/letters/{letter}/pdf", view_letters::print))
        .service(post("/api/v1/requests/{id}/letters/{letter}/hold-back", held::hold_back))
        .service(post("/api/v1/requests/{id}/letters/{letter}/edit", held::edit))
        .service(post("/api/v1/requests/{id}/letters/{letter}/send", held::send))
        .service(post("/api/v1/requests/{id}/letters/{letter}/retry", letters::retry))
        .service(post("/api/v1/requests/{id}/letters/{letter}/resend", letters::resend))
        .service(get("/api/v1/artifacts/{id}/content", content::fetch))
        .service(get("/api/v1/controllers", controllers::list))
        .service(get("/api/v1/audit/{controller}", audit::list))
        .service(both("/api/v1/subscribers", subscribers::list, make::make))
        .service(get("/api/v1/subscribers/{subscriber}", subscribers::show))
        .service(post("/api/v1/subscribers/{subscriber}/change", make::change))
        .service(post("/api/v1/subscribers/{subscriber}/rotate", keys::rotate))
        .service(post("/api/v1/subscribers/{subscriber}/enable", switch::enable))
        .service(post("/api/v1/subscribers/{subscriber}/disable", switch::disable))
        .service(post("/api/v1/subscribers/{subscriber}/remove", switch::remove))
        .service(post("/api/v1/subscribers/{subscriber}/test", sending::test))
        .service(post("/api/v1/subscribers/{subscriber}/replay", sending::replay))
        .service(get("/api/v1/subscribers/{subscriber}/deliveries", deliveries::list))
        .service(get("/api/v1/subscribers/{subscriber}/deliveries/{delivery}", deliveries::show))
        .service(both("/api/v1/sources", sources::list, adding::make))
        .service(post("/api/v1/sources/try", trying::describe))
        .service(get("/api/v1/sources/{source}", sources::show))
        .service(post("/api/v1/sources/{source}/change", adding::change))
        .service(post("/api/v1/sources/{source}/rotate", secrets::rotate))
        .service(post("/api/v1/sources/{source}/pause", pausing::pause))
        .service(post("/api/v1/sources/{source}/resume", pausing::resume))
        .service(post("/api/v1/sources/{source}/remove", pausing::remove))
        .service(post("/api/v1/sources/{source}/try", trying::attempt))
        .service(get("/api/v1/sources/{source}/tickets", tickets::list))
        .service(post("/api/v1/sources/{source}/tickets/{ticket}/retry", tickets::retry))
        .service(get("/api/v1/sources/{source}/calls", calls::list))
        .service(get("/api/v1/sources/{source}/calls/{call}", calls::show))
        .service(post("/api/v1/sources/{source}/calls/{call}/read-again", calls::read_again))
        .service(get("/api/v1/reports/register", register::register))
        .service(get("/api/v1/reports/ccpa", ccpa::ccpa))
        .service(get("/api/v1/reports/accountability", accountability::accountability))
        .service(get("/api/v1/reports/forecast", forecast::forecast))
        .service(get("/api/v1/regulator/statistics", figures::show))
        .service(get("/api/v1/regulator/cases/{id}", case::show))
        .service(get("/api/v1/regulator/bundles/{controller}", bundle::fetch))
        .default_service(web::to(nothing_here));
}

fn get<F, A>(path: &str, handler: F) -> impl HttpServiceFactory + use<F, A>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    reading(web::resource(path), handler).default_service(web::to(|| other_method("GET, HEAD")))
}

fn post<F, A>(path: &str, handler: F) -> impl HttpServiceFactory + use<F, A>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::post().to(handler)).default_service(web::to(|| other_method("POST")))
}

/// Some senders ask by HEAD whether an address is there before they take it. Any is: the answer tells nothing of sources.
fn hook<F, A>(path: &str, handler: F) -> impl HttpServiceFactory + use<F, A>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::post().to(handler))
        .route(web::head().to(HttpResponse::Ok))
        .default_service(web::to(|| other_method("HEAD, POST")))
}

fn both<F, A, G, B>(path: &str, reader: F, writer: G) -> impl HttpServiceFactory + use<F, A, G, B>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    reading(web::resource(path), reader)
        .route(web::post().to(writer))
        .default_service(web::to(|| other_method("GET, HEAD, POST")))
}

/// What can be got can be asked about as well: HEAD is answered as GET, without the body (RFC 9110 §9.3.2).
fn reading<F, A>(resource: Resource, handler: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource.route(web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler))
}

async fn other_method(allow: &'static str) -> HttpResponse {
    Problem::new(codes::METHOD_NOT_ALLOWED, format!("only {allow} exist here"))
        .with_header(header::ALLOW, allow)
        .answer()
}

async fn nothing_here(_: HttpRequest) -> HttpResponse {
    Problem::new(codes::NOT_FOUND, "there is nothing at this address; /docs/ lists what there is").answer()
}
