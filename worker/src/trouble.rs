//! What can go wrong in a step, by what happens to the step then.

use std::time::Duration;

use entities::error::StoreError;
use entities::id::{JobId, RequestId};
use entities::job::queries::ChangeError;
use entities::question::table::QuestionCode;
use entities::request::decide::NotDecided;
use entities::step::lease::LeaseError;
use genesys::error::PlatformError;
use platforms::clients::NotReached;
use sea_orm::DbErr;
use serde_json::{Value, json};

use crate::mail::delivery::Away;

/// Why a step did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Another worker has taken over; nothing may be written.
    #[error("the lease has passed to another worker")]
    LeaseLost,
    /// Something else changed first; look again.
    #[error("somebody else was faster")]
    Raced,
    /// The platform.
    #[error("{0}")]
    Platform(#[from] PlatformError),
    /// The platform refused a token that was good a moment ago; the next one will tell.
    #[error("the platform refused the token")]
    TokenRefused,
    /// The token belongs to another organisation than the controller's.
    #[error("the credential belongs to another organisation")]
    WrongOrganisation,
    /// The controller's platform addresses are unusable.
    #[error("the controller's platform addresses are unusable")]
    BadAddress,
    /// The stored state.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The mail server could not be asked.
    #[error("{0}")]
    MailAway(#[from] Away),
    /// A ticketing system.
    #[error("{0}")]
    Ticketing(#[from] ticketing::trouble::Trouble),
    /// A file of an export could not be written.
    #[error("a file could not be stored")]
    File(#[from] std::io::Error),
    /// One of these, met by a step that serves many jobs, at one of them.
    #[error("{trouble}")]
    AtJob {
        /// The job.
        job: JobId,
        /// Its request.
        request: RequestId,
        /// What went wrong there.
        trouble: Box<Self>,
    },
}

impl From<LeaseError> for Trouble {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Lost => Self::LeaseLost,
            LeaseError::Db(error) => error.into(),
        }
    }
}

impl From<NotReached> for Trouble {
    fn from(error: NotReached) -> Self {
        match error {
            NotReached::Platform(error) => Self::Platform(error),
            NotReached::WrongOrganisation => Self::WrongOrganisation,
            NotReached::BadAddress => Self::BadAddress,
            NotReached::Store(error) => Self::Store(error),
        }
    }
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl From<ChangeError> for Trouble {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Raced | ChangeError::Invalid(_) => Self::Raced,
            ChangeError::Db(error) => error.into(),
        }
    }
}

impl From<NotDecided> for Trouble {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::Store(error) => Self::Store(error),
            _ => Self::Raced,
        }
    }
}

/// What to do with a step that did not get to its end.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// Nothing: it is not ours any more.
    LetGo,
    /// It runs again after this wait; the attempt does not count.
    Wait(Duration),
    /// It runs again after a growing wait; the attempt counts.
    TryAgain,
    /// It runs again after a growing wait, however often: the platform is away, and will be back.
    Endure,
    /// A person must mend something first.
    Ask(QuestionCode, Value),
}

impl Trouble {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::LeaseLost => Remedy::LetGo,
            Self::Raced => Remedy::Wait(Duration::from_millis(200)),
            Self::WrongOrganisation => Remedy::Ask(QuestionCode::WrongOrganisation, json!({})),
            Self::BadAddress => Remedy::Ask(QuestionCode::WrongCredentials, json!({ "what": "address" })),
            Self::Platform(PlatformError::WrongCredentials { .. }) => {
                Remedy::Ask(QuestionCode::WrongCredentials, json!({}))
            }
            Self::Platform(PlatformError::MissingPermissions { names, .. }) => {
                Remedy::Ask(QuestionCode::MissingPermission, json!({ "permissions": names }))
            }
            Self::Platform(PlatformError::NotAuthorised { code, .. }) => {
                Remedy::Ask(QuestionCode::MissingPermission, json!({ "permissions": [], "code": code }))
            }
            Self::Platform(PlatformError::RateLimited { wait, .. }) => Remedy::Wait(*wait),
            Self::Platform(PlatformError::NotNow(not_now)) => Remedy::Wait(not_now.wait),
            Self::Platform(PlatformError::PlatformDown { .. }) | Self::Store(StoreError::Db(_)) | Self::MailAway(_) => {
                Remedy::Endure
            }
            Self::Ticketing(trouble) => match trouble.retry_after() {
                Some(wait) => Remedy::Wait(wait),
                None => Remedy::Endure,
            },
            Self::Platform(_) | Self::Store(_) | Self::File(_) | Self::TokenRefused => Remedy::TryAgain,
            Self::AtJob { trouble, .. } => trouble.remedy(),
        }
    }

    /// Whether what is tried next will meet it as well: nobody lets us call, or nothing can be written.
    #[must_use]
    pub fn concerns_all(&self) -> bool {
        match self {
            Self::Store(StoreError::Db(_)) => true,
            Self::Store(_) | Self::File(_) | Self::Raced | Self::TokenRefused => false,
            other => !matches!(other.remedy(), Remedy::TryAgain | Remedy::Endure),
        }
    }

    /// A word for logs and for the step's row: never text that might hold personal data.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Platform(error) => format!("platform: {error}"),
            Self::MailAway(away) => format!("mail: {away}"),
            Self::Ticketing(trouble) => format!("ticketing: {trouble}"),
            Self::Store(StoreError::Db(_)) => "database".to_owned(),
            Self::AtJob { trouble, .. } => trouble.code(),
            other => other.to_string(),
        }
    }
}
