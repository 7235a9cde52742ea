//! Refusing a request, on a ground that its laws know.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use entities::request::decide::REFUSAL_CODES;
use entities::request::status::Outcome;

use crate::grounds::{LONGEST_BASIS, grounds};
use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Refuse;

impl Deciding for Refuse {
    type Scope = RequestsDecide;
    const DONE: &'static str = "refused";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let mut options = grounds(desk.app, s, desk.request()).await?;
        for moot in [Outcome::Duplicate, Outcome::Spam] {
            let word = moot.as_str();
            options.push(Opt::new(word, s.word("ground", word)).meaning(s.word("ground-help", word)));
        }
        let code = Field::new(Kind::OneOf, "code", s.t("refuse-code")).hint(s.t("refuse-code-hint")).options(options);
        let basis = Field::new(Kind::Line, "basis", s.t("refuse-basis")).hint(s.t("refuse-basis-hint"));
        let reason = Field::new(Kind::Words(5), "reason", s.t("refuse-reason")).hint(s.t("told-hint"));
        let mut sheet = Sheet::new(s.t("refuse-title"), s.t("refuse-lead"), s.t("refuse-go"));
        sheet.grave = Some(s.t("refuse-grave"));
        Ok(sheet.ask(code).ask(basis).ask(reason))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let code = given.word("code", known, desk.s.t("refuse-code-missing"));
        let basis = given.maybe_text("basis", LONGEST_BASIS);
        let reason = given.text("reason", LONGEST_REASON, desk.s.t("refuse-reason-missing"));
        Some(Decision::Refuse { code: code?, basis, reason: reason? })
    }
}

/// A code that some law, or none, knows. Whether it holds against this request the rules say.
fn known(text: &str) -> Option<&'static str> {
    REFUSAL_CODES.keys().copied().find(|code| *code == text)
}
