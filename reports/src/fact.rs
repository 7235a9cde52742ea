//! One request as reports see it: dates, words of closed sets and counts, and nothing of the person.

use entities::clock::table::ClockState;
use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use entities::time::At;
use jiff::tz::TimeZone;

use crate::period::day;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its id.
    pub id: RequestId,
    /// Its short name.
    pub reference: String,
    /// What is asked for.
    pub right: Right,
    /// The laws whose clocks run, the one that the answer goes by first.
    pub regimes: Vec<String>,
    /// How it reached the controller.
    pub channel: String,
    /// How the person's identity was proven.
    pub identity_method: Option<String>,
    /// Where it stands.
    pub status: RequestStatus,
    /// Whether a person stopped it.
    pub on_hold: bool,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What the answer is narrowed to.
    pub answer_form: Option<AnswerForm>,
    /// The coded ground on which it was refused or narrowed.
    pub refusal_code: Option<String>,
    /// The provision behind that.
    pub refusal_basis: Option<String>,
    /// When it reached the controller.
    pub received_at: At,
    /// When it was closed.
    pub closed_at: Option<At>,
    /// The duties to answer, under every law, with their dates as they run now.
    pub duties: Vec<Duty>,
    /// The duties of any kind that fell away after their statutory day had passed undone, by their words.
    pub missed: Vec<String>,
    /// The extension that was decided, if one was.
    pub extension: Option<Extension>,
    /// What was asked of the person.
    pub asked: Vec<InquiryKind>,
    /// How many platform requests there are, each counted once however often it was tried.
    pub jobs: u64,
    /// Whether one of those failed, or was tried again.
    pub troubled: bool,
    /// How many files were collected.
    pub files: u64,
}

/// A duty to answer, under one law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty {
    /// The end of the cautious day.
    pub cautious_at: At,
    /// The end of the statutory day.
    pub statutory_at: At,
    /// Whether it still waits.
    pub state: ClockState,
    /// When it was done.
    pub met_at: Option<At>,
}

/// More time that was decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Why.
    pub reason: ExtensionReason,
    /// When its notice was sent.
    pub announced_at: Option<At>,
    /// Whether it was sent in time, so that the dates are later.
    pub counts: bool,
}

/// Which of a duty's dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// The strictest reading.
    Cautious,
    /// The best reading.
    Statutory,
}

impl Duty {
    /// The end of the day.
    #[must_use]
    pub const fn by(&self, date: Date) -> At {
        match date {
            Date::Cautious => self.cautious_at,
            Date::Statutory => self.statutory_at,
        }
    }
}

impl Fact {
    /// By when it must be answered: the earliest under any law.
    #[must_use]
    pub fn answer_by(&self, date: Date) -> Option<At> {
        self.duties.iter().map(|duty| duty.by(date)).min()
    }

    /// When it was answered in substance, whether by doing what was asked, in whole or in part, or by saying why not. An
    /// acknowledgement or the notice of an extension is no answer (11 CCR 7102), and of what was withdrawn, or was no request
    /// of its own, there is none. A refusal of which the person has not been told is none yet.
    #[must_use]
    pub fn answered_at(&self) -> Option<At> {
        let is_answer = |outcome: Outcome| {
            use Outcome as O;
            match outcome {
                O::Fulfilled | O::PartiallyFulfilled | O::NoDataFound | O::Refused | O::IdentityNotProven => true,
                O::Withdrawn | O::Duplicate | O::Spam => false,
            }
        };
        let met = self.duties.iter().filter(|duty| duty.state == ClockState::Met).filter_map(|duty| duty.met_at).max();
        self.outcome.filter(|outcome| is_answer(*outcome) && !self.is_open()).and(met.or(self.closed_at))
    }

    /// Days from the day of receipt to that of the answer, in the controller's zone; 0 on the same day.
    #[must_use]
    pub fn days_to_answer(&self, zone: &TimeZone) -> Option<i64> {
        let days = day(zone, self.answered_at()?).since(day(zone, self.received_at)).ok()?;
        Some(i64::from(days.get_days()))
    }

    /// Whether it is in time under every law: yes once it was answered in time, no once a day has passed without, and none
    /// while it may still be, or if nothing has to be answered any more.
    #[must_use]
    pub fn is_in_time(&self, date: Date, now: At) -> Option<bool> {
        let answered = self.answered_at();
        if !self.is_open() && answered.is_none() {
            return None;
        }
        let one = |duty: &Duty| match duty.state {
            ClockState::Met => Some(duty.met_at.or(answered)? <= duty.by(date)),
            ClockState::Open | ClockState::Suspended | ClockState::Void | ClockState::Missed => match answered {
                Some(answered) => Some(answered <= duty.by(date)),
                None => (now > duty.by(date)).then_some(false),
            },
        };
        let each: Vec<_> = self.duties.iter().map(one).collect();
        if each.contains(&Some(false)) {
            return Some(false);
        }
        (!each.is_empty() && each.iter().all(Option::is_some)).then_some(true)
    }

