//! The yearly figures of the CCPA (11 CCR 7102; Cal. Civ. Code 1798.99.85), by type of request.
//!
//! The law does not say whether a year's requests are those received or those answered in it: here they are those received,
//! and what is still open is shown, so that nothing falls between two years. A denial is a response; an acknowledgement or the
//! notice of an extension is none. What was granted in part counts as complied with.

use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fact::Fact;
use crate::figures::Days;
use crate::sheet::maybe;

/// The law, as requests name it.
pub const REGIME: &str = "us_ca_ccpa";

/// What the figures rest on, for those who read them.
pub const NOTES: [&str; 6] = [
    "Counted are requests received in the calendar year, by the civil day in the controller's zone, as they stood when the report was written.",
    "received = complied_in_whole + complied_in_part + denied + withdrawn + duplicate + not_a_request + open.",
    "complied_in_whole includes requests about people of whom no data was found; an answer in categories only counts as complied_in_part.",
    "Days run from the day of receipt to the day of the substantive response, whether granted or denied; acknowledgements and notices of extension are none (11 CCR 7102).",
    "Portability is counted as a request to know. Requests to access automated decision-making technology cannot be filed here yet.",
    "`california` are requests under the CCPA, `everyone` are all individuals' requests of the same types.",
];

/// A type of request, as the regulations tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CcpaType)]
pub enum Type {
    /// To delete (11 CCR 7022).
    Delete,
    /// To correct (7023).
    Correct,
    /// To know (7024).
    Know,
    /// To opt out of sale and sharing (7026).
    OptOut,
    /// To limit the use of sensitive information (7027).
    Limit,
    /// To access automated decision-making technology (7222).
    AccessAdmt,
    /// To opt out of it (7221).
    OptOutAdmt,
}

impl Type {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 7] =
        [Self::Delete, Self::Correct, Self::Know, Self::OptOut, Self::Limit, Self::AccessAdmt, Self::OptOutAdmt];

    /// The type that a right is, if the regulations know it.
    #[must_use]
    pub const fn of(right: Right) -> Option<Self> {
        match right {
            Right::Erasure => Some(Self::Delete),
            Right::Rectification => Some(Self::Correct),
            Right::Access | Right::Portability => Some(Self::Know),
            Right::OptOut => Some(Self::OptOut),
            Right::Limit => Some(Self::Limit),
            Right::AdmtOptOut => Some(Self::OptOutAdmt),
            Right::AdmtAccess => Some(Self::AccessAdmt),
            Right::Restriction | Right::Objection => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Correct => "correct",
            Self::Know => "know",
            Self::OptOut => "opt_out",
            Self::Limit => "limit",
            Self::AccessAdmt => "access_admt",
            Self::OptOutAdmt => "opt_out_admt",
        }
    }
}

/// Why a request was denied, as the regulations suggest to split it (11 CCR 7102(a)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denial {
    NotVerifiable,
    NotByConsumer,
    Exempt,
    Other,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    InWhole,
    InPart,
    Denied(Denial),
    Withdrawn,
    Duplicate,
    NotARequest,
}

impl End {
    fn of(fact: &Fact) -> Self {
        let Some(outcome) = fact.outcome.filter(|_| !fact.is_open()) else { return Self::Open };
        let is_narrowed = fact.answer_form == Some(AnswerForm::Categories);
        match outcome {
            Outcome::Fulfilled | Outcome::NoDataFound if !is_narrowed => Self::InWhole,
            Outcome::Fulfilled | Outcome::NoDataFound | Outcome::PartiallyFulfilled => Self::InPart,
            Outcome::IdentityNotProven => Self::Denied(Denial::NotVerifiable),
            Outcome::Refused => Self::Denied(denial(fact.refusal_code.as_deref().unwrap_or_default())),
            Outcome::Withdrawn => Self::Withdrawn,
            Outcome::Duplicate => Self::Duplicate,
            Outcome::Spam => Self::NotARequest,
        }
    }
}

/// The codes are those of the law pack's grounds to refuse.
fn denial(code: &str) -> Denial {
    match code {
        "not_verified" | "not_identified" | "not_authenticated" | "identity_not_proven" => Denial::NotVerifiable,
        "agent_not_authorised" | "household_not_joint" | "third_party" => Denial::NotByConsumer,
        "legal_conflict"
        | "legal_obligation"
        | "legal_claims"
        | "prohibited_by_law"
        | "retention_required"
        | "rights_of_others"
        | "trade_secret"
        | "privileged_or_confidential"
        | "other_law" => Denial::Exempt,
        code if code == "exempt" || code.starts_with("exempt_") => Denial::Exempt,
        _ => Denial::Other,
    }
}

