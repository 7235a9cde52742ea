//! What went wrong, for the caller: RFC 9457 `application/problem+json`, with a stable code.
//!
//! A problem never repeats a value that was sent, except the name of a field. The cause of a failure on our side stays in the
//! [`Problem`] for the one log line of the request; the caller learns only that it was us.

pub mod codes;
pub mod described;

use std::borrow::Cow;
use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use entities::error::StoreError;
use entities::request::decide::NotDecided;
use law::clocks::Undefined;
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;

use codes::Code;

/// One field that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it stands, such as `identifiers[2].value`.
    pub field: String,
    /// A stable word for programs.
    pub code: Cow<'static, str>,
    /// A sentence for people.
    pub detail: String,
    /// The values that would be understood, where the set is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Vec<&'static str>>,
}

/// The body of every error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// `/problems/<code>`, where the code is explained.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem, in a few words; the same for every problem of this code.
    pub title: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this call, and the way out.
    pub detail: &'a str,
    /// A stable word for programs.
    pub code: &'a str,
    /// The field at fault; the first one, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// Every field at fault.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub errors: &'a [FieldError],
    /// The values that `field` may have, where the set is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<&'a [&'static str]>,
}

/// What went wrong.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Cow<'static, str>,
    field: Option<String>,
    errors: Vec<FieldError>,
    known: Option<Vec<&'static str>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<anyhow::Error>,
}

impl Problem {
    /// A problem of this code; `detail` says what is wrong with this call.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            field: None,
            errors: Vec::new(),
            known: None,
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// Fields that cannot be used, all of them at once.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.detail),
            many => format!("{} fields cannot be used; see `errors`", many.len()),
        };
        let mut problem = Self::new(codes::INVALID_FIELDS, detail);
        problem.0.field = errors.first().map(|first| first.field.clone());
        problem.0.known = errors.first().and_then(|first| first.known.clone());
        problem.0.errors = errors;
        problem
    }

    /// There is no such thing within the caller's reach. Whether there is one beyond it is not said.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(codes::NOT_FOUND, format!("there is no such {what}"))
    }

    /// Something failed on our side.
    #[must_use]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        let mut problem = Self::new(codes::INTERNAL, "something went wrong on our side; it has been noted");
        problem.0.cause = Some(cause.into());
        problem
    }

    /// Notes why, for our log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Lists what would be understood.
    #[must_use]
    pub fn known(mut self, known: Vec<&'static str>) -> Self {
        self.0.known = Some(known);
        self
    }

    /// Adds a header to the answer. A value that no header can hold is left away.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What is wrong with this call.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The field at fault.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Every field at fault.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Why it failed on our side, for our log.
    #[must_use]
    pub fn cause(&self) -> Option<&anyhow::Error> {
        self.0.cause.as_ref()
    }

    /// Whether the database refused a row because another one has its unique value already.
    #[must_use]
    pub fn is_collision(&self) -> bool {
        let database = self.cause().and_then(|cause| cause.chain().find_map(|link| link.downcast_ref::<DbErr>()));
        matches!(database.and_then(DbErr::sql_err), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
    }

    /// The answer to send.
    #[must_use]
    pub fn answer(&self) -> HttpResponse {
        let Inner { code, detail, field, errors, known, headers, .. } = &*self.0;
        let mut answer = HttpResponse::build(self.status_code());
        for (name, value) in headers {
            answer.append_header((name.clone(), value.clone()));
        }
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json")).json(ProblemBody {
            kind: format!("/problems/{}", code.word),
            title: code.title,
            status: code.status,
            detail,
            code: code.word,
            field: field.as_deref(),
            errors,
            known: known.as_deref(),
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.word)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.answer()
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
            let mut problem = Self::new(codes::UNAVAILABLE, "the database does not answer; try again")
                .with_header(header::RETRY_AFTER, "5");
            problem.0.cause = Some(error.into());
            return problem;
        }
        Self::internal(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Db(error) => error.into(),
            StoreError::Law(unknown) => Self::unknown_in_law(&unknown),
            StoreError::Erased => Self::new(codes::ERASED, "the personal data of this request has been erased"),
            other => Self::internal(other),
        }
    }
}

impl From<NotDecided> for Problem {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::NotFound(what) => Self::not_found(what),
            NotDecided::Stale { found } => Self::stale(found),
            NotDecided::Status(invalid) => Self::new(codes::INVALID_TRANSITION, invalid.to_string()),
            NotDecided::Job(invalid) => Self::new(codes::INVALID_TRANSITION, invalid.to_string()),
            NotDecided::Conflict { code, message } => Self::new(codes::conflict(code), message),
            NotDecided::Field { field, code, message } => {
                let (field, code) = (field.to_owned(), code.into());
                Self::fields(vec![FieldError { field, code, detail: message, known: None }])
            }
            NotDecided::Store(error) => error.into(),
        }
    }
}

impl Problem {
    /// A law does not grant the right that was asked for, or sets no such duty, or lets it not be extended.
    fn unknown_in_law(unknown: &Undefined) -> Self {
        let (field, code) = match unknown {
            Undefined::Right { .. } => ("right", "not_granted"),
            Undefined::Duty { .. } => ("regime", "no_such_duty"),
            Undefined::Extension { .. } => ("regime", "no_extension"),
        };
        let (field, code) = (field.to_owned(), code.into());
        Self::fields(vec![FieldError { field, code, detail: unknown.to_string(), known: None }])
    }

    /// There is more to do than can be done; in a moment there may be less.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(codes::UNAVAILABLE, "the service has its hands full; try again").with_header(header::RETRY_AFTER, "5")
    }

    /// The request changed since the caller looked.
    #[must_use]
    pub fn stale(found: i64) -> Self {
        Self::new(codes::STALE, format!("the request changed: it is at version {found} now; look again"))
            .with_header(header::ETAG, &crate::etag::of(found))
    }
}
