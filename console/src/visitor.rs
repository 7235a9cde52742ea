//! Who looks at a page, and how: signed in or not, in which language and theme. Found out once for each call, at the entrance.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use api::app::App;
use entities::error::StoreError;
use entities::guest;
use entities::guest::session::Visit;
use entities::officer::session::{self, Signed, Visitor as From};
use secrecy::ExposeSecret;
use vault::token::{hash_token, random_token};

use crate::cookies::{Jar, Purpose};
use crate::guest::Door;
use crate::language::Language;
use crate::own_path::OwnPath;
use crate::refused::Refused;
use crate::theme::Theme;
use crate::words::Words;

/// Who looks.
pub struct Visitor {
    /// The session, if there is one that has not ended. It may still lack its second factor.
    pub session: Option<Signed>,
    /// In which words pages are shown.
    pub words: Words,
    /// Light or dark.
    pub theme: Theme,
    /// How cookies are kept here.
    pub jar: Jar,
    /// The page that is looked at, with its query; of a form, the page behind it.
    pub here: OwnPath,
    /// The network address, if it is known.
    pub address: Option<String>,
    /// What the browser says it is.
    pub user_agent: Option<String>,
    token: Option<String>,
    /// What the forms on the page are bound to: the hash of a secret that only this browser holds.
    pub bound_to: String,
    /// That secret, if the browser has yet to be given it.
    pub fresh: Option<String>,
}

impl Visitor {
    /// Finds out who makes a call.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(app: &App, req: &HttpRequest) -> Result<Self, StoreError> {
        let jar = Jar::of(req, app.store.public_url.as_deref());
        let token = jar.read(req, Purpose::Session);
        let session = match &token {
            Some(token) => session::find(&app.store, token).await?,
            None => None,
        };
        let chosen = session.as_ref().and_then(|session| Language::of_code(&session.language));
        let token = token.filter(|_| session.is_some());
        Ok(Self::known(jar, req, session, token, chosen))
    }

    /// Finds out whom a link from their mail has let in by this door. Guests are never officers, whatever else they hold.
    ///
    /// # Errors
    /// The database fails.
    pub async fn at(app: &App, req: &HttpRequest, door: Door) -> Result<(Self, Option<Visit>), StoreError> {
        let jar = Jar::of(req, app.store.public_url.as_deref());
        let token = jar.read(req, door.purpose());
        let visit = match &token {
            Some(token) => guest::session::find(&app.store, token).await?.filter(|visit| door.admits(visit.guest)),
            None => None,
        };
        let chosen = visit.as_ref().and_then(|visit| Language::of_code(&visit.language));
        let token = token.filter(|_| visit.is_some());
        Ok((Self::known(jar, req, None, token, chosen), visit))
    }

    /// Somebody nobody knows, for pages that say that the database is away.
    #[must_use]
    pub fn unknown(app: &App, req: &HttpRequest) -> Self {
        Self::known(Jar::of(req, app.store.public_url.as_deref()), req, None, None, None)
    }

    fn known(
        jar: Jar,
        req: &HttpRequest,
        session: Option<Signed>,
        token: Option<String>,
        chosen: Option<Language>,
    ) -> Self {
        let visit = jar.read(req, Purpose::Visit).filter(|visit| (32..=128).contains(&visit.len()));
        let (secret, fresh) = match token.clone().or(visit) {
            Some(secret) => (secret, None),
            None => {
                let (secret, _) = random_token("dsr_visit");
                let secret = secret.expose_secret().to_owned();
                (secret.clone(), Some(secret))
            }
        };
        let kept = jar.read(req, Purpose::Language).and_then(|code| Language::of_code(&code));
        let chosen = kept.or(chosen);
        let here = match *req.method() {
            Method::GET | Method::HEAD => OwnPath::read(req.uri().path_and_query().map_or("", |here| here.as_str())),
            _ => OwnPath::behind(req.path()),
        };
        Self {
            words: Words::of(chosen.unwrap_or_else(|| Language::asked_for(req))),
            theme: Theme::of(&jar.read(req, Purpose::Theme).unwrap_or_default()),
            session,
            jar,
            here,
            address: req.peer_addr().map(|address| address.ip().to_canonical().to_string()),
            user_agent: req.headers().get(header::USER_AGENT).and_then(|it| it.to_str().ok()).map(str::to_owned),
            token,
            bound_to: hash_token(&secret),
            fresh,
        }
    }

    /// The token of the session there is.
    ///
    /// # Errors
    /// There is none.
    pub fn session_token(&self) -> Result<&str, Refused> {
        self.token.as_deref().ok_or(Refused::SignIn)
    }

    /// Where the visitor comes from, for what is written down of it.
    #[must_use]
    pub fn from(&self) -> From {
        From { address: self.address.clone(), user_agent: self.user_agent.clone() }
    }
}

/// The visitor of a call, for handlers.
#[derive(Clone)]
pub struct Visiting(pub Rc<Visitor>);

impl Visiting {
    /// The visitor whom the entrance has noted.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        let noted = req.extensions().get::<Rc<Visitor>>().cloned();
        Self(noted.unwrap_or_else(|| {
            // Every page lies behind the entrance; whoever comes past it is nobody.
            Rc::new(Visitor::known(Jar::of(req, None), req, None, None, None))
        }))
    }
}

impl std::ops::Deref for Visiting {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.0
    }
}

impl FromRequest for Visiting {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

/// The application, which every server has.
///
/// # Errors
/// It was started without.
pub fn app_of(req: &HttpRequest) -> Result<Data<App>, api::problem::Problem> {
    let found = req.app_data::<Data<App>>().cloned();
    found.ok_or_else(|| api::problem::Problem::internal(anyhow::anyhow!("no app")))
}
