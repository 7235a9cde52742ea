//! Forgetting what was found, and searching again.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct ResolveAnew;

impl Deciding for ResolveAnew {
    type Scope = RequestsDecide;
    const DONE: &'static str = "resolved-anew";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let sheet = Sheet::new(s.t("anew-title"), s.t("anew-lead"), s.t("anew-go"));
        Ok(sheet.ask(Field::reason(s, s.t("anew-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.text("reason", LONGEST_REASON, desk.s.t("anew-reason-missing")).map(Decision::ResolveAnew)
    }
}
