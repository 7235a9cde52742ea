//! Every page, and the one file that knows all of them. Those of guests, who are no officers, stand in a file beside.

pub mod guests;

use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Scope, guard};

use crate::assets;
use crate::entrance::enter;
use crate::pages::decisions::{
    abandon::Abandon, accept::Accept, acknowledge::Acknowledge, announce::Announce, answer::Answer, appeal::Appeal,
    approve::Approve, ask::Ask, at_once, choose::Candidate, choose::Term, complete::Complete,
    decide_appeal::DecideAppeal, extend::Extend, extend_appeal::ExtendAppeal, hand_over::HandOver, hold::Hold,
    recompute::Recompute, refuse::Refuse, resolve_anew::ResolveAnew, verify::Verify, withdraw::Withdraw,
};
use crate::pages::regulators::{grant, list, new, one};
use crate::pages::{
    account, address, assignee, clients, controllers, decisions, enrol, error, export, files, history, invitation,
    language, law, letter, letter_edit, letter_record, letters, new_passkey, new_request, note, officers, overview,
    passkey, password, provider, queue, recovery_codes, request, search, second_factor, setup, sign_in, sign_out,
    sources, status_link, subscribers, task, texts, theme, together, views,
};
use crate::sheet;

/// A line a page. `get` shows, `post` takes a form, `both` shows a form and takes it. The function adds all of them to a scope; the
/// table names them.
macro_rules! pages {
    ($(#[$doc:meta])* $all:ident, $table:ident: $($method:ident $path:literal => $($handler:path),+;)+) => {
        fn $all(scope: Scope) -> Scope {
            scope$(.service($method($path, $($handler),+)))+
        }

        $(#[$doc])*
        pub const $table: &[(&str, &str)] = &[$((stringify!($method), $path)),+];
    };
}

use pages;

pages! {
    /// Every address below `/console` and how it may be asked for (`get`, `post`, `both`), for tests that try each.
    of_officers, PAGES:
    get "" => overview::show;
    get "/" => overview::show;
    both "/sign-in" => sign_in::show, sign_in::send;
    both "/sign-in/code" => second_factor::show, second_factor::send;
    both "/sign-in/passkey" => passkey::show, passkey::send;
    get "/sign-in/provider" => provider::begin;
    get "/sign-in/provider/back" => provider::back;
    get "/sign-in/provider/end" => provider::end;
    both "/invitation/{token}" => invitation::show, invitation::send;
    both "/enrol" => enrol::show, enrol::send;
    post "/sign-out" => sign_out::send;
    post "/theme" => theme::choose;
    post "/language" => language::choose;
    get "/account" => account::show;
    post "/account/sessions/{session}/end" => account::end;
    post "/account/sessions/end-others" => account::end_others;
    both "/account/passkeys/new" => new_passkey::show, new_passkey::send;
    post "/account/passkeys/{passkey}/remove" => new_passkey::remove;
    both "/account/password" => password::show, password::send;
    both "/account/recovery-codes" => recovery_codes::show, recovery_codes::send;
    get "/regulators" => list::show;
    both "/regulators/new" => new::show, new::send;
    get "/regulators/{invitation}" => one::show;
    post "/regulators/{invitation}/end" => one::end;
    post "/regulators/{invitation}/link" => one::link;
    both "/regulators/{invitation}/grant" => grant::show, grant::send;
    post "/regulators/{invitation}/grants/{grant}/end" => grant::end;
    get "/requests" => queue::show;
    post "/requests/search" => search::send;
    post "/requests/export" => export::send;
    both "/requests/new" => new_request::show, new_request::send;
    get "/requests/{name}" => request::show;
    post "/requests/{name}/reveal" => request::reveal;
    both "/requests/{name}/assignee" => assignee::show, assignee::send;
    both "/requests/{name}/notes" => note::show, note::send;
    both "/requests/{name}/tasks" => task::show, task::send;
    post "/requests/{name}/tasks/{task}/done" => task::done;
    post "/requests/{name}/files/{file}" => files::fetch;
    both "/requests/{name}/letters" => letters::show, letters::write;
    post "/requests/{name}/letters/preview" => letters::preview;
    post "/requests/{name}/letters/identity-link" => letters::identity_link;
    both "/requests/{name}/letters/record" => letter_record::show, letter_record::send;
    get "/requests/{name}/letters/{letter}" => letter::show;
    post "/requests/{name}/letters/{letter}/reveal" => letter::reveal;
    post "/requests/{name}/letters/{letter}/pdf" => letter::print;
    post "/requests/{name}/letters/{letter}/hold-back" => letter::hold_back;
    post "/requests/{name}/letters/{letter}/edit" => letter_edit::send;
    post "/requests/{name}/letters/{letter}/send" => letter::send;
    post "/requests/{name}/letters/{letter}/retry" => letter::retry;
    both "/requests/{name}/letters/{letter}/resend" => address::show_resend, address::resend;
    both "/requests/{name}/address" => address::show, address::send;
    get "/requests/{name}/history" => history::show;
    post "/requests/{name}/history/reveal" => history::reveal;
    get "/setup" => setup::show;
    both "/setup/pause" => controllers::switch::show_all, controllers::switch::send_all;
    post "/setup/resume" => controllers::switch::resume_all;
    get "/setup/controllers" => controllers::list::show;
    both "/setup/controllers/add" => controllers::add::show, controllers::add::send;
    get "/setup/controllers/{controller}" => controllers::show::show;
    both "/setup/controllers/{controller}/change/{part}" => controllers::change::show, controllers::change::send;
    post "/setup/controllers/{controller}/look" => controllers::look::look;
    both "/setup/controllers/{controller}/pause" => controllers::switch::show, controllers::switch::send;
    post "/setup/controllers/{controller}/resume" => controllers::switch::resume;
    get "/setup/controllers/{controller}/texts" => texts::show;
    both "/setup/controllers/{controller}/texts/{language}/{text}" => texts::edit::show, texts::edit::send;
    post "/setup/controllers/{controller}/texts/{language}/{text}/withdraw" => texts::edit::withdraw;
    get "/setup/law" => law::show;
    post "/setup/law/review" => law::sign::look;
    post "/setup/law/apply" => law::sign::send;
    get "/setup/officers" => officers::list::show;
    both "/setup/officers/add" => officers::add::show, officers::add::send;
    get "/setup/officers/{officer}" => officers::show::show;
    both "/setup/officers/{officer}/roles" => officers::roles::show, officers::roles::send;
    both "/setup/officers/{officer}/{act}" => officers::acts::show, officers::acts::send;
    get "/setup/clients" => clients::list::show;
    both "/setup/clients/add" => clients::add::show, clients::add::send;
    get "/setup/clients/{client}" => clients::show::show;
    both "/setup/clients/{client}/{act}" => clients::acts::show, clients::acts::send;
    get "/setup/sources" => sources::list::show;
    get "/setup/sources/add" => sources::kinds::show;
    both "/setup/sources/add/{kind}" => sources::add::show, sources::add::send;
    get "/setup/sources/{source}" => sources::show::show;
    both "/setup/sources/{source}/settings" => sources::settings::show, sources::settings::send;
    both "/setup/sources/{source}/mapping" => sources::mapping::show, sources::mapping::send;
    both "/setup/sources/{source}/rotate" => sources::rotate::show, sources::rotate::send;
    get "/setup/sources/{source}/tickets" => sources::tickets::show;
    post "/setup/sources/{source}/tickets/{ticket}/retry" => sources::tickets::retry;
    get "/setup/sources/{source}/calls" => sources::calls::show;
    post "/setup/sources/{source}/calls/{call}/read-again" => sources::calls::read_again;
    both "/setup/sources/{source}/{act}" => sources::acts::show, sources::acts::send;
    get "/setup/subscribers" => subscribers::list::show;
    both "/setup/subscribers/add" => subscribers::add::show, subscribers::add::send;
    get "/setup/subscribers/{subscriber}" => subscribers::show::show;
    both "/setup/subscribers/{subscriber}/change" => subscribers::change::show, subscribers::change::send;
    both "/setup/subscribers/{subscriber}/replay" => subscribers::replay::show, subscribers::replay::send;
    get "/setup/subscribers/{subscriber}/deliveries" => subscribers::deliveries::list;
    get "/setup/subscribers/{subscriber}/deliveries/{delivery}" => subscribers::deliveries::show;
    post "/setup/subscribers/{subscriber}/deliveries/{delivery}/replay" => subscribers::replay::one;
    both "/setup/subscribers/{subscriber}/{act}" => subscribers::acts::show, subscribers::acts::send;
    both "/requests/{name}/status-link" => status_link::show, status_link::send;
    post "/together/hold" => together::hold;
    post "/together/release" => together::release;
    post "/together/acknowledge" => together::acknowledge;
    post "/together/extend" => together::extend;
    both "/views" => views::show, views::save;
    post "/views/{view}/rename" => views::change;
    post "/views/{view}/remove" => views::forget;
    both "/requests/{name}/hold" => sheet::show::<Hold>, sheet::send::<Hold>;
    post "/requests/{name}/release" => at_once::release;
    both "/requests/{name}/verify" => sheet::show::<Verify>, sheet::send::<Verify>;
    both "/requests/{name}/ask" => sheet::show::<Ask>, sheet::send::<Ask>;
    both "/requests/{name}/answer" => sheet::show::<Answer>, sheet::send::<Answer>;
    both "/requests/{name}/candidates/{item}" => sheet::show::<Candidate>, sheet::send::<Candidate>;
    both "/requests/{name}/identifiers/{item}" => sheet::show::<Term>, sheet::send::<Term>;
    both "/requests/{name}/resolve-anew" => sheet::show::<ResolveAnew>, sheet::send::<ResolveAnew>;
    both "/requests/{name}/approve" => decisions::approve::show, sheet::send::<Approve>;
    both "/requests/{name}/refuse" => sheet::show::<Refuse>, sheet::send::<Refuse>;
    both "/requests/{name}/withdraw" => sheet::show::<Withdraw>, sheet::send::<Withdraw>;
    both "/requests/{name}/acknowledge" => sheet::show::<Acknowledge>, sheet::send::<Acknowledge>;
    both "/requests/{name}/extend" => sheet::show::<Extend>, sheet::send::<Extend>;
    both "/requests/{name}/announce" => sheet::show::<Announce>, sheet::send::<Announce>;
    both "/requests/{name}/recompute" => sheet::show::<Recompute>, sheet::send::<Recompute>;
    post "/requests/{name}/retry" => at_once::retry_steps;
    post "/requests/{name}/jobs/{item}/retry" => at_once::retry_job;
    both "/requests/{name}/jobs/{item}/abandon" => sheet::show::<Abandon>, sheet::send::<Abandon>;
    both "/requests/{name}/files/{item}/hand-over" => sheet::show::<HandOver>, sheet::send::<HandOver>;
    post "/requests/{name}/files/{item}/take-back" => at_once::take_back;
    both "/requests/{name}/accept" => sheet::show::<Accept>, sheet::send::<Accept>;
    both "/requests/{name}/complete" => sheet::show::<Complete>, sheet::send::<Complete>;
    both "/requests/{name}/appeal" => sheet::show::<Appeal>, sheet::send::<Appeal>;
    both "/requests/{name}/extend-appeal" => sheet::show::<ExtendAppeal>, sheet::send::<ExtendAppeal>;
    both "/requests/{name}/decide-appeal" => sheet::show::<DecideAppeal>, sheet::send::<DecideAppeal>;
}

/// Adds all of them to a server. Assets come first and lie before the entrance: who asks for them makes no difference.
pub fn mount(config: &mut ServiceConfig) {
    // Compressed, as pages are not: they hold tokens beside words of others, and a length could tell of them (BREACH).
    let assets = web::resource("/console/assets/{name}").wrap(Compress::default());
    config.service(assets.route(reading().to(assets::fetch)));
    let scope = of_officers(web::scope("/console")).default_service(web::to(error::nothing_here));
    config.service(scope.wrap(from_fn(enter)));
    guests::mount(config);
}

fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn get<F, A>(path: &str, reader: F) -> impl HttpServiceFactory + use<F, A>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(reading().to(reader)).default_service(web::to(|| error::other_method("GET, HEAD")))
}

fn post<F, A>(path: &str, taker: F) -> impl HttpServiceFactory + use<F, A>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::post().to(taker)).default_service(web::to(|| error::other_method("POST")))
}

fn both<F, A, G, B>(path: &str, reader: F, taker: G) -> impl HttpServiceFactory + use<F, A, G, B>
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    web::resource(path)
        .route(reading().to(reader))
        .route(web::post().to(taker))
        .default_service(web::to(|| error::other_method("GET, HEAD, POST")))
}
