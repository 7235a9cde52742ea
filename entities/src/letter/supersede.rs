//! Letters that another took the place of: they go out no more.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
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
    replace(txn, now, by, request, kind, &[LetterState::Queued, LetterState::Failed, LetterState::Held]).await
}

/// Takes a request's letters of a kind that are held back off the way of one that was sent by other means.
///
/// # Errors
/// The database fails.
pub(super) async fn supersede_held(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: LetterKind,
) -> Result<(), DbErr> {
    replace(txn, now, by, request, kind, &[LetterState::Held]).await
}

async fn replace(
    txn: &Txn,
    now: At,
    by: &Actor,
    request: &Request,
    kind: LetterKind,
    states: &[LetterState],
) -> Result<(), DbErr> {
    let rows = Entity::update_many()
        .col_expr(Column::State, LetterState::Superseded.into())
        .col_expr(Column::UpdatedAt, now.into())
        .filter(COLUMN.request_id.eq(request.id))
        .filter(COLUMN.kind.eq(kind))
        .filter(COLUMN.audience.eq(Audience::Person))
        .filter(COLUMN.state.is_in(states.iter().copied()))
        .exec_with_returning(&**txn)
        .await?;
    let superseded = |row: &Model| Entry::of(request, "letter.superseded", json!({ "letter": row.id, "kind": kind }));
    trail::record(&**txn, now, by, rows.iter().map(superseded)).await?;
    answer(txn, now, by, request, &[QuestionCode::LetterHeld], Some(kind.as_str())).await?;
    Ok(())
}