/// The figures of one type.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = CcpaLine)]
pub struct Line {
    /// The type of request.
    pub r#type: Type,
    /// Received in the year.
    pub received: u64,
    /// Complied with in whole.
    pub complied_in_whole: u64,
    /// Complied with in part.
    pub complied_in_part: u64,
    /// Denied: the sum of the four that follow.
    pub denied: u64,
    /// Denied because who asked could not be verified.
    pub denied_not_verifiable: u64,
    /// Denied because it was not made by a consumer.
    pub denied_not_by_consumer: u64,
    /// Denied because the information is exempt.
    pub denied_exempt: u64,
    /// Denied on other grounds.
    pub denied_other: u64,
    /// Withdrawn by the person.
    pub withdrawn: u64,
    /// The same as another open request.
    pub duplicate: u64,
    /// Not a request at all.
    pub not_a_request: u64,
    /// Not responded to yet.
    pub open: u64,
    /// Mean number of days to the substantive response, to two places; null if there was none.
    pub mean_days: Option<f64>,
    /// Median number of days to the substantive response; null if there was none.
    pub median_days: Option<f64>,
}

/// The names of the columns, in the order of [`cells`].
pub const COLUMNS: [&str; 16] = [
    "whose",
    "type",
    "received",
    "complied_in_whole",
    "complied_in_part",
    "denied",
    "denied_not_verifiable",
    "denied_not_by_consumer",
    "denied_exempt",
    "denied_other",
    "withdrawn",
    "duplicate",
    "not_a_request",
    "open",
    "mean_days",
    "median_days",
];

/// A line as cells of a table.
#[must_use]
pub fn cells(whose: &str, line: &Line) -> [String; COLUMNS.len()] {
    [
        whose.to_owned(),
        line.r#type.as_str().to_owned(),
        line.received.to_string(),
        line.complied_in_whole.to_string(),
        line.complied_in_part.to_string(),
        line.denied.to_string(),
        line.denied_not_verifiable.to_string(),
        line.denied_not_by_consumer.to_string(),
        line.denied_exempt.to_string(),
        line.denied_other.to_string(),
        line.withdrawn.to_string(),
        line.duplicate.to_string(),
        line.not_a_request.to_string(),
        line.open.to_string(),
        maybe(line.mean_days),
        maybe(line.median_days),
    ]
}

/// What is counted, request by request.
#[derive(Clone, Debug)]
pub struct Count {
    zone: TimeZone,
    california: [Tally; Type::ALL.len()],
    everyone: [Tally; Type::ALL.len()],
}

#[derive(Clone, Debug, Default)]
struct Tally {
    ends: Vec<(End, u64)>,
    days: Days,
}

impl Tally {
    fn add(&mut self, end: End, days: Option<i64>) {
        match self.ends.iter_mut().find(|(known, _)| *known == end) {
            Some((_, count)) => *count += 1,
            None => self.ends.push((end, 1)),
        }
        if let Some(days) = days {
            self.days.add(days);
        }
    }

    fn line(&self, r#type: Type) -> Line {
        let sum = |of: &dyn Fn(End) -> bool| self.ends.iter().filter(|(end, _)| of(*end)).map(|(_, count)| count).sum();
        let is = |wanted: End| sum(&|end| end == wanted);
        Line {
            r#type,
            received: sum(&|_| true),
            complied_in_whole: is(End::InWhole),
            complied_in_part: is(End::InPart),
            denied: sum(&|end| matches!(end, End::Denied(_))),
            denied_not_verifiable: is(End::Denied(Denial::NotVerifiable)),
            denied_not_by_consumer: is(End::Denied(Denial::NotByConsumer)),
            denied_exempt: is(End::Denied(Denial::Exempt)),
            denied_other: is(End::Denied(Denial::Other)),
            withdrawn: is(End::Withdrawn),
            duplicate: is(End::Duplicate),
            not_a_request: is(End::NotARequest),
            open: is(End::Open),
            mean_days: self.days.mean(),
            median_days: self.days.median(),
        }
    }
}

impl Count {
    /// Nothing yet. Days are counted in this zone.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self { zone, california: Default::default(), everyone: Default::default() }
    }

    /// One more request.
    pub fn add(&mut self, fact: &Fact) {
        let Some(place) = Type::of(fact.right).and_then(|it| Type::ALL.iter().position(|known| *known == it)) else {
            return;
        };
        let (end, days) = (End::of(fact), fact.days_to_answer(&self.zone));
        self.everyone[place].add(end, days);
        if fact.is_under(REGIME) {
            self.california[place].add(end, days);
        }
    }

    /// The figures of those under the CCPA, a line a type.
    #[must_use]
    pub fn california(&self) -> Vec<Line> {
        lines(&self.california)
    }

    /// The figures of all individuals, a line a type.
    #[must_use]
    pub fn everyone(&self) -> Vec<Line> {
        lines(&self.everyone)
    }
}

