//! Handing a file of an export over to the person. It may hold data of others, so it is for somebody who has looked into it.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use entities::artifact;
use entities::artifact::handed::against;
use entities::id::ArtifactId;
use entities::request::status::RequestStatus;

use crate::file_row::FileRow;
use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct HandOver;

impl Deciding for HandOver {
    type Scope = RequestsDecide;
    const DONE: &'static str = "file-handed-over";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, request) = (&desk.s, desk.request());
        let id = ArtifactId(desk.item()?);
        let found = artifact::queries::of_request(desk.db(), request.id).await?.into_iter().find(|row| row.id == id);
        let file = FileRow::of(s, &desk.dates(), request, found.ok_or_else(Refused::not_found)?);
        let lead = match request.status {
            RequestStatus::Answering => format!("{} {}", s.t("hand-over-lead"), s.t("hand-over-then")),
            _ => s.t("hand-over-lead"),
        };
        let mut sheet = Sheet::new(s.t("hand-over-title"), lead, s.t("hand-over-go"))
            .tell(s.t("files-file"), format!("{} ({})", file.name, file.kind))
            .tell(s.t("files-size"), file.size)
            .tell(s.t("files-digest"), file.sha256)
            .ask(Field::new(Kind::Tick, "sure", s.t("hand-over-sure")));
        let bar = against(desk.db(), request).await?.map(|bar| s.word("problem", bar.as_str()));
        let again = file.handed_over.map(|_| s.t("problem-handed-over-already"));
        sheet.barred = bar.or(again).into_iter().collect();
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        given.tick("sure", desk.s.t("hand-over-sure-missing"))?;
        Some(Decision::HandOver(ArtifactId(desk.item().ok()?)))
    }
}
