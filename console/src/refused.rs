//! Why a page is not shown or a form not taken; the entrance makes a page of it.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use api::problem::Problem;
use entities::client::scope::Scope;
use entities::error::StoreError;
use entities::id::{EventId, RequestId};
use sea_orm::DbErr;

/// Why.
#[derive(Debug)]
pub enum Refused {
    /// Nobody is signed in, or not with all that it takes.
    SignIn,
    /// The officer holds this scope for no controller.
    NoRight(Scope),
    /// The form does not come from a page that was made for this browser, or that page is too old.
    Forged,
    /// The form cannot be read at all.
    Malformed,
    /// The request has changed since the page was made, of which it knew this event as the last.
    Stale(RequestId, Option<EventId>),
    /// As the API refuses.
    Problem(Problem),
}

impl Refused {
    /// There is no such page, or nothing of that name within reach.
    #[must_use]
    pub fn not_found() -> Self {
        Self::Problem(Problem::not_found("page"))
    }

    /// Something failed on our side.
    #[must_use]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Problem(Problem::internal(cause))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "sign-in",
            Self::NoRight(_) => "no-right",
            Self::Forged => "forged",
            Self::Malformed => "malformed",
            Self::Stale(..) => "stale",
            Self::Problem(problem) => problem.code().word,
        })
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::SEE_OTHER,
            Self::NoRight(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Stale(..) => StatusCode::CONFLICT,
            Self::Problem(problem) => problem.status_code(),
        }
    }

    /// What is sent if no page can be made of it: nothing but the status.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Problem(error.into())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<askama::Error> for Refused {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}
