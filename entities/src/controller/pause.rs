//! The switch that stops work: for one controller, or for everything. Who turned it, when and why is kept for good.
//!
//! The queue looks at `controllers.paused` alone. It says whether any pause is in force there, the controller's own or that of
//! everything, so that ending the one leaves the other. All who turn a switch queue on one row, and so does whoever adds a
//! controller: none is added past a pause of everything.

use std::collections::BTreeSet;

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use serde_json::json;
use vault::keyring::Keyring;

use super::table as controller;
use crate::client::reach::Reach;
use crate::db::Txn;
use crate::error::StoreError;
use crate::event::trail::{self, Entry};
use crate::id::{ControllerId, PauseId};
use crate::installation::secrets;
use crate::officer::role::Where;
use crate::request::decide::Decider;
use crate::store::Store;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 1000;

const REASON: &str = "pauses.reason";

/// The row: one pause, from its beginning to its end.
pub mod table {
    use sea_orm::entity::prelude::*;

    use crate::event::table::ActorKind;
    use crate::id::{ControllerId, PauseId};
    use crate::time::At;

    /// One pause.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pauses")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PauseId,
        /// Whose work stops; [`ControllerId::INSTALLATION`] for everybody's.
        pub controller_id: ControllerId,
        /// Why, in somebody's own words, sealed under the installation's key.
        pub reason_sealed: Vec<u8>,
        /// What kind of actor paused it.
        pub paused_by_kind: ActorKind,
        /// Who paused it: a client's id, or the command line.
        pub paused_by: String,
        /// When.
        pub paused_at: At,
        /// Who let it go on, once somebody did.
        pub resumed_by: Option<String>,
        /// When.
        pub resumed_at: Option<At>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

use table::{ActiveModel, COLUMN, Column, Entity, Model};

/// Why a switch was not turned.
#[derive(Debug, thiserror::Error)]
pub enum NotSwitched {
    /// It is not for whoever asks to turn.
    #[error("this is not yours to pause or to resume")]
    OutOfReach,
    /// There is no reason, or a very long one.
    #[error("a reason has 1 to {LONGEST_REASON} characters")]
    BadReason,
    /// It is paused.
    #[error("it is paused already")]
    AlreadyPaused,
    /// It is not paused.
    #[error("it is not paused")]
    NotPaused,
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for NotSwitched {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

const fn place_id(place: Where) -> ControllerId {
    match place {
        Where::Everywhere => ControllerId::INSTALLATION,
        Where::At(controller) => controller,
    }
}

/// Stops the work of a controller, or everybody's. Clocks run on.
///
/// # Errors
/// It is out of reach, paused already, or has no reason.
pub async fn pause(txn: &Txn, store: &Store, by: &Decider, place: Where, reason: &str) -> Result<Model, NotSwitched> {
    let controller = place_id(place);
    if !by.reach.covers(controller) {
        return Err(NotSwitched::OutOfReach);
    }
    let reason = reason.trim();
    if !(1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Err(NotSwitched::BadReason);
    }
    secrets::lock(txn).await?;
    if of_place(&**txn, controller).await?.is_some() {
        return Err(NotSwitched::AlreadyPaused);
    }
    let (id, now) = (PauseId::new(), store.now());
    let row = ActiveModel {
        id: Set(id),
        controller_id: Set(controller),
        reason_sealed: Set(store.safe.keyring().seal(id.0, REASON, reason.as_bytes())),
        paused_by_kind: Set(by.actor.kind),
        paused_by: Set(by.actor.id.clone()),
        paused_at: Set(now),
        resumed_by: Set(None),
        resumed_at: Set(None),
    };
    let row = Entity::insert(row).exec_with_returning(&**txn).await?;
    let kind = match place {
        Where::Everywhere => "installation.paused",
        Where::At(_) => "controller.paused",
    };
    trail::record(&**txn, now, &by.actor, [Entry::on(controller, kind, json!({ "pause": id }))]).await?;
    follow(txn, store).await?;
    Ok(row)
}

/// Ends a pause. What another pause stops stays stopped.
///
/// # Errors
/// It is out of reach, or not paused.
pub async fn resume(txn: &Txn, store: &Store, by: &Decider, place: Where) -> Result<(), NotSwitched> {
    let controller = place_id(place);
    if !by.reach.covers(controller) {
        return Err(NotSwitched::OutOfReach);
    }
    secrets::lock(txn).await?;
    let row = of_place(&**txn, controller).await?.ok_or(NotSwitched::NotPaused)?;
    let now = store.now();
    let ended = ActiveModel {
        id: Set(row.id),
        resumed_by: Set(Some(by.actor.id.clone())),
        resumed_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update(ended).exec(&**txn).await?;
    let kind = match place {
        Where::Everywhere => "installation.resumed",
        Where::At(_) => "controller.resumed",
    };
    trail::record(&**txn, now, &by.actor, [Entry::on(controller, kind, json!({ "pause": row.id }))]).await?;
    follow(txn, store).await?;
    Ok(())
}

/// Has `controllers.paused` say what the pauses in force say.
async fn follow(txn: &Txn, store: &Store) -> Result<(), DbErr> {
    let stopped: BTreeSet<ControllerId> =
        in_force(&**txn, &Reach::installation()).await?.into_iter().map(|row| row.controller_id).collect();
    let is_all = stopped.contains(&ControllerId::INSTALLATION);
    let stopped = controller::Column::Id.is_in(stopped);
    for paused in [true, false] {
        let which = match (is_all, paused) {
            (true, true) => Expr::value(true),
            (true, false) => continue,
            (false, true) => stopped.clone(),
            (false, false) => stopped.clone().not(),
        };
        controller::Entity::update_many()
            .col_expr(controller::Column::Paused, paused.into())
            .col_expr(controller::Column::UpdatedAt, store.now().into())
            .filter(controller::COLUMN.paused.eq(!paused))
            .filter(which)
            .exec(&**txn)
            .await?;
    }
    Ok(())
}

async fn of_place(conn: &impl ConnectionTrait, controller: ControllerId) -> Result<Option<Model>, DbErr> {
    let query = Entity::find().filter(COLUMN.controller_id.eq(controller));
    query.filter(COLUMN.resumed_at.is_null()).one(conn).await
}

/// Whether everything is paused, for whoever adds a controller. Nobody changes that before the transaction ends.
pub(super) async fn is_everything(txn: &Txn) -> Result<bool, DbErr> {
    secrets::lock(txn).await?;
    Ok(of_place(&**txn, ControllerId::INSTALLATION).await?.is_some())
}

/// The pauses in force that stop anything within reach, that of everything first.
///
/// # Errors
/// The database fails.
pub async fn in_force(conn: &impl ConnectionTrait, reach: &Reach) -> Result<Vec<Model>, DbErr> {
    let concerns = reach.within(Column::ControllerId);
    let concerns = sea_orm::Condition::any().add(concerns).add(COLUMN.controller_id.eq(ControllerId::INSTALLATION));
    let query = Entity::find().filter(COLUMN.resumed_at.is_null()).filter(concerns);
    query.order_by_asc(Column::ControllerId).order_by_asc(Column::Id).all(conn).await
}

/// Why something was paused, in the words of whoever did.
///
/// # Errors
/// The words do not open.
pub fn reason(store: &Store, pause: &Model) -> Result<String, StoreError> {
    let plain = store.safe.keyring().open(pause.id.0, REASON, &pause.reason_sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("a reason is not text"))
}

/// Seals every reason that an older installation key had sealed anew. Says how many.
///
/// # Errors
/// The database fails, or a reason does not open.
pub async fn reseal(txn: &Txn, keyring: &Keyring) -> Result<u64, StoreError> {
    let mut resealed = 0;
    for row in Entity::find().all(&**txn).await? {
        if !keyring.is_current(&row.reason_sealed) {
            let plain = keyring.open(row.id.0, REASON, &row.reason_sealed)?;
            let reason_sealed = Set(keyring.seal(row.id.0, REASON, &plain));
            Entity::update(ActiveModel { id: Set(row.id), reason_sealed, ..Default::default() }).exec(&**txn).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}
