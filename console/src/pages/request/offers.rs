//! The ways on from a request's page: which decisions are offered, to whom, when. What they lead to asks the rules again.

use api::auth::scopes::Needs;
use entities::client::scope::Scope;
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus as S};

use super::stand::Stand;
use super::way::{Way, Ways};

/// A page that a request's page leads to.
struct Offer {
    /// Its word in `offers.ftl`, `offer-<word>`, and the end of its address, after the request's.
    word: &'static str,
    /// Without which it is not offered.
    scope: Scope,
    /// Whether it makes sense as the request stands.
    fits: fn(&Stand) -> bool,
}

const fn offer(word: &'static str, scope: Scope, fits: fn(&Stand) -> bool) -> Offer {
    Offer { word, scope, fits }
}

/// All of them, in the order they are offered. A new decision's page gets a line here.
const OFFERS: &[Offer] = &[
    offer("verify", Scope::RequestsDecide, |it| matches!(it.request.status, S::Received | S::Verifying)),
    offer("complete", Scope::RequestsDecide, |it| it.asks(QuestionCode::ManualWork)),
    offer("accept", Scope::RequestsDecide, |it| it.asks(QuestionCode::StillFound)),
    offer("decide-appeal", Scope::RequestsDecide, Stand::has_appeal),
    offer("extend-appeal", Scope::RequestsDecide, |it| {
        it.appeal.as_ref().is_some_and(|appeal| appeal.decided_at.is_none() && appeal.extended_at.is_none())
    }),
    offer("appeal", Scope::RequestsDecide, |it| {
        let against = [Outcome::Refused, Outcome::PartiallyFulfilled, Outcome::IdentityNotProven];
        it.appeal.is_none() && it.request.outcome.is_some_and(|outcome| against.contains(&outcome))
    }),
    offer("ask", Scope::RequestsDecide, |it| !it.request.status.is_closed()),
    offer("answer", Scope::RequestsDecide, |it| it.waits_for_person),
    offer("acknowledge", Scope::RequestsDecide, |it| it.owes_acknowledgement),
    offer("extend", Scope::RequestsDecide, |it| it.extension.is_none() && !it.request.status.is_closed()),
    offer("announce", Scope::RequestsDecide, |it| {
        it.extension.as_ref().is_some_and(|extension| extension.announced_at.is_none())
    }),
    offer("resolve-anew", Scope::RequestsDecide, |it| it.request.status == S::Reviewing),
    offer("recompute", Scope::RequestsOperate, |it| !it.request.status.is_closed()),
    offer("hold", Scope::RequestsOperate, |it| !it.request.status.is_closed() && !it.request.on_hold),
    offer("refuse", Scope::RequestsDecide, is_before_the_work),
    offer("withdraw", Scope::RequestsDecide, is_before_the_work),
    offer("status-link", Scope::RequestsDecide, |_| true),
];

/// From the approval on nobody can call the platform back.
fn is_before_the_work(stand: &Stand) -> bool {
    matches!(stand.request.status, S::Received | S::Verifying | S::Resolving | S::Reviewing)
}

/// What is offered about this request, but for the way that is next.
#[must_use]
pub fn of<N: Needs>(ways: &Ways<'_, N>, stand: &Stand, next: Option<&Way>) -> Vec<Way> {
    let fitting = OFFERS.iter().filter(|it| (it.fits)(stand));
    let open = fitting.filter_map(|it| ways.to(it.word, it.word, it.scope));
    open.filter(|way| next.is_none_or(|next| next.address != way.address)).collect()
}
