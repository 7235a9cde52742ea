//! What people and programs may do, by kind of work; and where an officer may do it.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::table::{everywhere, role};
use crate::client::scope::Scope;
use crate::db::Txn;
use crate::id::{ClientId, ControllerId};
use crate::time::At;
use crate::words;

words! {
    /// A set of scopes for a kind of work: of an officer at a controller, or of a client of the API.
    pub enum Role {
        /// Files requests and decides about them.
        Officer = "officer",
        /// Approves what others filed.
        Approver = "approver",
        /// Keeps the work going, without seeing whom it is about.
        Operator = "operator",
        /// Sets up controllers, sources, subscribers and officers; decides about no request.
        Administrator = "administrator",
        /// Looks on, from within: requests with personal data masked, and the audit trail.
        Auditor = "auditor",
        /// Looks on, from outside: the register, figures and the audit trail.
        Regulator = "regulator",
    }
}

// Asked for by sea-orm of every part of a primary key.
impl sea_orm::TryFromU64 for Role {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Role"))
    }
}

impl Role {
    /// What whoever has this role may do.
    #[must_use]
    pub const fn scopes(self) -> &'static [Scope] {
        use Scope as S;
        match self {
            Self::Officer => &[
                S::RequestsFile,
                S::RequestsRead,
                S::RequestsReveal,
                S::RequestsDecide,
                S::RequestsOperate,
                S::RequestsWork,
                S::ControllersRead,
                S::ReportsRead,
                S::RegulatorsInvite,
            ],
            Self::Approver => &[
                S::RequestsRead,
                S::RequestsReveal,
                S::RequestsApprove,
                S::RequestsWork,
                S::ControllersRead,
                S::ReportsRead,
            ],
            Self::Operator => &[
                S::RequestsRead,
                S::RequestsOperate,
                S::RequestsWork,
                S::ControllersRead,
                S::ReportsRead,
                S::SubscribersManage,
            ],
            Self::Administrator => &[
                S::ControllersRead,
                S::AuditRead,
                S::ReportsRead,
                S::SubscribersManage,
                S::SourcesManage,
                S::ControllersManage,
                S::OfficersManage,
                S::RegulatorsInvite,
            ],
            Self::Auditor => &[S::RequestsRead, S::ControllersRead, S::AuditRead, S::ReportsRead],
            Self::Regulator => &[S::ControllersRead, S::AuditRead, S::ReportsRead],
        }
    }
}

/// Where a role is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Where {
    /// At every controller, also those to come, and over the installation itself.
    Everywhere,
    /// At this one.
    At(ControllerId),
}

/// The roles of one officer. It can only be had from the officer's own rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<(Where, Role)>);

impl Roles {
    /// What an officer holds, whether it may sign in or not.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(conn: &impl ConnectionTrait, officer: ClientId) -> Result<Self, DbErr> {
        Ok(Self::of_each(conn, [officer]).await?.remove(&officer).unwrap_or_default())
    }

    /// What each of these officers holds; nothing, where one is not named.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of_each(
        conn: &impl ConnectionTrait,
        officers: impl IntoIterator<Item = ClientId>,
    ) -> Result<HashMap<ClientId, Self>, DbErr> {
        let officers: Vec<_> = officers.into_iter().collect();
        let at = role::Entity::find().filter(role::COLUMN.officer_id.is_in(officers.iter().copied())).all(conn).await?;
        let all = everywhere::Entity::find().filter(everywhere::COLUMN.officer_id.is_in(officers)).all(conn).await?;
        let at = at.into_iter().map(|row| (row.officer_id, (Where::At(row.controller_id), row.role)));
        let all = all.into_iter().map(|row| (row.officer_id, (Where::Everywhere, row.role)));
        let mut found: HashMap<ClientId, Self> = HashMap::new();
        for (officer, held) in at.chain(all) {
            found.entry(officer).or_default().0.insert(held);
        }
        Ok(found)
    }

    /// None at all: of whoever has not signed in altogether.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Each, with where it is held; those held everywhere come first.
    pub fn each(&self) -> impl Iterator<Item = (Where, Role)> {
        self.0.iter().copied()
    }

    /// Whether this role is held at just this place.
    #[must_use]
    pub fn holds(&self, place: Where, role: Role) -> bool {
        self.0.contains(&(place, role))
    }

    /// Whether some role gives this scope anywhere.
    #[must_use]
    pub fn give(&self, scope: Scope) -> bool {
        self.0.iter().any(|(_, role)| role.scopes().contains(&scope))
    }

    /// Where this scope is given.
    pub(crate) fn places(&self, scope: Scope) -> impl Iterator<Item = Where> {
        self.0.iter().filter(move |(_, role)| role.scopes().contains(&scope)).map(|(place, _)| *place)
    }
}

