//! Every page, and the one file that knows all of them.

use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, Responder, Scope, guard};

use crate::assets;
use crate::entrance::enter;
use crate::pages::{
    account, enrol, error, export, hold, invitation, language, new_passkey, new_request, overview, passkey, password,
    provider, queue, recovery_codes, request, search, second_factor, sign_in, sign_out, theme, together, views,
};

macro_rules! pages {
    ($($method:ident $path:literal => $($handler:path),+;)+) => {
        fn all(scope: Scope) -> Scope {
            scope$(.service($method($path, $($handler),+)))+
        }

        /// Every address below `/console` and how it may be asked for (`get`, `post`, `both`), for tests that try each.
        pub const PAGES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];
    };
}

// A line a page. `get` shows, `post` takes a form, `both` shows a form and takes it.
pages! {
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
    get "/requests" => queue::show;
    post "/requests/search" => search::send;
    post "/requests/export" => export::send;
    both "/requests/new" => new_request::show, new_request::send;
    get "/requests/{name}" => request::show;
    post "/requests/{name}/reveal" => request::reveal;
    both "/requests/{name}/hold" => hold::show, hold::send;
    post "/requests/{name}/release" => hold::release;
    post "/together/hold" => together::hold;
    post "/together/release" => together::release;
    post "/together/acknowledge" => together::acknowledge;
    post "/together/extend" => together::extend;
    both "/views" => views::show, views::save;
    post "/views/{view}/rename" => views::change;
    post "/views/{view}/remove" => views::forget;
}

/// Adds all of them to a server. Assets come first and lie before the entrance: who asks for them makes no difference.
pub fn mount(config: &mut ServiceConfig) {
    config.service(web::resource("/console/assets/{name}").route(reading().to(assets::fetch)));
    let scope = all(web::scope("/console")).default_service(web::to(error::nothing_here));
    config.service(scope.wrap(from_fn(enter)));
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
