//! Finding and opening what was asked of the person.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use vault::data_key::DataKey;

use super::table::{COLUMN, Column, Entity, Model};
use crate::error::StoreError;
use crate::id::RequestId;
use crate::request::file::context;

/// What a question's words are sealed to.
pub(crate) const QUESTION: &str = "inquiries.question";
/// What an answer's words are sealed to.
pub(crate) const ANSWER: &str = "inquiries.answer";

/// What was asked about a request, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// What was asked about several requests, each request's oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_each(conn: &impl ConnectionTrait, requests: &[RequestId]) -> Result<Vec<Model>, DbErr> {
    let of_them = COLUMN.request_id.is_in(requests.iter().copied());
    Entity::find().filter(of_them).order_by_asc(Column::Id).all(conn).await
}

/// The words of a question, and of its answer if that came in words.
///
/// # Errors
/// They do not open under the request's key.
pub fn words(key: &DataKey, inquiry: &Model) -> Result<(String, Option<String>), StoreError> {
    let open = |place: &str, sealed: &[u8]| {
        let plain = key.open(&context(place, inquiry.id), sealed)?;
        String::from_utf8(plain).map_err(|_| StoreError::Corrupt("words are not text"))
    };
    let answer = inquiry.answer_sealed.as_deref().map(|sealed| open(ANSWER, sealed));
    Ok((open(QUESTION, &inquiry.question_sealed)?, answer.transpose()?))
}
