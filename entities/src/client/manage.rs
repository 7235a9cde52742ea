//! Clients as people look after them: made, given new secrets and revoked, each as far as whoever does it reaches.
//!
//! A client is managed by whoever manages all of its controllers, and seen by whoever manages one. Officers are clients too, and
//! sources file in the name of one; both are looked after elsewhere and are none here.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use secrecy::SecretString;
use serde_json::json;
use vault::token::random_token;

use super::queries;
use super::reach::Reach;
use super::scope::Scope;
use super::table::{COLUMN, Column, Entity, Model, reach, token};
use crate::db::Txn;
use crate::event::trail::{self, Entry};
use crate::id::{ClientId, ControllerId};
use crate::officer::table as officer;
use crate::request::decide::Decider;
use crate::source::table as source;
use crate::store::Store;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 120;

/// How long a token may be good for, in seconds.
pub const TOKEN_SECONDS: RangeInclusive<u64> = 300..=172_800;

/// A client with the controllers it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The client.
    pub client: Model,
    /// What it reaches.
    pub controllers: Vec<ControllerId>,
}

impl Known {
    /// Whether somebody of this reach manages it.
    #[must_use]
    pub fn is_managed(&self, by: &Reach) -> bool {
        self.controllers.iter().all(|controller| by.covers(*controller))
    }

    /// What it may do.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        self.client.scopes.split_whitespace().filter_map(|word| word.parse().ok())
    }
}

