//! Figures for accountability (GDPR Art. 5(2), 24): per right and month of receipt, how many requests came, how many were
//! answered in time, refused on which ground, extended or late for which reason, and how many still wait.

use std::collections::{BTreeMap, BTreeSet};

use entities::inquiry::table::InquiryKind;
use entities::request::right::Right;
use entities::request::status::Outcome;
use entities::time::At;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fact::{Date, Fact};
use crate::figures::{Days, share};
use crate::period::day;
use crate::sheet::{counts, maybe};

/// The laws whose accountability this is, if none is named.
pub const REGIMES: [&str; 2] = ["eu_gdpr", "uk_gdpr"];

/// What the figures rest on, for those who read them.
pub const NOTES: [&str; 6] = [
    "Counted are requests received in the period, by the civil day in the controller's zone, as they stood when the report was written.",
    "received = answered + ended_otherwise + open; ended otherwise are those withdrawn, duplicates, and what was no request. Refusals are answers.",
    "Shares in time are those of answered and overdue requests together: a request that is overdue is not in time. Statutory is the best reading of the law, cautious the strictest.",
    "delays counts reasons on record for requests that were extended, answered after the statutory day, or are overdue; one request can have several.",
    "A refusal counts as an answer once the person has been told; until then it is open. missed counts requests by each duty that fell away, with the request's end, after its statutory day had passed undone; duplicates and what was no request are left out.",
    "Days run from the day of receipt to the day of the answer in substance.",
];

/// Figures of one right in one month, or of several together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AccountabilityLine)]
pub struct Line {
    /// The month of receipt, such as `2026-11`; null for the whole period.
    pub month: Option<String>,
    /// What was asked for; null for all rights.
    #[schema(value_type = Option<String>)]
    pub right: Option<Right>,
    /// How many were received.
    pub received: u64,
    /// How many of those were answered in substance, refusals included.
    pub answered: u64,
    /// Answered by the statutory day.
    pub in_time_statutory: u64,
    /// Answered by the cautious day.
    pub in_time_cautious: u64,
    /// The share by the statutory day of those answered or overdue, from 0 to 1.
    pub share_in_time_statutory: Option<f64>,
    /// The share by the cautious day of those answered or past it, from 0 to 1.
    pub share_in_time_cautious: Option<f64>,
    /// How many were extended by a notice sent in time.
    pub extended: u64,
    /// How many were refused, for want of proof of identity too.
    pub refused: u64,
    /// The same by coded ground.
    pub refused_by_ground: BTreeMap<String, u64>,
    /// Median number of days to the answer.
    pub median_days: Option<f64>,
    /// Mean number of days to the answer, to two places.
    pub mean_days: Option<f64>,
    /// Why requests were extended or late, by reason on record.
    pub delays: BTreeMap<String, u64>,
    /// Withdrawn, duplicates, and what was no request.
    pub ended_otherwise: u64,
    /// Not answered yet.
    pub open: u64,
    /// Not answered though the statutory day has passed.
    pub overdue: u64,
    /// Requests by each duty that fell away after its statutory day had passed undone.
    pub missed: BTreeMap<String, u64>,
}

/// The names of the columns, in the order of [`Line::cells`].
pub const COLUMNS: [&str; 18] = [
    "month",
    "right",
    "received",
    "answered",
    "in_time_statutory",
    "in_time_cautious",
    "share_in_time_statutory",
    "share_in_time_cautious",
    "extended",
    "refused",
    "refused_by_ground",
    "median_days",
    "mean_days",
    "delays",
    "ended_otherwise",
    "open",
    "overdue",
    "missed",
];

impl Line {
    /// The line as cells of a table; the whole period and all rights are called `all`.
    #[must_use]
    pub fn cells(&self) -> [String; COLUMNS.len()] {
        [
            self.month.clone().unwrap_or_else(|| "all".to_owned()),
            self.right.map_or("all", Right::as_str).to_owned(),
            self.received.to_string(),
            self.answered.to_string(),
            self.in_time_statutory.to_string(),
            self.in_time_cautious.to_string(),
            maybe(self.share_in_time_statutory),
            maybe(self.share_in_time_cautious),
            self.extended.to_string(),
            self.refused.to_string(),
            counts(&self.refused_by_ground),
            maybe(self.median_days),
            maybe(self.mean_days),
            counts(&self.delays),
            self.ended_otherwise.to_string(),
            self.open.to_string(),
            self.overdue.to_string(),
            counts(&self.missed),
        ]
    }
}

/// What is counted, request by request.
#[derive(Clone, Debug)]
pub struct Count {
    zone: TimeZone,
    now: At,
    regimes: Vec<String>,
    by: BTreeMap<(Option<String>, Option<Right>), Tally>,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    received: u64,
    answered: u64,
    in_time: [u64; 2],
    missed: [u64; 2],
    extended: u64,
    refused: BTreeMap<String, u64>,
    days: Days,
    delays: BTreeMap<String, u64>,
    open: u64,
    overdue: u64,
    undone: BTreeMap<String, u64>,
}

