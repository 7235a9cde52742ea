//! The rights a person may use.

use words::words;

words! {
    /// What a person asks for. Not every law knows every right: `Regime::rights` lists those of one.
    pub enum Right {
        /// To know what is held, and to have a copy.
        Access = "access",
        /// To have it deleted.
        Erasure = "erasure",
        /// To have it corrected or completed.
        Rectification = "rectification",
        /// To take it along in a machine-readable form.
        Portability = "portability",
        /// To have its use suspended while it is kept.
        Restriction = "restriction",
        /// To have a use stopped.
        Objection = "objection",
        /// To opt out of sale, sharing, targeted advertising or profiling.
        OptOut = "opt_out",
        /// To have the use of sensitive data limited.
        Limit = "limit",
        /// To opt out of automated decision-making technology.
        AdmtOptOut = "admt_opt_out",
        /// To learn how automated decision-making technology was used.
        AdmtAccess = "admt_access",
        /// To complain to the controller about how it handles the data; in India, the grievance.
        Complaint = "complaint",
    }
}
