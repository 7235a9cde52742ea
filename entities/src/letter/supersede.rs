//! Letters that another took the place of: they go out no more.

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};
use serde_json::json;

use super::kind::{Audience, LetterKind, LetterState};
use super::table::{COLUMN, Column, Entity, Model};
use crate::db::Txn;
use crate::event::trail::{self, Actor, Entry};
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::table::Model as Request;
use crate::time::At;

/// Takes a request's letters of a kind that have not gone out off the way of a newer one. A mail server may be taking one just
/// now; then it went out, and counts.
///
/// # Errors
/// The database fails.
pub async fn supersede(txn: &Txn, now: At, by: &Actor, request: &Request, kind: LetterKind) -> Result<(), DbErr> {
    replace(txn, now, by, request, Some(kind), &[LetterState::Queued, LetterState::Failed, LetterState::Held]).await
}

/// Takes a request's letters that are held back out of the way, those of one kind or all: another was sent by other means, or
/// what they say is not so any more.
///
/// # Errors
/// The database fails.
pub async fn supersede_held(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: Option<LetterKind>,
) -> Result<(), DbErr> {
    replace(txn, now, by, request, kind, &[LetterState::Held]).await
}

async fn replace(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: Option<LetterKind>,
    states: &[LetterState],
) -> Result<(), DbErr> {
    let of_kind = kind.map_or_else(Condition::all, |kind| Condition::all().add(COLUMN.kind.eq(kind)));
    let rows = Entity::update_many()
        .col_expr(Column::State, LetterState::Superseded.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.request_id.eq(request.id))
        .filter(of_kind)
        .filter(COLUMN.audience.eq(Audience::Person))
        .filter(COLUMN.state.is_in(states.iter().copied()))
        .exec_with_returning(&**txn)
        .await?;
    let superseded =
        |row: &Model| Entry::of(request, "letter.superseded", json!({ "letter": row.id, "kind": row.kind }));
    trail::record(&**txn, now, by, rows.iter().map(superseded)).await?;
    answer(txn, now, by, request, &[QuestionCode::LetterHeld], kind.map(LetterKind::as_str)).await?;
    Ok(())
}
