//! What is done on the platform, and how far it is.

use api::app::App;
use api::auth::scopes::Needs;
use api::reveal::Look;
use entities::client::scope::Scope;
use entities::job;
use entities::job::status::JobStatus;
use entities::job::table::Model;

use super::way::{Way, Ways};
use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone, bare};
use crate::refused::Refused;
use crate::shell::Shell;

/// The jobs of a request.
pub struct Jobs {
    /// Each of them.
    pub rows: Vec<JobRow>,
    /// How many have ended.
    pub done: usize,
    /// Whether some go on by themselves, so that it is worth looking again.
    pub are_running: bool,
}

/// One job.
pub struct JobRow {
    /// What kind its subject is.
    pub kind: String,
    /// Its subject.
    pub subject: String,
    /// Why there is one.
    pub origin: String,
    /// Where it stands.
    pub status: Tag,
    /// The platform's own word.
    pub platform: String,
    /// When it last changed.
    pub updated: When,
    /// What can be decided about it.
    pub ways: Vec<Way>,
}

impl Jobs {
    /// As they stand.
    ///
    /// # Errors
    /// The database fails, or something sealed does not open.
    pub async fn of<N: Needs>(
        app: &App,
        s: &Shell,
        look: &Look,
        dates: &Dates,
        ways: &Ways<'_, N>,
    ) -> Result<Self, Refused> {
        let found = job::queries::of_request(app.store.db.read(), look.request.id).await?;
        let mut rows = Vec::new();
        for row in &found {
            let subject = match &look.key {
                Some(key) => bare(&look.subject(&job::queries::subject(key, row)?)),
                None => s.t("person-erased"),
            };
            rows.push(JobRow {
                kind: s.w.known("record", &row.subject_kind).unwrap_or_else(|| s.word("identifier", &row.subject_kind)),
                subject,
                origin: s.word("job-origin", row.origin.as_str()),
                status: Tag::new(tone(row.status), s.word("job", row.status.as_str())),
                platform: row.platform_status.clone().unwrap_or_default(),
                updated: dates.minute(row.updated_at),
                ways: if row.status == JobStatus::Failed { after_failure(ways, row) } else { Vec::new() },
            });
        }
        let waits = |status: JobStatus| !status.is_settled() && status != JobStatus::Failed;
        Ok(Self {
            rows,
            done: found.iter().filter(|row| row.status.is_settled()).count(),
            are_running: found.iter().any(|row| waits(row.status)),
        })
    }
}

/// What a person can say about a job that failed.
fn after_failure<N: Needs>(ways: &Ways<'_, N>, row: &Model) -> Vec<Way> {
    let again = ways.now("retry-job", &format!("jobs/{}/retry", row.id), Scope::RequestsOperate);
    let given_up = ways.to("abandon", &format!("jobs/{}/abandon", row.id), Scope::RequestsOperate);
    again.into_iter().chain(given_up).collect()
}

fn tone(status: JobStatus) -> Tone {
    use JobStatus as S;
    match status {
        S::Planned | S::Abandoned | S::Superseded => Tone::Quiet,
        S::Submitting | S::Open | S::Collecting => Tone::Info,
        S::Completed => Tone::Good,
        S::Failed => Tone::Alarm,
    }
}
