//! Who may: an officer who is signed in and holds the scope that a handler's signature asks for.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use api::auth::caller::Caller;
use api::auth::scopes::Needs;
use api::limits::Left;
use api::observe::KnownClient;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::id::{ClientId, ControllerId};
use entities::officer::session::Signed;

use crate::refused::Refused;
use crate::visitor::{Visiting, Visitor, app_of};

/// An officer who holds scope `S` somewhere. Its reach is the controllers where a role of theirs has that scope, and nothing
/// else, so whatever is found by it may be shown or decided.
pub struct Officer<S: Needs> {
    visitor: Rc<Visitor>,
    /// The officer as the API knows callers.
    pub by: Caller<S>,
}

impl<S: Needs> Officer<S> {
    /// The visitor they are.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Their id.
    #[must_use]
    pub fn id(&self) -> ClientId {
        self.by.client
    }

    /// How far their scope `S` reaches.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.by.reach
    }

    /// The officer by another scope of theirs, with that one's own reach.
    ///
    /// # Errors
    /// They hold it for no controller.
    pub fn also<T: Needs>(&self) -> Result<Caller<T>, Refused> {
        let session = self.visitor.session.as_ref().ok_or(Refused::SignIn)?;
        if !session.may(T::SCOPE) {
            return Err(Refused::NoRight(T::SCOPE));
        }
        Ok(Caller::let_in(session.officer, session.reach(T::SCOPE), self.visitor.address.clone()))
    }

    /// Whether they hold another scope for this controller, for what a page offers. What it leads to asks again.
    #[must_use]
    pub fn may(&self, scope: Scope, controller: ControllerId) -> bool {
        self.visitor.session.as_ref().is_some_and(|session| session.reach(scope).covers(controller))
    }
}

impl<S: Needs> FromRequest for Officer<S> {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(admit(req))
    }
}

fn admit<S: Needs>(req: &HttpRequest) -> Result<Officer<S>, Refused> {
    let SignedIn(visitor) = signed_in(req)?;
    let session = visitor.session.as_ref().ok_or(Refused::SignIn)?;
    if !session.may(S::SCOPE) {
        return Err(Refused::NoRight(S::SCOPE));
    }
    let reach = session.reach(S::SCOPE);
    let by = Caller::let_in(session.officer, reach, visitor.address.clone());
    Ok(Officer { by, visitor })
}

/// Somebody who is signed in with all that it takes, whatever their rights: for pages about themselves.
pub struct SignedIn(Rc<Visitor>);

impl SignedIn {
    /// The visitor they are.
    #[must_use]
    pub fn visitor(&self) -> &Visitor {
        &self.0
    }

    /// Their session.
    ///
    /// # Errors
    /// Never: there would be no such value without one.
    pub fn session(&self) -> Result<&Signed, Refused> {
        self.0.session.as_ref().ok_or(Refused::SignIn)
    }
}

impl FromRequest for SignedIn {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(signed_in(req))
    }
}

fn signed_in(req: &HttpRequest) -> Result<SignedIn, Refused> {
    let app = app_of(req)?;
    let Visiting(visitor) = Visiting::of(req);
    let session = visitor.session.as_ref().ok_or(Refused::SignIn)?;
    if !session.is_full() {
        return Err(Refused::SignIn);
    }
    req.extensions_mut().insert(KnownClient(session.officer));
    let left: Left = app.limits.client(session.officer)?;
    req.extensions_mut().insert(left);
    Ok(SignedIn(visitor))
}
