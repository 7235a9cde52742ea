//! Adding, changing and removing sources, and giving them new secrets. Each act is an event of the controller, which names what
//! was changed and never to what: settings may hold addresses.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    SqlErr,
};
use secrecy::SecretString;
use serde_json::json;
use webhooks::setup::BadSetup;

use super::queries::{self, Waiting};
use super::secrets::{CREDENTIALS, PREVIOUS, SECRET, check, open, previous_until, read, seal};
use super::settings::Settings;
use super::table::{ActiveModel, Entity, Model};
use crate::client;
use crate::client::scope::Scope;
use crate::db::Txn;
use crate::delivery::table::{self as delivery, DeliveryState};
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, SourceId};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::step::waiting;
use crate::store::Store;
use crate::ticket::{comment, table as ticket};
use crate::time::At;

/// Its client is never asked for a token.
const NO_TOKENS: Duration = Duration::from_secs(300);

/// The longest slug, in characters.
const SLUG: usize = 60;

/// Why something was not done with a source.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// Another source has the slug.
    #[error("there is a source of this name already")]
    SlugTaken,
    /// The slug cannot stand in an address.
    #[error("has 1 to {SLUG} of a-z, 0-9 and -")]
    BadSlug,
    /// There is a link, and nobody has said who we are there.
    #[error("are needed: there is a link, and nothing says who we are there")]
    NoCredentials,
    /// The secret, or the setup, cannot be used.
    #[error(transparent)]
    Unfit(BadSetup),
    /// The secret before the one in use still counts, and would not any more.
    #[error("the secret before the one in use still counts, until {until}; a new one would end it now")]
    StillCounts {
        /// Until when.
        until: At,
    },
    /// What was acknowledged would be lost.
    #[error(
        "would lose what was taken in: {} unread and {} unreadable calls, {} tickets that were not looked at and {} that wait \
         for a person", waiting.calls, waiting.unreadable, waiting.mentioned, waiting.triage
    )]
    Waits {
        /// What waits.
        waiting: Waiting,
    },
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotDone {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// What it takes to add a source. That settings and mapping mean something is for whoever adds it to know.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Its short name, the last part of its address.
    pub slug: String,
    /// The controller.
    pub controller: ControllerId,
    /// The kind of system.
    pub system: String,
    /// How calls are signed.
    pub setup: String,
    /// With what.
    pub secret: SecretString,
    /// What else is set.
    pub settings: Settings,
    /// What its fields mean.
    pub mapping: String,
    /// Who we are at its API.
    pub credentials: Option<SecretString>,
}

/// Whether a source can be called so.
///
/// # Errors
/// [`NotDone::BadSlug`].
pub fn check_slug(text: &str) -> Result<(), NotDone> {
    let is_slug = (1..=SLUG).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_slug.then_some(()).ok_or(NotDone::BadSlug)
}

/// Adds a source, and the client in whose name it files.
///
/// # Errors
/// See [`NotDone`].
pub async fn add(txn: &Txn, store: &Store, by: &Actor, new: NewSource) -> Result<Model, NotDone> {
    let (id, now, keyring) = (SourceId::new(), store.now(), store.safe.keyring());
    check_slug(&new.slug)?;
    check(&read(&new.setup)?, &new.secret).map_err(NotDone::Unfit)?;
    if new.settings.link.is_some() && new.credentials.is_none() {
        return Err(NotDone::NoCredentials);
    }
    if queries::by_slug(&**txn, &new.slug).await?.is_some() {
        return Err(NotDone::SlugTaken);
    }
    let name = format!("source {}", new.slug);
    // The secret is dropped: nobody signs in as a source.
    let scopes = [Scope::RequestsFile];
    let (client, _) = client::queries::create(txn, store, by, &name, &scopes, &[new.controller], NO_TOKENS).await?;
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(new.controller),
        client_id: Set(client.id),
        slug: Set(new.slug),
        system: Set(new.system),
        setup: Set(new.setup),
        secret_sealed: Set(seal(keyring, id, SECRET, &new.secret)),
        previous_secret_sealed: Set(None),
        previous_until: Set(None),
        settings: Set(new.settings),
        mapping: Set(new.mapping),
        mapping_version: Set(1),
        credentials_sealed: Set(new.credentials.map(|it| seal(keyring, id, CREDENTIALS, &it))),
        paused: Set(false),
        cursor: Set(None),
        reconciled_at: Set(None),
        trouble: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => NotDone::SlugTaken,
        _ => error.into(),
    })?;
    let data = json!({ "source": id, "slug": row.slug, "system": row.system, "client": client.id });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.added", data)]).await?;
    reconcile(txn, now, &row).await?;
    Ok(row)
}

