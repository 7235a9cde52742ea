//! `GET /api/v1/regulator/statistics`: how many requests came, what became of them, and how many were answered in time.
//!
//! A count of one to four may tell who is meant. It is not shown, and where it could be had by subtracting what is shown, the
//! next one is not either.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::event::trail::{self, Entry};
use entities::id::{ControllerId, InvitationId};
use entities::regulator::scope;
use entities::regulator::table::{Model as Invitation, ScopeKind};
use entities::time::At;
use jiff::civil::Date;
use law::regime::Regime;
use reports::accountability;
use reports::fact::Fact;
use reports::load::{self, Which};
use reports::period::Period;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::ReportsRead;
use crate::problem::{Problem, described};
use crate::query::Query;
use crate::reporting::asked::{Time, whose};
use entities::client::reach::Reach;

/// How long figures are shown. They say when they were computed.
pub const LIFE: Duration = Duration::from_secs(5 * 60);

/// Which figures.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Of {
    /// Whose requests.
    pub controller: ControllerId,
    /// The first day of receipt, in the controller's zone.
    pub from: Date,
    /// The last day of receipt.
    pub to: Date,
    /// The invitation outside of which nothing counts, if one bounds them.
    pub invitation: Option<InvitationId>,
}

/// From this count on a number tells nothing of anybody.
pub const SMALLEST: u64 = 5;

/// How many there are of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RegulatorCount)]
pub struct Count {
    /// Of which kind.
    pub word: String,
    /// How many; null where there are few, or where it would tell how many there are of another kind.
    pub count: Option<u64>,
}

/// Figures of the requests that were received in a period.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RegulatorFigures)]
pub struct Figures {
    /// The first day of receipt, in the controller's zone.
    pub from: Date,
    /// The last day of receipt.
    pub to: Date,
    /// When they were computed.
    #[schema(value_type = jiff::Timestamp)]
    pub as_of: At,
    /// How many were received; null where these are few.
    pub received: Option<u64>,
    /// What was asked for.
    pub rights: Vec<Count>,
    /// How they ended, and `open` for those that have not.
    pub outcomes: Vec<Count>,
    /// Those that took longer by a notice sent in time, those overdue.
    pub delays: Vec<Count>,
    /// The share answered by the statutory day, of those answered or overdue, from 0 to 1; null where these are few.
    pub share_in_time: Option<f64>,
    /// The median number of days to the answer; null where few were answered.
    pub median_days: Option<f64>,
}

/// Counts that can be shown. What is shown together sums up to a known whole, so that one count alone is never left out.
#[must_use]
pub fn cautious(counts: BTreeMap<String, u64>) -> Vec<Count> {
    let (small, mut others): (Vec<_>, Vec<_>) =
        counts.iter().filter(|(_, n)| **n > 0).partition(|(_, n)| **n < SMALLEST);
    others.sort_by_key(|(_, n)| **n);
    let (mut hidden, mut others) = (small, others.into_iter());
    // Few together are few each.
    while hidden.len() == 1 || !hidden.is_empty() && hidden.iter().map(|(_, n)| **n).sum::<u64>() < SMALLEST {
        let Some(next) = others.next() else { break };
        hidden.push(next);
    }
    let hidden: Vec<String> = hidden.into_iter().map(|(word, _)| word.clone()).collect();
    let shown = |(word, n): (String, u64)| Count { count: (!hidden.contains(&word)).then_some(n), word };
    counts.into_iter().map(shown).collect()
}

/// The figures of a controller's requests of a period, of those alone that an invitation lets see if one is named. They may have
/// been computed [a short while ago](crate::kept).
///
/// # Errors
/// The database fails.
pub async fn of(
    app: &App,
    controller: ControllerId,
    period: &Period,
    invitation: Option<&Invitation>,
) -> Result<Figures, DbErr> {
    let fence = invitation.filter(|row| row.scope != ScopeKind::Register);
    let of = Of { controller, from: period.from, to: period.to, invitation: fence.map(|row| row.id) };
    app.figures.of(of, app.store.now(), compute(app, controller, period, fence)).await
}

