//! The requests of the house, each where it is by a way of its own, with hostile words on all of it.

use std::time::Duration;

use entities::appeal::table::AppealDecision;
use entities::event::trail::{self, Actor, Entry};
use entities::extension::table::ExtensionReason;
use entities::id::ClientId;
use entities::identifier::table::Choice;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::{LetterKind, LetterState};
use entities::letter::outbox::settle;
use entities::letter::queries::of_request as letters;
use entities::question::table::QuestionCode;
use entities::request::decide::{Inquiring, NewTask, Withholding};
use entities::request::file::{NewRequest, Replacement};
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::{ActiveModel, Model as Request};
use entities::step::lease;
use entities::task::table::TaskKind;
use entities::{candidate, identifier};
use resolution::identifier::IdentifierKind as K;
use resolution::record::{Record, RecordKey};
use sea_orm::ActiveValue::{Set, Unchanged};
use serde_json::json;

use super::attack;
use super::house::{House, PERSON};

impl House {
    /// Files something about somebody with hostile identifiers.
    pub(super) async fn file(&self, right: Right, regime: &str, identity: Option<&str>) -> Request {
        // An id from elsewhere has no blanks in it.
        let (name, id) = (attack("name"), attack("external id").replace(' ', "/"));
        let known = [(K::Email, PERSON), (K::Name, name.as_str()), (K::ExternalId, id.as_str())];
        let wrong = Replacement { kind: K::Name, existing: attack("wrong name"), updated: attack("right name") };
        let new = self.world.request_of(&self.world.acme, 1, right, &known);
        let mut new = NewRequest {
            regime: regime.parse().unwrap(),
            identity_method: identity.map(str::to_owned),
            note: Some(attack("note on filing")),
            replacements: if right == Right::Rectification { vec![wrong] } else { Vec::new() },
            ..new
        };
        new.addressee.salutation = Some(attack("salutation"));
        self.world.file_new(self.officer.id, &self.world.acme, new).await
    }

    /// What the platform knows of somebody, in its own hostile words.
    pub(super) fn record() -> Record {
        Record {
            key: RecordKey::ExternalContact(attack("contact id")),
            name: Some(attack("contact name")),
            emails: vec![attack("contact email")],
            phones: vec![attack("contact phone")],
            division: Some(attack("contact division")),
        }
    }

    pub(super) async fn reviewed(&self, other: ClientId) -> Request {
        let row = self.file(Right::Erasure, "eu_gdpr", Some("officer_word")).await;
        self.world.resolve(&row, &[(&[0], Self::record())]).await;
        let conn = self.world.store.db.read();
        let found = candidate::queries::of_request(conn, row.id).await.unwrap()[0].id;
        let term = identifier::queries::of_request(conn, row.id).await.unwrap()[0].id;
        self.take(row.id, async |case| {
            case.choose_candidate(found, Choice::Included, &attack("choice of a record")).await.unwrap();
        })
        .await;
        self.take(row.id, async |case| {
            case.choose_term(term, Choice::Included, &attack("choice of a term")).await.unwrap();
        })
        .await;
        self.take(row.id, async |case| drop(case.note(&attack("note")).await.unwrap())).await;
        for assignee in [None, Some(other)] {
            let new = NewTask { kind: TaskKind::Check, words: attack("task"), assignee, until: None };
            self.take(row.id, async |case| drop(case.add_task(new).await.unwrap())).await;
        }
        self.take(row.id, async |case| drop(case.assign(Some(other)).await.unwrap())).await;
        self.take(row.id, async |case| {
            case.extend(ExtensionReason::Complexity, &attack("extension"), None).await.unwrap();
        })
        .await;
        self.take(row.id, async |case| drop(case.recompute(&attack("recompute")).await.unwrap())).await;
        self.take(row.id, async |case| drop(case.hold(&attack("hold")).await.unwrap())).await;
        let asking = Inquiring { kind: InquiryKind::Clarification, words: attack("question"), fee: None };
        self.take(row.id, async |case| drop(case.ask(asking).await.unwrap())).await;
        self.take(row.id, async |case| {
            drop(case.write_letter(LetterKind::Acknowledgement, Some(false)).await.unwrap())
        })
        .await;
        self.world.all_sent(row.id).await;
        let now = self.world.store.now();
        self.take(row.id, async |case| {
            let words = attack("answer");
            case.answer_inquiry(InquiryKind::Clarification, now, Some(&words)).await.unwrap();
        })
        .await;
        let asking = Inquiring { kind: InquiryKind::Clarification, words: attack("open question"), fee: None };
        self.take(row.id, async |case| drop(case.ask(asking).await.unwrap())).await;
        self.take(row.id, async |case| drop(case.write_letter(LetterKind::StatusLink, Some(false)).await.unwrap()))
            .await;
        self.world.all_sent(row.id).await;
        self.world.file_away(&row, "application/zip", b"PK\x03\x04").await;
        // A worker's own words, and an event that no page has a word for.
        let told = json!({ attack("event name"): attack("event value"), "list": [attack("event list")] });
        self.world.question_with(&row, QuestionCode::SharedIdentifier, told.clone()).await;
        let txn = self.world.store.db.begin().await.unwrap();
        let kind: &'static str = Box::leak(attack("event kind").into_boxed_str());
        let by = Actor::worker(&attack("worker"));
        trail::record(&*txn, now, &by, [Entry::of(&row, kind, told)]).await.unwrap();
        txn.commit().await.unwrap();
        row
    }

