//! Writing down and finding whom a request's letters go to.

use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use vault::data_key::DataKey;

use super::table::{ActiveModel, Entity, Model};
use crate::error::StoreError;
use crate::id::RequestId;
use crate::request::file::context;
use crate::time::At;

/// Whom to write to, as it came in.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Addressee {
    /// In what language, as ISO 639-1.
    pub language: String,
    /// The mail address.
    pub address: Option<String>,
    /// The name to greet with.
    pub salutation: Option<String>,
}

const ADDRESS: &str = "addressees.address";
const SALUTATION: &str = "addressees.salutation";

/// The row of a new request's addressee. `proven_by` says how identity was proven, if it was: whoever proved it vouched for
/// the address as well.
#[must_use]
pub fn row(key: &DataKey, request: RequestId, new: &Addressee, proven_by: Option<&str>, now: At) -> ActiveModel {
    let seal = |column: &str, text: &Option<String>| {
        text.as_ref().map(|it| key.seal(&context(column, request), it.as_bytes()))
    };
    ActiveModel {
        request_id: Set(request),
        language: Set(new.language.clone()),
        address_sealed: Set(seal(ADDRESS, &new.address)),
        salutation_sealed: Set(seal(SALUTATION, &new.salutation)),
        proven_by: Set(proven_by.map(str::to_owned)),
        proven_at: Set(proven_by.map(|_| now)),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// A request's addressee, if it has one.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(request).one(conn).await
}

/// Whom to write to, opened.
///
/// # Errors
/// It does not open under the request's key.
pub fn open(key: &DataKey, row: &Model) -> Result<Addressee, StoreError> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| -> Result<Option<String>, StoreError> {
        let Some(sealed) = sealed else { return Ok(None) };
        let plain = key.open(&context(column, row.request_id), sealed)?;
        String::from_utf8(plain).map(Some).map_err(|_| StoreError::Corrupt("an addressee is not text"))
    };
    Ok(Addressee {
        language: row.language.clone(),
        address: open(ADDRESS, &row.address_sealed)?,
        salutation: open(SALUTATION, &row.salutation_sealed)?,
    })
}

/// Notes that the address was proven to be the person's.
///
/// # Errors
/// The database fails.
pub async fn prove(conn: &impl ConnectionTrait, now: At, request: RequestId, by: &str) -> Result<(), DbErr> {
    use sea_orm::{ColumnTrait, QueryFilter};

    use super::table::{COLUMN, Column};
    Entity::update_many()
        .col_expr(Column::ProvenBy, by.into())
        .col_expr(Column::ProvenAt, now.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.request_id.eq(request))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Puts another address in place of the one there is. A new address has been proven by nobody.
///
/// # Errors
/// The database fails.
pub async fn correct(
    conn: &impl ConnectionTrait,
    key: &DataKey,
    now: At,
    request: RequestId,
    address: &str,
) -> Result<(), DbErr> {
    let change = ActiveModel {
        request_id: Unchanged(request),
        address_sealed: Set(Some(key.seal(&context(ADDRESS, request), address.as_bytes()))),
        proven_by: Set(None),
        proven_at: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update(change).exec(conn).await.map(|_| ())
}
