//! Saying that work which people do is done, or that a part of it is not, on what ground.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use api::words::COMPLETED_AS;
use entities::request::decide::{REFUSAL_CODES, Withholding};
use entities::request::status::{AnswerForm, Outcome};

use crate::grounds::{LONGEST_BASIS, grounds};
use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Complete;

/// The longest line on what is withheld, and the longest reason that goes with it, in characters.
const LONGEST_WHAT: usize = 200;
const LONGEST_WHY: usize = 800;

impl Deciding for Complete {
    type Scope = RequestsDecide;
    const DONE: &'static str = "completed";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let outcomes = Opt::words(s, "outcome", COMPLETED_AS.map(Outcome::as_str));
        let outcome = Field::new(Kind::OneOf, "outcome", s.t("complete-outcome")).options(outcomes);
        let note = Field::new(Kind::Words(4), "note", s.t("complete-note")).hint(s.t("reason-hint"));
        let code = Field::new(Kind::List, "withheld_code", s.t("complete-code"))
            .hint(s.t("complete-code-hint"))
            .below(s.t("complete-withheld"))
            .options(grounds(desk.app, s, desk.request()).await?);
        let basis = Field::new(Kind::Line, "withheld_basis", s.t("refuse-basis")).hint(s.t("refuse-basis-hint"));
        let what = Field::new(Kind::Line, "withheld_what", s.t("complete-what")).hint(s.t("complete-what-hint"));
        let why = Field::new(Kind::Words(3), "withheld_why", s.t("complete-why")).hint(s.t("told-hint"));
        let mut sheet = Sheet::new(s.t("complete-title"), s.t("complete-lead"), s.t("complete-go"));
        if desk.request().answer_form == Some(AnswerForm::Categories) {
            sheet.lead.push(s.t("complete-narrowed"));
        }
        Ok(sheet.ask(outcome).ask(note).ask(code).ask(basis).ask(what).ask(why))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let s = &desk.s;
        let outcome = |text: &str| COMPLETED_AS.into_iter().find(|outcome| outcome.as_str() == text);
        let outcome = given.word("outcome", outcome, s.t("complete-outcome-missing"));
        let note = given.text("note", LONGEST_REASON, s.t("complete-note-missing"));
        let parts = ["withheld_code", "withheld_basis", "withheld_what", "withheld_why"];
        let withheld = if parts.iter().any(|part| !given.raw(part).is_empty()) {
            let known = |text: &str| REFUSAL_CODES.keys().find(|code| **code == text);
            let code = given.word("withheld_code", known, s.t("complete-code-missing"));
            let basis = given.maybe_text("withheld_basis", LONGEST_BASIS);
            let what = given.text("withheld_what", LONGEST_WHAT, s.t("complete-what-missing"));
            let why = given.text("withheld_why", LONGEST_WHY, s.t("complete-why-missing"));
            Some(Withholding { code: (*code?).to_owned(), basis, what: what?, why: why? })
        } else {
            None
        };
        Some(Decision::Complete(Some(outcome?), withheld, note?))
    }
}
