//! A forecast: which open requests will miss their dates if things go on as they did, and by when more time must be announced.
//!
//! Pure: the same situation gives the same forecast. It is simple on purpose, so that an officer can follow it: requests are
//! worked on in the order of their cautious dates, each takes the platform calls that its like took before, the calls pass at
//! the platform's pace, and what happens outside, at people's desks and on the platform, takes as long as it usually did.
//! Doubt never makes it rosier.

pub mod habit;
pub mod report;

use std::time::Duration;

use entities::clock::table::ClockState;
use entities::id::RequestId;
use entities::job::status::JobStatus;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::time::At;

use habit::Habits;

/// Everything a forecast follows from.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The present.
    pub now: At,
    /// How fast the platform may be asked.
    pub budget: Budget,
    /// How long things usually take.
    pub habits: Habits,
    /// The open requests, and those refused of which the person has not been told.
    pub queue: Vec<Waiting>,
}

/// How fast the platform may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls a minute that the platform allows.
    pub calls_a_minute: u32,
    /// Whether the platform has said so; else it is what its documents say.
    pub is_learnt: bool,
    /// From one call to the next, with what is kept free of the limit.
    pub interval: Duration,
    /// Nobody calls before this.
    pub blocked_until: At,
}

/// An open request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: RequestId,
    /// Its short name.
    pub reference: String,
    /// What is asked for.
    pub right: Right,
    /// Where it stands.
    pub status: RequestStatus,
    /// Whether a person stopped it.
    pub on_hold: bool,
    /// Whether questions wait for a person.
    pub has_questions: bool,
    /// Whether people do what is asked: the platform has no call for it, or may not be asked to hand out the data.
    pub is_by_people: bool,
    /// When it was received.
    pub received_at: At,
    /// The end of the cautious day to answer by.
    pub cautious_at: At,
    /// The end of the statutory day to answer by.
    pub statutory_at: At,
    /// Its platform requests that have not ended.
    pub jobs: Vec<Job>,
    /// The duties to announce an extension, under every law that allows one.
    pub notices: Vec<Notice>,
    /// When the notice of an extension was sent.
    pub announced_at: Option<At>,
}

/// A platform request that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Where it stands.
    pub status: JobStatus,
    /// When the platform took it.
    pub since: Option<At>,
}

/// The duty to announce an extension, under one law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The end of the cautious day.
    pub cautious_at: At,
    /// The end of the statutory day.
    pub statutory_at: At,
    /// Whether it still waits.
    pub state: ClockState,
}

/// What a request that goes on has to wait for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitsFor {
    /// Proof of identity.
    Identity,
    /// Somebody to look at the plan.
    Review,
    /// Somebody to release it.
    Hold,
    /// Somebody to answer a question.
    Question,
    /// People who do what is asked.
    People,
    /// The letter that tells the person of a refusal.
    Notice,
}

/// How a request will stand to its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It will be answered by its cautious date.
    InTime,
    /// It will miss its cautious date, and not its statutory one.
    MissesCautious,
    /// It will miss its statutory date.
    MissesStatutory,
    /// Its statutory date has passed.
    Overdue,
}

/// Whether more time can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// It was announced in time: the dates are the later ones.
    Announced,
    /// Its notice must be sent by the end of this day: the earliest, read strictly, under any law that still allows one.
    Possible(At),
    /// The last day for its notice has passed.
    TooLate,
    /// No law that covers the request knows one.
    Unknown,
}

/// What is to be expected of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The request.
    pub of: Waiting,
    /// When it will be answered, if people do their part as they usually do.
    pub at: At,
    /// How it will stand to its dates then.
    pub verdict: Verdict,
    /// What it has to wait for first.
    pub waits_for: Vec<WaitsFor>,
    /// When people must have done their part for the cautious date to be kept, if it waits for any.
    pub decide_by: Option<At>,
    /// Platform calls that it will take.
    pub calls: u64,
    /// Whether more time can be taken.
    pub extension: Extension,
}

/// The forecast, in the order of the cautious dates.
#[must_use]
pub fn forecast(situation: &Situation) -> Vec<Expected> {
    let Situation { now, budget, habits, queue } = situation;
    let mut queue = queue.clone();
    queue.sort_by_key(|it| (it.cautious_at, it.id));
    let mut before = 0;
    let mut expect = |waiting: Waiting| {
        let calls = calls(&waiting, habits);
        before += calls;
        let paced = (*now).max(budget.blocked_until) + saturating(budget.interval, before);
        let ready = ready(&waiting, habits, *now);
        let at = done(&waiting, habits, *now, ready.max(if calls > 0 { paced } else { *now }));
        let waits_for = waits_for(&waiting);
        // Whatever does not depend on people comes after their part.
        let after = at.since(ready);
        Expected {
            at,
            verdict: verdict(&waiting, *now, at),
            decide_by: (!waits_for.is_empty()).then(|| waiting.cautious_at - after),
            waits_for,
            calls,
            extension: extension(&waiting, *now),
            of: waiting,
        }
    };
    queue.into_iter().map(&mut expect).collect()
}

