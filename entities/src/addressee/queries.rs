//! Writing down and finding whom a request's letters go to.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use vault::data_key::DataKey;

use super::table::{ActiveModel, COLUMN, Column, Entity, Model};
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

/// The row of a new request's addressee. `is_named` says that its address is the one to write to beyond doubt; `proven_by`,
/// how identity was proven, if it was. Both together prove the address: who is meant is known then, and where they read.
#[must_use]
pub fn row(
    key: &DataKey,
    request: RequestId,
    new: &Addressee,
    is_named: bool,
    proven_by: Option<&str>,
    now: At,
) -> ActiveModel {
    let proven_by = proven_by.filter(|_| is_named);
    let seal = |column: &str, text: &Option<String>| {
        text.as_ref().map(|it| key.seal(&context(column, request), it.as_bytes()))
    };
    ActiveModel {
        request_id: Set(request),
        language: Set(new.language.clone()),
        address_sealed: Set(seal(ADDRESS, &new.address)),
        salutation_sealed: Set(seal(SALUTATION, &new.salutation)),
        is_named: Set(is_named),
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
    Entity::update_many()
        .col_expr(Column::ProvenBy, by.into())
        .col_expr(Column::ProvenAt, now.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.request_id.eq(request))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Puts another address in place of the one there is, or the first where there was none. `proven_by` says who vouches for
/// it; what was proven of the old one says nothing of the new.
///
/// # Errors
/// The database fails.
pub async fn correct(
    conn: &impl ConnectionTrait,
    key: &DataKey,
    now: At,
    request: RequestId,
    address: &str,
    proven_by: Option<&str>,
) -> Result<(), DbErr> {
    let new = Addressee { address: Some(address.to_owned()), ..Addressee::default() };
    Entity::insert(row(key, request, &new, true, proven_by, now))
        .on_conflict(
            OnConflict::column(Column::RequestId)
                .update_columns([
                    Column::AddressSealed,
                    Column::IsNamed,
                    Column::ProvenBy,
                    Column::ProvenAt,
                    Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}
