//! Computing the dates anew by the rules in use, which signs for them.

use api::auth::scopes::RequestsOperate;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Recompute;

impl Deciding for Recompute {
    type Scope = RequestsOperate;
    const DONE: &'static str = "recomputed";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let sheet = Sheet::new(s.t("recompute-title"), s.t("recompute-lead"), s.t("recompute-go"));
        Ok(sheet.ask(Field::reason(s, s.t("recompute-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.text("reason", LONGEST_REASON, desk.s.t("recompute-reason-missing")).map(Decision::Recompute)
    }
}
