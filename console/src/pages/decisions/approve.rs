//! Letting the plan run. From here on nobody can call the platform back, so it is another person's button where data would be
//! changed or destroyed, and it is shown once more what would be done.

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::{RequestsApprove, RequestsRead};
use api::decision::Decision;
use entities::client::scope::Scope;
use entities::officer;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use fluent_bundle::FluentArgs;

use crate::officer::Officer;
use crate::people::People;
use crate::plan::PlanCard;
use crate::refused::Refused;
use crate::sheet::desk::{Desk, Place};
use crate::sheet::field::{Field, Kind};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet, look_at};

/// The decision.
pub struct Approve;

/// The plan, for all who may see the request: who may not approve it is told who can.
///
/// # Errors
/// The request is not within reach, or the database fails.
pub async fn show(app: Data<App>, officer: Officer<RequestsRead>, place: Place) -> Result<HttpResponse, Refused> {
    look_at::<Approve, _>(&app, &officer, &place).await
}

impl Deciding for Approve {
    type Scope = RequestsApprove;
    const DONE: &'static str = "approved";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, request) = (&desk.s, desk.request());
        let right = request.right.as_str();
        let people = People::load(desk.db(), s.w, [request.filed_by]).await?;
        let plan = PlanCard::of(desk.app, s, &desk.look).await?;
        let go = s.w.known("approve-go", right).unwrap_or_else(|| s.t("approve-title"));
        let mut sheet = Sheet::new(s.t("approve-title"), s.t("approve-lead"), go)
            .tell(s.t("approve-right"), s.word("right", right))
            .tell(s.t("dates-filed-by"), people.client(request.filed_by));
        sheet.is_personal = true;
        sheet.barred = barred(desk, plan.as_ref()).await?;
        if let Some(plan) = plan {
            let mut reach = FluentArgs::new();
            reach.set("people", plan.blast.people);
            reach.set("records", plan.blast.records);
            reach.set("terms", plan.blast.terms);
            let grave = match request.right {
                Right::Erasure => Some(s.w.filled("approve-grave-erasure", &reach)),
                Right::Rectification => Some(s.w.filled("approve-grave-rectification", &reach)),
                _ => None,
            };
            sheet = sheet.ask(Field::new(Kind::Hidden, "plan", String::new()).value(plan.digest.clone()));
            if grave.is_some() {
                sheet = sheet.ask(Field::new(Kind::Tick, "sure", s.t("approve-sure")));
            }
            (sheet.grave, sheet.plan) = (grave, Some(plan));
        }
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        if desk.request().right.on_platform().is_some_and(|right| right != resolution::plan::Right::Access) {
            given.tick("sure", desk.s.t("approve-sure-missing"));
        }
        Some(Decision::Approve(given.raw("plan").to_owned()))
    }
}

/// Why whoever looks cannot approve it, and who could. The rules themselves are asked when it is sent.
async fn barred(desk: &Desk<'_>, plan: Option<&PlanCard>) -> Result<Vec<String>, Refused> {
    let (s, request) = (&desk.s, desk.request());
    if request.status != RequestStatus::Reviewing {
        return Ok(vec![s.t("approve-not-reviewing")]);
    }
    let takes_two = matches!(request.right, Right::Erasure | Right::Rectification);
    let is_own = takes_two && request.filed_by == desk.officer;
    let mut why = Vec::new();
    if is_own {
        why.push(s.t("approve-own"));
    } else if !desk.may(Scope::RequestsApprove) {
        why.push(s.t("approve-no-right"));
    }
    if !why.is_empty() {
        let all = officer::queries::who_may(desk.db(), request.controller_id, Scope::RequestsApprove).await?;
        let others = all.into_iter().filter(|(id, _)| !takes_two || *id != request.filed_by);
        let names: Vec<_> = others.map(|(_, name)| name).collect();
        why.push(match names.is_empty() {
            true => s.t("approve-nobody"),
            false => s.with("approve-who", "names", names.join(", ")),
        });
    }
    if request.on_hold {
        why.push(s.t("approve-on-hold"));
    }
    if plan.is_some_and(|plan| plan.needs_person) {
        why.push(s.t("approve-undecided"));
    }
    if plan.is_some_and(|plan| plan.is_contradicted) {
        why.push(s.t("approve-contradicted"));
    }
    Ok(why)
}
