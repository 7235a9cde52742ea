//! Noting that the notice was sent that an appeal's decision takes longer.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct ExtendAppeal;

impl Deciding for ExtendAppeal {
    type Scope = RequestsDecide;
    const DONE: &'static str = "appeal-extended";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        Ok(Sheet::new(s.t("extend-appeal-title"), s.t("extend-appeal-lead"), s.t("extend-appeal-go"))
            .ask(Field::instant(s, "sent_at", s.t("sent-at")))
            .ask(Field::reason(s, s.t("extend-appeal-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let at = given.instant("sent_at");
        let reason = given.text("reason", LONGEST_REASON, desk.s.t("extend-appeal-reason-missing"))?;
        Some(Decision::ExtendAppeal(at, reason))
    }
}
