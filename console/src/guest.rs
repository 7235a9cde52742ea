//! Guests: people who come by a link from their mail, each kind by a door of its own. They have no account and no roles; what
//! they may see follows from whom the link let in.

mod entrance;
mod inside;
pub mod link;

pub use entrance::{enter_regulator, enter_status};
pub use inside::{HalfRegulator, Person, Regulator};

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use api::app::App;
use entities::controller::table::Model as Controller;
use entities::guest::session::Opened;
use entities::guest::table::Guest;
use secrecy::ExposeSecret;

use crate::cookies::Purpose;
use crate::shell::Shell;
use crate::visitor::Visitor;

/// One of the ways in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// To where one's own request stands.
    Status,
    /// To the regulator's room.
    Regulator,
}

impl Door {
    /// The cookie that keeps who came in.
    #[must_use]
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Status => Purpose::Person,
            Self::Regulator => Purpose::Regulator,
        }
    }

    /// Whether it is the door for this guest.
    #[must_use]
    pub const fn admits(self, guest: Guest) -> bool {
        matches!((self, guest), (Self::Status, Guest::Person(_)) | (Self::Regulator, Guest::Regulator(_)))
    }

    /// The address behind it.
    #[must_use]
    pub const fn room(self) -> &'static str {
        match self {
            Self::Status => "/status",
            Self::Regulator => "/regulator",
        }
    }

    /// What comes first behind it: a link from a mail lets a person in, and has a regulator asked for the code besides.
    #[must_use]
    pub const fn first(self) -> &'static str {
        match self {
            Self::Status => self.room(),
            Self::Regulator => "/regulator/code",
        }
    }

    /// Where one asks for a link.
    #[must_use]
    pub fn ask(self) -> String {
        format!("{}/link", self.room())
    }
}

/// Sends a guest on to an address of ours, with a GET, so that reloading repeats nothing.
#[must_use]
pub fn go_to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// Gives the browser a guest's session, in place of the one it had, and sends it on.
#[must_use]
pub fn let_in(visitor: &Visitor, door: Door, opened: &Opened, to: &str) -> HttpResponse {
    let mut response = go_to(to);
    let kept = visitor.jar.keep(door.purpose(), opened.token.expose_secret().to_owned(), None);
    if let Ok(value) = HeaderValue::from_str(&kept.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Takes the browser its session, and sends it where one asks for a link.
#[must_use]
pub fn let_out(visitor: &Visitor, door: Door) -> HttpResponse {
    let mut response = go_to(&door.ask());
    if let Ok(value) = HeaderValue::from_str(&visitor.jar.forget(door.purpose()).to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The surroundings of a guest's page: the one controller they have to do with, and no officers' pages.
#[must_use]
pub fn shell(app: &App, visitor: &Visitor, controller: Controller) -> Shell {
    let mut shell = Shell::bare(app, visitor);
    shell.controllers.insert(controller.id, controller);
    shell
}
