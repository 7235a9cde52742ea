//! Adding, changing and finding sources; their secrets.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use vault::keyring::Keyring;

use super::settings::Settings;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::client;
use crate::client::reach::Reach;
use crate::client::scope::Scope;
use crate::db::Txn;
use crate::delivery::table::DeliveryState;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, SourceId};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::store::Store;
use crate::time::At;
use crate::{delivery, ticket};

const SECRET: &str = "sources.secret";
const PREVIOUS: &str = "sources.previous_secret";
const CREDENTIALS: &str = "sources.credentials";

/// Its client is never asked for a token.
const NO_TOKENS: Duration = Duration::from_secs(300);

/// What it takes to add a source. That the texts can be read is for whoever adds it to know.
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

/// Adds a source, and the client in whose name it files.
///
/// # Errors
/// The database fails; a slug that is taken is a unique violation.
pub async fn add(txn: &Txn, store: &Store, by: &Actor, new: NewSource) -> Result<Model, StoreError> {
    let (id, now, keyring) = (SourceId::new(), store.now(), store.safe.keyring());
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
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
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

/// Changes a source. The event names what was changed, not to what: settings may hold addresses.
///
/// # Errors
/// The database fails.
pub async fn change(txn: &Txn, store: &Store, by: &Actor, row: &Model, new: Change) -> Result<Model, StoreError> {
    let (now, keyring) = (store.now(), store.safe.keyring());
    let changed = [
        ("setup", new.setup.is_some()),
        ("settings", new.settings.is_some()),
        ("mapping", new.mapping.is_some()),
        ("credentials", new.credentials.is_some()),
        ("paused", new.paused.is_some()),
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
    let row = Entity::update(update).exec(&**txn).await?;
    let data = json!({ "source": row.id, "changed": changed, "mapping_version": row.mapping_version });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.changed", data)]).await?;
    reconcile(txn, now, &row).await?;
    resume(txn, now, row.id).await?;
    Ok(row)
}

/// Has what waits for a source tried now: it was paused, or what kept it may be mended.
async fn resume(txn: &Txn, now: At, id: SourceId) -> Result<(), DbErr> {
    let calls = delivery::table::Entity::find()
        .select_only()
        .column(delivery::table::Column::Id)
        .filter(delivery::table::COLUMN.source_id.eq(id))
        .filter(delivery::table::COLUMN.state.eq(DeliveryState::Received));
    let tickets = ticket::table::Entity::find()
        .select_only()
        .column(ticket::table::Column::Id)
        .filter(ticket::table::COLUMN.source_id.eq(id));
    queue::wake_items(&**txn, StepKind::Ingest, calls.into_query(), now).await?;
    for kind in [StepKind::TakeUp, StepKind::WriteBack] {
        queue::wake_items(&**txn, kind, tickets.as_query().clone(), now).await?;
    }
    Ok(())
}

/// Has the list of a source's changed tickets read now, and from then on every hour, where there is a way to it.
async fn reconcile(txn: &Txn, now: At, row: &Model) -> Result<(), DbErr> {
    let step = NewStep::of_item(row.controller_id, StepKind::Reconcile, row.id.0, now);
    queue::add(&**txn, now, row.settings.link.iter().map(|_| step.clone())).await
}

/// Puts a new secret in place of the one there is, which still counts for `overlap`.
///
/// # Errors
/// The database fails, or the old secret does not open.
pub async fn rotate(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    row: &Model,
    secret: &SecretString,
    overlap: Duration,
) -> Result<Model, StoreError> {
    let (now, keyring) = (store.now(), store.safe.keyring());
    let old = open(keyring, row.id, SECRET, &row.secret_sealed)?;
    let until = now + overlap;
    let update = ActiveModel {
        id: Unchanged(row.id),
        secret_sealed: Set(seal(keyring, row.id, SECRET, secret)),
        previous_secret_sealed: Set(Some(seal(keyring, row.id, PREVIOUS, &old))),
        previous_until: Set(Some(until)),
        version: Set(row.version + 1),
        updated_at: Set(now),
        ..Default::default()
    };
    let row = Entity::update(update).exec(&**txn).await?;
    let data = json!({ "source": row.id, "previous_until": until });
    trail::record(&**txn, now, by, [Entry::on(row.controller_id, "source.secret_rotated", data)]).await?;
    Ok(row)
}

/// The secrets that count at `now`: the one in use, and the one before it until its time is over.
///
/// # Errors
/// They do not open under the installation's keys.
pub fn secrets(store: &Store, row: &Model, now: At) -> Result<(SecretString, Option<SecretString>), StoreError> {
    let keyring = store.safe.keyring();
    let counts = row.previous_until.is_some_and(|until| now < until);
    let previous = row.previous_secret_sealed.as_deref().filter(|_| counts);
    let previous = previous.map(|sealed| open(keyring, row.id, PREVIOUS, sealed)).transpose()?;
    Ok((open(keyring, row.id, SECRET, &row.secret_sealed)?, previous))
}

/// Who we are at its API, as it was given; none if nothing was.
///
/// # Errors
/// It does not open under the installation's keys.
pub fn credentials(store: &Store, row: &Model) -> Result<Option<SecretString>, StoreError> {
    let sealed = row.credentials_sealed.as_deref();
    sealed.map(|sealed| open(store.safe.keyring(), row.id, CREDENTIALS, sealed)).transpose()
}

fn seal(keyring: &Keyring, id: SourceId, place: &str, secret: &SecretString) -> Vec<u8> {
    keyring.seal(id.0, place, secret.expose_secret().as_bytes())
}

fn open(keyring: &Keyring, id: SourceId, place: &str, sealed: &[u8]) -> Result<SecretString, StoreError> {
    let plain = keyring.open(id.0, place, sealed)?;
    String::from_utf8(plain).map(SecretString::from).map_err(|_| StoreError::Corrupt("a source's secret is not text"))
}

/// The sources within reach, by slug.
///
/// # Errors
/// The database fails.
pub async fn within(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(reach.within(Column::ControllerId)).order_by_asc(Column::Slug).all(conn).await
}

/// The source of this slug.
///
/// # Errors
/// The database fails.
pub async fn by_slug(conn: &impl ConnectionTrait, slug: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.slug.eq(slug)).one(conn).await
}

/// The source of this id.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, id: SourceId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// Notes how far the list of changed tickets has been read.
///
/// # Errors
/// The database fails.
pub async fn note_cursor(txn: &Txn, now: At, id: SourceId, cursor: String) -> Result<(), DbErr> {
    let update = ActiveModel {
        id: Unchanged(id),
        cursor: Set(Some(cursor)),
        reconciled_at: Set(Some(now)),
        trouble: Set(None),
        ..Default::default()
    };
    Entity::update(update).exec(&**txn).await.map(|_| ())
}

/// Notes what keeps us from its API, or that nothing does any more.
///
/// # Errors
/// The database fails.
pub async fn note_trouble(txn: &Txn, id: SourceId, trouble: Option<&str>) -> Result<(), DbErr> {
    let update = ActiveModel { id: Unchanged(id), trouble: Set(trouble.map(str::to_owned)), ..Default::default() };
    Entity::update(update).exec(&**txn).await.map(|_| ())
}

/// Seals what an older installation key had sealed anew. Says how many values.
///
/// # Errors
/// The database fails, or a value does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        let mut anew = |place: &str, sealed: &[u8]| -> Result<Vec<u8>, StoreError> {
            if keyring.is_current(sealed) {
                return Ok(sealed.to_owned());
            }
            resealed += 1;
            Ok(keyring.seal(row.id.0, place, &keyring.open(row.id.0, place, sealed)?))
        };
        let update = ActiveModel {
            id: Unchanged(row.id),
            secret_sealed: Set(anew(SECRET, &row.secret_sealed)?),
            previous_secret_sealed: Set(row
                .previous_secret_sealed
                .as_deref()
                .map(|it| anew(PREVIOUS, it))
                .transpose()?),
            credentials_sealed: Set(row.credentials_sealed.as_deref().map(|it| anew(CREDENTIALS, it)).transpose()?),
            ..Default::default()
        };
        Entity::update(update).exec(&**txn).await?;
    }
    Ok(resealed)
}
