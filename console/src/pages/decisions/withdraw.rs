//! Noting that the person withdrew the request.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Withdraw;

impl Deciding for Withdraw {
    type Scope = RequestsDecide;
    const DONE: &'static str = "withdrawn";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let sheet = Sheet::new(s.t("withdraw-title"), s.t("withdraw-lead"), s.t("withdraw-go"));
        Ok(sheet.ask(Field::reason(s, s.t("withdraw-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.text("reason", LONGEST_REASON, desk.s.t("withdraw-reason-missing")).map(Decision::Withdraw)
    }
}
