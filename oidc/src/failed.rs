//! Why nobody was signed in.

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The provider does not answer, or not as a provider does. It may be different in a moment.
    #[error("the provider {0}")]
    Away(&'static str),
    /// The provider said no: the person turned back, or may not use us.
    #[error("the provider refused it ({0})")]
    Denied(&'static str),
    /// What came back is not what was asked for. Whoever brings it begins anew.
    #[error("the answer does not fit: {0}")]
    Unfit(&'static str),
}
