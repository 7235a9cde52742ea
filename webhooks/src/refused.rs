//! Why a call is not believed.

use words::words;

words! {
    /// The reasons, as they are stored, counted and logged. The caller learns none of them: its answer is 401 for each.
    ///
    /// A MAC that does not match says nothing of why: changed bytes, another key, another method or address and a cut-off
    /// body look the same. All of these are [`Mismatch`](Self::Mismatch).
    pub enum Reason {
        /// A header that the scheme needs is not there.
        MissingHeader = "missing_header",
        /// A header of the scheme is there twice.
        DuplicateHeader = "duplicate_header",
        /// A header or the body is not in the form of the scheme.
        BadEncoding = "bad_encoding",
        /// The signature, or the word, is shorter than it can be.
        TruncatedSignature = "truncated_signature",
        /// The signature names a weaker algorithm than the one agreed.
        AlgorithmDowngrade = "algorithm_downgrade",
        /// The signature names another algorithm than the one agreed.
        WrongAlgorithm = "wrong_algorithm",
        /// No signature is of a version that one of our keys is for.
        WrongVersion = "wrong_version",
        /// The time is not in the form of the scheme.
        BadTimestamp = "bad_timestamp",
        /// Well signed, but longer ago than is tolerated: a replay, or a clock that is slow.
        StaleTimestamp = "stale_timestamp",
        /// Well signed, but in a future that is not tolerated: a clock that is fast.
        FutureTimestamp = "future_timestamp",
        /// The message id is not in the form of the scheme.
        BadId = "bad_id",
        /// Neither the current nor a previous secret made this signature over these bytes.
        Mismatch = "mismatch",
        /// The XML holds what SOAP forbids: a document type, an entity, a processing instruction.
        ForbiddenXml = "forbidden_xml",
        /// The message comes from another organisation than the one agreed.
        WrongOrganization = "wrong_organization",
    }
}

/// A call that is not believed. Names a header at most, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}{}", header.as_ref().map(|name| format!(": {name}")).unwrap_or_default())]
pub struct Refused {
    /// What is wrong.
    pub reason: Reason,
    /// With which header, where it is one.
    pub header: Option<String>,
}

impl Refused {
    pub(crate) fn at(reason: Reason, header: &str) -> Self {
        Self { reason, header: Some(header.to_owned()) }
    }
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Self {
        Self { reason, header: None }
    }
}
