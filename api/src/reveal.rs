//! Looking at a request's personal data: masked, or in the clear for a purpose that is written down before anything is shown.

use entities::error::StoreError;
use entities::event::trail::{self, Entry};
use entities::request::keys;
use entities::request::table::Model;
use resolution::identifier::IdentifierKind;
use resolution::record::RecordKey;
use serde::Deserialize;
use serde_json::json;
use vault::data_key::DataKey;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::scopes::{Needs, RequestsReveal};
use crate::masks;
use crate::named::Named;
use crate::problem::{Problem, codes};
use crate::query::Query;

/// The parameter of every call that shows personal data.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RevealQuery {
    /// What for: 1 to 80 characters of `a-z 0-9 _ -`. Shows values in the clear, needs the scope `requests:reveal`, and is
    /// recorded.
    #[param(min_length = 1, max_length = 80, pattern = "^[a-z0-9_-]+$")]
    pub reveal: Option<String>,
}

/// A purpose that somebody has stated and may state.
#[derive(Debug)]
pub struct Purpose(String);

impl Purpose {
    /// Reads a purpose.
    ///
    /// # Errors
    /// It is not of the form a purpose has.
    pub fn read(name: &'static str, given: &str) -> Result<Self, Problem> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        if (1..=80).contains(&given.len()) && given.bytes().all(plain) {
            return Ok(Self(given.to_owned()));
        }
        let detail = format!("`{name}` states the purpose, in 1 to 80 characters of a-z 0-9 _ -");
        Err(Problem::new(codes::INVALID_PARAMETER, detail).at(name))
    }

    /// The purpose itself.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.0
    }
}

/// A request, and how its personal data may be shown.
pub struct Look {
    /// The request.
    pub request: Model,
    /// Its key, unless that has been destroyed.
    pub key: Option<DataKey>,
    clear: bool,
}

impl Look {
    /// Finds a request and looks at `what` of it. If that is to be in the clear, the event is committed first.
    ///
    /// # Errors
    /// There is no such request within reach, the caller may not reveal, or there is nothing left to reveal.
    pub async fn at<S: Needs>(
        app: &App,
        by: &Caller<S>,
        name: &str,
        what: &'static str,
        query: Query<RevealQuery>,
    ) -> Result<Self, Problem> {
        let purpose = query.get()?.reveal.map(|given| Purpose::read("reveal", &given)).transpose()?;
        if purpose.is_some() {
            by.also::<RequestsReveal>()?;
        }
        let request = Named::parse(name)?.find(app.store.db.read(), &by.reach).await?;
        let key = match keys::of(app.store.db.read(), &app.store.safe, request.id).await {
            Err(StoreError::Erased) if purpose.is_none() => None,
            other => Some(other?),
        };
        if let Some(purpose) = &purpose {
            record(app, by, &request, what, purpose).await?;
        }
        Ok(Self { request, key, clear: purpose.is_some() })
    }

    /// The key.
    ///
    /// # Errors
    /// It has been destroyed.
    pub fn opened(&self) -> Result<&DataKey, Problem> {
        self.key.as_ref().ok_or_else(|| StoreError::Erased.into())
    }

    /// The key, if values are shown in the clear.
    ///
    /// # Errors
    /// It has been destroyed.
    pub fn clear_key(&self) -> Result<Option<&DataKey>, Problem> {
        if self.clear { self.opened().map(Some) } else { Ok(None) }
    }

    /// Whether values are shown in the clear.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.clear
    }

    /// A value, shown through `mask` unless it is to be in the clear.
    pub fn through(&self, value: &str, mask: impl FnOnce(&str) -> String) -> String {
        if self.clear { value.to_owned() } else { mask(value) }
    }

    /// An identifier's value.
    #[must_use]
    pub fn identifier(&self, kind: IdentifierKind, value: &str) -> String {
        self.through(value, |value| masks::identifier(kind, value))
    }

    /// What something is about.
    #[must_use]
    pub fn subject(&self, subject: &RecordKey) -> String {
        if self.clear { subject.text() } else { masks::key(subject) }
    }
}

/// Writes down that somebody is about to see `what` of a request in the clear, and commits.
///
/// # Errors
/// The database fails; then nothing may be shown.
pub async fn record<S: Needs>(
    app: &App,
    by: &Caller<S>,
    request: &Model,
    what: &str,
    Purpose(purpose): &Purpose,
) -> Result<(), Problem> {
    let txn = app.store.db.begin().await?;
    let data = json!({ "what": what, "purpose": purpose });
    trail::record(&*txn, app.store.now(), &by.actor, [Entry::of(request, "personal_data.revealed", data)]).await?;
    txn.commit().await?;
    Ok(())
}
