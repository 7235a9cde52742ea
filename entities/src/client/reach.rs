//! How far a caller reaches: the only way to any row of a controller.

use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::scope::Scope;
use super::table::reach;
use crate::id::{ClientId, ControllerId};
use crate::officer::role::{Roles, Where};

/// The controllers that a caller may reach. Every query that finds a request asks for one, and it can only be had from a
/// client's or an officer's own rows or by naming the whole installation aloud. What belongs to a request is found by the request's id, which
/// a caller can only have learnt that way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach(Bounds);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Bounds {
    Only(Vec<ControllerId>),
    Installation,
}

impl Reach {
    /// What a client may reach.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of_client(conn: &impl ConnectionTrait, client: ClientId) -> Result<Self, DbErr> {
        let rows = reach::Entity::find().filter(reach::COLUMN.client_id.eq(client)).all(conn).await?;
        Ok(Self(Bounds::Only(rows.into_iter().map(|row| row.controller_id).collect())))
    }

    /// These, as a query over a client's own rows found them.
    pub(super) fn only(controllers: Vec<ControllerId>) -> Self {
        Self(Bounds::Only(controllers))
    }

    /// Where an officer may do what `scope` allows. What differs from scope to scope is how far it reaches: who decides at one
    /// controller and looks on at another reaches both to read and one to decide.
    #[must_use]
    pub fn of_officer(roles: &Roles, scope: Scope) -> Self {
        let mut controllers = Vec::new();
        for place in roles.places(scope) {
            match place {
                Where::Everywhere => return Self(Bounds::Installation),
                Where::At(controller) => controllers.push(controller),
            }
        }
        controllers.dedup();
        Self(Bounds::Only(controllers))
    }

    /// Everything: for the worker, and for whoever holds the installation's own key.
    #[must_use]
    pub fn installation() -> Self {
        Self(Bounds::Installation)
    }

    /// Whether this controller is within reach.
    #[must_use]
    pub fn covers(&self, controller: ControllerId) -> bool {
        match &self.0 {
            Bounds::Only(controllers) => controllers.contains(&controller),
            Bounds::Installation => true,
        }
    }

    /// The condition that keeps a query within reach, given the column that names the controller.
    #[must_use]
    pub fn within(&self, column: impl ColumnTrait) -> Condition {
        match &self.0 {
            Bounds::Only(controllers) => Condition::all().add(column.is_in(controllers.iter().copied())),
            Bounds::Installation => Condition::all().add(SimpleExpr::from(true)),
        }
    }
}