/// A client to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What it is called in lists and events.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it reaches.
    pub controllers: Vec<ControllerId>,
    /// How long its tokens are good for.
    pub token_life: Duration,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum NotManaged {
    /// There is no such client within reach.
    #[error("there is no such client")]
    NotFound,
    /// It reaches a controller that whoever asks does not manage.
    #[error("this concerns a controller that is not yours to manage")]
    OutOfReach,
    /// It was revoked, which is for good.
    #[error("the client was revoked; make another")]
    Revoked,
    /// No name, or a very long one.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    BadName,
    /// It could do nothing.
    #[error("a client needs at least one scope")]
    NoScope,
    /// It could do nothing anywhere.
    #[error("a client needs at least one controller")]
    NoController,
    /// Tokens of that life are not issued.
    #[error("a token is good for {} to {} seconds", TOKEN_SECONDS.start(), TOKEN_SECONDS.end())]
    BadLife,
    /// The database fails.
    #[error(transparent)]
    Database(#[from] DbErr),
}

fn seen(by: &Reach) -> Select<Entity> {
    let officers = Query::select().column(officer::Column::Id).from(officer::Entity).to_owned();
    let sources = Query::select().column(source::Column::ClientId).from(source::Entity).to_owned();
    let found = Entity::find().filter(COLUMN.id.not_in_subquery(officers)).filter(COLUMN.id.not_in_subquery(sources));
    if by.covers(ControllerId::INSTALLATION) {
        return found;
    }
    let within = Query::select()
        .column(reach::Column::ClientId)
        .from(reach::Entity)
        .cond_where(by.within(reach::Column::ControllerId))
        .to_owned();
    found.filter(COLUMN.id.in_subquery(within))
}

async fn known(conn: &impl ConnectionTrait, clients: Vec<Model>) -> Result<Vec<Known>, DbErr> {
    let ids = clients.iter().map(|client| client.id);
    let mut reached: HashMap<ClientId, Vec<ControllerId>> = HashMap::new();
    for row in reach::Entity::find().filter(reach::COLUMN.client_id.is_in(ids)).all(conn).await? {
        reached.entry(row.client_id).or_default().push(row.controller_id);
    }
    let with = |client: Model| Known { controllers: reached.remove(&client.id).unwrap_or_default(), client };
    Ok(clients.into_iter().map(with).collect())
}

/// The clients within reach, newest first.
///
/// # Errors
/// The database fails.
pub async fn within(conn: &impl ConnectionTrait, by: &Reach) -> Result<Vec<Known>, DbErr> {
    let clients = seen(by).order_by_desc(Column::Id).all(conn).await?;
    known(conn, clients).await
}

/// The client of this id, if it is within reach.
///
/// # Errors
/// The database fails.
pub async fn find(conn: &impl ConnectionTrait, by: &Reach, id: ClientId) -> Result<Option<Known>, DbErr> {
    let client = seen(by).filter(COLUMN.id.eq(id)).one(conn).await?;
    Ok(known(conn, client.into_iter().collect()).await?.pop())
}

/// Locks a client that `by` manages.
async fn managed(txn: &Txn, by: &Decider, id: ClientId) -> Result<Model, NotManaged> {
    let locked = seen(&by.reach).filter(COLUMN.id.eq(id)).lock_exclusive().one(&**txn).await?;
    let found = known(&**txn, locked.into_iter().collect()).await?.pop().ok_or(NotManaged::NotFound)?;
    if found.is_managed(&by.reach) { Ok(found.client) } else { Err(NotManaged::OutOfReach) }
}

impl NewClient {
    /// Everything that keeps it from being made, whoever makes it.
    pub fn faults(&self) -> impl Iterator<Item = NotManaged> {
        let name = self.name.trim();
        let is_name = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        let faults = [
            (!is_name).then_some(NotManaged::BadName),
            self.controllers.is_empty().then_some(NotManaged::NoController),
            self.scopes.is_empty().then_some(NotManaged::NoScope),
            (!TOKEN_SECONDS.contains(&self.token_life.as_secs())).then_some(NotManaged::BadLife),
        ];
        faults.into_iter().flatten()
    }
}

/// Makes a client and says its secret, which is never seen again.
///
/// # Errors
/// See [`NotManaged`].
pub async fn make(
    txn: &Txn,
    store: &Store,
    by: &Decider,
    mut new: NewClient,
) -> Result<(Model, SecretString), NotManaged> {
    if let Some(fault) = new.faults().next() {
        return Err(fault);
    }
    if !new.controllers.iter().all(|controller| by.reach.covers(*controller)) {
        return Err(NotManaged::OutOfReach);
    }
    new.scopes.sort_unstable();
    new.scopes.dedup();
    new.controllers.sort_unstable();
    new.controllers.dedup();
    let NewClient { name, scopes, controllers, token_life } = &new;
    Ok(queries::create(txn, store, &by.actor, name.trim(), scopes, controllers, *token_life).await?)
}

/// Gives a client a new secret, which is never seen again. The one before ends now, and every token with it: it may be the reason.
///
/// # Errors
/// See [`NotManaged`].
pub async fn rotate(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<SecretString, NotManaged> {
    if managed(txn, by, id).await?.revoked_at.is_some() {
        return Err(NotManaged::Revoked);
    }
    let (now, (secret, secret_hash)) = (store.now(), random_token(queries::SECRET_PREFIX));
    let update = Entity::update_many().col_expr(Column::SecretHash, secret_hash.into()).filter(COLUMN.id.eq(id));
    update.exec(&**txn).await?;
    let tokens = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, now.into())
        .filter(token::COLUMN.client_id.eq(id))
        .filter(token::COLUMN.revoked_at.is_null())
        .filter(token::COLUMN.expires_at.gt(now));
    let ended = tokens.exec(&**txn).await?.rows_affected;
    let data = json!({ "client": id, "tokens": ended });
    trail::record(&**txn, now, &by.actor, [Entry::on(ControllerId::INSTALLATION, "client.secret_rotated", data)])
        .await?;
    Ok(secret)
}

/// Revokes a client for good: its tokens end at once. Says whether there was anything to revoke.
///
/// # Errors
/// See [`NotManaged`].
pub async fn revoke(txn: &Txn, store: &Store, by: &Decider, id: ClientId) -> Result<bool, NotManaged> {
    let client = managed(txn, by, id).await?;
    Ok(queries::revoke(txn, store, &by.actor, client.id).await?)
}
