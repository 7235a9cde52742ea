//! Who is in: a person at their own request, a regulator with an invitation that still holds. Handlers ask for either in their
//! signatures, and there is no other way to what they may see.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use api::app::App;
use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::guest::session::Visit;
use entities::guest::status;
use entities::guest::table::Guest;
use entities::id::RequestId;
use entities::regulator::sign_in;
use entities::regulator::table::Model as Invitation;
use entities::request::decide::Decider;
use entities::request::table::Model as Request;
use entities::{controller, request};

use crate::refused::Refused;
use crate::shell::Shell;
use crate::visitor::{Visiting, Visitor, app_of};

/// Whoever has come in by a link, wholly or in part, as the entrance noted.
pub(super) fn visit_of(req: &HttpRequest) -> Option<Visit> {
    req.extensions().get::<Visit>().cloned()
}

/// The person a request is about.
pub struct Person {
    visitor: Rc<Visitor>,
    /// Their visit.
    pub visit: Visit,
    /// Their request: the only one they see.
    pub request: RequestId,
}

impl Person {
    /// The visitor they are.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// They, as one who decides about their own request.
    #[must_use]
    pub fn decider(&self) -> Decider {
        status::decider(&self.visit, self.visitor.address.clone())
    }

    /// Their request, and the surroundings of their pages.
    ///
    /// # Errors
    /// The database fails.
    pub async fn own(&self, app: &App) -> Result<(Request, Controller, Shell), Refused> {
        let conn = app.store.db.read();
        let found = request::queries::by_id(conn, &Reach::installation(), self.request).await?;
        let found = found.ok_or_else(Refused::not_found)?;
        let controller = controller::queries::by_id(conn, found.controller_id).await?;
        let controller = controller.ok_or_else(Refused::not_found)?;
        let shell = super::shell(app, &self.visitor, controller.clone());
        Ok((found, controller, shell))
    }
}

impl FromRequest for Person {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let Visiting(visitor) = Visiting::of(req);
        ready(match visit_of(req).filter(|visit| visit.is_confirmed) {
            Some(visit) => match visit.guest {
                Guest::Person(request) => Ok(Self { visitor, visit, request }),
                Guest::Regulator(_) => Err(Refused::SignIn),
            },
            None => Err(Refused::SignIn),
        })
    }
}

/// Whom an invitation lets look, as long as it holds: it is read with every page.
pub struct Regulator {
    visitor: Rc<Visitor>,
    /// Their visit.
    pub visit: Visit,
    /// What lets them look, and how far.
    pub invitation: Invitation,
}

impl Regulator {
    /// The visitor they are.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// The surroundings of their pages, and the controller they look at.
    ///
    /// # Errors
    /// The database fails.
    pub async fn shell(&self, app: &App) -> Result<(Controller, Shell), Refused> {
        let controller = controller::queries::by_id(app.store.db.read(), self.invitation.controller_id).await?;
        let controller = controller.ok_or_else(Refused::not_found)?;
        Ok((controller.clone(), super::shell(app, &self.visitor, controller)))
    }
}

impl FromRequest for Regulator {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let app = app_of(&req)?;
            let Visiting(visitor) = Visiting::of(&req);
            let visit = visit_of(&req).filter(|visit| visit.is_confirmed).ok_or(Refused::SignIn)?;
            let Guest::Regulator(id) = visit.guest else { return Err(Refused::SignIn) };
            let invitation = sign_in::invitation(&app.store, id).await?.ok_or(Refused::SignIn)?;
            Ok(Self { visitor, visit, invitation })
        })
    }
}

/// Whoever came by a regulator's link and has yet to give the code.
pub struct HalfRegulator {
    visitor: Rc<Visitor>,
}

impl HalfRegulator {
    /// The visitor they are.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }
}

impl FromRequest for HalfRegulator {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let Visiting(visitor) = Visiting::of(req);
        let half = visit_of(req).filter(|visit| !visit.is_confirmed && matches!(visit.guest, Guest::Regulator(_)));
        ready(half.map(|_| Self { visitor }).ok_or(Refused::SignIn))
    }
}
