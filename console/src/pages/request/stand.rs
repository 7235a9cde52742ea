//! Where a request stands beside its row: what the ways on from its page depend on.

use std::collections::BTreeSet;

use entities::appeal::table::Model as Appeal;
use entities::clock::table::Model as Clock;
use entities::extension::table::Model as Extension;
use entities::inquiry::table::Model as Inquiry;
use entities::question::table::{Model as Question, QuestionCode};
use entities::request::table::Model;
use entities::step::table::StepStatus;
use entities::{appeal, extension, step};
use law::duty::Duty;
use sea_orm::ConnectionTrait;

use crate::refused::Refused;

/// All of it.
pub struct Stand {
    /// The request.
    pub request: Model,
    /// Its extension.
    pub extension: Option<Extension>,
    /// Its appeal.
    pub appeal: Option<Appeal>,
    /// Whether the person was asked something and has not answered.
    pub waits_for_person: bool,
    /// Whether an acknowledgement is due.
    pub owes_acknowledgement: bool,
    /// Whether work was set aside.
    pub has_parked: bool,
    open: BTreeSet<&'static str>,
}

impl Stand {
    /// Looks.
    ///
    /// # Errors
    /// The database fails.
    pub async fn of(
        conn: &impl ConnectionTrait,
        request: &Model,
        clocks: &[Clock],
        questions: &[Question],
        inquiries: &[Inquiry],
    ) -> Result<Self, Refused> {
        let id = request.id;
        let steps = step::queue::of_request(conn, id).await?;
        let open = questions.iter().filter(|row| row.answered_at.is_none());
        Ok(Self {
            request: request.clone(),
            extension: extension::queries::of_request(conn, id).await?,
            appeal: appeal::queries::of_request(conn, id).await?,
            waits_for_person: inquiries.iter().any(|row| row.answered_at.is_none()),
            owes_acknowledgement: clocks.iter().any(|row| row.duty == Duty::Acknowledge.as_str() && !row.is_settled()),
            has_parked: steps.iter().any(|step| step.status == StepStatus::Parked),
            open: open.map(|row| row.code.as_str()).collect(),
        })
    }

    /// Whether a question of this kind is open.
    #[must_use]
    pub fn asks(&self, code: QuestionCode) -> bool {
        self.open.contains(code.as_str())
    }

    /// Whether an appeal waits for its decision.
    #[must_use]
    pub fn has_appeal(&self) -> bool {
        self.appeal.as_ref().is_some_and(|appeal| appeal.decided_at.is_none())
    }
}
