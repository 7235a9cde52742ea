//! Asking a person, and noting the answer. The request's count of open questions is kept beside, for lists.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};

use super::table::{ActiveModel, COLUMN, Column, Entity, Model, QuestionCode};
use crate::db::Txn;
use crate::event::trail::{self, Actor, Entry};
use crate::id::{QuestionId, RequestId};
use crate::request;
use crate::time::At;

/// Asks, unless the same question about the same thing is open already. Says whether it was new.
///
/// # Errors
/// The database fails.
pub async fn ask(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &request::table::Model,
    code: QuestionCode,
    about: &str,
    detail: Value,
) -> Result<bool, DbErr> {
    let row = ActiveModel {
        id: Set(QuestionId::new()),
        request_id: Set(request.id),
        code: Set(code),
        about: Set(about.to_owned()),
        detail: Set(detail.to_string()),
        opened_at: Set(now),
        answered_at: Set(None),
        answered_by: Set(None),
    };
    let once = OnConflict::new().do_nothing().to_owned();
    if Entity::insert_many([row]).on_conflict(once).exec_without_returning(&**txn).await? == 0 {
        return Ok(false);
    }
    let data = json!({ "code": code, "about": about, "detail": detail });
    note(txn, now, by, request, "question.asked", data).await?;
    Ok(true)
}

/// Asks, and has a question about the same thing that is open already say this from now on: what stood in the way of an answer
/// may have changed.
///
/// # Errors
/// The database fails.
pub async fn ask_anew(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &request::table::Model,
    code: QuestionCode,
    about: &str,
    detail: Value,
) -> Result<(), DbErr> {
    if ask(txn, now, by, request, code, about, detail.clone()).await? {
        return Ok(());
    }
    let text = detail.to_string();
    let changed = Entity::update_many()
        .col_expr(Column::Detail, Expr::value(text.clone()))
        .filter(COLUMN.request_id.eq(request.id))
        .filter(COLUMN.code.eq(code))
        .filter(COLUMN.about.eq(about))
        .filter(COLUMN.answered_at.is_null())
        .filter(COLUMN.detail.ne(text))
        .exec(&**txn)
        .await?;
    if changed.rows_affected > 0 {
        let data = json!({ "code": code, "about": about, "detail": detail });
        note(txn, now, by, request, "question.asked", data).await?;
    }
    Ok(())
}

/// Notes that the questions of these codes are answered: all of them, or those about one thing. Says how many were open.
///
/// # Errors
/// The database fails.
pub async fn answer(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &request::table::Model,
    codes: &[QuestionCode],
    about: Option<&str>,
) -> Result<u64, DbErr> {
    let mut update = Entity::update_many()
        .col_expr(Column::AnsweredAt, now.into())
        .col_expr(Column::AnsweredBy, by.id.clone().into())
        .filter(COLUMN.request_id.eq(request.id))
        .filter(COLUMN.code.is_in(codes.iter().copied()))
        .filter(COLUMN.answered_at.is_null());
    if let Some(about) = about {
        update = update.filter(COLUMN.about.eq(about));
    }
    let answered = update.exec(&**txn).await?.rows_affected;
    if answered > 0 {
        note(txn, now, by, request, "question.answered", json!({ "codes": codes, "about": about })).await?;
    }
    Ok(answered)
}

/// Records what became of a question, and counts anew. The request's ETag moves with its questions: who looks at it must see that
/// something new is asked.
async fn note(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &request::table::Model,
    kind: &'static str,
    data: Value,
) -> Result<(), DbErr> {
    use request::table::{COLUMN as REQUEST, Column as RequestColumn, Entity as Requests};
    let open = Expr::cust("(SELECT COUNT(*) FROM questions WHERE request_id = requests.id AND answered_at IS NULL)");
    Requests::update_many()
        .col_expr(RequestColumn::OpenQuestions, open)
        .col_expr(RequestColumn::Version, Expr::col(RequestColumn::Version).add(1))
        .col_expr(RequestColumn::UpdatedAt, now.into())
        .filter(REQUEST.id.eq(request.id))
        .exec(&**txn)
        .await?;
    trail::record(&**txn, now, by, [Entry::of(request, kind, data)]).await
}

/// A request's questions, oldest first.
///
/// # Errors
/// The database fails.
pub async fn of_request(conn: &impl ConnectionTrait, request: RequestId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(COLUMN.request_id.eq(request)).order_by_asc(Column::Id).all(conn).await
}

/// How many questions wait for a person, in the whole installation.
///
/// # Errors
/// The database fails.
pub async fn count_open(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    Entity::find().filter(COLUMN.answered_at.is_null()).count(conn).await
}
