//! When a message that did not arrive is sent again.
//!
//! The waits are those of Svix's service, which the authors of Standard Webhooks run: now, then after 5 s, 5 min, 30 min, 2 h,
//! 5 h, 10 h and 10 h, some 27 hours in all. Each is a fifth shorter or longer by chance, so that what failed together does
//! not come back together.

use std::time::Duration;

use entities::announcement::kind::Failure;

/// The waits after the first attempt, the second, and so on. After the last there is none.
pub const WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(10 * 3600),
];

/// How much a wait may be shorter or longer by chance.
pub const JITTER: f64 = 0.2;

/// Whoever had no time to answer, or says that it is too much, gets at least this long.
const AT_LEAST: Duration = Duration::from_secs(60);

/// A subscriber that failed is left alone for no longer than this, whatever else waits for it: the next attempt is the probe.
const REST: Duration = Duration::from_secs(60);

/// The longest that a subscriber can ask to be left alone altogether.
const LONGEST_REST: Duration = Duration::from_secs(3600);

/// How an attempt failed, as far as the next one depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Why.
    pub failure: Failure,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How long the answer asks us to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl Failed {
    /// Whether the other side is overloaded, or so slow that it may be.
    fn is_overload(self) -> bool {
        self.failure == Failure::Timeout || matches!(self.status, Some(429 | 502 | 504))
    }
}

/// The wait after so many attempts, of which the last one failed; none if that was the last. `chance` is from -1 to 1.
#[must_use]
pub fn wait(attempts: i64, failed: Failed, chance: f64) -> Option<Duration> {
    let made = usize::try_from(attempts.max(1)).unwrap_or(usize::MAX);
    let planned = *WAITS.get(made - 1)?;
    let wait = match failed.retry_after {
        Some(asked) => asked.clamp(planned, planned * 2),
        None => planned.mul_f64(1.0 + JITTER * chance.clamp(-1.0, 1.0)),
    };
    Some(if failed.is_overload() { wait.max(AT_LEAST) } else { wait })
}

/// How long the subscriber is left alone after a failure, given the wait of what failed, and whether what came before failed as
/// well: so that a thousand messages to one that is down cost one attempt a minute.
#[must_use]
pub fn rest(wait: Option<Duration>, failed: Failed, was_failing: bool) -> Duration {
    let longest = match (failed.status, failed.retry_after) {
        (Some(429 | 503), Some(asked)) => asked.clamp(REST, LONGEST_REST),
        _ => REST,
    };
    if was_failing { longest } else { wait.map_or(longest, |wait| wait.min(longest)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn failed(failure: Failure, status: Option<u16>, retry_after_s: Option<u64>) -> Failed {
        Failed { failure, status, retry_after: retry_after_s.map(Duration::from_secs) }
    }

    const REFUSED: Failed = Failed { failure: Failure::Status, status: Some(500), retry_after: None };

    #[test]
    fn a_message_is_sent_eight_times_in_a_day_and_a_bit() {
        let waits: Vec<_> = (1..=8).map(|made| wait(made, REFUSED, 0.0).map(|wait| wait.as_secs())).collect();
        let planned = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(Some);
        assert_eq!(waits, [&planned[..], &[None]].concat());
        assert_eq!(wait(1, REFUSED, 1.0), Some(Duration::from_secs(6)));
        assert_eq!(wait(1, REFUSED, -1.0), Some(Duration::from_secs(4)));
    }

    #[test]
    fn what_the_answer_asks_for_counts_within_bounds() {
        for (made, failed, seconds) in [
            (1, failed(Failure::Status, Some(503), Some(8)), 8),
            (1, failed(Failure::Status, Some(503), Some(1)), 5),
            (1, failed(Failure::Status, Some(503), Some(3_600)), 10),
            (2, failed(Failure::Status, Some(503), Some(3_600)), 600),
            (1, failed(Failure::Status, Some(429), None), 60),
            (1, failed(Failure::Status, Some(429), Some(3_600)), 60),
            (2, failed(Failure::Status, Some(429), Some(400)), 400),
            (1, failed(Failure::Timeout, None, None), 60),
            (2, failed(Failure::Timeout, None, None), 300),
            (1, failed(Failure::Status, Some(502), None), 60),
            (1, failed(Failure::NoConnection, None, None), 5),
            (1, failed(Failure::Redirect, Some(302), None), 5),
        ] {
            assert_eq!(wait(made, failed, 0.0), Some(Duration::from_secs(seconds)), "{made} {failed:?}");
        }
    }

    #[test]
    fn while_something_waits_failures_lie_close_enough_to_belong_together() {
        let longest = WAITS.iter().max().unwrap();
        assert!(*longest * 2 + LONGEST_REST < entities::subscriber::health::IN_A_ROW);
    }

    #[test]
    fn whoever_is_down_is_asked_once_a_minute() {
        let seconds = |made: i64, failed: Failed| rest(wait(made, failed, 0.0), failed, false).as_secs();
        assert_eq!(rest(wait(1, REFUSED, 0.0), REFUSED, true), REST);
        assert_eq!(seconds(1, REFUSED), 5);
        assert_eq!(seconds(5, REFUSED), 60);
        assert_eq!(seconds(8, REFUSED), 60);
        assert_eq!(seconds(2, failed(Failure::Status, Some(429), Some(400))), 400);
        assert_eq!(seconds(7, failed(Failure::Status, Some(429), Some(400_000))), 3_600);
    }

    proptest! {
        #[test]
        fn a_wait_stays_near_its_plan(made in 1i64..8, chance in -1.0f64..1.0, asked in proptest::option::of(0u64..1_000_000)) {
            let failed = failed(Failure::Status, Some(500), asked);
            let planned = WAITS[usize::try_from(made).unwrap() - 1];
            let wait = wait(made, failed, chance).unwrap();
            prop_assert!(wait >= planned.mul_f64(0.8) && wait <= planned * 2);
        }
    }
}
