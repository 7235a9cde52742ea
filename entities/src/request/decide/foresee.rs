//! What one decision about several requests would come to, by the rules that the decision itself asks. Nothing is written and
//! nothing locked, and however many they are, it takes as many statements.

use std::collections::HashMap;

use law::matter::ExtensionNotice;
use sea_orm::ConnectionTrait;

use super::clocks::may_acknowledge;
use super::extend::{allows, is_extended_once};
use super::{NotDecided, may_hold, may_release};
use crate::clock::change::moves_by_act;
use crate::clock::facts::{Facts, waits_to_answer};
use crate::clock::table::Model as Clock;
use crate::controller::policy::Letters;
use crate::error::StoreError;
use crate::id::RequestId;
use crate::letter::kind::LetterKind;
use crate::request::table::Model;
use crate::time::At;
use crate::{appeal, clock, controller, extension, inquiry};

/// A decision that is taken about several requests together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// They are stopped.
    Hold,
    /// They go on.
    Release,
    /// Their receipt was acknowledged.
    Acknowledge,
    /// More time is taken, as much as the law gives by itself.
    Extend,
}

/// What would come of it for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// By when it would have to be answered, by the earliest cautious day, if that would be another one. Of an extension: once its
    /// notice is sent, which is taken as now.
    pub answer_by: Option<At>,
    /// The letter that would be owed: written, or asked for where it lacks something.
    pub letter: Option<LetterKind>,
}

/// For each of the requests, in their order.
///
/// # Errors
/// The database fails, or somebody wrote past the rules.
pub async fn foresee(
    conn: &impl ConnectionTrait,
    now: At,
    what: Joint,
    requests: &[Model],
) -> Result<Vec<Result<Foreseen, NotDecided>>, StoreError> {
    let nothing_more = |rule: fn(&Model) -> Result<(), NotDecided>| {
        requests.iter().map(|request| rule(request).map(|()| Foreseen::default())).collect()
    };
    match what {
        Joint::Hold => Ok(nothing_more(may_hold)),
        Joint::Release => Ok(nothing_more(may_release)),
        Joint::Acknowledge => {
            let clocks = Clocks::of(conn, requests).await?;
            let one = |request: &Model| may_acknowledge(clocks.of_one(request)).map(|()| Foreseen::default());
            Ok(requests.iter().map(one).collect())
        }
        Joint::Extend => extended(conn, now, requests).await,
    }
}

async fn extended(
    conn: &impl ConnectionTrait,
    now: At,
    requests: &[Model],
) -> Result<Vec<Result<Foreseen, NotDecided>>, StoreError> {
    let ids = ids(requests);
    let controllers = controller::queries::by_ids(conn, requests.iter().map(|request| request.controller_id)).await?;
    let extensions = extension::queries::of_each(conn, &ids).await?;
    let appeals = appeal::queries::of_each(conn, &ids).await?;
    let inquiries = inquiry::queries::of_each(conn, &ids).await?;
    let clocks = Clocks::of(conn, requests).await?;
    let one = |request: &Model| {
        is_extended_once(request, extensions.iter().find(|row| row.request_id == request.id))?;
        let controller = controllers.iter().find(|row| row.id == request.controller_id);
        let controller = controller.ok_or(NotDecided::NotFound("controller"))?;
        let asked = inquiries.iter().filter(|row| row.request_id == request.id).cloned().collect();
        let appeal = appeals.iter().find(|row| row.request_id == request.id).cloned();
        let facts = Facts::of(controller, request, asked, None, appeal)?;
        allows(&facts, now, None)?;
        let notice = ExtensionNotice { sent: now.timestamp(), until: None };
        let facts = Facts { extension: Some(notice), ..facts };
        let answer_by = would_answer_by(clocks.of_one(request), &facts)?;
        Ok(Foreseen {
            answer_by: answer_by.filter(|at| *at != request.cautious_at),
            letter: (controller.policy.letters == Letters::Mail).then_some(LetterKind::Extension),
        })
    };
    Ok(requests.iter().map(one).collect())
}

/// By when a request would have to be answered if its clocks were computed anew from these facts.
fn would_answer_by(running: &[Clock], facts: &Facts) -> Result<Option<At>, StoreError> {
    let moves = moves_by_act(running, facts)?;
    let end = |row: &Clock| match moves.iter().find(|it| it.regime == row.regime && it.duty == row.duty) {
        Some(moved) => moved.to.map(|to| to.cautious),
        None => Some(row.cautious_at),
    };
    Ok(running.iter().filter(|row| waits_to_answer(row)).filter_map(end).min())
}

fn ids(requests: &[Model]) -> Vec<RequestId> {
    requests.iter().map(|request| request.id).collect()
}

/// The running clocks of several requests.
struct Clocks(HashMap<RequestId, Vec<Clock>>);

impl Clocks {
    async fn of(conn: &impl ConnectionTrait, requests: &[Model]) -> Result<Self, StoreError> {
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for row in clock::queries::current_of_each(conn, &ids(requests)).await? {
            all.entry(row.request_id).or_default().push(row);
        }
        Ok(Self(all))
    }

    fn of_one(&self, request: &Model) -> &[Clock] {
        self.0.get(&request.id).map_or(&[], Vec::as_slice)
    }
}
