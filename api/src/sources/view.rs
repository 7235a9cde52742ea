//! A source as the API shows it; never a secret, but for the one time that one is made.

use std::collections::HashMap;

use entities::id::SourceId;
use entities::idempotency::queries::Answer;
use entities::source::queries::{Waiting, waiting};
use entities::source::secrets::previous_until;
use entities::source::table::Model;
use entities::time::At;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sources::description::{Description, Fault};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::problem::Problem;
use crate::schema;

/// One source.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub struct SourceView {
    /// Its id.
    pub id: Uuid,
    /// Its short name.
    slug: String,
    /// The controller its requests are for, by its short name.
    controller: String,
    /// Where its system calls; a path alone where `mail.public_url` is not set. `<its secret>` stands where the secret does.
    address: String,
    /// What it is, how its calls are signed and what its fields mean, as `docs/integrations` describes it.
    #[schema(value_type = Object)]
    description: Description,
    /// Counts the changes of its mapping.
    mapping_version: i64,
    /// Whether we know who we are at its API.
    has_credentials: bool,
    /// Whether its calls are stored and left unread.
    paused: bool,
    /// Until when the secret before the one in use still counts; null if none does.
    #[schema(schema_with = schema::maybe_instant)]
    previous_until: Option<At>,
    /// When the list of its changed tickets was last read.
    #[schema(schema_with = schema::maybe_instant)]
    reconciled_at: Option<At>,
    /// What keeps us from its API just now, in a word.
    trouble: Option<String>,
    /// What of it waits.
    waiting: WaitingView,
    /// What can be used, and will still not work as it stands.
    hints: Vec<FaultView>,
    /// When it was added.
    #[schema(schema_with = schema::instant)]
    created_at: At,
    /// When it was last changed.
    #[schema(schema_with = schema::instant)]
    updated_at: At,
    /// Moves with every change; the ETag.
    version: i64,
    /// What its system signs with: shown once, to whoever has it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// What of a source's waits.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SourceWaiting)]
struct WaitingView {
    /// Calls that have not been read.
    calls: u64,
    /// Calls that nobody could make sense of, and that nobody has looked at since.
    unreadable: u64,
    /// Tickets that have not been looked at.
    mentioned: u64,
    /// Tickets that wait for a person.
    triage: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SourceFault)]
pub struct FaultView {
    /// Where, such as `settings.link.base`.
    place: String,
    /// What is wrong, and what to do.
    reason: String,
}

impl From<Fault> for FaultView {
    fn from(Fault { place, reason }: Fault) -> Self {
        Self { place, reason }
    }
}

/// All of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Sources)]
pub struct Sources {
    /// By short name.
    pub items: Vec<SourceView>,
}

/// What will not work as it stands.
#[must_use]
pub fn hints(app: &App, described: &Description) -> Vec<FaultView> {
    let public_url = app.store.public_url.as_deref();
    described.hints(&app.allowed, public_url).into_iter().map(FaultView::from).collect()
}

impl SourceView {
    /// Shows sources, with what the database says of what waits.
    ///
    /// # Errors
    /// The database fails, or somebody wrote past the rules.
    pub async fn all(app: &App, conn: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Self>, Problem> {
        let ids: Vec<SourceId> = rows.iter().map(|row| row.id).collect();
        let waiting: HashMap<SourceId, Waiting> = waiting(conn, &ids).await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let Waiting { calls, unreadable, mentioned, triage } = waiting.get(&row.id).copied().unwrap_or_default();
            let description = Description::of(&row)?;
            views.push(Self {
                id: row.id.0,
                controller: app.slugs.of(conn, row.controller_id).await?,
                address: description.address(Some(app.store.public_url.as_deref().unwrap_or_default()), &row.slug),
                hints: hints(app, &description),
                description,
                mapping_version: row.mapping_version,
                has_credentials: row.credentials_sealed.is_some(),
                paused: row.paused,
                previous_until: previous_until(&row, app.store.now()),
                reconciled_at: row.reconciled_at,
                waiting: WaitingView { calls, unreadable, mentioned, triage },
                created_at: row.created_at,
                updated_at: row.updated_at,
                version: row.version,
                secret: None,
                slug: row.slug,
                trouble: row.trouble,
            });
        }
        Ok(views)
    }

    /// Shows one.
    ///
    /// # Errors
    /// See [`SourceView::all`].
    pub async fn of(app: &App, conn: &impl ConnectionTrait, row: Model) -> Result<Self, Problem> {
        let views = Self::all(app, conn, vec![row]).await?;
        views.into_iter().next().ok_or_else(|| Problem::not_found("source"))
    }

    /// With its secret, for the one time that it is shown.
    #[must_use]
    pub fn showing(self, secret: Option<&SecretString>) -> Self {
        Self { secret: secret.map(|secret| secret.expose_secret().to_owned()), ..self }
    }

    /// It as an answer that may be kept: a secret never is.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn answer(&self, status: u16) -> Result<Answer, Problem> {
        let kept = Self { secret: None, ..self.clone() };
        let location = (status == 201).then(|| format!("/api/v1/sources/{}", self.id));
        Ok(Answer { status, location, body: serde_json::to_string(&kept).map_err(Problem::internal)? })
    }
}
