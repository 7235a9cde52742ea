//! Noting that the person appealed against how the request ended.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Appeal;

/// The longest appeal, in characters.
const LONGEST_WORDS: usize = 4000;

impl Deciding for Appeal {
    type Scope = RequestsDecide;
    const DONE: &'static str = "appealed";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        Ok(Sheet::new(s.t("appeal-title"), s.t("appeal-lead"), s.t("appeal-go"))
            .ask(Field::instant(s, "received_at", s.t("appeal-when")))
            .ask(Field::new(Kind::Words(6), "words", s.t("appeal-words")).hint(s.t("reason-hint"))))
    }

    fn read(_: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let at = given.instant("received_at");
        Some(Decision::Appeal(at, given.maybe_text("words", LONGEST_WORDS)))
    }
}
