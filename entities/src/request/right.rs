//! What a person can ask for. The platform has calls for three rights; the others are work for people.

use resolution::plan;

use crate::words;

words! {
    /// What is asked for.
    pub enum Right {
        /// A copy of the data.
        Access = "access",
        /// Erasure.
        Erasure = "erasure",
        /// Correction.
        Rectification = "rectification",
        /// The data in a form that another controller can read.
        Portability = "portability",
        /// Storage, and no other use.
        Restriction = "restriction",
        /// An end to a use of the data.
        Objection = "objection",
        /// No sale and no sharing.
        OptOut = "opt_out",
        /// Sensitive data for the asked-for service only.
        Limit = "limit",
        /// No significant decision by a machine.
        AdmtOptOut = "admt_opt_out",
        /// How a machine decided: its purpose, its logic, what came of it, and what people did.
        AdmtAccess = "admt_access",
    }
}

impl Right {
    /// The right as the platform knows it, if it does. What it does not know is done by people.
    #[must_use]
    pub const fn on_platform(self) -> Option<plan::Right> {
        match self {
            Self::Access => Some(plan::Right::Access),
            Self::Erasure => Some(plan::Right::Erasure),
            Self::Rectification => Some(plan::Right::Rectification),
            Self::Portability
            | Self::Restriction
            | Self::Objection
            | Self::OptOut
            | Self::Limit
            | Self::AdmtOptOut
            | Self::AdmtAccess => None,
        }
    }
}

impl Right {
    /// The right as the law pack names it.
    #[must_use]
    pub const fn in_law(self) -> law::right::Right {
        use law::right::Right as L;
        match self {
            Self::Access => L::Access,
            Self::Erasure => L::Erasure,
            Self::Rectification => L::Rectification,
            Self::Portability => L::Portability,
            Self::Restriction => L::Restriction,
            Self::Objection => L::Objection,
            Self::OptOut => L::OptOut,
            Self::Limit => L::Limit,
            Self::AdmtOptOut => L::AdmtOptOut,
            Self::AdmtAccess => L::AdmtAccess,
        }
    }
}

impl From<plan::Right> for Right {
    fn from(right: plan::Right) -> Self {
        match right {
            plan::Right::Access => Self::Access,
            plan::Right::Erasure => Self::Erasure,
            plan::Right::Rectification => Self::Rectification,
        }
    }
}
