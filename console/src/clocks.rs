//! The clocks of a request, each with how its dates came about: for whoever may see the request, from within or outside.

use entities::clock::table::{ClockState, Model};
use law::clock::Clock;
use law::duty::Duty;

use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone};
use crate::refused::Refused;
use crate::risk;
use crate::shell::Shell;

/// One duty.
pub struct ClockCard {
    /// What has to be done.
    pub duty: String,
    /// Under which law.
    pub regime: String,
    /// Where it stands.
    pub tag: Tag,
    /// Whether it waits no longer.
    pub is_settled: bool,
    /// Whether its dates are first days and not last ones.
    pub is_not_before: bool,
    /// Whether it need not be done at all: it only cannot be done later.
    pub is_conditional: bool,
    /// The day to work to.
    pub cautious: When,
    /// The day that the law sets at best.
    pub statutory: When,
    /// The day that the controller aims at.
    pub target: When,
    /// The provision that sets the period.
    pub source: String,
    /// The rule and its version.
    pub rule: String,
    /// The zone whose days count.
    pub zone: String,
    /// Every step to the dates: what was done, and by which provision.
    pub steps: Vec<(String, String)>,
}

impl ClockCard {
    /// A clock as it runs.
    ///
    /// # Errors
    /// What is stored of it cannot be read.
    pub fn of(s: &Shell, dates: &Dates, row: &Model) -> Result<Self, Refused> {
        let whole: Clock = serde_json::from_str(&row.whole).map_err(Refused::internal)?;
        let is_conditional = [Duty::AnnounceExtension.as_str(), Duty::Refuse.as_str()].contains(&row.duty.as_str());
        let tag = match row.state {
            ClockState::Open | ClockState::Suspended if row.is_not_before => {
                Tag::new(Tone::Quiet, s.t("clock-not-before"))
            }
            // Nobody must extend or refuse: the day is only the last on which it can be done.
            ClockState::Open if is_conditional => Tag::new(Tone::Quiet, dates.left(s.now, row.cautious_at)),
            ClockState::Open => {
                let days = dates.days_until(s.now, row.cautious_at);
                Tag::new(risk::tone(days), dates.left(s.now, row.cautious_at))
            }
            ClockState::Suspended => Tag::new(Tone::Info, s.word("clock-state", row.state.as_str())),
            ClockState::Met => Tag::new(Tone::Good, s.word("clock-state", row.state.as_str())),
            ClockState::Void => Tag::new(Tone::Quiet, s.word("clock-state", row.state.as_str())),
            ClockState::Missed => Tag::new(Tone::Alarm, s.word("clock-state", row.state.as_str())),
        };
        let steps = whole.derivation.into_iter().map(|step| (step.text, step.source.into_owned()));
        Ok(Self {
            duty: s.word("duty", &row.duty),
            regime: s.w.known("regime", &row.regime).unwrap_or_else(|| row.regime.clone()),
            tag,
            is_settled: row.is_settled(),
            is_not_before: row.is_not_before,
            is_conditional,
            cautious: dates.civil(whole.cautious),
            statutory: dates.civil(whole.statutory),
            target: dates.civil(whole.target),
            source: whole.rule.source.into_owned(),
            rule: format!("{} v{}", whole.rule.id, whole.rule.version),
            zone: whole.zone,
            steps: steps.collect(),
        })
    }
}