const DATES: [Date; 2] = [Date::Statutory, Date::Cautious];

impl Tally {
    fn add(&mut self, fact: &Fact, zone: &TimeZone, now: At) {
        self.received += 1;
        self.open += u64::from(fact.is_open());
        self.overdue += u64::from(fact.is_overdue(now));
        self.extended += u64::from(fact.is_extended());
        self.answered += u64::from(fact.answered_at().is_some());
        for (place, date) in DATES.into_iter().enumerate() {
            match fact.is_in_time(date, now) {
                Some(true) => self.in_time[place] += 1,
                Some(false) => self.missed[place] += 1,
                None => {}
            }
        }
        if let Some(days) = fact.days_to_answer(zone) {
            self.days.add(days);
        }
        if let Some(ground) = ground(fact) {
            *self.refused.entry(ground).or_default() += 1;
        }
        if !matches!(fact.outcome, Some(Outcome::Duplicate | Outcome::Spam)) {
            for duty in fact.missed.iter().collect::<BTreeSet<_>>() {
                *self.undone.entry(duty.clone()).or_default() += 1;
            }
        }
        for reason in delays(fact, now) {
            *self.delays.entry(reason).or_default() += 1;
        }
    }

    fn line(&self, month: Option<String>, right: Option<Right>) -> Line {
        let [statutory, cautious] = [0, 1].map(|it: usize| share(self.in_time[it], self.in_time[it] + self.missed[it]));
        Line {
            month,
            right,
            received: self.received,
            answered: self.answered,
            in_time_statutory: self.in_time[0],
            in_time_cautious: self.in_time[1],
            share_in_time_statutory: statutory,
            share_in_time_cautious: cautious,
            extended: self.extended,
            refused: self.refused.values().sum(),
            refused_by_ground: self.refused.clone(),
            median_days: self.days.median(),
            mean_days: self.days.mean(),
            delays: self.delays.clone(),
            ended_otherwise: self.received - self.answered - self.open,
            open: self.open,
            overdue: self.overdue,
            missed: self.undone.clone(),
        }
    }
}

/// The ground of a refusal. One that names none is counted all the same.
fn ground(fact: &Fact) -> Option<String> {
    let is_refused = matches!(fact.outcome, Some(Outcome::Refused | Outcome::IdentityNotProven));
    is_refused.then(|| fact.refusal_code.clone().unwrap_or_else(|| "none_given".to_owned()))
}

/// The reasons on record why a request took more time than the first period.
fn delays(fact: &Fact, now: At) -> Vec<String> {
    if !fact.is_extended() && fact.is_in_time(Date::Statutory, now) != Some(false) {
        return Vec::new();
    }
    let asked = |kind| fact.asked.contains(&kind);
    let mut reasons: Vec<String> = [
        (fact.on_hold, "on_hold"),
        (fact.troubled, "platform_failed"),
        (asked(InquiryKind::Identity), "waited_for_identity"),
        (asked(InquiryKind::Clarification), "waited_for_clarification"),
        (asked(InquiryKind::Fee), "waited_for_fee"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, reason)| reason.to_owned())
    .collect();
    reasons.extend(fact.extension.map(|it| it.reason.to_string()));
    if reasons.is_empty() {
        reasons.push("none_recorded".to_owned());
    }
    reasons
}

impl Count {
    /// Nothing yet. Only requests under one of these laws will count; days and months are those of the zone.
    #[must_use]
    pub fn new(zone: TimeZone, now: At, regimes: Vec<String>) -> Self {
        Self { zone, now, regimes, by: BTreeMap::new() }
    }

    /// One more request.
    pub fn add(&mut self, fact: &Fact) {
        if !self.regimes.iter().any(|regime| fact.is_under(regime)) {
            return;
        }
        let month = day(&self.zone, fact.received_at).strftime("%Y-%m").to_string();
        for key in [(Some(month), Some(fact.right)), (None, Some(fact.right)), (None, None)] {
            self.by.entry(key).or_default().add(fact, &self.zone, self.now);
        }
    }

    /// A line a month and right in which requests were received, by month.
    #[must_use]
    pub fn months(&self) -> Vec<Line> {
        self.lines(|month, _| month)
    }

    /// A line a right for the whole period.
    #[must_use]
    pub fn rights(&self) -> Vec<Line> {
        self.lines(|month, right| !month && right)
    }

    /// One line for the whole period and all rights.
    #[must_use]
    pub fn total(&self) -> Line {
        self.by.get(&(None, None)).cloned().unwrap_or_default().line(None, None)
    }

    fn lines(&self, is_wanted: impl Fn(bool, bool) -> bool) -> Vec<Line> {
        let wanted = self.by.iter().filter(|((month, right), _)| is_wanted(month.is_some(), right.is_some()));
        wanted.map(|((month, right), tally)| tally.line(month.clone(), *right)).collect()
    }
}

