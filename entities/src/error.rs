//! What can go wrong with what is stored.

use sea_orm::DbErr;
use vault::seal::SealError;

/// What can go wrong between us and what is stored. None of it tells what was stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no, or did not answer.
    #[error("the database failed")]
    Db(#[from] DbErr),
    /// A sealed value did not open.
    #[error("a sealed value does not open")]
    Sealed(#[from] SealError),
    /// The request's key has been destroyed: its personal data is gone for good.
    #[error("the personal data of this request has been erased")]
    Erased,
    /// The law does not know what was asked of it.
    #[error(transparent)]
    Law(#[from] law::clocks::Undefined),
    /// A row says what the rules do not allow. Someone wrote past them.
    #[error("what is stored contradicts itself: {0}")]
    Corrupt(&'static str),
}

impl StoreError {
    /// Whether a value was sealed under an installation key that this process does not hold, for messages that name the
    /// way out.
    #[must_use]
    pub fn is_unknown_key(&self) -> bool {
        matches!(self, Self::Sealed(SealError::UnknownKey { .. }))
    }
}