fn lines(tallies: &[Tally]) -> Vec<Line> {
    Type::ALL.iter().zip(tallies).map(|(it, tally)| tally.line(*it)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::fact::tests::{closed, open};

    fn counted(facts: &[Fact]) -> Count {
        let mut count = Count::new(TimeZone::UTC);
        facts.iter().for_each(|fact| count.add(fact));
        count
    }

    fn under_ccpa(right: Right, fact: Fact) -> Fact {
        Fact { right, regimes: vec!["eu_gdpr".into(), REGIME.into()], ..fact }
    }

    fn refused(code: &str) -> Fact {
        Fact { refusal_code: Some(code.to_owned()), ..closed(Outcome::Refused, "2026-03-12T10:00:00Z") }
    }

    #[test]
    fn a_denial_is_split_by_its_ground() {
        let table = [
            ("not_verified", Denial::NotVerifiable),
            ("agent_not_authorised", Denial::NotByConsumer),
            ("household_not_joint", Denial::NotByConsumer),
            ("exempt", Denial::Exempt),
            ("exempt_legal_claims", Denial::Exempt),
            ("legal_conflict", Denial::Exempt),
            ("manifestly_unfounded", Denial::Other),
            ("fraudulent", Denial::Other),
            ("third_in_twelve_months", Denial::Other),
            ("", Denial::Other),
        ];
        for (code, split) in table {
            assert_eq!(End::of(&refused(code)), End::Denied(split), "{code}");
        }
    }

    #[test]
    fn an_answer_in_categories_is_one_in_part() {
        let fulfilled = closed(Outcome::Fulfilled, "2026-03-12T10:00:00Z");
        let narrowed =
            Fact { answer_form: Some(AnswerForm::Categories), refusal_code: Some("not_verified".into()), ..fulfilled };
        let line = &counted(&[under_ccpa(Right::Access, narrowed)]).california()[2];
        assert_eq!((line.complied_in_whole, line.complied_in_part, line.denied), (0, 1, 0));
    }

    #[test]
    fn a_response_is_a_grant_or_a_denial_and_nothing_else() {
        let facts = [
            closed(Outcome::Fulfilled, "2026-03-03T10:00:00Z"),
            closed(Outcome::PartiallyFulfilled, "2026-03-12T10:00:00Z"),
            refused("exempt"),
            closed(Outcome::Withdrawn, "2026-03-30T10:00:00Z"),
            open(),
        ];
        let line = &counted(&facts.map(|fact| under_ccpa(Right::Erasure, fact))).california()[0];
        assert_eq!((line.mean_days, line.median_days), (Some(7.0), Some(10.0)));
        assert_eq!((line.received, line.withdrawn, line.open), (5, 1, 1));
    }

    #[test]
    fn other_laws_requests_are_everyones_and_not_californias() {
        let count = counted(&[open(), under_ccpa(Right::Restriction, open())]);
        assert_eq!(count.california().iter().map(|line| line.received).sum::<u64>(), 0);
        assert_eq!(count.everyone().iter().map(|line| line.received).sum::<u64>(), 1);
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        let codes = ["not_verified", "exempt", "fraudulent", "household_not_joint", "zzyzx"];
        let outcomes: Vec<_> = Outcome::ALL.iter().copied().map(Some).chain([None]).collect();
        (select(Right::ALL.to_vec()), select(outcomes), select(codes.to_vec()), any::<bool>(), 2_u8..28).prop_map(
            |(right, outcome, code, is_californian, day)| {
                let fact = match outcome {
                    Some(outcome) => closed(outcome, &format!("2026-03-{day:02}T10:00:00Z")),
                    None => open(),
                };
                let refusal_code = (outcome == Some(Outcome::Refused)).then(|| code.to_owned());
                let regimes = if is_californian { vec![REGIME.to_owned()] } else { vec!["us_va".to_owned()] };
                Fact { right, refusal_code, regimes, ..fact }
            },
        )
    }

    proptest! {
        #[test]
        fn every_request_received_is_found_in_one_column(facts in proptest::collection::vec(any_fact(), 0..60)) {
            let count = counted(&facts);
            for (part, whole) in count.california().iter().zip(count.everyone()) {
                for line in [part, &whole] {
                    let ends = line.complied_in_whole + line.complied_in_part + line.denied + line.withdrawn
                        + line.duplicate + line.not_a_request + line.open;
                    prop_assert_eq!(line.received, ends);
                    let split = line.denied_not_verifiable + line.denied_not_by_consumer + line.denied_exempt + line.denied_other;
                    prop_assert_eq!(line.denied, split);
                    let responses = line.complied_in_whole + line.complied_in_part + line.denied;
                    prop_assert_eq!(line.mean_days.is_some(), responses > 0);
                }
                prop_assert!(part.received <= whole.received);
            }
            let typed = facts.iter().filter(|fact| Type::of(fact.right).is_some()).count() as u64;
            prop_assert_eq!(count.everyone().iter().map(|line| line.received).sum::<u64>(), typed);
        }
    }
}