    /// Whether it still has to be answered; so has one that was refused, until the person has been told.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let waits = |duty: &Duty| matches!(duty.state, ClockState::Open | ClockState::Suspended);
        self.status != RequestStatus::Closed || self.duties.iter().any(waits)
    }

    /// Whether it still has to be answered though the statutory day has passed.
    #[must_use]
    pub fn is_overdue(&self, now: At) -> bool {
        self.is_open() && self.is_in_time(Date::Statutory, now) == Some(false)
    }

    /// Whether more time was taken, by a notice that was sent in time.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.extension.is_some_and(|it| it.counts)
    }

    /// Whether it is one under this law.
    #[must_use]
    pub fn is_under(&self, regime: &str) -> bool {
        self.regimes.iter().any(|it| it == regime)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::Timestamp;

    use super::*;

    /// An instant.
    pub(crate) fn at(text: &str) -> At {
        text.parse::<Timestamp>().unwrap().into()
    }

    /// An access that arrived on 2 March 2026 and has a month.
    pub(crate) fn open() -> Fact {
        Fact {
            id: RequestId::new(),
            reference: "K7PW-3MXD".into(),
            right: Right::Access,
            regimes: vec!["eu_gdpr".into()],
            channel: "email".into(),
            identity_method: None,
            status: RequestStatus::Reviewing,
            on_hold: false,
            outcome: None,
            answer_form: None,
            refusal_code: None,
            refusal_basis: None,
            received_at: at("2026-03-02T10:00:00Z"),
            closed_at: None,
            duties: vec![Duty {
                cautious_at: at("2026-04-02T23:59:59Z"),
                statutory_at: at("2026-04-07T23:59:59Z"),
                state: ClockState::Open,
                met_at: None,
            }],
            missed: Vec::new(),
            extension: None,
            asked: Vec::new(),
            jobs: 0,
            troubled: false,
            files: 0,
        }
    }

    /// The same, closed with an outcome.
    pub(crate) fn closed(outcome: Outcome, closed_at: &str) -> Fact {
        use Outcome as O;
        let (mut fact, closed_at) = (open(), at(closed_at));
        let is_moot = matches!(outcome, O::Withdrawn | O::Duplicate | O::Spam);
        (fact.status, fact.outcome, fact.closed_at) = (RequestStatus::Closed, Some(outcome), Some(closed_at));
        fact.duties[0].state = if is_moot { ClockState::Void } else { ClockState::Met };
        fact.duties[0].met_at = (!is_moot).then_some(closed_at);
        fact
    }

    #[test]
    fn only_an_answer_in_substance_is_one() {
        for outcome in Outcome::ALL {
            let fact = closed(*outcome, "2026-03-20T10:00:00Z");
            let is_answer = !matches!(outcome, Outcome::Withdrawn | Outcome::Duplicate | Outcome::Spam);
            assert_eq!(fact.days_to_answer(&TimeZone::UTC), is_answer.then_some(18), "{outcome}");
            assert_eq!(fact.is_in_time(Date::Statutory, at("2027-01-01T00:00:00Z")), is_answer.then_some(true));
        }
    }

    #[test]
    fn a_refusal_is_an_answer_once_the_person_has_been_told() {
        let mut fact = closed(Outcome::Refused, "2026-03-20T10:00:00Z");
        (fact.duties[0].state, fact.duties[0].met_at) = (ClockState::Open, None);
        let told = |fact: &Fact, now| (fact.answered_at(), fact.is_open(), fact.is_in_time(Date::Statutory, at(now)));
        assert_eq!(told(&fact, "2026-04-01T00:00:00Z"), (None, true, None));
        assert_eq!(told(&fact, "2026-04-08T00:00:00Z"), (None, true, Some(false)));
        assert!(fact.is_overdue(at("2026-04-08T00:00:00Z")));
        let sent = at("2026-04-09T10:00:00Z");
        (fact.duties[0].state, fact.duties[0].met_at) = (ClockState::Met, Some(sent));
        assert_eq!(told(&fact, "2026-05-01T00:00:00Z"), (Some(sent), false, Some(false)), "it left too late");
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let mut fact = closed(Outcome::Fulfilled, "2026-03-03T00:30:00Z");
        fact.received_at = at("2026-03-02T23:30:00Z");
        assert_eq!(fact.days_to_answer(&TimeZone::UTC), Some(1));
        assert_eq!(fact.days_to_answer(&TimeZone::get("Europe/Berlin").unwrap()), Some(0));
        // Across the night in which the clocks move a day is a day.
        fact.received_at = at("2026-03-28T12:00:00Z");
        fact.duties[0].met_at = Some(at("2026-03-30T09:00:00Z"));
        assert_eq!(fact.days_to_answer(&TimeZone::get("Europe/Berlin").unwrap()), Some(2));
    }

    #[test]
    fn what_is_open_is_in_time_or_late_only_when_that_is_certain() {
        use Date::{Cautious, Statutory};
        let fact = open();
        let told = |now: &str| (fact.is_in_time(Cautious, at(now)), fact.is_in_time(Statutory, at(now)));
        assert_eq!(told("2026-04-02T23:59:59Z"), (None, None));
        assert_eq!(told("2026-04-03T00:00:00Z"), (Some(false), None));
        assert_eq!(told("2026-04-08T00:00:00Z"), (Some(false), Some(false)));
        assert!(fact.is_overdue(at("2026-04-08T00:00:00Z")) && !fact.is_overdue(at("2026-04-07T23:59:59Z")));
    }

    #[test]
    fn one_law_missed_is_a_request_missed() {
        let mut fact = closed(Outcome::Refused, "2026-04-05T10:00:00Z");
        let now = at("2026-06-01T00:00:00Z");
        assert_eq!(fact.is_in_time(Date::Statutory, now), Some(true));
        assert_eq!(fact.is_in_time(Date::Cautious, now), Some(false));
        fact.duties.push(Duty { statutory_at: at("2026-04-04T23:59:59Z"), ..fact.duties[0] });
        assert_eq!(fact.is_in_time(Date::Statutory, now), Some(false));
    }
}
