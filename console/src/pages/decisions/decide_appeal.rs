//! Deciding an appeal, with reasons.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use entities::appeal;
use entities::appeal::table::AppealDecision;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct DecideAppeal;

impl Deciding for DecideAppeal {
    type Scope = RequestsDecide;
    const DONE: &'static str = "appeal-decided";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, dates) = (&desk.s, desk.dates());
        let found = appeal::queries::of_request(desk.db(), desk.request().id).await?;
        let waiting = found.filter(|row| row.decided_at.is_none());
        let decisions = Opt::words(s, "appeal-decision", AppealDecision::ALL.iter().map(|word| word.as_str()));
        let mut sheet = Sheet::new(s.t("decide-appeal-title"), s.t("decide-appeal-lead"), s.t("decide-appeal-go"))
            .ask(Field::new(Kind::OneOf, "decision", s.t("decide-appeal-decision")).options(decisions))
            .ask(Field::new(Kind::Words(5), "reason", s.t("decide-appeal-reason")).hint(s.t("told-hint")));
        let Some(row) = waiting else {
            sheet.barred.push(s.t("decide-appeal-none"));
            return Ok(sheet);
        };
        sheet = sheet.tell(s.t("decide-appeal-received"), dates.text(dates.date(row.received_at)));
        if row.words_sealed.is_some() {
            sheet.is_personal = true;
            let words = desk.look.clear_key()?.map(|key| appeal::queries::words(key, &row)).transpose()?.flatten();
            sheet = sheet.tell(s.t("appeal-words"), words.unwrap_or_else(|| s.t("words-sealed")));
        }
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let s = &desk.s;
        let decision = given.word("decision", |text| text.parse().ok(), s.t("decide-appeal-decision-missing"));
        let reason = given.text("reason", LONGEST_REASON, s.t("decide-appeal-reason-missing"));
        Some(Decision::DecideAppeal(decision?, reason?))
    }
}
