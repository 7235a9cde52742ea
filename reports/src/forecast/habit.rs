//! How much a request takes, and how long: as history teaches it, or where there is too little of that, as documents say.
//!
//! Calls follow the formula in docs/MEASUREMENTS.md, rounded up: an access by e-mail is measured to take eleven calls there.

use std::collections::BTreeMap;
use std::time::Duration;

use entities::request::right::Right;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Reading a contact again, and placing the platform request.
pub const CALLS_TO_PLACE: u64 = 2;
/// A search for each of two terms, and one fetch of the contacts found.
pub const CALLS_TO_RESOLVE: u64 = 3;
/// Platform requests that a request takes, where too few have been seen.
pub const JOBS: u64 = 2;
/// How many have to be seen before they count as a habit.
pub const ENOUGH: usize = 5;

/// Calls that one platform request takes: to place it, two looks at it, and for an export its download.
#[must_use]
pub const fn calls_a_job(right: Right) -> u64 {
    CALLS_TO_PLACE + if matches!(right, Right::Access) { 3 } else { 2 }
}

/// Calls by which the end is checked: an erasure searches again for each of two terms.
#[must_use]
pub const fn calls_to_check(right: Right) -> u64 {
    if matches!(right, Right::Erasure) { 2 } else { 0 }
}

/// How long the platform takes, where too few have been seen: an export two business days, which a weekend can make four
/// days, an erasure up to fourteen days, by the platform vendor's own words; a correction is taken to be like an erasure.
#[must_use]
pub const fn documented(right: Right) -> Duration {
    match right {
        Right::Access => Duration::from_secs(4 * DAY.as_secs()),
        _ => Duration::from_secs(14 * DAY.as_secs()),
    }
}

/// What a request for one right usually takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// Closed requests that this was learnt from.
    pub requests_seen: usize,
    /// Ended platform requests that it was learnt from.
    pub jobs_seen: usize,
    /// Platform requests that a request takes: the mean, rounded up.
    pub jobs: u64,
    /// From receipt to approval: the median. None if too few have been seen; then people are taken to act at once.
    pub approval: Option<Duration>,
    /// How long the platform takes: as long as nine in ten did.
    pub on_platform: Duration,
    /// From receipt to the answer, where people do what is asked: the median. None if too few have been seen.
    pub by_people: Option<Duration>,
}

impl Habit {
    /// What is assumed where nothing has been seen.
    #[must_use]
    pub const fn documented(right: Right) -> Self {
        Self {
            requests_seen: 0,
            jobs_seen: 0,
            jobs: JOBS,
            approval: None,
            on_platform: documented(right),
            by_people: None,
        }
    }

    /// What these samples teach. Of what there are too few, the documents count.
    #[must_use]
    pub fn learnt(right: Right, mut samples: Samples) -> Self {
        let (seen, jobs_seen) = (samples.jobs.len(), samples.on_platform.len());
        let jobs = (seen >= ENOUGH).then(|| samples.jobs.iter().sum::<u64>().div_ceil(seen as u64).max(1));
        Self {
            requests_seen: seen.max(samples.approval.len()).max(samples.by_people.len()),
            jobs_seen,
            jobs: jobs.unwrap_or(JOBS),
            approval: percentile(&mut samples.approval, 50),
            on_platform: percentile(&mut samples.on_platform, 90).unwrap_or(documented(right)),
            by_people: percentile(&mut samples.by_people, 50),
        }
    }

    /// Calls that a whole request takes.
    #[must_use]
    pub const fn calls(&self, right: Right) -> u64 {
        CALLS_TO_RESOLVE + self.jobs * calls_a_job(right) + calls_to_check(right)
    }
}

/// What has been seen of one right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Platform requests of each request that was approved.
    pub jobs: Vec<u64>,
    /// From receipt to approval.
    pub approval: Vec<Duration>,
    /// From placing a platform request to its end.
    pub on_platform: Vec<Duration>,
    /// From receipt to the answer that people gave.
    pub by_people: Vec<Duration>,
}

/// The value that so many of a hundred do not exceed; none of too few.
fn percentile(of: &mut [Duration], hundredths: usize) -> Option<Duration> {
    if of.len() < ENOUGH {
        return None;
    }
    of.sort_unstable();
    of.get((of.len() * hundredths).div_ceil(100).saturating_sub(1)).copied()
}

/// What each right takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habits(pub BTreeMap<Right, Habit>);

impl Habits {
    /// What a right takes.
    #[must_use]
    pub fn of(&self, right: Right) -> Habit {
        self.0.get(&right).copied().unwrap_or_else(|| Habit::documented(right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(of: &[u64]) -> Vec<Duration> {
        of.iter().map(|days| DAY * u32::try_from(*days).unwrap()).collect()
    }

    #[test]
    fn an_access_takes_no_fewer_calls_than_were_measured() {
        assert!(Habit::documented(Right::Access).calls(Right::Access) >= 11);
    }

    #[test]
    fn few_make_no_habit() {
        let samples = Samples { on_platform: days(&[1, 1, 1, 1]), approval: days(&[1]), ..Samples::default() };
        let habit = Habit::learnt(Right::Erasure, samples);
        assert_eq!((habit.on_platform, habit.approval, habit.jobs), (DAY * 14, None, JOBS));
    }

    #[test]
    fn the_platform_is_judged_by_its_slow_jobs_and_people_by_the_usual() {
        let seen = days(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 30]);
        let samples =
            Samples { jobs: vec![1, 1, 2, 1, 1], approval: seen.clone(), on_platform: seen, ..Samples::default() };
        let habit = Habit::learnt(Right::Access, samples);
        assert_eq!((habit.approval, habit.on_platform, habit.jobs), (Some(DAY * 5), DAY * 9, 2));
    }
}
