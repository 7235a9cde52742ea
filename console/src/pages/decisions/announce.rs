//! Noting that the notice of an extension was sent by other means than ours.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use api::words::CHANNELS;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Announce;

impl Deciding for Announce {
    type Scope = RequestsDecide;
    const DONE: &'static str = "announced";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let channels = Opt::words(s, "channel", CHANNELS.iter().copied());
        Ok(Sheet::new(s.t("announce-title"), s.t("announce-lead"), s.t("announce-go"))
            .ask(Field::new(Kind::List, "means", s.t("announce-means")).options(channels))
            .ask(Field::instant(s, "sent_at", s.t("sent-at"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let known = |text: &str| CHANNELS.iter().find(|channel| **channel == text);
        let means = given.word("means", known, desk.s.t("announce-means-missing"));
        let at = given.instant("sent_at");
        Some(Decision::Announce(at, (*means?).to_owned()))
    }
}
