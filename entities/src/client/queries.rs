//! Making and revoking clients; issuing, reading and revoking their tokens.

use std::time::Duration;

use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};
use secrecy::SecretString;
use serde_json::json;
use vault::token::{hash_token, random_token, token_matches};

use super::reach::Reach;
use super::scope::Scope;
use super::table::{ActiveModel, COLUMN, Column, Entity, Model, reach, token};
use crate::db::Txn;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{ClientId, ControllerId};
use crate::officer::table as officer;
use crate::store::Store;
use crate::time::At;

/// What a client's secret begins with.
pub(super) const SECRET_PREFIX: &str = "dsr_secret";

/// Makes a client and says its secret, which is never seen again.
///
/// # Errors
/// The database fails.
pub async fn create(
    txn: &Txn,
    store: &Store,
    by: &Actor,
    name: &str,
    scopes: &[Scope],
    controllers: &[ControllerId],
    token_life: Duration,
) -> Result<(Model, SecretString), DbErr> {
    let (secret, secret_hash) = random_token(SECRET_PREFIX);
    let now = store.now();
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let row = ActiveModel {
        id: Set(ClientId::new()),
        name: Set(name.to_owned()),
        secret_hash: Set(secret_hash),
        scopes: Set(words.join(" ")),
        token_seconds: Set(i64::try_from(token_life.as_secs()).unwrap_or(i64::MAX)),
        created_at: Set(now),
        used_at: Set(None),
        revoked_at: Set(None),
    };
    let client = Entity::insert(row).exec_with_returning(&**txn).await?;
    let rows = controllers
        .iter()
        .map(|controller| reach::ActiveModel { client_id: Set(client.id), controller_id: Set(*controller) });
    if !controllers.is_empty() {
        reach::Entity::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    let entry = Entry::on(
        ControllerId::INSTALLATION,
        "client.created",
        json!({ "client": client.id, "name": name, "scopes": words, "controllers": controllers }),
    );
    trail::record(&**txn, now, by, [entry]).await?;
    Ok((client, secret))
}

/// Every client that is no officer, oldest first.
///
/// # Errors
/// The database fails.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    let officers = Query::select().column(officer::Column::Id).from(officer::Entity).to_owned();
    Entity::find().filter(COLUMN.id.not_in_subquery(officers)).order_by_asc(Column::Id).all(conn).await
}

/// The names of these clients, for pages that say who did something.
///
/// # Errors
/// The database fails.
pub async fn names(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ClientId>,
) -> Result<Vec<(ClientId, String)>, DbErr> {
    let rows = Entity::find().select_only().column(Column::Id).column(Column::Name).filter(COLUMN.id.is_in(ids));
    rows.into_tuple().all(conn).await
}

/// Revokes a client: its tokens end at once. Says whether there was one to revoke.
///
/// # Errors
/// The database fails.
pub async fn revoke(txn: &Txn, store: &Store, by: &Actor, id: ClientId) -> Result<bool, DbErr> {
    let now = store.now();
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, now.into())
        .filter(COLUMN.id.eq(id))
        .filter(COLUMN.revoked_at.is_null())
        .exec(&**txn)
        .await?
        .rows_affected
        == 1;
    if revoked {
        let entry = Entry::on(ControllerId::INSTALLATION, "client.revoked", json!({ "client": id }));
        trail::record(&**txn, now, by, [entry]).await?;
    }
    Ok(revoked)
}

/// The client of this id, if `secret` is its secret and it has not been revoked. Takes as long either way.
///
/// # Errors
/// The database fails.
pub async fn by_secret(conn: &impl ConnectionTrait, id: &str, secret: &str) -> Result<Option<Model>, DbErr> {
    let found = match id.parse::<ClientId>() {
        Ok(id) => Entity::find_by_id(id).one(conn).await?,
        Err(_) => None,
    };
    let nobody = "0".repeat(64);
    let hash = found.as_ref().map_or(nobody.as_str(), |client| client.secret_hash.as_str());
    let matches = token_matches(secret, hash);
    Ok(found.filter(|client| matches && client.revoked_at.is_none()))
}

/// Issues a token to a client, and notes that it was used.
///
/// # Errors
/// [`DbErr::RecordNotUpdated`] if its secret was changed since it was checked; or the database fails.
pub async fn issue_token(txn: &Txn, now: At, client: &Model) -> Result<(SecretString, Duration), DbErr> {
    let (secret, hash) = random_token("dsr_token");
    let life = Duration::from_secs(client.token_seconds.unsigned_abs());
    let row = token::ActiveModel {
        hash: Set(hash),
        client_id: Set(client.id),
        created_at: Set(now),
        expires_at: Set(now + life),
        revoked_at: Set(None),
    };
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, now.into())
        .filter(COLUMN.id.eq(client.id))
        .filter(COLUMN.secret_hash.eq(&client.secret_hash));
    if used.exec(&**txn).await?.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    token::Entity::insert(row).exec_without_returning(&**txn).await?;
    Ok((secret, life))
}

/// Revokes a token, if it belongs to `client`.
///
/// # Errors
/// The database fails.
pub async fn revoke_token(txn: &Txn, now: At, client: ClientId, secret: &str) -> Result<bool, DbErr> {
    let update = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, now.into())
        .filter(token::COLUMN.hash.eq(hash_token(secret)))
        .filter(token::COLUMN.client_id.eq(client))
        .filter(token::COLUMN.revoked_at.is_null());
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

/// Forgets tokens that ended before `before`.
///
/// # Errors
/// The database fails.
pub async fn forget_tokens(txn: &Txn, before: At) -> Result<u64, DbErr> {
    Ok(token::Entity::delete_many().filter(token::COLUMN.expires_at.lt(before)).exec(&**txn).await?.rows_affected)
}

/// Who calls, what it may do, and how far it reaches.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client.
    pub client: Model,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How far it reaches.
    pub reach: Reach,
}

/// Whoever holds this token, if it is valid now. One statement, because every call of the API begins with it.
///
/// # Errors
/// The database fails.
pub async fn by_token(store: &Store, secret: &str) -> Result<Option<Caller>, DbErr> {
    let its_token: RelationDef = token::Entity::belongs_to(Entity).from(token::Column::ClientId).to(Column::Id).into();
    let its_reach: RelationDef = reach::Entity::belongs_to(Entity).from(reach::Column::ClientId).to(Column::Id).into();
    let rows = Entity::find()
        .join(JoinType::InnerJoin, its_token.rev())
        .join(JoinType::LeftJoin, its_reach.rev())
        .select_also(reach::Entity)
        .filter(token::COLUMN.hash.eq(hash_token(secret)))
        .filter(token::COLUMN.revoked_at.is_null())
        .filter(token::COLUMN.expires_at.gt(store.now()))
        .filter(COLUMN.revoked_at.is_null())
        .all(store.db.read())
        .await?;
    let Some(client) = rows.first().map(|(client, _)| client.clone()) else { return Ok(None) };
    let scopes = client.scopes.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let reach = Reach::only(rows.into_iter().filter_map(|(_, row)| row).map(|row| row.controller_id).collect());
    Ok(Some(Caller { client, scopes, reach }))
}
