//! Accepting what an erasure has left behind according to the search.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Accept;

impl Deciding for Accept {
    type Scope = RequestsDecide;
    const DONE: &'static str = "accepted";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let sheet = Sheet::new(s.t("accept-title"), s.t("accept-lead"), s.t("accept-go"));
        Ok(sheet.ask(Field::reason(s, s.t("accept-reason"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.text("reason", LONGEST_REASON, desk.s.t("accept-reason-missing")).map(Decision::AcceptRemainder)
    }
}
