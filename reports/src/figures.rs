//! Counts, shares, mean and median. Days are kept as they are, by how often each came: nothing is averaged before the end,
//! and memory does not grow with the number of requests.

use std::collections::BTreeMap;

/// Numbers of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days(BTreeMap<i64, u64>);

impl Days {
    /// One more.
    pub fn add(&mut self, days: i64) {
        *self.0.entry(days).or_default() += 1;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Their arithmetic mean, to two places; none of none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.0.iter().map(|(days, times)| *days as f64 * *times as f64).sum();
        (self.count() > 0).then(|| two_places(sum / self.count() as f64))
    }

    /// The one in the middle; of an even number, the mean of the two in the middle. None of none.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let count = self.count();
        let (low, high) = (self.nth(count.checked_sub(1)? / 2)?, self.nth(count / 2)?);
        Some((low + high) as f64 / 2.0)
    }

    /// The number at a place in order, counted from 0.
    fn nth(&self, place: u64) -> Option<i64> {
        let mut seen = 0;
        self.0.iter().find_map(|(days, times)| {
            seen += times;
            (seen > place).then_some(*days)
        })
    }
}

/// A part of a whole, as a number from 0 to 1 to four places; none of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0)
}

fn two_places(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(days: &[i64]) -> Days {
        let mut all = Days::default();
        days.iter().for_each(|it| all.add(*it));
        all
    }

    #[test]
    fn mean_and_median_are_those_of_the_days() {
        let table: [(&[i64], _, _); 5] = [
            (&[], None, None),
            (&[7], Some(7.0), Some(7.0)),
            (&[10, 1], Some(5.5), Some(5.5)),
            (&[30, 1, 2], Some(11.0), Some(2.0)),
            (&[1, 1, 2, 40, 41, 45], Some(21.67), Some(21.0)),
        ];
        for (days, mean, median) in table {
            assert_eq!((of(days).mean(), of(days).median()), (mean, median), "{days:?}");
        }
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!((share(0, 0), share(1, 3), share(3, 3)), (None, Some(0.3333), Some(1.0)));
    }

    proptest! {
        #[test]
        fn the_median_is_that_of_the_sorted_list(mut days in proptest::collection::vec(0_i64..400, 1..40)) {
            let found = of(&days).median().unwrap();
            days.sort_unstable();
            let (low, high) = (days[(days.len() - 1) / 2], days[days.len() / 2]);
            prop_assert_eq!(found, (low + high) as f64 / 2.0);
            let mean = of(&days).mean().unwrap();
            prop_assert!(days[0] as f64 <= mean && mean <= days[days.len() - 1] as f64);
        }
    }
}