/// What may be changed of a source; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// How calls are signed.
    pub setup: Option<String>,
    /// What else is set.
    pub settings: Option<Settings>,
    /// What its fields mean; counted as a new version.
    pub mapping: Option<String>,
    /// Who we are at its API.
    pub credentials: Option<SecretString>,
    /// Stopped, or not.
    pub paused: Option<bool>,
}

/// Changes a source that the caller has locked. The secret in use must do for how it signs from now on. One before it that does
/// not is forgotten: kept, it would have every call refused.
///
/// # Errors
/// See [`NotDone`].
pub async fn change(txn: &Txn, store: &Store, by: &Actor, row: &Model, new: Change) -> Result<Model, NotDone> {
    let (now, keyring) = (store.now(), store.safe.keyring());
    let base = |settings: &Settings| settings.link.as_ref().map(|link| link.base.trim_end_matches('/').to_owned());
    let calls = new.settings.as_ref().and_then(base);
    // What is stored was given for one address: whoever names another one must know it.
    let elsewhere = calls.is_some() && calls != base(&row.settings);
    if calls.is_some() && new.credentials.is_none() && (row.credentials_sealed.is_none() || elsewhere) {
        return Err(NotDone::NoCredentials);
    }
    let mut drops_previous = false;
    if let Some(text) = &new.setup {
        let setup = read(text)?;
        check(&setup, &open(keyring, row.id, SECRET, &row.secret_sealed)?).map_err(NotDone::Unfit)?;
        if let Some(sealed) = &row.previous_secret_sealed {
            let fits = open(keyring, row.id, PREVIOUS, sealed).map(|previous| check(&setup, &previous).is_ok());
            drops_previous = !fits.unwrap_or_default();
        }
    }
    let changed = [
        ("setup", new.setup.is_some()),
        ("settings", new.settings.is_some()),
        ("mapping", new.mapping.is_some()),
        ("credentials", new.credentials.is_some()),
        ("paused", new.paused.is_some()),
        ("previous_secret", drops_previous),
    ];
    let changed: Vec<&str> = changed.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
    let mut update = ActiveModel {
        id: Unchanged(row.id),
        version: Set(row.version + 1),
        updated_at: Set(now),
        ..Default::default()
    };
    if let Some(setup) = new.setup {
        update.setup = Set(setup);
    }
    if let Some(settings) = new.settings {
        update.settings = Set(settings);
    }
    if let Some(mapping) = new.mapping {
        update.mapping = Set(mapping);
        update.mapping_version = Set(row.mapping_version + 1);
    }
    if let Some(credentials) = new.credentials {
        update.credentials_sealed = Set(Some(seal(keyring, row.id, CREDENTIALS, &credentials)));
        update.trouble = Set(None);
    }
    if let Some(paused) = new.paused {
        update.paused = Set(paused);
    }
    if drops_previous {
        update.previous_secret_sealed = Set(None);
        update.previous_until = Set(None);
    }
    let row = Entity::update(update).exec(&**txn).await?;
    let data = json!({ "source": row.id, "changed": changed, "mapping_version": row.mapping_version });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.changed", data)]).await?;
    reconcile(txn, now, &row).await?;
    resume(txn, now, row.id).await?;
    Ok(row)
}

/// Has what waits for a source tried now: it was paused, or what kept it may be mended.
async fn resume(txn: &Txn, now: At, id: SourceId) -> Result<(), DbErr> {
    let calls = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::COLUMN.source_id.eq(id))
        .filter(delivery::COLUMN.state.eq(DeliveryState::Received));
    let tickets = tickets_of(id);
    waiting::on(calls.into_query()).only(StepKind::Ingest).wake(&**txn, now).await?;
    for kind in [StepKind::TakeUp, StepKind::WriteBack] {
        waiting::on(tickets.as_query().clone()).only(kind).wake(&**txn, now).await?;
    }
    Ok(())
}

fn tickets_of(id: SourceId) -> sea_orm::Select<ticket::Entity> {
    ticket::Entity::find().select_only().column(ticket::Column::Id).filter(ticket::COLUMN.source_id.eq(id))
}

