//! Which requests a list shows: filters as the address says them, as the database takes them, and as a form offers them.
//!
//! Every filter is a word of a closed set, a controller's short name or a day, so that none of them can name a person, and a list
//! may be kept under its address.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::controller::table::Model as Controller;
use entities::id::{ClientId, ControllerId};
use entities::request::queries::{Assigned, Filter};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::time::At;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use law::regime::Regime;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::parts::Choice;
use crate::shell::Shell;

/// Where lists lie.
pub const QUEUE: &str = "/console/requests";

const SIGNALS: [&str; 4] = ["overdue", "week", "attention", "on_hold"];
/// Whose work is shown: one's own, or what nobody has taken. No other officer is named in an address.
const ASSIGNED: [&str; 2] = ["mine", "nobody"];
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// What to show. Words that are not understood show everything, as an old bookmark should.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    controller: Option<String>,
    status: Option<String>,
    right: Option<String>,
    regime: Option<String>,
    signal: Option<String>,
    assigned: Option<String>,
    /// The first day on which an answer is due.
    due_from: Option<String>,
    /// The last one.
    due_to: Option<String>,
    /// The first day of receipt.
    received_from: Option<String>,
    /// The last one.
    received_to: Option<String>,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// The fields of the form that narrows a list.
pub struct Fields {
    pub controllers: Vec<Choice>,
    pub statuses: Vec<Choice>,
    pub rights: Vec<Choice>,
    pub regimes: Vec<Choice>,
    pub signals: Vec<Choice>,
    pub assigned: Vec<Choice>,
    pub due_from: String,
    pub due_to: String,
    pub received_from: String,
    pub received_to: String,
    /// Whether any of the rarer ones is filled in.
    pub more_is_open: bool,
}