async fn compute(
    app: &App,
    controller: ControllerId,
    period: &Period,
    fence: Option<&Invitation>,
) -> Result<Figures, DbErr> {
    let now = app.store.now();
    let within = match fence {
        Some(row) => scope::requests(app.store.db.read(), row).await?,
        None => None,
    };
    let counts = |id| within.as_ref().is_none_or(|ids| ids.contains(&id));
    let regimes = Regime::all().map(|regime| regime.as_str().to_owned()).collect();
    let mut count = accountability::Count::new(period.zone.clone(), now, regimes);
    let (mut rights, mut outcomes) = (BTreeMap::new(), BTreeMap::new());
    let which = Which { controller, reach: Reach::installation(), period: period.clone() };
    load::each(&app.store, which, |fact: &Fact| {
        if counts(fact.id) {
            count.add(fact);
            *rights.entry(fact.right.to_string()).or_insert(0) += 1;
            let outcome = fact.outcome.map_or_else(|| "open".to_owned(), |outcome| outcome.to_string());
            *outcomes.entry(outcome).or_insert(0) += 1;
        }
    })
    .await?;
    let total = count.total();
    let alone = |word: &str, n: u64| {
        let is_small = (1..SMALLEST).contains(&n);
        Count { word: word.to_owned(), count: (!is_small).then_some(n) }
    };
    Ok(Figures {
        from: period.from,
        to: period.to,
        as_of: now,
        received: alone("received", total.received).count,
        rights: cautious(rights),
        outcomes: cautious(outcomes),
        delays: vec![alone("extended", total.extended), alone("overdue", total.overdue)],
        share_in_time: total.share_in_time_statutory.filter(|_| total.answered + total.overdue >= SMALLEST),
        median_days: total.median_days.filter(|_| total.answered >= SMALLEST),
    })
}

/// Whose figures, and of which time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// The controller, by its short name.
    #[param(required = true)]
    controller: Option<String>,
    /// Requests received in this calendar year; the running one, if no time is given.
    #[param(value_type = Option<i16>, minimum = 1970, maximum = 2999)]
    year: Option<String>,
    /// Requests received on this day or later.
    #[param(value_type = Option<jiff::civil::Date>)]
    from: Option<String>,
    /// Requests received on this day or earlier; today, if it is left away.
    #[param(value_type = Option<jiff::civil::Date>)]
    to: Option<String>,
}

/// What became of the requests of a period, as the regulator's room shows it: small counts are left out. The look is recorded.
#[utoipa::path(get, path = "/api/v1/regulator/statistics", tag = "regulator", operation_id = "regulatorStatistics",
    security(("client_credentials" = ["reports:read"])), params(FiguresQuery),
    responses((status = 200, description = "The figures", body = Figures), described::Reading))]
pub async fn show(
    app: Data<App>,
    by: Caller<ReportsRead>,
    query: Query<FiguresQuery>,
) -> Result<HttpResponse, Problem> {
    let query = query.get()?;
    let time = Time::read(query.year.as_deref(), query.from.as_deref(), query.to.as_deref())?;
    let whose = whose(&app, &by.reach, query.controller.as_deref()).await?;
    let period = time.in_zone(&whose.zone, app.store.now())?;
    let data = json!({ "what": "statistics" });
    let txn = app.store.db.begin().await?;
    let entry = Entry::on(whose.controller.id, "regulator.looked", data);
    trail::record(&*txn, app.store.now(), &by.actor, [entry]).await?;
    txn.commit().await?;
    Ok(HttpResponse::Ok().json(of(&app, whose.controller.id, &period, None).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(counts: &[(&str, u64)]) -> Vec<Option<u64>> {
        let counts = counts.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect();
        cautious(counts).into_iter().map(|it| it.count).collect()
    }

    #[test]
    fn a_small_count_is_not_shown_and_cannot_be_subtracted() {
        assert_eq!(shown(&[("a", 5), ("b", 12)]), [Some(5), Some(12)]);
        assert_eq!(shown(&[("a", 0), ("b", 12)]), [Some(0), Some(12)]);
        assert_eq!(shown(&[("a", 1), ("b", 4), ("c", 12)]), [None, None, Some(12)]);
        assert_eq!(shown(&[("a", 3), ("b", 12), ("c", 7)]), [None, Some(12), None], "two are left out, or none");
        assert_eq!(shown(&[("a", 2)]), [None]);
        assert_eq!(shown(&[("a", 1), ("b", 1), ("c", 12)]), [None, None, None], "two of two are one each");
    }
}
