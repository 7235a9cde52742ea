//! Giving up a job that failed: the request can end without it.

use api::auth::scopes::RequestsOperate;
use api::decision::{Decision, LONGEST_REASON};
use entities::id::JobId;
use entities::job;

use crate::parts::bare;
use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::Field;
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Abandon;

impl Deciding for Abandon {
    type Scope = RequestsOperate;
    const DONE: &'static str = "job-abandoned";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let id = JobId(desk.item()?);
        let found = job::queries::by_id(desk.db(), id).await?;
        let row = found.filter(|row| row.request_id == desk.request().id).ok_or_else(Refused::not_found)?;
        let subject = match &desk.look.key {
            Some(key) => bare(&desk.look.subject(&job::queries::subject(key, &row)?)),
            None => s.t("person-erased"),
        };
        let kind = s.w.known("record", &row.subject_kind).unwrap_or_else(|| s.word("identifier", &row.subject_kind));
        let mut sheet = Sheet::new(s.t("abandon-title"), s.t("abandon-lead"), s.t("abandon-go"))
            .tell(s.t("jobs-subject"), format!("{kind} {subject}"))
            .tell(s.t("jobs-status"), s.word("job", row.status.as_str()))
            .ask(Field::reason(s, s.t("abandon-reason")));
        if let Some(code) = row.error_code {
            sheet = sheet.tell(s.t("abandon-code"), code);
        }
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let reason = given.text("reason", LONGEST_REASON, desk.s.t("abandon-reason-missing"))?;
        Some(Decision::AbandonJob(JobId(desk.item().ok()?), reason))
    }
}
