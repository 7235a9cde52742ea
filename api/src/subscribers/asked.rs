//! Finding a subscriber, and how calls change one.

use entities::client::reach::Reach;
use entities::db::Txn;
use entities::id::SubscriberId;
use entities::idempotency::queries::Answer;
use entities::subscriber::queries::{by_id, lock};
use entities::subscriber::table::Model;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::view::SubscriberView;
use crate::app::App;
use crate::asked::LookedAfter;
use crate::auth::scopes::SubscribersManage;
use crate::named;
use crate::problem::Problem;

impl LookedAfter for Model {
    type Id = SubscriberId;
    type Scope = SubscribersManage;
    type View = SubscriberView;

    fn id(name: &str) -> Result<SubscriberId, Problem> {
        named::id(name).map(SubscriberId).ok_or_else(nothing)
    }

    async fn lock(txn: &Txn, reach: &Reach, id: &SubscriberId) -> Result<Self, Problem> {
        lock(txn, reach, *id).await?.ok_or_else(nothing)
    }

    fn version(&self) -> i64 {
        self.version
    }

    async fn view(
        self,
        app: &App,
        txn: &Txn,
        secret: Option<&SecretString>,
    ) -> Result<(SubscriberView, Answer), Problem> {
        let view = SubscriberView::within(app, &**txn, self).await?.showing(secret);
        let answer = view.answer(200)?;
        Ok((view, answer))
    }
}

/// The subscriber of this id, if it is within reach.
///
/// # Errors
/// There is none, or the database fails.
pub async fn find(conn: &impl ConnectionTrait, reach: &Reach, name: &str) -> Result<Model, Problem> {
    by_id(conn, reach, Model::id(name)?).await?.ok_or_else(nothing)
}

fn nothing() -> Problem {
    Problem::not_found("subscriber")
}
