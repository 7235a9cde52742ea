//! A subscriber as the API and the command show it; never a secret, but for the one time that it is made.

use entities::announcement::kind::AnnouncementKind;
use entities::client::reach::Reach;
use entities::error::StoreError;
use entities::idempotency::queries::Answer;
use entities::letter;
use entities::letter::kind::LetterState;
use entities::store::Store;
use entities::subscriber::keys::live;
use entities::subscriber::table::{DisabledFor, Model};
use entities::time::At;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::problem::Problem;
use crate::schema;

/// One subscriber.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Subscriber)]
pub struct SubscriberView {
    /// Its id.
    pub id: Uuid,
    /// The controller whose requests it is told of, by its short name.
    controller: String,
    /// Where it is called; null where a repeated call gets the answer of the first, which keeps no address.
    url: Option<String>,
    /// The host of that.
    host: String,
    /// What it is, for people.
    description: String,
    /// What it is told; everything if empty.
    #[schema(schema_with = schema::announcement_kinds)]
    types: Vec<AnnouncementKind>,
    /// Whom we write to when it does not take what it is told.
    owner: String,
    /// The keys that sign what it is sent, newest first.
    keys: Vec<KeyView>,
    /// Since when it is told nothing; null while it is told.
    #[schema(schema_with = schema::maybe_instant)]
    disabled_at: Option<At>,
    /// Why.
    #[schema(schema_with = schema::disabled_for)]
    disabled_for: Option<DisabledFor>,
    /// The first of the failures in a row, if the last attempt failed, and not long ago.
    #[schema(schema_with = schema::maybe_instant)]
    failing_since: Option<At>,
    /// The letter that was last written to its owner because of that.
    warning: Option<WarningView>,
    /// When it last took something.
    #[schema(schema_with = schema::maybe_instant)]
    last_delivered_at: Option<At>,
    /// When it was set up.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// Moves with every change that people make; the ETag.
    version: i64,
    /// What it verifies with: shown once, to whoever has it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// One key, without the key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SubscriberKey)]
struct KeyView {
    /// `v1`: HMAC-SHA256, `v1a`: Ed25519 (Standard Webhooks 1.0.0).
    signs: String,
    /// When it was made.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// Until when it signs beside the newest; null for that one.
    #[schema(schema_with = schema::maybe_instant)]
    ends_at: Option<At>,
}

/// A letter to the owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SubscriberWarning)]
struct WarningView {
    /// The letter's id.
    letter: Uuid,
    /// How it stands: `queued`, `sent`, or `failed`; then the controller's officers have been written to.
    #[schema(value_type = String)]
    state: LetterState,
    /// When it was written.
    #[schema(schema_with = schema::instant)]
    written_at: At,
    /// When the mail server took it.
    #[schema(schema_with = schema::maybe_instant)]
    sent_at: Option<At>,
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Subscribers)]
pub struct Subscribers {
    /// Oldest first.
    pub items: Vec<SubscriberView>,
}

impl SubscriberView {
    /// Shows a subscriber of the controller of this name, with what the database says of its keys and of letters to its owner.
    ///
    /// # Errors
    /// The database fails, or its address does not open.
    pub async fn of(
        store: &Store,
        conn: &impl ConnectionTrait,
        controller: String,
        row: Model,
    ) -> Result<Self, StoreError> {
        let now = store.now();
        let keys = live(conn, row.id, now).await?;
        let key = |key: entities::subscriber::table::key::Model| KeyView {
            signs: key.version,
            created_at: key.created_at,
            ends_at: key.ends_at,
        };
        let letter = match row.warning_id {
            Some(id) => letter::queries::by_id(conn, &Reach::installation(), id).await?,
            None => None,
        };
        let warning = letter.map(|it| WarningView {
            letter: it.id.0,
            state: it.state,
            written_at: it.written_at,
            sent_at: it.sent_at,
        });
        Ok(Self {
            id: row.id.0,
            controller,
            types: row.wanted().collect(),
            url: Some(row.url(&store.safe)?),
            failing_since: row.failing_since(now),
            host: row.host,
            description: row.description,
            owner: row.owner,
            keys: keys.into_iter().map(key).collect(),
            disabled_at: row.disabled_at,
            disabled_for: row.disabled_for,
            warning,
            last_delivered_at: row.last_ok_at,
            created_at: row.created_at,
            version: row.version,
            secret: None,
        })
    }

    /// The same for a subscriber of any controller.
    ///
    /// # Errors
    /// The database fails, or its address does not open.
    pub async fn within(app: &App, conn: &impl ConnectionTrait, row: Model) -> Result<Self, Problem> {
        let controller = app.slugs.of(conn, row.controller_id).await?;
        Ok(Self::of(&app.store, conn, controller, row).await?)
    }

    /// With what it verifies with, for the one time that it is shown.
    #[must_use]
    pub fn showing(self, secret: Option<&SecretString>) -> Self {
        Self { secret: secret.map(|secret| secret.expose_secret().to_owned()), ..self }
    }

    /// It as an answer that may be kept: neither a secret nor an address, which may hold one, ever is.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn answer(&self, status: u16) -> Result<Answer, Problem> {
        let kept = Self { secret: None, url: None, ..self.clone() };
        let location = (status == 201).then(|| format!("/api/v1/subscribers/{}", self.id));
        Ok(Answer { status, location, body: serde_json::to_string(&kept).map_err(Problem::internal)? })
    }
}
