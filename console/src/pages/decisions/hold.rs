//! Stopping a request for now. The smallest decision, and the model of the others.

use api::auth::scopes::RequestsOperate;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Hold;

impl Deciding for Hold {
    type Scope = RequestsOperate;
    const DONE: &'static str = "held";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let sheet = Sheet::new(s.t("hold-title"), s.t("hold-lead"), s.t("hold-go"));
        Ok(sheet.ask(Field::reason(s, s.t("hold-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.text("reason", LONGEST_REASON, desk.s.t("hold-reason-missing")).map(Decision::Hold)
    }
}
