//! Noting that the acknowledgement was sent by other means than ours.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Acknowledge;

impl Deciding for Acknowledge {
    type Scope = RequestsDecide;
    const DONE: &'static str = "acknowledged";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        Ok(Sheet::new(s.t("acknowledge-title"), s.t("acknowledge-lead"), s.t("acknowledge-go")).ask(Field::instant(
            s,
            "sent_at",
            s.t("sent-at"),
        )))
    }

    fn read(_: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        Some(Decision::Acknowledge(given.instant("sent_at")))
    }
}