fn saturating(interval: Duration, times: u64) -> Duration {
    interval.checked_mul(u32::try_from(times).unwrap_or(u32::MAX)).unwrap_or(Duration::MAX)
}

/// Whether its plan still has to be approved.
const fn is_before_approval(waiting: &Waiting) -> bool {
    use RequestStatus as S;
    matches!(waiting.status, S::Received | S::Verifying | S::Resolving | S::Reviewing)
}

/// Platform calls that a request will still take.
fn calls(waiting: &Waiting, habits: &Habits) -> u64 {
    if waiting.is_by_people || waiting.status.is_closed() {
        return 0;
    }
    let habit = habits.of(waiting.right);
    let per_job = habit::calls_a_job(waiting.right);
    match waiting.status {
        RequestStatus::Reviewing => habit.jobs * per_job + habit::calls_to_check(waiting.right),
        _ if is_before_approval(waiting) => habit.calls(waiting.right),
        _ => {
            let placed = |job: &&Job| matches!(job.status, JobStatus::Open | JobStatus::Collecting);
            let open = waiting.jobs.iter().filter(placed).count() as u64;
            let to_place = waiting.jobs.len() as u64 - open;
            to_place * per_job + open * (per_job - habit::CALLS_TO_PLACE) + habit::calls_to_check(waiting.right)
        }
    }
}

/// When people will have done their part: as long after receipt as usual, and not before now.
fn ready(waiting: &Waiting, habits: &Habits, now: At) -> At {
    let habit = habits.of(waiting.right);
    let is_by_people = waiting.is_by_people && !waiting.status.is_closed();
    let usual = match (is_by_people, is_before_approval(waiting)) {
        (true, _) => habit.by_people,
        (false, true) => habit.approval,
        (false, false) => None,
    };
    usual.map_or(now, |usual| (waiting.received_at + usual).max(now))
}

/// When it will be answered, if its calls can be made by `placed`.
fn done(waiting: &Waiting, habits: &Habits, now: At, placed: At) -> At {
    if waiting.is_by_people {
        return placed;
    }
    let takes = habits.of(waiting.right).on_platform;
    if is_before_approval(waiting) {
        return placed + takes;
    }
    let ends = waiting.jobs.iter().map(|job| match (job.status, job.since) {
        (JobStatus::Open | JobStatus::Collecting, Some(since)) => {
            let usual = since + takes;
            // One that has taken longer than usual is taken to need as long again.
            if usual > now { usual } else { now + now.since(since) }
        }
        _ => placed + takes,
    });
    ends.fold(placed, At::max)
}

fn verdict(waiting: &Waiting, now: At, at: At) -> Verdict {
    if now > waiting.statutory_at {
        Verdict::Overdue
    } else if at > waiting.statutory_at {
        Verdict::MissesStatutory
    } else if at > waiting.cautious_at {
        Verdict::MissesCautious
    } else {
        Verdict::InTime
    }
}

fn waits_for(waiting: &Waiting) -> Vec<WaitsFor> {
    use RequestStatus as S;
    if waiting.status.is_closed() {
        // Nothing else keeps a refusal that was decided from being an answer.
        return vec![WaitsFor::Notice];
    }
    [
        (matches!(waiting.status, S::Received | S::Verifying), WaitsFor::Identity),
        (waiting.status == S::Reviewing && !waiting.is_by_people, WaitsFor::Review),
        (waiting.on_hold, WaitsFor::Hold),
        (waiting.has_questions, WaitsFor::Question),
        (waiting.is_by_people, WaitsFor::People),
    ]
    .into_iter()
    .filter_map(|(is, what)| is.then_some(what))
    .collect()
}

/// One law that allows it is enough, as with the decision itself.
fn extension(waiting: &Waiting, now: At) -> Extension {
    let in_time = |notice: &&Notice| waiting.announced_at.is_some_and(|at| at <= notice.statutory_at);
    if waiting.notices.is_empty() {
        return Extension::Unknown;
    }
    if waiting.notices.iter().any(|notice| notice.state == ClockState::Met || in_time(&notice)) {
        return Extension::Announced;
    }
    let waits = |notice: &&Notice| {
        matches!(notice.state, ClockState::Open | ClockState::Suspended) && now <= notice.statutory_at
    };
    let first = waiting.notices.iter().filter(waits).map(|notice| notice.cautious_at).min();
    first.map_or(Extension::TooLate, Extension::Possible)
}

#[cfg(test)]
mod tests;
