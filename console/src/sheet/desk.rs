//! What a decision's form is made from: the request as it stands, and who looks at it.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use api::app::App;
use api::auth::scopes::{Needs, RequestsReveal};
use api::named;
use api::query::Query;
use api::reveal::{Look, RevealQuery};
use entities::client::scope::Scope;
use entities::id::ClientId;
use entities::officer::session::Signed;
use entities::request::table::Model;
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::dates::Dates;
use crate::officer::Officer;
use crate::refused::Refused;
use crate::shell::Shell;

/// Where a decision's form lies.
pub struct Place {
    /// The request's reference or id.
    pub name: String,
    item: Option<Uuid>,
    action: String,
}

impl FromRequest for Place {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let gap = |name| req.match_info().get(name).unwrap_or_default();
        let (name, item) = (gap("name").to_owned(), named::id(gap("item")));
        ready(Ok(Self { name, item, action: req.path().to_owned() }))
    }
}

/// What lies before whoever decides.
pub struct Desk<'a> {
    /// The application.
    pub app: &'a App,
    /// The surroundings of the page.
    pub s: Shell,
    /// The request, and how its personal data may be shown.
    pub look: Look,
    /// Who looks.
    pub officer: ClientId,
    /// Where the form goes.
    pub action: String,
    session: Option<&'a Signed>,
    item: Option<Uuid>,
}

impl<'a> Desk<'a> {
    /// With personal data masked.
    ///
    /// # Errors
    /// The request is not within reach, or the database fails.
    pub async fn masked<S: Needs>(app: &'a App, officer: &'a Officer<S>, place: &Place) -> Result<Self, Refused> {
        let look = Look::at(app, &officer.by, &place.name, "request", Query::of(RevealQuery { reveal: None })).await?;
        Self::of(app, officer, place, look).await
    }

    /// With personal data in the clear, for a purpose, which is written down first.
    ///
    /// # Errors
    /// The officer may not reveal, the purpose is none, the request is not within reach, or the database fails.
    pub async fn clear<S: Needs>(
        app: &'a App,
        officer: &'a Officer<S>,
        place: &Place,
        purpose: &str,
    ) -> Result<Self, Refused> {
        let reveal = Query::of(RevealQuery { reveal: Some(purpose.to_owned()) });
        let look = Look::at(app, &officer.also::<RequestsReveal>()?, &place.name, "request", reveal).await?;
        if !officer.reach().covers(look.request.controller_id) {
            return Err(Refused::not_found());
        }
        Self::of(app, officer, place, look).await
    }

    async fn of<S: Needs>(app: &'a App, officer: &'a Officer<S>, place: &Place, look: Look) -> Result<Self, Refused> {
        let s = Shell::of(app, officer.visitor()).await?;
        let session = officer.visitor().session.as_ref();
        Ok(Self { app, s, look, officer: officer.id(), action: place.action.clone(), session, item: place.item })
    }

    /// Whether whoever looks holds a scope for the request's controller.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.session.is_some_and(|session| session.reach(scope).covers(self.look.request.controller_id))
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &Model {
        &self.look.request
    }

    /// The thing of the request's that the form is about.
    ///
    /// # Errors
    /// The address names none.
    pub fn item(&self) -> Result<Uuid, Refused> {
        self.item.ok_or_else(Refused::not_found)
    }

    /// Where to read.
    #[must_use]
    pub fn db(&self) -> &DatabaseConnection {
        self.app.store.db.read()
    }

    /// How instants of the request are shown, and read.
    #[must_use]
    pub fn dates(&self) -> Dates {
        self.s.dates_of(self.look.request.controller_id)
    }
}
