//! What stands around every page: who is signed in, where one can go, what is paused, in which language and colours.

use std::collections::HashMap;

use api::app::App;
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::controller::table::Model as Controller;
use entities::controller::{self, pause};
use entities::error::StoreError;
use entities::id::{ControllerId, EventId};
use entities::officer::session::Signed;
use entities::time::At;
use fluent_bundle::FluentValue;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use vault::token::hash_token;

use crate::assets::{ADDRESSES, Addresses};
use crate::dates::{Dates, When};
use crate::form;
use crate::language::Language;
use crate::own_path::OwnPath;
use crate::people::People;
use crate::theme::Theme;
use crate::visitor::Visitor;
use crate::words::Words;

/// The pages that the header leads to: its address, its word in `shell.ftl`, and the scope without which it is not shown. A new
/// page that stands at the top gets a line here.
const NAV: &[(&str, &str, Scope)] = &[
    ("/console", "nav-overview", Scope::ReportsRead),
    ("/console/requests", "nav-requests", Scope::RequestsRead),
    // Whoever may set anything up may set up subscribers.
    ("/console/setup", "nav-setup", Scope::SubscribersManage),
    ("/console/regulators", "nav-regulators", Scope::RegulatorsInvite),
];

/// One way the header leads.
pub struct NavItem {
    /// Where to.
    pub address: &'static str,
    /// What it says.
    pub label: String,
    /// Whether the page lies there.
    pub is_here: bool,
}

/// Who is signed in.
pub struct Badge {
    /// Their name.
    pub name: String,
    /// Whether they have given all that it takes.
    pub is_complete: bool,
}

/// One theme to choose.
pub struct ThemeChoice {
    /// Its word.
    pub word: &'static str,
    /// What it says.
    pub label: String,
    /// Whether it is the one there is.
    pub is_chosen: bool,
}

/// Work that is stopped.
#[derive(Clone)]
pub struct Paused {
    /// Where; [`ControllerId::INSTALLATION`] for everything.
    pub at: ControllerId,
    /// Whose: a controller's name, or everybody's.
    pub whose: String,
    /// Since when.
    pub since: When,
    /// Who stopped it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The surroundings of a page. Templates call it `s`.
pub struct Shell {
    /// The words.
    pub w: Words,
    /// The language's code, for `lang`.
    pub lang: &'static str,
    /// The languages there are.
    pub languages: [Language; 2],
    /// The theme's word.
    pub theme: &'static str,
    /// The themes there are.
    pub themes: Vec<ThemeChoice>,
    /// Where the header leads.
    pub nav: Vec<NavItem>,
    /// Who is signed in.
    pub badge: Option<Badge>,
    /// What is stopped.
    pub paused: Vec<Paused>,
    /// The page itself, to come back to.
    pub here: String,
    /// What every form proves itself by.
    pub token: String,
    /// The files that pages load.
    pub assets: &'static Addresses,
    /// The present instant.
    pub now: At,
    /// The controllers that the officer may see.
    pub controllers: HashMap<ControllerId, Controller>,
}

impl Shell {
    /// The surroundings of a visitor's page.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(app: &App, visitor: &Visitor) -> Result<Self, StoreError> {
        let mut shell = Self::bare(app, visitor);
        if let Some(session) = visitor.session.as_ref().filter(|session| session.is_full()) {
            let reach = session.reach(Scope::ControllersRead);
            let controllers = controller::queries::within(app.store.db.read(), &reach).await?;
            let is_any_paused = controllers.iter().any(|row| row.paused);
            shell.controllers = controllers.into_iter().map(|row| (row.id, row)).collect();
            if is_any_paused {
                shell.paused = shell.pauses(app, &reach).await?;
            }
            let path = visitor.here.as_str();
            let shown = NAV.iter().filter(|(_, _, scope)| session.may(*scope));
            let item = |(address, word, _): &(&'static str, &str, Scope)| NavItem {
                address,
                label: visitor.words.t(word),
                is_here: lies_at(path, address),
            };
            shell.nav = shown.map(item).collect();
        }
        Ok(shell)
    }

