//! What officers do in a story: look, choose, approve, stop, try again.

use entities::controller::pause;
use entities::id::{ControllerId, JobId, RequestId};
use entities::identifier::table::Choice;
use entities::job::status::JobStatus;
use entities::officer::role::Where;
use entities::question::table::QuestionCode;
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use resolution::identifier::IdentifierKind;

use crate::world::World;

impl World {
    /// Decides as the approver, in a transaction of its own.
    pub async fn decide(
        &self,
        id: RequestId,
        decision: impl AsyncFnOnce(Case<'_>) -> Result<Request, NotDecided>,
    ) -> Result<Request, NotDecided> {
        let txn = self.store.db.begin().await.unwrap();
        let decided = decision(Case::open(&txn, &self.store, &self.approver, id, None).await?).await?;
        txn.commit().await.unwrap();
        Ok(decided)
    }

    /// Waits for review and approves, as somebody who did not file it.
    pub async fn approve(&self, id: RequestId) -> Request {
        self.until_status(id, RequestStatus::Reviewing).await;
        self.decide(id, async |case| case.approve(None).await).await.unwrap()
    }

    /// The same, as an officer of another controller.
    pub async fn approve_as(&self, officer: &Decider, id: RequestId) {
        self.until_status(id, RequestStatus::Reviewing).await;
        let txn = self.store.db.begin().await.unwrap();
        Case::open(&txn, &self.store, officer, id, None).await.unwrap().approve(None).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Approves and waits for the end.
    pub async fn through(&self, id: RequestId) -> Request {
        self.approve(id).await;
        self.until_closed(id).await
    }

    pub async fn hold(&self, id: RequestId) {
        self.decide(id, async |case| case.hold("a legal question").await).await.unwrap();
    }

    pub async fn release(&self, id: RequestId) {
        self.decide(id, async |case| case.release().await).await.unwrap();
    }

    pub async fn pause(&self, controller: ControllerId, paused: bool) {
        let txn = self.store.db.begin().await.unwrap();
        let (by, place) = (Decider::operator(), Where::At(controller));
        if paused {
            pause::pause(&txn, &self.store, &by, place, "maintenance").await.unwrap();
        } else {
            pause::resume(&txn, &self.store, &by, place).await.unwrap();
        }
        txn.commit().await.unwrap();
    }

    /// Says yes or no to the term of this kind.
    pub async fn choose_term(&self, id: RequestId, kind: IdentifierKind, choice: Choice) {
        self.until_status(id, RequestStatus::Reviewing).await;
        let findings = self.findings(id).await;
        let row = findings.identifiers.iter().find(|row| row.kind == kind.as_str()).unwrap();
        self.decide(id, async |case| case.choose_term(row.id, choice, "as agreed").await).await.unwrap();
    }

    /// Says yes or no to the candidate whose record has this e-mail address.
    pub async fn choose_candidate(&self, id: RequestId, email: &str, choice: Choice) {
        let findings = self.findings(id).await;
        let at = findings.records.iter().position(|record| record.emails.iter().any(|it| it == email)).unwrap();
        let candidate = findings.candidates[at].id;
        self.decide(id, async |case| case.choose_candidate(candidate, choice, "as agreed").await).await.unwrap();
    }

    /// Waits until a question of this code is open, and shows its detail.
    pub async fn asked(&self, id: RequestId, code: QuestionCode) -> serde_json::Value {
        self.until_true(&format!("a question {code}"), async || self.open_question(id, code).await.is_some()).await;
        self.open_question(id, code).await.unwrap()
    }

    /// The detail of the open question of this code, if there is one.
    pub async fn open_question(&self, id: RequestId, code: QuestionCode) -> Option<serde_json::Value> {
        let questions = self.questions(id).await;
        let open = questions.iter().find(|it| it.code == code && it.answered_at.is_none())?;
        Some(serde_json::from_str(&open.detail).unwrap())
    }

    /// Whether nothing is asked about the request any more, by the questions and by the count kept beside.
    pub async fn nothing_asked(&self, id: RequestId) -> bool {
        let open = self.questions(id).await.iter().filter(|it| it.answered_at.is_none()).count();
        assert_eq!(self.request(id).await.open_questions, i64::try_from(open).unwrap());
        open == 0
    }

    /// The one job that has failed.
    pub async fn failed_job(&self, id: RequestId) -> JobId {
        let failed: Vec<_> = self.jobs(id).await.into_iter().filter(|job| job.status == JobStatus::Failed).collect();
        assert_eq!(failed.len(), 1, "one job has failed");
        failed[0].id
    }

    pub async fn retry_job(&self, id: RequestId, job: JobId) {
        self.decide(id, async |case| case.retry_job(job).await).await.unwrap();
    }

    pub async fn abandon_job(&self, id: RequestId, job: JobId) {
        self.decide(id, async |case| case.abandon_job(job, "cannot be done").await).await.unwrap();
    }

    pub async fn retry_steps(&self, id: RequestId) {
        self.decide(id, async |case| case.retry_steps().await).await.unwrap();
    }
}
