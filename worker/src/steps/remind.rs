//! Tells officers that a request's date comes near, or has passed.
//!
//! One step a request, from its filing on and as long as one of its duties waits, be the request closed: a refusal of which the
//! person has not been told is owed still. What has been warned of stands in a table, so that a date that moves is warned of
//! anew and none is warned of twice, whatever became of the step meanwhile. Whether people are written to makes no difference:
//! a date is the officers' own matter.

use std::time::Duration;

use entities::clock::queries::current;
use entities::clock::table::Model as Clock;
use entities::controller::policy::Policy;
use entities::letter::compose::officers::{Due, warning};
use entities::letter::outbox::{About, queue};
use entities::question::queries::of_request;
use entities::request::table::Model as Request;
use entities::time::At;
use entities::warning::morning;
use entities::warning::queries::claim;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use law::duty::Duty as Law;
use letters::kind::Duty;

use crate::context::Context;
use crate::trouble::Trouble;

/// When to look again where nothing is left to warn of, or nobody to warn. A policy or a date that changes wakes the step.
const LATER: Duration = Duration::from_secs(30 * 86_400);

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let (now, controller) = (cx.now(), cx.controller().await?);
    let zone = controller.zone()?;
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let policy = &controller.policy;
    let mut waiting: Vec<(Duty, Date)> =
        current(&*txn, request.id).await?.iter().filter_map(|clock| waits(&request, clock, &zone)).collect();
    waiting.sort_by_key(|(duty, due)| (*due, duty.as_str()));
    waiting.dedup();
    if waiting.is_empty() {
        return cx.finish(txn).await;
    }
    if policy.writing.officers.is_empty() {
        // Nothing is claimed: whoever is named tomorrow learns of what has been missed.
        return cx.again(txn, now + LATER, None).await;
    }
    let today = now.timestamp().to_zoned(zone.clone()).date();
    let about = About { controller: controller.id, request: Some(&request) };
    for (duty, due) in &waiting {
        // A request that was filed late is warned of once, and not for every day that it is late.
        let by_now = warnings(policy, *due, today, &zone).filter(|(_, at)| request.created_at < *at && *at <= now);
        if claim(&txn, now, request.id, (duty.as_str(), *due), by_now.map(|(days, _)| days)).await? {
            let questions = of_request(&*txn, request.id).await?;
            let open = questions.iter().filter(|it| it.answered_at.is_none()).map(|it| it.code.to_string()).collect();
            let due = Due { duty: *duty, due: *due, today, open };
            // A template of the controller's own that is wrong must not stop the step; saving it has checked it.
            for draft in warning(&controller, &request, &due).unwrap_or_default() {
                queue(&txn, &cx.store.safe, now, &cx.actor, about, &draft).await?;
            }
        }
    }
    let all = waiting.iter().flat_map(|(_, due)| warnings(policy, *due, today, &zone));
    let next = all.map(|(_, at)| at).filter(|at| *at > now).min();
    cx.again(txn, next.unwrap_or(now + LATER), None).await
}

/// What officers are warned of, and its last day; one warning for all duties that come down to answering. To refuse is a duty
/// only once it has been decided, until the person has been told.
fn waits(request: &Request, clock: &Clock, zone: &TimeZone) -> Option<(Duty, Date)> {
    let is_open = !clock.is_settled() && !clock.is_not_before;
    if request.status.is_closed() && clock.duty == Law::Refuse.as_str() {
        return is_open.then(|| (Duty::Respond, last_day(clock, zone)));
    }
    let duty = [
        (Law::Acknowledge, Duty::Acknowledge),
        (Law::Respond, Duty::Respond),
        (Law::OptOut, Duty::Respond),
        (Law::DecideAppeal, Duty::DecideAppeal),
    ];
    let (_, duty) = duty.into_iter().find(|(law, _)| law.as_str() == clock.duty)?;
    is_open.then(|| (duty, last_day(clock, zone)))
}

fn last_day(clock: &Clock, zone: &TimeZone) -> Date {
    clock.cautious_at.timestamp().to_zoned(zone.clone()).date()
}

/// When a date is warned of, by the days that are left: so many before it, and if the policy says 0 also every day after it,
/// of which yesterday, today and tomorrow are enough to look at.
fn warnings(policy: &Policy, due: Date, today: Date, zone: &TimeZone) -> impl Iterator<Item = (i64, At)> {
    let offsets = policy.writing.warn_days.clone();
    let daily = offsets.contains(&0).then(|| (-1..=1).map(move |day| today.saturating_add(day.days())));
    let after = daily.into_iter().flatten().filter(move |day| *day > due);
    let before = offsets.into_iter().map(move |days| due.saturating_sub(i64::from(days).days()));
    let zone = zone.clone();
    before.chain(after).filter_map(move |day| Some((i64::from((due - day).get_days()), morning::of(day, &zone)?)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_date_is_warned_of_before_it_and_daily_once_it_has_passed() {
        let mut policy = Policy::default();
        policy.writing.warn_days = vec![7, 1, 0];
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let due = date(2026, 3, 30);
        let days = |today| {
            let mut days: Vec<String> = warnings(&policy, due, today, &zone).map(|(_, at)| at.to_string()).collect();
            days.sort();
            days
        };
        // The clocks go forward on 29 March.
        assert_eq!(days(date(2026, 3, 1)), ["2026-03-23T05:00:00Z", "2026-03-29T04:00:00Z", "2026-03-30T04:00:00Z"]);
        assert_eq!(
            days(date(2026, 4, 2))[3..],
            ["2026-04-01T04:00:00Z", "2026-04-02T04:00:00Z", "2026-04-03T04:00:00Z"]
        );
    }
}
