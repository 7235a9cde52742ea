//! The fixture: a database of its own for each story, two controllers in different zones, and requests that ended as told.

use entities::client::reach::Reach;
use entities::clock::table::ClockState;
use entities::controller::policy::Policy;
use entities::controller::queries::{Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::extension::table::ExtensionReason;
use entities::id::{ArtifactId, ClientId, ExtensionId, InquiryId, JobId, RequestId};
use entities::inquiry::table::InquiryKind;
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::request::file::{NewRequest, file};
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::request::table::Model as Request;
use entities::store::Store;
use entities::time::{At, Clock};
use entities::{artifact, clock, controller, extension, inquiry, job, request};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use law::regime::Regime;
use reports::load::Which;
use reports::period::Period;
use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use testbed::database::{Database, Kind};

/// A name that no report may hold.
pub const NAME: &str = "Ada Quillfeather";

pub struct World {
    pub store: Store,
    pub acme: Controller,
    pub beta: Controller,
    _database: Database,
}

pub fn at(text: &str) -> At {
    text.parse::<Timestamp>().unwrap().into()
}

impl World {
    /// One in which it is `now`. `acme` is in Berlin, `beta` in Los Angeles.
    pub async fn at(kind: Kind, now: &str) -> Self {
        let database = Database::fresh(kind).await;
        let store = database.store(Clock::manual(at(now)), 4).await;
        let acme = add(&store, "acme", "Europe/Berlin", "DE-BE").await;
        let beta = add(&store, "beta", "America/Los_Angeles", "US").await;
        Self { store, acme, beta, _database: database }
    }

    /// `acme`'s requests of a year.
    pub fn year(&self, of: &Controller, year: i16) -> Which {
        let zone = TimeZone::get(&of.time_zone).unwrap();
        let period = Period::year(zone, year).unwrap();
        Which { controller: of.id, reach: Reach::installation(), period }
    }

    /// Files an open request.
    pub async fn file(&self, of: &Controller, right: Right, laws: &str, received: &str) -> Request {
        let mut laws = laws.split(' ').map(|law| law.parse::<Regime>().unwrap());
        let new = NewRequest {
            right,
            regime: laws.next().unwrap(),
            other_regimes: laws.collect(),
            region: None,
            channel: "email".to_owned(),
            received_at: at(received),
            identifiers: vec![normalise(IdentifierKind::Name, NAME, None).unwrap()],
            replacements: Vec::new(),
            identity_method: Some("officer_word".to_owned()),
            note: Some(format!("{NAME} called")),
            addressee: Default::default(),
        };
        let txn = self.store.db.begin().await.unwrap();
        let filed = file(&txn, &self.store, &Actor::operator(), ClientId::new(), of, new).await.unwrap();
        txn.commit().await.unwrap();
        filed
    }

    /// Closes a request as if it had been at that instant.
    pub async fn close(&self, request: &Request, outcome: Outcome, code: Option<&str>, closed: &str) {
        let conn = self.store.db.write();
        let change = request::table::ActiveModel {
            status: Set(RequestStatus::Closed),
            outcome: Set(Some(outcome)),
            refusal_code: Set(code.map(str::to_owned)),
            refusal_basis: Set(code.map(|_| "GDPR Art. 12(5)".to_owned())),
            closed_at: Set(Some(at(closed))),
            ..request.clone().into_active_model()
        };
        change.update(conn).await.unwrap();
        let is_moot = matches!(outcome, Outcome::Withdrawn | Outcome::Duplicate | Outcome::Spam);
        let state = if is_moot { ClockState::Void } else { ClockState::Met };
        clock::table::Entity::update_many()
            .col_expr(clock::table::Column::State, state.into())
            .col_expr(clock::table::Column::MetAt, (!is_moot).then(|| at(closed)).into())
            .filter(clock::table::COLUMN.request_id.eq(request.id))
            .exec(conn)
            .await
            .unwrap();
    }

    /// Changes columns of a request past all rules.
    pub async fn change(&self, request: &Request, change: request::table::ActiveModel) {
        let change = request::table::ActiveModel { id: Set(request.id), ..change };
        request::table::Entity::update(change).exec(self.store.db.write()).await.unwrap();
    }

    /// A platform request of a request's, and a file that it yielded if it is completed.
    pub async fn job(&self, request: &Request, status: JobStatus, submitted: Option<&str>, completed: Option<&str>) {
        let (conn, id, now) = (self.store.db.write(), JobId::new(), self.store.now());
        let row = job::table::ActiveModel {
            id: Set(id),
            request_id: Set(request.id),
            controller_id: Set(request.controller_id),
            kind: Set(if request.right == Right::Erasure { JobKind::Delete } else { JobKind::Export }),
            subject_kind: Set("email".to_owned()),
            subject_hash: Set(id.to_string()),
            subject_sealed: Set(vec![1]),
            origin: Set(JobOrigin::Plan),
            parent_id: Set(None),
            candidate_id: Set(None),
            identifier_id: Set(None),
            merge_set_id: Set(None),
            status: Set(status),
            attempt: Set(1),
            intent_at: Set(None),
            platform_id: Set(None),
            platform_status: Set(None),
            platform_created_at: Set(None),
            correlation_id: Set(None),
            error_code: Set(None),
            submitted_at: Set(submitted.map(at)),
            next_poll_at: Set(None),
            completed_at: Set(completed.map(at)),
            results_sealed: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
        };
        job::table::Entity::insert(row).exec_without_returning(conn).await.unwrap();
        if status == JobStatus::Completed {
            let file = artifact::table::ActiveModel {
                id: Set(ArtifactId::new()),
                request_id: Set(request.id),
                job_id: Set(id),
                part: Set(1),
                location: Set("a".to_owned()),
                sha256: Set("0".to_owned()),
                bytes: Set(1),
                media_type: Set("application/zip".to_owned()),
                created_at: Set(now),
                handed_over_at: Set(None),
            };
            artifact::table::Entity::insert(file).exec_without_returning(conn).await.unwrap();
        }
    }

    /// Takes more time, by a notice sent at that instant; the clocks are computed anew as the service does it.
    pub async fn extend(&self, request: &Request, announced: &str) {
        let row = extension::table::ActiveModel {
            id: Set(ExtensionId::new()),
            request_id: Set(request.id),
            code: Set(ExtensionReason::Complexity),
            reason_sealed: Set(vec![1]),
            until: Set(None),
            decided_at: Set(at(announced)),
            decided_by: Set(None),
            announced_at: Set(Some(at(announced))),
            means: Set(None),
            letter_id: Set(None),
        };
        let txn = self.store.db.begin().await.unwrap();
        extension::table::Entity::insert(row).exec_without_returning(&*txn).await.unwrap();
        let now = self.store.now();
        clock::change::recompute(&txn, now, &Actor::operator(), request, "extension").await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Asks the person something.
    pub async fn ask(&self, request: RequestId, kind: InquiryKind, asked: &str) {
        let row = inquiry::table::ActiveModel {
            id: Set(InquiryId::new()),
            request_id: Set(request),
            kind: Set(kind),
            question_sealed: Set(vec![1]),
            fee_minor: Set(None),
            fee_currency: Set(None),
            asked_at: Set(at(asked)),
            sent_at: Set(Some(at(asked))),
            asked_by: Set(None),
            answered_at: Set(None),
            answer_sealed: Set(None),
            answered_by: Set(None),
        };
        inquiry::table::Entity::insert(row).exec_without_returning(self.store.db.write()).await.unwrap();
    }
}

async fn add(store: &Store, slug: &str, zone: &str, region: &str) -> Controller {
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        organisation_id: uuid::Uuid::now_v7().to_string(),
        login_url: "https://login.example.com".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        credential: Credential { client_id: "id".to_owned(), client_secret: "secret".to_owned().into() },
        time_zone: zone.to_owned(),
        region: Some(region.to_owned()),
        policy: Policy::default(),
    };
    let txn = store.db.begin().await.unwrap();
    let row = controller::queries::add(&txn, store, &Actor::operator(), new).await.unwrap();
    txn.commit().await.unwrap();
    row
}
