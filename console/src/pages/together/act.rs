//! What can be done about several requests at once.

use api::decision::{Decision, LONGEST_REASON};
use entities::extension::table::ExtensionReason;
use entities::request::decide::Joint;

use crate::faults::Faults;
use crate::shell::Shell;

/// One of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing further is done on the platform.
    Hold,
    /// It goes on.
    Release,
    /// The receipt was acknowledged, by other means than ours.
    Acknowledge,
    /// More time is taken.
    Extend,
}

impl Act {
    /// Its word in addresses and messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Acknowledge => "acknowledge",
            Self::Extend => "extend",
        }
    }

    /// Whether it takes a reason in somebody's own words.
    pub const fn asks_reason(self) -> bool {
        matches!(self, Self::Hold | Self::Extend)
    }

    /// What is wrong with what was filled in.
    pub fn faults(self, s: &Shell, reason: &str, code: &str) -> Faults {
        let mut faults = Faults::default();
        if self == Self::Extend && code.parse::<ExtensionReason>().is_err() {
            faults.add("code", s.t("together-code-missing"));
        }
        if self.asks_reason() {
            match reason.trim().chars().count() {
                0 => faults.add("reason", s.t("together-reason-missing")),
                n if n > LONGEST_REASON => faults.add("reason", s.with("reason-too-long", "most", LONGEST_REASON)),
                _ => {}
            }
        }
        faults
    }

    /// The decision with these words.
    pub fn decision(self, reason: &str, code: &str) -> Decision {
        let reason = reason.trim().to_owned();
        match self {
            Self::Hold => Decision::Hold(reason),
            Self::Release => Decision::Release,
            Self::Acknowledge => Decision::Acknowledge(None),
            Self::Extend => Decision::Extend(code.parse().unwrap_or(ExtensionReason::Complexity), reason, None),
        }
    }

    /// The decision as it is foreseen, before its words are known; none of its rules looks at them.
    pub const fn joint(self) -> Joint {
        match self {
            Self::Hold => Joint::Hold,
            Self::Release => Joint::Release,
            Self::Acknowledge => Joint::Acknowledge,
            Self::Extend => Joint::Extend,
        }
    }
}
