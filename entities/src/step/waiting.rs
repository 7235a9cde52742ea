//! What others than a step's worker do to it: an act elsewhere has it run now, sets it going again, or makes it needless.

use sea_orm::sea_query::{Expr, IntoCondition, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter};

use super::kind::StepKind;
use super::table::{COLUMN, Column, Entity, StepStatus};
use crate::id::{ControllerId, RequestId};
use crate::time::At;

/// Some steps, by what they work on.
#[must_use]
pub struct Steps(Condition);

/// The steps of a request.
pub fn of(request: RequestId) -> Steps {
    Steps(COLUMN.request_id.eq(request).into_condition())
}

/// The steps of a controller.
pub fn within(controller: ControllerId) -> Steps {
    Steps(COLUMN.controller_id.eq(controller).into_condition())
}

/// The steps that work on one of these items.
pub fn on(items: SelectStatement) -> Steps {
    Steps(Column::ItemId.in_subquery(items).into_condition())
}

impl Steps {
    /// Only those of this kind.
    pub fn only(self, kind: StepKind) -> Self {
        Self(self.0.add(COLUMN.kind.eq(kind)))
    }

    /// Only those of other kinds.
    pub fn but(self, kind: StepKind) -> Self {
        Self(self.0.add(COLUMN.kind.ne(kind)))
    }

    /// Has those that wait run now: what they go by has changed. Where there is none, none is made.
    ///
    /// # Errors
    /// The database fails.
    pub async fn wake(self, conn: &impl ConnectionTrait, now: At) -> Result<(), DbErr> {
        let update = Entity::update_many()
            .col_expr(Column::RunAt, now.into())
            .col_expr(Column::Wakes, Expr::col(Column::Wakes).add(1))
            .filter(self.0);
        update.exec(conn).await.map(|_| ())
    }

    /// Lets those that are parked run again. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn unpark(self, conn: &impl ConnectionTrait, now: At) -> Result<u64, DbErr> {
        let update = Entity::update_many()
            .col_expr(Column::Status, StepStatus::Ready.into())
            .col_expr(Column::RunAt, now.into())
            .col_expr(Column::Attempts, 0.into())
            .filter(self.0)
            .filter(COLUMN.status.eq(StepStatus::Parked));
        Ok(update.exec(conn).await?.rows_affected)
    }

    /// Orders them by another date: the clock they work for has moved.
    ///
    /// # Errors
    /// The database fails.
    pub async fn reorder(self, conn: &impl ConnectionTrait, urgency: At) -> Result<(), DbErr> {
        let update = Entity::update_many().col_expr(Column::Urgency, urgency.into()).filter(self.0);
        update.exec(conn).await.map(|_| ())
    }

    /// Takes them away: what they would do is owed no more. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn remove(self, conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
        Ok(Entity::delete_many().filter(self.0).exec(conn).await?.rows_affected)
    }
}