    async fn pauses(&self, app: &App, reach: &Reach) -> Result<Vec<Paused>, StoreError> {
        let conn = app.store.db.read();
        let rows = pause::in_force(conn, reach).await?;
        let people = People::load(conn, self.w, rows.iter().filter_map(|row| row.paused_by.parse().ok())).await?;
        let one = |row: pause::table::Model| {
            let (whose, dates) = match row.controller_id {
                ControllerId::INSTALLATION => (self.t("paused-everything"), self.dates()),
                id => (self.controller_name(id), self.dates_of(id)),
            };
            let by = people.actor(row.paused_by_kind, &row.paused_by);
            let at = row.controller_id;
            Ok(Paused { at, whose, since: dates.minute(row.paused_at), by, reason: pause::reason(&app.store, &row)? })
        };
        rows.into_iter().map(one).collect()
    }

    /// The same without anything from the database, for pages that say that it is away.
    #[must_use]
    pub fn bare(app: &App, visitor: &Visitor) -> Self {
        let w = visitor.words;
        let choice = |theme: Theme| ThemeChoice {
            word: theme.as_str(),
            label: w.word("theme", theme.as_str()),
            is_chosen: theme == visitor.theme,
        };
        let badge = |session: &Signed| Badge { name: session.name.clone(), is_complete: session.is_full() };
        Self {
            w,
            lang: w.language().code(),
            languages: Language::ALL,
            theme: visitor.theme.as_str(),
            themes: Theme::ALL.map(choice).into(),
            nav: Vec::new(),
            badge: visitor.session.as_ref().map(badge),
            paused: Vec::new(),
            here: visitor.here.as_str().to_owned(),
            token: form::token(&app.store.safe, &visitor.bound_to),
            assets: &ADDRESSES,
            now: app.store.now(),
            controllers: HashMap::new(),
        }
    }

    /// The same for a page that gives the browser a new session along with it: the forms on it are bound to that one.
    #[must_use]
    pub fn bound_to(app: &App, visitor: &Visitor, token: &SecretString) -> Self {
        let bound_to = hash_token(token.expose_secret());
        Self { token: form::token(&app.store.safe, &bound_to), ..Self::bare(app, visitor) }
    }

    /// A message.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.w.t(id)
    }

    /// A message with one value.
    #[must_use]
    pub fn with<'a>(&self, id: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        self.w.with(id, name, value)
    }

    /// A word of a closed set.
    #[must_use]
    pub fn word(&self, set: &str, word: &str) -> String {
        self.w.word(set, word)
    }

    /// A key for one form: however often the form is sent, it is done once.
    #[must_use]
    pub fn new_key(&self) -> String {
        Uuid::new_v4().to_string()
    }

    /// A controller's name.
    #[must_use]
    pub fn controller_name(&self, id: ControllerId) -> String {
        self.controllers.get(&id).map_or_else(|| self.t("controller-unknown"), |row| row.name.clone())
    }

    /// How instants of a controller are shown: in its zone.
    #[must_use]
    pub fn dates_of(&self, id: ControllerId) -> Dates {
        let zone = self.controllers.get(&id).and_then(|row| row.zone().ok());
        Dates::new(self.w, zone.unwrap_or(TimeZone::UTC))
    }

    /// How instants are shown that belong to no controller: in UTC.
    #[must_use]
    pub fn dates(&self) -> Dates {
        Dates::new(self.w, TimeZone::UTC)
    }
}

/// Whether a page lies at an address of the header or below it. All pages lie below the overview; only itself counts there.
fn lies_at(path: &str, address: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let rest = path.strip_prefix(address);
    rest.is_some_and(|rest| rest.is_empty() || rest == "/" || (rest.starts_with('/') && address != OwnPath::HOME))
}

/// What ties a form to the request it is about, as the page showed it.
pub struct Tie {
    /// The request's version.
    pub version: i64,
    /// The last event that the page knew of.
    pub seen: Option<EventId>,
}

impl Tie {
    /// To something that is no request: to its version alone.
    #[must_use]
    pub fn to(version: i64) -> Self {
        Self { version, seen: None }
    }

    /// The last event as text, empty if there was none.
    #[must_use]
    pub fn seen_text(&self) -> String {
        self.seen.map(|id| id.to_string()).unwrap_or_default()
    }
}