/// Has the list of a source's changed tickets read now, and from then on every hour, where there is a way to it.
async fn reconcile(txn: &Txn, now: At, row: &Model) -> Result<(), DbErr> {
    let step = NewStep::of_item(row.controller_id, StepKind::Reconcile, row.id.0, now);
    queue::add(&**txn, now, row.settings.link.iter().map(|_| step.clone())).await
}

/// A secret that takes the place of another.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The new one.
    pub secret: SecretString,
    /// How long the old one still counts.
    pub overlap: Duration,
    /// Whether one that still counts from the rotation before may end now.
    pub force: bool,
}

/// Puts a new secret in place of the one there is, which still counts for a while. The caller has locked the row. There is one
/// place for an old secret: whose time is not over is not pushed out of it, unless that is asked for.
///
/// # Errors
/// See [`NotDone`].
pub async fn rotate(txn: &Txn, store: &Store, by: &Actor, row: &Model, new: Rotation) -> Result<Model, NotDone> {
    let (now, keyring) = (store.now(), store.safe.keyring());
    check(&read(&row.setup)?, &new.secret).map_err(NotDone::Unfit)?;
    let running = previous_until(row, now);
    if let (Some(until), false) = (running, new.force) {
        return Err(NotDone::StillCounts { until });
    }
    let old = open(keyring, row.id, SECRET, &row.secret_sealed)?;
    let until = now + new.overlap;
    let update = ActiveModel {
        id: Unchanged(row.id),
        secret_sealed: Set(seal(keyring, row.id, SECRET, &new.secret)),
        previous_secret_sealed: Set(Some(seal(keyring, row.id, PREVIOUS, &old))),
        previous_until: Set(Some(until)),
        version: Set(row.version + 1),
        updated_at: Set(now),
        ..Default::default()
    };
    let row = Entity::update(update).exec(&**txn).await?;
    let data = json!({ "source": row.id, "previous_until": until, "ended_early": running });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.secret_rotated", data)]).await?;
    Ok(row)
}

/// Removes a source for good: its secrets, its calls, and what is known of its tickets. The requests that came of these stay, and
/// nothing is written to a ticket any more. The caller has locked the row.
///
/// # Errors
/// [`NotDone::Waits`] where something waits that was acknowledged, unless `force` says that it may go.
pub async fn remove(txn: &Txn, store: &Store, by: &Actor, row: &Model, force: bool) -> Result<(), NotDone> {
    let now = store.now();
    let waiting = queries::waiting(&**txn, &[row.id]).await?.get(&row.id).copied().unwrap_or_default();
    if waiting.is_any() && !force {
        return Err(NotDone::Waits { waiting });
    }
    let calls = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::COLUMN.source_id.eq(row.id));
    waiting::on(calls.into_query()).only(StepKind::Ingest).remove(&**txn).await?;
    for kind in [StepKind::TakeUp, StepKind::WriteBack] {
        waiting::on(tickets_of(row.id).into_query()).only(kind).remove(&**txn).await?;
    }
    let own = Entity::find().select_only().column(super::table::Column::Id).filter(super::table::COLUMN.id.eq(row.id));
    waiting::on(own.into_query()).only(StepKind::Reconcile).remove(&**txn).await?;
    let of_tickets = comment::Column::TicketId.in_subquery(tickets_of(row.id).into_query());
    comment::Entity::delete_many().filter(of_tickets).exec(&**txn).await?;
    ticket::Entity::delete_many().filter(ticket::COLUMN.source_id.eq(row.id)).exec(&**txn).await?;
    delivery::key::Entity::delete_many().filter(delivery::key::COLUMN.source_id.eq(row.id)).exec(&**txn).await?;
    delivery::Entity::delete_many().filter(delivery::COLUMN.source_id.eq(row.id)).exec(&**txn).await?;
    Entity::delete_by_id(row.id).exec(&**txn).await?;
    client::queries::revoke(txn, store, by, row.client_id).await?;
    let lost = json!({ "calls": waiting.calls, "unreadable": waiting.unreadable, "mentioned": waiting.mentioned,
                       "triage": waiting.triage });
    let data = json!({ "source": row.id, "slug": row.slug, "waited": lost });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.removed", data)]).await?;
    Ok(())
}