/// The places where whoever holds all these roles could file requests as well as approve them. That is allowed, because nobody
/// approves an erasure or a rectification that they filed themselves; whoever grants roles should know it all the same.
#[must_use]
pub fn files_and_approves(roles: &[(Where, Role)]) -> Vec<Where> {
    let give = |place: Where, scope: Scope| {
        let mut there = roles.iter().filter(|(at, _)| *at == place || *at == Where::Everywhere);
        there.any(|(_, role)| role.scopes().contains(&scope))
    };
    let mut places: Vec<_> = roles.iter().map(|(place, _)| *place).collect();
    places.sort_unstable();
    places.dedup();
    places.retain(|place| give(*place, Scope::RequestsFile) && give(*place, Scope::RequestsApprove));
    places
}

/// A role and where it is held, for the trail.
pub(super) fn told(place: Where, role: Role) -> Value {
    match place {
        Where::Everywhere => json!({ "role": role, "everywhere": true }),
        Where::At(controller) => json!({ "role": role, "controller": controller }),
    }
}

/// Gives a locked officer a role. Says whether it was new.
pub(super) async fn put(txn: &Txn, now: At, officer: ClientId, place: Where, role: Role) -> Result<bool, DbErr> {
    let inserted = match place {
        Where::At(controller) => {
            let row = role::ActiveModel {
                officer_id: Set(officer),
                controller_id: Set(controller),
                role: Set(role),
                granted_at: Set(now),
            };
            let key = [role::Column::OfficerId, role::Column::ControllerId, role::Column::Role];
            let there = OnConflict::columns(key).do_nothing().to_owned();
            role::Entity::insert_many([row]).on_conflict(there).exec_without_returning(&**txn).await?
        }
        Where::Everywhere => {
            let row = everywhere::ActiveModel { officer_id: Set(officer), role: Set(role), granted_at: Set(now) };
            let key = [everywhere::Column::OfficerId, everywhere::Column::Role];
            let there = OnConflict::columns(key).do_nothing().to_owned();
            everywhere::Entity::insert_many([row]).on_conflict(there).exec_without_returning(&**txn).await?
        }
    };
    Ok(inserted == 1)
}

/// Takes a role from a locked officer. Says whether it was held.
pub(super) async fn take(txn: &Txn, officer: ClientId, place: Where, role: Role) -> Result<bool, DbErr> {
    let gone = match place {
        Where::At(controller) => {
            role::Entity::delete_by_id((officer, controller, role)).exec(&**txn).await?.rows_affected
        }
        Where::Everywhere => {
            everywhere::Entity::delete_many()
                .filter(everywhere::COLUMN.officer_id.eq(officer))
                .filter(everywhere::COLUMN.role.eq(role))
                .exec(&**txn)
                .await?
                .rows_affected
        }
    };
    Ok(gone == 1)
}

/// Officers with a role at this controller that gives `scope`, whether they may sign in or not.
///
/// # Errors
/// The database fails.
pub async fn holders(
    conn: &impl ConnectionTrait,
    controller: ControllerId,
    scope: Scope,
) -> Result<BTreeSet<ClientId>, DbErr> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.scopes().contains(&scope)).collect();
    let at = role::Entity::find()
        .filter(role::COLUMN.controller_id.eq(controller))
        .filter(role::COLUMN.role.is_in(roles.clone()))
        .all(conn)
        .await?;
    let all = everywhere::Entity::find().filter(everywhere::COLUMN.role.is_in(roles)).all(conn).await?;
    Ok(at.into_iter().map(|row| row.officer_id).chain(all.into_iter().map(|row| row.officer_id)).collect())
}