impl Asked {
    /// Reads it from the query of an address, as it was kept.
    #[must_use]
    pub fn of_query(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    fn each(&self) -> [(&'static str, &Option<String>); 10] {
        [
            ("controller", &self.controller),
            ("status", &self.status),
            ("right", &self.right),
            ("regime", &self.regime),
            ("signal", &self.signal),
            ("assigned", &self.assigned),
            ("due_from", &self.due_from),
            ("due_to", &self.due_to),
            ("received_from", &self.received_from),
            ("received_to", &self.received_to),
        ]
    }

    /// The filters that are set, as the query of an address.
    #[must_use]
    pub fn query(&self) -> String {
        self.with(None)
    }

    fn with(&self, after: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        let set = self.each().into_iter().map(|(name, value)| (name, value.as_deref()));
        for (name, value) in set.chain([("after", after)]) {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The list's address, from its beginning or after a place.
    #[must_use]
    pub fn address(&self, after: Option<&str>) -> String {
        let query = self.with(after);
        if query.is_empty() { QUEUE.to_owned() } else { format!("{QUEUE}?{query}") }
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.query().is_empty()
    }

    /// Whether closed requests are shown.
    #[must_use]
    pub fn are_closed(&self) -> bool {
        self.status() == Some(RequestStatus::Closed)
    }

    fn status(&self) -> Option<RequestStatus> {
        self.status.as_deref().and_then(|word| word.parse().ok())
    }

    /// The filters as the database takes them, for the officer who asks. Days are those of the controller that is asked for, and of
    /// UTC if none is.
    #[must_use]
    pub fn filter(&self, s: &Shell, officer: ClientId) -> Filter {
        let slug = self.controller.as_deref().filter(|slug| !slug.is_empty());
        let controller = slug.map(|slug| s.controllers.values().find(|row| row.slug == slug));
        let status = self.status();
        let signal = self.signal.as_deref().unwrap_or_default();
        let zone = self.zone(s);
        let begins = |given: &Option<String>| given.as_deref().and_then(day).and_then(|day| begins(day, &zone));
        let ends = |given: &Option<String>| {
            given.as_deref().and_then(day).and_then(|day| day.tomorrow().ok()).and_then(|day| self::begins(day, &zone))
        };
        Filter {
            // A controller that is not within sight matches nothing.
            controller: controller.map(|found| found.map_or(ControllerId::INSTALLATION, |row| row.id)),
            status,
            is_open: status.is_none().then_some(true),
            right: self.right.as_deref().and_then(|word| word.parse().ok()),
            regime: self.regime.as_deref().and_then(|word| word.parse().ok()),
            attention: (signal == "attention").then_some(true),
            on_hold: (signal == "on_hold").then_some(true),
            due_before: match signal {
                "overdue" => Some(s.now),
                "week" => Some(s.now + WEEK),
                _ => None,
            },
            cautious_from: begins(&self.due_from),
            cautious_before: ends(&self.due_to),
            received_from: begins(&self.received_from),
            received_before: ends(&self.received_to),
            assigned: match self.assigned.as_deref() {
                Some("mine") => Some(Assigned::To(officer)),
                Some("nobody") => Some(Assigned::Nobody),
                _ => None,
            },
            lookup_hashes: None,
        }
    }

    fn zone(&self, s: &Shell) -> TimeZone {
        let mut zones = s
            .controllers
            .values()
            .filter(|row| self.controller.as_deref().is_none_or(|slug| slug.is_empty() || row.slug == slug));
        let first = zones.next().and_then(|row| row.zone().ok());
        // Several controllers in one zone have the same days.
        let name = first.as_ref().and_then(|zone| zone.iana_name().map(str::to_owned));
        let same = zones.all(|row| Some(&row.time_zone) == name.as_ref());
        first.filter(|_| same).unwrap_or(TimeZone::UTC)
    }

    /// The fields of the form, filled in as they are.
    #[must_use]
    pub fn fields(&self, s: &Shell, reach: &Reach) -> Fields {
        let rows = reached(s, reach);
        let controllers = rows.iter().map(|row| (row.slug.as_str(), row.name.clone()));
        let statuses = RequestStatus::ALL.iter().map(|status| status.as_str());
        let rights = Right::ALL.iter().map(|right| right.as_str());
        let regimes = Regime::all().map(Regime::as_str);
        let text = |given: &Option<String>| given.clone().unwrap_or_default();
        let rarer = [&self.regime, &self.due_from, &self.due_to, &self.received_from, &self.received_to];
        Fields {
            controllers: Choice::among(s.t("queue-any-controller"), controllers, self.controller.as_deref()),
            statuses: Choice::words(s, "queue-open", "status", statuses, self.status.as_deref()),
            rights: Choice::words(s, "queue-any-right", "right", rights, self.right.as_deref()),
            regimes: Choice::words(s, "queue-any-regime", "regime", regimes, self.regime.as_deref()),
            signals: Choice::words(s, "queue-any-signal", "signal", SIGNALS, self.signal.as_deref()),
            assigned: Choice::words(s, "queue-any-assigned", "assigned", ASSIGNED, self.assigned.as_deref()),
            due_from: text(&self.due_from),
            due_to: text(&self.due_to),
            received_from: text(&self.received_from),
            received_to: text(&self.received_to),
            more_is_open: rarer.into_iter().any(|given| given.as_deref().is_some_and(|given| !given.is_empty())),
        }
    }
}

/// The controllers within reach, by name.
#[must_use]
pub fn reached<'a>(s: &'a Shell, reach: &Reach) -> Vec<&'a Controller> {
    let mut rows: Vec<_> = s.controllers.values().filter(|row| reach.covers(row.id)).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn begins(day: Date, zone: &TimeZone) -> Option<At> {
    day.to_zoned(zone.clone()).ok().map(|begin| At::from(begin.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_kept_under_its_address() {
        let asked = Asked::of_query("status=reviewing&right=&due_from=2026-03-01");
        assert_eq!(asked.query(), "status=reviewing&due_from=2026-03-01");
        assert_eq!(Asked::of_query(&asked.query()), Asked { right: None, ..asked.clone() });
        assert_eq!(asked.address(Some("x y")), "/console/requests?status=reviewing&due_from=2026-03-01&after=x+y");
        assert!(!Asked::of_query("right=").is_filtered());
        assert_eq!(Asked::of_query("name=Ada").query(), "", "what is no filter is not kept");
    }
}
