//! Tells officers that a request's date comes near, or has passed.
//!
//! One step a request, as long as one of its duties waits. It remembers until when it has warned, so that a date that moves is
//! warned of anew and none is warned of twice.

use entities::clock::queries::current;
use entities::clock::table::{ClockState, Model as Clock};
use entities::controller::policy::{Letters, Policy};
use entities::letter::compose::officers::{Due, warning};
use entities::letter::outbox::{About, queue};
use entities::question::queries::of_request;
use entities::time::At;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use law::duty::Duty as Law;
use letters::kind::Duty;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::trouble::Trouble;

/// At what hour of the controller's day warnings are written.
const HOUR: i8 = 6;

/// What a run remembers for the next.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// Until when warnings have been written.
    warned_until: Option<At>,
}

/// Runs the step.
///
/// # Errors
/// See [`Trouble`].
pub async fn run(cx: &Context<'_>) -> Result<(), Trouble> {
    let (now, controller) = (cx.now(), cx.controller().await?);
    let zone = controller.zone()?;
    let memory: Memory =
        cx.step.state.as_deref().and_then(|state| serde_json::from_str(state).ok()).unwrap_or_default();
    let txn = cx.begin().await?;
    let request = cx.lock_request(&txn, cx.request_id()?).await?;
    let policy = &controller.policy;
    let waiting: Vec<(Duty, Date)> =
        current(&*txn, request.id).await?.iter().filter_map(|clock| waits(clock, &zone)).collect();
    if waiting.is_empty() || policy.letters == Letters::None || policy.writing.officers.is_empty() {
        return cx.finish(txn).await;
    }
    let today = now.timestamp().to_zoned(zone.clone()).date();
    // A request that was filed late is warned of once, and not for every day that it is late.
    let since = memory.warned_until.unwrap_or(request.created_at);
    let about = About { controller: controller.id, request: Some(&request) };
    for (duty, due) in &waiting {
        if warnings(policy, *due, today, &zone).any(|at| since < at && at <= now) {
            let questions = of_request(&*txn, request.id).await?;
            let open = questions.iter().filter(|it| it.answered_at.is_none()).map(|it| it.code.to_string()).collect();
            let due = Due { duty: *duty, due: *due, today, open };
            // A template of the controller's own that is wrong must not stop the step; saving it has checked it.
            for draft in warning(&controller, &request, &due).unwrap_or_default() {
                queue(&txn, &cx.store.safe, now, &cx.actor, about, &draft).await?;
            }
        }
    }
    let next = waiting.iter().flat_map(|(_, due)| warnings(policy, *due, today, &zone)).filter(|at| *at > now).min();
    let Some(next) = next else { return cx.finish(txn).await };
    let state = serde_json::to_string(&Memory { warned_until: Some(now) }).ok();
    cx.again(txn, next, state).await
}

/// What officers are warned of, and its last day; one warning for all duties that come down to answering.
fn waits(clock: &Clock, zone: &TimeZone) -> Option<(Duty, Date)> {
    let is_open = matches!(clock.state, ClockState::Open | ClockState::Suspended) && !clock.is_not_before;
    let duty = [
        (Law::Acknowledge, Duty::Acknowledge),
        (Law::Respond, Duty::Respond),
        (Law::OptOut, Duty::Respond),
        (Law::DecideAppeal, Duty::DecideAppeal),
    ];
    let (_, duty) = duty.into_iter().find(|(law, _)| law.as_str() == clock.duty)?;
    is_open.then(|| (duty, clock.cautious_at.timestamp().to_zoned(zone.clone()).date()))
}

/// The instants at which a date is warned of: so many days before it, and if the policy says 0 also every day after it, of
/// which yesterday, today and tomorrow are enough to look at.
fn warnings(policy: &Policy, due: Date, today: Date, zone: &TimeZone) -> impl Iterator<Item = At> {
    let offsets = policy.writing.warn_days.clone();
    let daily = offsets.contains(&0).then(|| (-1..=1).map(move |day| today.saturating_add(day.days())));
    let after = daily.into_iter().flatten().filter(move |day| *day > due);
    let before = offsets.into_iter().map(move |days| due.saturating_sub(i64::from(days).days()));
    let zone = zone.clone();
    before.chain(after).filter_map(move |day| {
        let morning = day.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(At::from(morning.timestamp()))
    })
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
            let mut days: Vec<String> = warnings(&policy, due, today, &zone).map(|at| at.to_string()).collect();
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
