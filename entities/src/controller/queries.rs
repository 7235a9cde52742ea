//! Adding, changing and finding controllers.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, SqlErr,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use vault::keyring::Keyring;

use super::pause;
use super::policy::Policy;
use super::rules::Unfit;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::id::ControllerId;
use crate::request;
use crate::step::kind::StepKind;
use crate::step::waiting;
use crate::store::Store;

const CREDENTIAL: &str = "controllers.credential";

/// The platform credential of a controller.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The OAuth client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
}

#[derive(Serialize, Deserialize)]
struct StoredCredential {
    client_id: String,
    client_secret: String,
}

/// What it takes to add a controller.
#[derive(Clone, Debug)]
pub struct NewController {
    /// Short name in commands and addresses.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// The platform organisation whose data may be touched.
    pub organisation_id: String,
    /// Where tokens are issued.
    pub login_url: String,
    /// Where the platform's API answers.
    pub api_url: String,
    /// The platform credential.
    pub credential: Credential,
    /// The IANA zone whose calendar the clocks follow.
    pub time_zone: String,
    /// ISO 3166 region.
    pub region: Option<String>,
    /// How its requests are handled.
    pub policy: Policy,
}

/// Why a controller was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// Something that was said of it cannot be used.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It is not for whoever asks to manage.
    #[error("this controller is not yours to manage")]
    OutOfReach,
    /// There is a controller of this short name.
    #[error("there is a controller of this short name already")]
    SlugTaken,
    /// Its zone would be another while dates of open requests are days of the present one.
    #[error("requests are open whose dates are days of the present zone; it can be changed once they are closed")]
    ZoneInUse,
    /// It changed since whoever asks looked.
    #[error("the controller has changed meanwhile; look again")]
    Stale,
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotSaved {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::SlugTaken,
            _ => Self::Store(error.into()),
        }
    }
}

/// Adds a controller. It is paused if everything is.
///
/// # Errors
/// What is said of it cannot be used, or its short name is taken.
pub async fn add(txn: &Txn, store: &Store, by: &Actor, new: NewController) -> Result<Model, NotSaved> {
    let row = Model { paused: pause::is_everything(txn).await?, ..proposed(store, new)? };
    let row = Entity::insert(row.into_active_model()).exec_with_returning(&**txn).await?;
    let entry = Entry::on(row.id, "controller.added", json!({ "slug": row.slug, "organisation": row.organisation_id }));
    trail::record(&**txn, row.created_at, by, [entry]).await?;
    Ok(row)
}

