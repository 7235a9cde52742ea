//! Taking more time, with the dates that it would give.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use entities::clock::facts::Facts;
use entities::extension::table::ExtensionReason;
use law::duty::Duty;
use law::extension::extend;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Extend;

impl Deciding for Extend {
    type Scope = RequestsDecide;
    const DONE: &'static str = "extended";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let reasons = Opt::words(s, "extension-reason", ExtensionReason::ALL.iter().map(|code| code.as_str()));
        let code = Field::new(Kind::OneOf, "code", s.t("extend-code")).options(reasons);
        let reason = Field::new(Kind::Words(5), "reason", s.t("extend-reason")).hint(s.t("told-hint"));
        let until = Field::new(Kind::Day, "until", s.t("extend-until")).hint(s.t("extend-until-hint"));
        let mut sheet = Sheet::new(s.t("extend-title"), s.t("extend-lead"), s.t("extend-go"));
        sheet.facts = allowed(desk).await?;
        Ok(sheet.ask(code).ask(reason).ask(until))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let s = &desk.s;
        let code = given.word("code", |text| text.parse().ok(), s.t("extend-code-missing"));
        let reason = given.text("reason", LONGEST_REASON, s.t("extend-reason-missing"));
        let until = given.day("until");
        Some(Decision::Extend(code?, reason?, until))
    }
}

/// What each law of the request allows: until when, or why not.
async fn allowed(desk: &Desk<'_>) -> Result<Vec<(String, String)>, Refused> {
    let s = &desk.s;
    let facts = Facts::load(desk.db(), desk.request()).await?;
    let (calendar, inquiries) = (facts.calendar(), facts.inquiries());
    let one = |regime: &law::regime::Regime| {
        let says = match extend(&facts.matter(*regime, &calendar, &inquiries), s.now.timestamp(), None) {
            Ok(clocks) => {
                let answer = clocks.into_iter().find(|clock| clock.duty == Duty::Respond);
                answer.map(|clock| s.with("extend-allowed", "day", desk.dates().text(clock.cautious)))
            }
            Err(no) => Some(no.to_string()),
        };
        let law = s.w.known("regime", regime.as_str()).unwrap_or_else(|| regime.as_str().to_owned());
        says.map(|says| (law, says))
    };
    Ok(facts.regimes.iter().filter_map(one).collect())
}
