//! What would be done on the platform, and how far it is.

use api::app::App;
use api::reveal::Look;
use entities::job;
use entities::job::status::JobStatus;
use entities::request::planning::Findings;
use entities::request::status::RequestStatus;
use resolution::plan::Blast;

use crate::dates::{Dates, When};
use crate::parts::{Tag, Tone, bare};
use crate::refused::Refused;
use crate::shell::Shell;

/// The plan, before it runs.
pub struct PlanCard {
    /// What would be asked of the platform: the kind of subject, and which.
    pub jobs: Vec<(String, String)>,
    /// What is left out: the kind of subject, which, and why.
    pub left_out: Vec<(String, String, String)>,
    /// What a person must decide first.
    pub undecided: Vec<(String, String, String)>,
    /// Whether something must be decided before it can be approved.
    pub needs_person: bool,
    /// How far it reaches: people, records, terms, contacts in merge sets.
    pub blast: Blast,
}

impl PlanCard {
    /// The plan as it would be drawn now; none before everything was searched for, once it has been approved, or where the
    /// data has been erased.
    ///
    /// # Errors
    /// The database fails, or something sealed does not open.
    pub async fn of(app: &App, s: &Shell, look: &Look) -> Result<Option<Self>, Refused> {
        let Some(key) = look.key.as_ref().filter(|_| look.request.status == RequestStatus::Reviewing) else {
            return Ok(None);
        };
        let findings = Findings::load(app.store.db.read(), key, &look.request).await?;
        let plan = findings.plan()?;
        let kind = |word: &str| s.word("record", word);
        let why = |word: &str| s.w.known("plan-reason", word).unwrap_or_else(|| word.replace('_', " "));
        let jobs = plan.jobs.iter().map(|it| (kind(it.subject.kind_str()), bare(&look.subject(&it.subject))));
        let left_out = plan.left_out.iter();
        let left_out =
            left_out.map(|it| (kind(it.subject.kind_str()), bare(&look.subject(&it.subject)), why(it.reason.as_str())));
        let undecided = plan.undecided.iter();
        let undecided = undecided
            .map(|it| (kind(it.subject.kind_str()), bare(&look.subject(&it.subject)), why(it.reason.as_str())));
        Ok(Some(Self {
            jobs: jobs.collect(),
            left_out: left_out.collect(),
            undecided: undecided.collect(),
            needs_person: plan.needs_person(),
            blast: plan.blast,
        }))
    }
}

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
}

impl Jobs {
    /// As they stand.
    ///
    /// # Errors
    /// The database fails, or something sealed does not open.
    pub async fn of(app: &App, s: &Shell, look: &Look, dates: &Dates) -> Result<Self, Refused> {
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

fn tone(status: JobStatus) -> Tone {
    use JobStatus as S;
    match status {
        S::Planned | S::Abandoned | S::Superseded => Tone::Quiet,
        S::Submitting | S::Open | S::Collecting => Tone::Info,
        S::Completed => Tone::Good,
        S::Failed => Tone::Alarm,
    }
}
