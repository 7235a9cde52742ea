//! A way on from a request's page: to a decision's form, or a button that decides at once.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::request::table::Model;

use crate::officer::Officer;
use crate::shell::Shell;

/// One way on.
#[derive(Clone)]
pub struct Way {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub address: String,
    /// Whether it decides at once, so that it is sent and not followed.
    pub is_sent: bool,
}

/// The ways that are open to one officer at one request.
pub struct Ways<'a, S: Needs> {
    s: &'a Shell,
    officer: &'a Officer<S>,
    request: &'a Model,
}

impl<'a, S: Needs> Ways<'a, S> {
    /// Those of this officer.
    #[must_use]
    pub fn new(s: &'a Shell, officer: &'a Officer<S>, request: &'a Model) -> Self {
        Self { s, officer, request }
    }

    /// The way to a form, `offer-<word>` in `offers.ftl`, if the officer may take what it asks for.
    #[must_use]
    pub fn to(&self, word: &str, end: &str, scope: Scope) -> Option<Way> {
        self.officer.may(scope, self.request.controller_id).then(|| Way {
            label: self.s.word("offer", word),
            address: format!("/console/requests/{}/{end}", self.request.reference),
            is_sent: false,
        })
    }

    /// The same for what asks nothing.
    #[must_use]
    pub fn now(&self, word: &str, end: &str, scope: Scope) -> Option<Way> {
        self.to(word, end, scope).map(|way| Way { is_sent: true, ..way })
    }

    /// Down the page, for everybody.
    #[must_use]
    pub fn down(&self, word: &str, to: &str) -> Way {
        Way { label: self.s.word("offer", word), address: format!("#{to}"), is_sent: false }
    }
}