/// A controller as it would be added, for looking at its platform before. Nothing is stored.
///
/// # Errors
/// What is said of it cannot be used.
pub fn proposed(store: &Store, new: NewController) -> Result<Model, Unfit> {
    new.check()?;
    let (id, now) = (ControllerId::new(), store.now());
    Ok(Model {
        id,
        slug: new.slug,
        name: new.name,
        organisation_id: new.organisation_id,
        login_url: new.login_url,
        api_url: new.api_url,
        credential_sealed: sealed(store.safe.keyring(), id, &new.credential),
        time_zone: new.time_zone,
        region: new.region,
        policy: new.policy,
        paused: false,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

fn sealed(keyring: &Keyring, id: ControllerId, credential: &Credential) -> Vec<u8> {
    let stored =
        json!({ "client_id": credential.client_id, "client_secret": credential.client_secret.expose_secret() });
    keyring.seal(id.0, CREDENTIAL, stored.to_string().as_bytes())
}

/// A controller's platform credential.
///
/// # Errors
/// It does not open under the installation's keys.
pub fn credential(store: &Store, controller: &Model) -> Result<Credential, StoreError> {
    let plain = store.safe.keyring().open(controller.id.0, CREDENTIAL, &controller.credential_sealed)?;
    let stored: StoredCredential =
        serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a controller's credential is not JSON"))?;
    Ok(Credential { client_id: stored.client_id, client_secret: stored.client_secret.into() })
}

/// Every controller, by slug.
///
/// # Errors
/// The database fails.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Slug).all(conn).await
}

/// The controllers within reach, by slug.
///
/// # Errors
/// The database fails.
pub async fn within(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(reach.within(Column::Id)).order_by_asc(Column::Slug).all(conn).await
}

/// Whether a controller is paused, or gone. It stays as it is until the transaction ends.
///
/// # Errors
/// The database fails.
pub async fn is_paused(txn: &Txn, id: ControllerId) -> Result<bool, DbErr> {
    let found = Entity::find_by_id(id).lock_shared().one(&**txn).await?;
    Ok(found.is_none_or(|controller| controller.paused))
}

/// The controller of this id.
///
/// # Errors
/// The database fails.
pub async fn by_id(conn: &impl ConnectionTrait, id: ControllerId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(conn).await
}

/// The controllers of these ids.
///
/// # Errors
/// The database fails.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ControllerId>,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.id.is_in(ids)).all(conn).await
}

/// The controller of this slug.
///
/// # Errors
/// The database fails.
pub async fn by_slug(conn: &impl ConnectionTrait, slug: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(COLUMN.slug.eq(slug)).one(conn).await
}

/// What may be changed of a controller; what is `None` stays. Its organisation and its platform never change: what was begun there
/// could not be followed to its end.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The platform credential.
    pub credential: Option<Credential>,
    /// How its requests are handled.
    pub policy: Option<Policy>,
    /// Name for people.
    pub name: Option<String>,
    /// The IANA zone and the ISO 3166 region whose calendars the clocks follow. Those that run keep their dates until somebody
    /// signs for others.
    pub place: Option<(String, Option<String>)>,
}

/// Changes a controller, as it was when `controller` was read. Running workers take up the change with their next step.
///
/// # Errors
/// It has changed since, or what is said of it cannot be used.
pub async fn change(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    controller: &Model,
    change: Change,
) -> Result<Model, NotSaved> {
    change.check()?;
    let now = store.now();
    let mut changed = Vec::new();
    let mut row = ActiveModel { version: Set(controller.version + 1), updated_at: Set(now), ..Default::default() };
    if let Some(credential) = change.credential {
        row.credential_sealed = Set(sealed(store.safe.keyring(), controller.id, &credential));
        changed.push("credential");
    }
    if let Some(policy) = change.policy {
        row.policy = Set(policy);
        changed.push("policy");
        // Whom to warn, and when, may be another matter now.
        waiting::within(controller.id).only(StepKind::Remind).wake(&**txn, now).await?;
    }
    if let Some(name) = change.name {
        row.name = Set(name);
        changed.push("name");
    }
    if let Some((time_zone, region)) = change.place {
        if time_zone != controller.time_zone && request::queries::has_open(&**txn, controller.id).await? {
            return Err(NotSaved::ZoneInUse);
        }
        row.time_zone = Set(time_zone);
        row.region = Set(region);
        changed.push("place");
    }
    let rows = Entity::update_many()
        .set(row)
        .filter(COLUMN.id.eq(controller.id))
        .filter(COLUMN.version.eq(controller.version))
        .exec_with_returning(&**txn)
        .await?;
    let row = rows.into_iter().next().ok_or(NotSaved::Stale)?;
    let data = json!({ "changed": changed, "policy": row.policy, "time_zone": row.time_zone, "region": row.region });
    trail::record(&**txn, now, by, [Entry::on(row.id, "controller.changed", data)]).await?;
    Ok(row)
}

/// Seals every credential that an older installation key had sealed anew. Says how many.
///
/// # Errors
/// The database fails, or a credential does not open.
pub async fn reseal_credentials(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        if !keyring.is_current(&row.credential_sealed) {
            let plain = keyring.open(row.id.0, CREDENTIAL, &row.credential_sealed)?;
            let credential_sealed = Set(keyring.seal(row.id.0, CREDENTIAL, &plain));
            Entity::update(ActiveModel { id: Set(row.id), credential_sealed, ..Default::default() })
                .exec(&**txn)
                .await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