    /// A correction, proven by what an officer looked at, searched for twice, and so under review again.
    pub(super) async fn corrected(&self) -> Request {
        let row = self.file(Right::Rectification, "eu_gdpr", None).await;
        self.take(row.id, async |case| drop(case.verify("document", Some(&attack("proof"))).await.unwrap())).await;
        self.world.resolve(&row, &[(&[0], Self::record())]).await;
        self.world.question(&row, QuestionCode::StillFound, "request").await;
        self.take(row.id, async |case| drop(case.accept_remainder(&attack("remainder")).await.unwrap())).await;
        self.take(row.id, async |case| drop(case.resolve_anew(&attack("search anew")).await.unwrap())).await;
        self.world.resolve(&row, &[(&[0], Self::record())]).await;
        row
    }

    pub(super) async fn failed(&self) -> Request {
        let row = self.file(Right::Access, "eu_gdpr", Some("officer_word")).await;
        self.world.resolve(&row, &[(&[0], Self::record())]).await;
        let record = candidate::queries::of_request(self.world.store.db.read(), row.id).await.unwrap()[0].id;
        self.take(row.id, async |case| {
            case.choose_candidate(record, Choice::Included, "meant").await.unwrap();
        })
        .await;
        self.take(row.id, async |case| drop(case.approve(None).await.unwrap())).await;
        let jobs = self.world.jobs_fail(&row).await;
        for job in &jobs {
            self.world.question(&row, QuestionCode::JobFailed, &job.id.to_string()).await;
        }
        let first = jobs[0].id;
        if jobs.len() > 1 {
            self.take(row.id, async |case| drop(case.abandon_job(first, &attack("abandon")).await.unwrap())).await;
        }
        row
    }

    pub(super) async fn refused(&self) -> Request {
        let row = self.file(Right::Access, "eu_gdpr", Some("officer_word")).await;
        self.take(row.id, async |case| {
            case.refuse("excessive", Some("Art. 12(5)"), &attack("refusal")).await.unwrap();
        })
        .await;
        // The mail server refuses what tells of it.
        let txn = self.world.store.db.begin().await.unwrap();
        let (now, by) = (self.world.store.now(), Actor::worker("worker"));
        for letter in letters(&*txn, row.id).await.unwrap() {
            settle(&txn, now, &by, &letter, LetterState::Failed, "550").await.unwrap();
        }
        txn.commit().await.unwrap();
        row
    }

    pub(super) async fn parked(&self) -> Request {
        let row = self.file(Right::Access, "eu_gdpr", Some("officer_word")).await;
        self.world.question(&row, QuestionCode::StepParked, "resolve").await;
        let steps = lease::claim(&self.world.store, "w", 100, Duration::from_secs(60)).await.unwrap();
        let txn = self.world.store.db.begin().await.unwrap();
        for step in steps.iter().filter(|step| step.request_id == Some(row.id)) {
            lease::park(&txn, step, "it failed").await.unwrap();
        }
        txn.commit().await.unwrap();
        row
    }

    pub(super) async fn appealed(&self) -> Request {
        let row = self.file(Right::Access, "us_co", Some("officer_word")).await;
        let now = self.world.store.now();
        self.take(row.id, async |case| {
            case.refuse("not_authenticated", None, &attack("refusal")).await.unwrap();
        })
        .await;
        self.take(row.id, async |case| drop(case.appeal(now, Some(&attack("appeal"))).await.unwrap())).await;
        self.take(row.id, async |case| drop(case.extend_appeal(now, &attack("longer appeal")).await.unwrap())).await;
        row
    }

    pub(super) async fn ruled(&self) -> Request {
        let row = self.file(Right::Access, "us_co", Some("officer_word")).await;
        let now = self.world.store.now();
        self.take(row.id, async |case| {
            case.refuse("not_authenticated", None, "none").await.unwrap();
        })
        .await;
        self.take(row.id, async |case| drop(case.appeal(now, Some("no")).await.unwrap())).await;
        self.take(row.id, async |case| {
            case.decide_appeal(AppealDecision::Denied, &attack("ruling")).await.unwrap();
        })
        .await;
        row
    }

    pub(super) async fn completed(&self) -> Request {
        let row = self.file(Right::Portability, "eu_gdpr", Some("officer_word")).await;
        self.world.question(&row, QuestionCode::ManualWork, &row.id.to_string()).await;
        let withheld = Withholding {
            code: "rights_of_others".to_owned(),
            basis: None,
            what: attack("withheld"),
            why: attack("why withheld"),
        };
        self.take(row.id, async |case| {
            let outcome = Some(Outcome::PartiallyFulfilled);
            case.complete(outcome, Some(withheld), &attack("completed")).await.unwrap();
        })
        .await;
        row
    }

    pub(super) async fn withdrawn(&self) -> Request {
        let row = self.file(Right::Erasure, "eu_gdpr", Some("officer_word")).await;
        self.take(row.id, async |case| drop(case.withdraw(&attack("withdrawal")).await.unwrap())).await;
        row
    }

    pub(super) async fn unproven(&self) -> Request {
        let row = self.file(Right::Access, "eu_gdpr", None).await;
        self.world.question(&row, QuestionCode::StillFound, &row.id.to_string()).await;
        row
    }

    /// The work is done: one of its files is handed over, another is not, and a letter is held back.
    pub(super) async fn answering(&self) -> Request {
        let row = self.file(Right::Access, "eu_gdpr", Some("officer_word")).await;
        self.take(row.id, async |case| drop(case.write_letter(LetterKind::Acknowledgement, Some(true)).await.unwrap()))
            .await;
        let status = Set(RequestStatus::Answering);
        let row = self.world.set(ActiveModel { id: Unchanged(row.id), status, ..Default::default() }).await;
        let [_, file] = [
            self.world.file_away(&row, "application/zip", b"PK\x03\x04").await,
            self.world.file_away(&row, "application/json", b"{}").await,
        ];
        self.take(row.id, async |case| drop(case.hand_over(file).await.unwrap())).await;
        row
    }
}
