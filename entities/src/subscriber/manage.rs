//! Setting subscribers up, changing them, their keys, and switching them off and on. Each act is an event of the controller.
//!
//! Events name the subscriber and its host, not its address: a path may hold a secret of the other side.

use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;
use webhooks::keys::Version;

use super::table::{ActiveModel, DisabledFor, Entity, Model};
use super::{address, keys, queries};
use crate::announcement::delivery;
use crate::announcement::kind::AnnouncementKind;
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ControllerId, SubscriberId};
use crate::store::Store;
use crate::time::At;

/// How many subscribers one controller may have.
pub const MOST: usize = 50;

/// What it takes to set one up. The address must have been checked.
#[derive(Clone, Debug)]
pub struct NewSubscriber {
    /// Whose requests it is told of.
    pub controller: ControllerId,
    /// Where it is called.
    pub url: Url,
    /// What it is, for people.
    pub description: String,
    /// What it is told; everything if empty.
    pub kinds: Vec<AnnouncementKind>,
    /// Whom we write to when it cannot be reached.
    pub owner: String,
    /// How we sign for it.
    pub version: Version,
}

/// What may be changed of one; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Where it is called.
    pub url: Option<Url>,
    /// What it is, for people.
    pub description: Option<String>,
    /// What it is told; everything if empty.
    pub kinds: Option<Vec<AnnouncementKind>>,
    /// Whom we write to when it cannot be reached.
    pub owner: Option<String>,
}

