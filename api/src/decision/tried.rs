//! Trying a decision out: it is taken in earnest, looked at, and taken back.

use std::collections::HashMap;

use entities::db::Txn;
use entities::id::RequestId;
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::queries;
use entities::request::table::Model;

use super::{Decision, warnings};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::Needs;
use crate::etag::IfMatch;
use crate::problem::Problem;
use crate::request_view::RequestView;
use crate::reveal::{self, Purpose};
use crate::trial::{Difference, Stand, Trial};

/// How a decision is tried out.
#[derive(Debug, Default)]
pub struct Trying {
    /// For what its letters are shown. Whoever states a purpose must hold the scope to reveal.
    pub reveal: Option<Purpose>,
}

/// Takes the decision, looks at what came of it, and takes it back. An idempotency key is left alone.
///
/// Letters that would be written name the person, so what they say is shown for a purpose only, and the look is recorded.
///
/// # Errors
/// See [`super::take`].
pub async fn try_out<S: Needs>(
    app: &App,
    by: &Caller<S>,
    trying: &Trying,
    id: RequestId,
    expected: &IfMatch,
    decision: &Decision,
) -> Result<Trial, Problem> {
    let decider = &by.decider();
    let txn = app.store.db.begin().await?;
    let case = Case::open(&txn, &app.store, decider, id, None).await?;
    if !expected.allows(case.request().version) {
        return Err(Problem::stale(case.request().version));
    }
    let before = Stand::of(&txn, id).await?;
    let row = case.request().clone();
    let warnings = warnings(&case, decision).await?;
    let request = taken(app, &txn, decider, row.clone(), decision).await?;
    let after = Stand::of(&txn, id).await?;
    let mut comes = Difference::between(&before, &after)?;
    if trying.reveal.is_some() {
        comes.reveal(app, &txn, &before, &after).await?;
    }
    let request = RequestView::of(app, &*txn, request).await?.with_warnings(warnings);
    txn.rollback().await?;
    if let Some(purpose) = &trying.reveal {
        reveal::record(app, by, &row, "trial", purpose).await?;
    }
    Ok(Trial::of(request, comes))
}

/// What would come of the decision for each of several requests, or why it would not be taken; nothing of those that are not
/// within reach.
///
/// All are tried in one transaction that is taken back, and looked at together before and after: what costs is the statements,
/// and a decision about one moves nothing of another.
///
/// # Errors
/// Something failed that says nothing of a request.
pub async fn try_each<S: Needs>(
    app: &App,
    by: &Caller<S>,
    ids: &[RequestId],
    decision: &Decision,
) -> Result<HashMap<RequestId, Result<Difference, Problem>>, Problem> {
    let decider = &by.decider();
    let txn = app.store.db.begin().await?;
    let rows = queries::lock_each(&txn, &decider.reach, ids.iter().copied()).await?;
    let before = Stand::of_each(&txn, ids).await?;
    let mut tried = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id;
        match taken(app, &txn, decider, row, decision).await.map_err(Problem::from) {
            Err(problem) if problem.code().status >= 500 => return Err(problem),
            came => tried.push((id, came)),
        }
    }
    let after = Stand::of_each(&txn, ids).await?;
    txn.rollback().await?;
    let compare = |(id, came): (RequestId, Result<Model, Problem>)| {
        (id, came.and_then(|_| Difference::between(&before[&id], &after[&id])))
    };
    Ok(tried.into_iter().map(compare).collect())
}

/// Takes the decision about a request that is locked, and what a trial takes besides.
async fn taken(app: &App, txn: &Txn, by: &Decider, request: Model, decision: &Decision) -> Result<Model, NotDecided> {
    let request = decision.take(Case::of(txn, &app.store, by, request)).await?;
    match decision.then() {
        Some(then) => then.take(Case::of(txn, &app.store, by, request)).await,
        None => Ok(request),
    }
}
