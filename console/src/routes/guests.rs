//! The pages of guests, each kind behind a door of its own: the person's, and the regulator's room.

use actix_web::Scope;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use super::{both, get, pages, post};
use crate::guest::{enter_regulator, enter_status};
use crate::pages::error;
use crate::pages::regulator::{bundle, case, code, leave as leave_room, link as room_link, start};
use crate::pages::status::{answer, files, leave, link, show, withdraw};

pages! {
    /// Every address below `/status` and how it may be asked for (`get`, `post`, `both`), for tests that try each.
    of_persons, STATUS:
    get "" => show::show;
    get "/" => show::show;
    both "/link" => link::ask, link::send;
    both "/link/{token}" => link::show, link::open;
    both "/withdraw" => withdraw::show, withdraw::send;
    both "/answer/{inquiry}" => answer::show, answer::send;
    post "/files/{file}" => files::fetch;
    post "/leave" => leave::send;
}

pages! {
    /// The same below `/regulator`.
    of_regulators, REGULATOR:
    get "" => start::show;
    get "/" => start::show;
    both "/link" => room_link::ask, room_link::send;
    both "/link/{token}" => room_link::show, room_link::open;
    both "/code" => code::show, code::send;
    get "/find" => start::find;
    get "/cases/{name}" => case::show;
    post "/cases/{name}/reveal" => case::reveal;
    post "/bundle" => bundle::send;
    post "/leave" => leave_room::send;
}

/// Adds all of them to a server.
pub fn mount(config: &mut ServiceConfig) {
    let persons = of_persons(web::scope("/status")).default_service(web::to(error::nothing_here));
    config.service(persons.wrap(from_fn(enter_status)));
    let regulators = of_regulators(web::scope("/regulator")).default_service(web::to(error::nothing_here));
    config.service(regulators.wrap(from_fn(enter_regulator)));
}