/// Why a subscriber was not set up.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The controller has as many as it may have.
    #[error("a controller has at most {MOST} subscribers")]
    TooMany,
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for NotMade {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

fn words(kinds: &[AnnouncementKind]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    words.join(" ")
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

async fn record(
    txn: &Txn,
    now: At,
    by: &Actor,
    row: &Model,
    kind: &'static str,
    mut data: Value,
) -> Result<(), StoreError> {
    data["subscriber"] = json!(row.id);
    data["host"] = json!(row.host);
    Ok(trail::record(&**txn, now, by, [Entry::on(row.controller_id, kind, data)]).await?)
}

/// Sets a subscriber up, and says what it verifies with, which is never seen again. It is told of what happens from now on.
///
/// # Errors
/// There are too many, or the database fails.
pub async fn make(txn: &Txn, store: &Store, by: &Actor, new: NewSubscriber) -> Result<(Model, SecretString), NotMade> {
    if queries::all(&**txn, &Reach::installation(), Some(new.controller)).await?.len() >= MOST {
        return Err(NotMade::TooMany);
    }
    let (id, now) = (SubscriberId::new(), store.now());
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(new.controller),
        url_sealed: Set(address::seal(&store.safe, id, &new.url)),
        host: Set(host(&new.url)),
        description: Set(new.description),
        kinds: Set(words(&new.kinds)),
        owner: Set(new.owner),
        version: Set(1),
        failing_since: Set(None),
        last_failed_at: Set(None),
        rests_until: Set(At::ZERO),
        warned_at: Set(None),
        warning_id: Set(None),
        last_ok_at: Set(None),
        disabled_at: Set(None),
        disabled_for: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        removed_at: Set(None),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
    let secret = keys::make(txn, &store.safe, now, row.id, new.version).await?;
    let data = json!({ "kinds": new.kinds, "signs": new.version });
    record(txn, now, by, &row, "subscriber.added", data).await?;
    Ok((row, secret))
}

fn changed(row: &Model, now: At) -> ActiveModel {
    ActiveModel { id: Unchanged(row.id), version: Set(row.version + 1), updated_at: Set(now), ..Default::default() }
}

/// Changes a locked subscriber. What waits goes to the new address, whose failures count anew.
///
/// # Errors
/// The database fails.
pub async fn change(txn: &Txn, store: &Store, by: &Actor, row: &Model, change: Change) -> Result<Model, StoreError> {
    let (now, mut names) = (store.now(), Vec::new());
    let mut active = changed(row, now);
    if let Some(url) = change.url {
        active.url_sealed = Set(address::seal(&store.safe, row.id, &url));
        active.host = Set(host(&url));
        active.failing_since = Set(None);
        active.last_failed_at = Set(None);
        active.rests_until = Set(At::ZERO);
        names.push("url");
    }
    if let Some(description) = change.description {
        active.description = Set(description);
        names.push("description");
    }
    if let Some(kinds) = change.kinds {
        active.kinds = Set(words(&kinds));
        names.push("kinds");
    }
    if let Some(owner) = change.owner {
        active.owner = Set(owner);
        names.push("owner");
    }
    let row = Entity::update(active).exec(&**txn).await?;
    record(txn, now, by, &row, "subscriber.changed", json!({ "changed": names })).await?;
    delivery::wake(txn, now, &row).await?;
    Ok(row)
}

/// Gives a locked subscriber a new key and says what it verifies with. The key before it signs beside it for
/// [`keys::OVERLAP`].
///
/// # Errors
/// As many keys sign as may, or the database fails.
pub async fn rotate(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    row: &Model,
    version: Version,
) -> Result<(Model, SecretString), keys::NotMade> {
    let now = store.now();
    let secret = keys::rotate(txn, &store.safe, now, row.id, version).await?;
    let row = Entity::update(changed(row, now)).exec(&**txn).await?;
    let data = json!({ "signs": version, "old_key_until": now + keys::OVERLAP });
    record(txn, now, by, &row, "subscriber.key_rotated", data).await?;
    Ok((row, secret))
}

/// Tells a locked subscriber nothing any more, until it is enabled. What waits is abandoned, and can be replayed then.
/// Nothing changes if it is disabled already.
///
/// # Errors
/// The database fails.
pub async fn disable(txn: &Txn, now: At, by: &Actor, row: &Model, why: DisabledFor) -> Result<Model, StoreError> {
    if row.disabled_at.is_some() {
        return Ok(row.clone());
    }
    let active = ActiveModel { disabled_at: Set(Some(now)), disabled_for: Set(Some(why)), ..changed(row, now) };
    let row = Entity::update(active).exec(&**txn).await?;
    let abandoned = delivery::abandon(txn, now, row.id).await?;
    record(txn, now, by, &row, "subscriber.disabled", json!({ "why": why, "abandoned": abandoned })).await?;
    Ok(row)
}

/// Tells a locked subscriber again what happens from now on. Nothing changes if it is enabled already.
///
/// # Errors
/// The database fails.
pub async fn enable(txn: &Txn, now: At, by: &Actor, row: &Model) -> Result<Model, StoreError> {
    if row.disabled_at.is_none() {
        return Ok(row.clone());
    }
    let active = ActiveModel {
        disabled_at: Set(None),
        disabled_for: Set(None),
        failing_since: Set(None),
        last_failed_at: Set(None),
        rests_until: Set(At::ZERO),
        warned_at: Set(None),
        ..changed(row, now)
    };
    let row = Entity::update(active).exec(&**txn).await?;
    record(txn, now, by, &row, "subscriber.enabled", json!({})).await?;
    delivery::wake(txn, now, &row).await?;
    Ok(row)
}

/// Removes a locked subscriber for good. Its keys go at once; what it was sent stays on record until that is forgotten.
///
/// # Errors
/// The database fails.
pub async fn remove(txn: &Txn, now: At, by: &Actor, row: &Model) -> Result<(), StoreError> {
    let active = ActiveModel { removed_at: Set(Some(now)), ..changed(row, now) };
    let row = Entity::update(active).exec(&**txn).await?;
    keys::forget(txn, row.id).await?;
    let abandoned = delivery::abandon(txn, now, row.id).await?;
    record(txn, now, by, &row, "subscriber.removed", json!({ "abandoned": abandoned })).await
}
