//! Noting that the person's answer, or the fee, arrived.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use entities::inquiry;
use entities::inquiry::table::InquiryKind;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Answer;

/// The longest answer, in characters.
const LONGEST_WORDS: usize = 4000;

impl Deciding for Answer {
    type Scope = RequestsDecide;
    const DONE: &'static str = "answered";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, dates) = (&desk.s, desk.dates());
        let asked = inquiry::queries::of_request(desk.db(), desk.request().id).await?;
        let waiting: Vec<_> = asked.into_iter().filter(|row| row.answered_at.is_none()).collect();
        let option = |row: &inquiry::table::Model| {
            let asked = s.with("answer-asked", "day", dates.text(dates.date(row.asked_at)));
            Opt::new(row.kind.as_str(), s.word("inquiry", row.kind.as_str())).meaning(asked)
        };
        let kind = Field::new(Kind::OneOf, "kind", s.t("answer-kind")).options(waiting.iter().map(option).collect());
        // One alone need not be chosen.
        let kind = match waiting.as_slice() {
            [one] => kind.value(one.kind.as_str()),
            _ => kind,
        };
        let mut sheet = Sheet::new(s.t("answer-title"), s.t("answer-lead"), s.t("answer-go"));
        if waiting.is_empty() {
            sheet.barred.push(s.t("answer-none"));
        }
        Ok(sheet
            .ask(kind)
            .ask(Field::instant(s, "answered_at", s.t("answer-when")))
            .ask(Field::new(Kind::Words(5), "words", s.t("answer-words")).hint(s.t("reason-hint"))))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let kind: Option<InquiryKind> = given.word("kind", |text| text.parse().ok(), desk.s.t("answer-kind-missing"));
        let at = given.instant("answered_at");
        let words = given.maybe_text("words", LONGEST_WORDS);
        Some(Decision::Answer(kind?, at, words))
    }
}
