//! The plan, before it runs: what would be asked of the platform, what is left out and why, and how far it reaches.

use api::app::App;
use api::reveal::Look;
use entities::id::CandidateId;
use entities::request::file::replacements;
use entities::request::planning::{Findings, digest};
use entities::request::status::RequestStatus;
use resolution::plan::Blast;
use resolution::record::RecordKey;

use crate::parts::bare;
use crate::refused::Refused;
use crate::shell::Shell;

/// The plan.
pub struct PlanCard {
    /// What would be asked of the platform: the kind of subject, and which.
    pub jobs: Vec<(String, String)>,
    /// What is left out: the kind of subject, which, and why.
    pub left_out: Vec<(String, String, String)>,
    /// What a person must decide first.
    pub undecided: Vec<(String, String, String)>,
    /// What a rectification would replace: the kind of value, what is wrong, and what is right.
    pub replacements: Vec<(String, String, String)>,
    /// The first of what must be decided.
    pub first_undecided: Option<CandidateId>,
    /// Whether something must be decided before it can be approved.
    pub needs_person: bool,
    /// Whether the platform's records contradict each other, so that nothing can be approved.
    pub is_contradicted: bool,
    /// How far it reaches: people, records, terms, contacts in merge sets.
    pub blast: Blast,
    /// What an approval binds itself to.
    pub digest: String,
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
        let digest = digest(&app.store.safe, &look.request, &plan)?;
        let subject = |it: &RecordKey| (s.word("record", it.kind_str()), bare(&look.subject(it)));
        let because = |it: &RecordKey, why: &str| {
            let (kind, which) = subject(it);
            (kind, which, s.w.known("plan-reason", why).unwrap_or_else(|| why.replace('_', " ")))
        };
        let replacements = replacements(key, &look.request)?.into_iter().map(|one| {
            let shown = |value: &str| look.identifier(one.kind, value);
            (s.word("identifier", one.kind.as_str()), shown(&one.existing), shown(&one.updated))
        });
        Ok(Some(Self {
            jobs: plan.jobs.iter().map(|it| subject(&it.subject)).collect(),
            left_out: plan.left_out.iter().map(|it| because(&it.subject, it.reason.as_str())).collect(),
            undecided: plan.undecided.iter().map(|it| because(&it.subject, it.reason.as_str())).collect(),
            replacements: replacements.collect(),
            first_undecided: plan.undecided.first().map(|it| findings.candidates[it.candidate].id),
            needs_person: plan.needs_person(),
            is_contradicted: plan.contradictions.iter().any(|found| found.is_blocking()),
            blast: plan.blast,
            digest,
        }))
    }
}
