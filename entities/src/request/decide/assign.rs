//! Who works on a request. It says whom to ask, and gives no right: whoever may decide may do so whoever has it.

use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::{Case, NotDecided, conflict, unfit};
use crate::client::scope::Scope;
use crate::id::ClientId;
use crate::officer::queries::can_sign_in;
use crate::officer::role::holders;
use crate::request::table::{ActiveModel, Model};

impl Case<'_> {
    /// Gives the request to an officer, or with `None` back to all.
    ///
    /// # Errors
    /// The officer does not work on this controller's requests or cannot sign in, or has it already; or a machine gives.
    pub async fn assign(self, to: Option<ClientId>) -> Result<Model, NotDecided> {
        self.person("who works on a request")?;
        let before = self.request.assignee;
        if before == to {
            return Err(conflict("assigned_already", "this is who has the request"));
        }
        if let Some(officer) = to {
            self.works_here("to", officer).await?;
        }
        self.record("request.assigned", json!({ "assignee": to, "before": before })).await?;
        self.write(ActiveModel { assignee: Set(to), ..Default::default() }).await
    }

    /// Whether an officer works on this controller's requests, and can sign in.
    pub(super) async fn works_here(&self, field: &'static str, officer: ClientId) -> Result<(), NotDecided> {
        let conn = &**self.txn;
        let here = holders(conn, self.request.controller_id, Scope::RequestsWork).await?;
        if here.contains(&officer) && can_sign_in(conn, officer).await? {
            return Ok(());
        }
        Err(unfit(field, "not_an_officer_here", "is nobody who works on this controller's requests"))
    }
}
