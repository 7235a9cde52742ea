//! Moving clocks by hand: noting that a notice went out, and computing anew on purpose.

use law::duty::Duty;
use serde_json::json;

use super::{Case, NotDecided, conflict};
use crate::clock::change::recompute_signed;
use crate::clock::notice::acknowledged;
use crate::clock::settle::waits;
use crate::clock::table::Model as Clock;
use crate::request::table::{ActiveModel, Model};
use crate::time::At;

impl Case<'_> {
    /// The acknowledgement was sent at `at`, by other means than ours.
    ///
    /// # Errors
    /// No acknowledgement is due any more, or `at` lies in the future.
    pub async fn acknowledge(self, at: At) -> Result<Model, NotDecided> {
        self.is_past("sent_at", at)?;
        if !acknowledged(self.txn, self.now, &self.by.actor, &self.request, at).await? {
            return Err(not_due());
        }
        self.write(ActiveModel::default()).await
    }

    /// Computes the clocks anew by the law pack, the calendar and the policy in use, and says in the trail who wanted it and why:
    /// for this one request a person signs for changed rules that way. What was computed before stays to be seen.
    ///
    /// # Errors
    /// The request is closed, or a machine decides.
    pub async fn recompute(self, reason: &str) -> Result<Model, NotDecided> {
        self.is_person("computing by changed rules")?;
        if self.request.status.is_closed() {
            return Err(conflict("closed", "the clocks of a closed request stay as they were"));
        }
        let pack = law::pack::reference();
        let data = json!({ "pack": pack.id, "pack_hash": pack.sha256 });
        self.record_reasoned("request.recomputed", data, reason).await?;
        let (txn, by) = (self.txn, &self.by.actor);
        recompute_signed(txn, self.now, by, &self.request, "recompute").await?;
        self.write(ActiveModel::default()).await
    }
}

/// Whether an acknowledgement is due, by the request's clocks.
pub(super) fn may_acknowledge(clocks: &[Clock]) -> Result<(), NotDecided> {
    let is_due = |row: &Clock| row.duty == Duty::Acknowledge.as_str() && waits(row);
    if clocks.iter().any(is_due) { Ok(()) } else { Err(not_due()) }
}

fn not_due() -> NotDecided {
    conflict("not_due", "no acknowledgement is due for this request")
}