#[cfg(test)]
mod tests {
    use entities::extension::table::ExtensionReason;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::fact::Extension;
    use crate::fact::tests::{at, closed, open};

    fn counted(facts: &[Fact], now: &str) -> Count {
        let mut count =
            Count::new(TimeZone::get("Europe/Berlin").unwrap(), at(now), REGIMES.map(str::to_owned).to_vec());
        facts.iter().for_each(|fact| count.add(fact));
        count
    }

    #[test]
    fn a_share_in_time_counts_those_overdue() {
        let facts = [
            closed(Outcome::Fulfilled, "2026-03-12T10:00:00Z"),
            closed(Outcome::Refused, "2026-04-05T10:00:00Z"),
            closed(Outcome::Fulfilled, "2026-04-09T10:00:00Z"),
            closed(Outcome::Withdrawn, "2026-04-09T10:00:00Z"),
            open(),
        ];
        let total = counted(&facts, "2026-05-01T00:00:00Z").total();
        assert_eq!((total.received, total.answered, total.open, total.overdue, total.ended_otherwise), (5, 3, 1, 1, 1));
        assert_eq!((total.share_in_time_statutory, total.share_in_time_cautious), (Some(0.5), Some(0.25)));
        assert_eq!(total.refused_by_ground, BTreeMap::from([("none_given".to_owned(), 1)]));
        // While there is still time the open one counts for neither side.
        let before = counted(&facts, "2026-04-01T00:00:00Z").total();
        assert_eq!((before.share_in_time_statutory, before.overdue), (Some(0.6667), 0));
    }

    #[test]
    fn what_was_missed_is_told_by_duty() {
        let missed = |outcome, duties: &[&str]| {
            let missed = duties.iter().map(|duty| (*duty).to_owned()).collect();
            Fact { missed, ..closed(outcome, "2026-05-09T10:00:00Z") }
        };
        let facts = [
            missed(Outcome::Withdrawn, &["respond", "acknowledge"]),
            // Two laws, one request.
            missed(Outcome::Fulfilled, &["acknowledge", "acknowledge"]),
            missed(Outcome::Spam, &["respond"]),
        ];
        let total = counted(&facts, "2026-06-01T00:00:00Z").total();
        assert_eq!(total.missed, BTreeMap::from([("acknowledge".to_owned(), 2), ("respond".to_owned(), 1)]));
    }

    #[test]
    fn delays_are_told_of_what_was_delayed() {
        let late = Fact { troubled: true, asked: vec![InquiryKind::Identity], ..open() };
        let extension = Extension { reason: ExtensionReason::Complexity, announced_at: None, counts: true };
        let extended = Fact { extension: Some(extension), ..closed(Outcome::Fulfilled, "2026-03-12T10:00:00Z") };
        let swift = Fact { troubled: true, ..closed(Outcome::Fulfilled, "2026-03-12T10:00:00Z") };
        let total = counted(&[late, extended, swift, open()], "2026-05-01T00:00:00Z").total();
        let told: Vec<_> = total.delays.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        assert_eq!(told, [("complexity", 1), ("none_recorded", 1), ("platform_failed", 1), ("waited_for_identity", 1)]);
        assert_eq!(total.extended, 1);
    }

    #[test]
    fn a_month_is_the_controllers_and_other_laws_do_not_count() {
        let new_year = Fact { received_at: at("2026-12-31T23:30:00Z"), ..open() };
        let virginia = Fact { regimes: vec!["us_va".into()], ..open() };
        let count = counted(&[new_year, virginia], "2027-01-02T00:00:00Z");
        let months: Vec<_> = count.months().into_iter().map(|line| (line.month, line.received)).collect();
        assert_eq!(months, [(Some("2027-01".to_owned()), 1)]);
    }

    proptest! {
        #[test]
        fn the_parts_are_the_whole(
            facts in proptest::collection::vec((select(Right::ALL.to_vec()), select(Outcome::ALL.to_vec()), 1_u8..12, any::<bool>()), 0..60)
        ) {
            let fact = |(right, outcome, month, is_open): (Right, Outcome, u8, bool)| {
                let fact = if is_open { open() } else { closed(outcome, "2027-03-01T10:00:00Z") };
                Fact { right, received_at: at(&format!("2026-{month:02}-15T10:00:00Z")), ..fact }
            };
            let facts: Vec<_> = facts.into_iter().map(fact).collect();
            let count = counted(&facts, "2027-06-01T00:00:00Z");
            let total = count.total();
            prop_assert_eq!(total.received, facts.len() as u64);
            for lines in [count.months(), count.rights()] {
                prop_assert_eq!(lines.iter().map(|it| it.received).sum::<u64>(), total.received);
                prop_assert_eq!(lines.iter().map(|it| it.refused).sum::<u64>(), total.refused);
                for line in lines {
                    prop_assert_eq!(line.received, line.answered + line.ended_otherwise + line.open);
                    prop_assert!(line.in_time_cautious <= line.in_time_statutory && line.overdue <= line.open);
                }
            }
        }
    }
}
