//! The ways on from a request's page: which decisions are offered, to whom, when. What they lead to asks the rules again.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::request::status::RequestStatus;
use entities::request::table::Model;

use crate::officer::Officer;
use crate::shell::Shell;

/// A page that a request's page leads to.
struct Offer {
    /// Its word in `request.ftl`, `offer-<word>`.
    word: &'static str,
    /// The end of its address, after the request's.
    end: &'static str,
    /// Without which it is not offered.
    scope: Scope,
    /// Whether it makes sense as the request stands.
    fits: fn(&Model) -> bool,
}

/// All of them, in the order they are offered. A new decision's page gets a line here.
const OFFERS: &[Offer] = &[Offer {
    word: "hold",
    end: "hold",
    scope: Scope::RequestsOperate,
    fits: |request| request.status != RequestStatus::Closed && !request.on_hold,
}];

/// One of them, for the page.
pub struct Offered {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub address: String,
}

/// What is offered to this officer about this request.
#[must_use]
pub fn of<S: Needs>(s: &Shell, officer: &Officer<S>, request: &Model) -> Vec<Offered> {
    let fitting = OFFERS.iter().filter(|it| (it.fits)(request) && officer.may(it.scope, request.controller_id));
    fitting
        .map(|offer| Offered {
            label: s.word("offer", offer.word),
            address: format!("/console/requests/{}/{}", request.reference, offer.end),
        })
        .collect()
}
