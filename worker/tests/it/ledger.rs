//! What the platform says was asked of it, against what our tables say: the books must agree at the end of every story.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use entities::event::table as event;
use entities::id::RequestId;
use entities::job::status::{JobOrigin, JobStatus};
use entities::job::table as job;
use entities::step::kind::StepKind;
use entities::step::table as step;
use futures::{StreamExt, TryStreamExt};
use genesys::address::Address;
use genesys::credential::Credential;
use genesys::http::Http;
use genesys::model::request::NewRequest;
use genesys::model::subject::{SearchType, SubjectRef};
use genesys::platform::Platform;
use genesys::traffic::{Call, NotNow, Reading, Traffic};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use url::Url;

use crate::world::World;

/// What was created on the platform: `GDPR_DELETE email:ada@example.com client` and how often.
pub type Created = BTreeMap<String, u64>;

impl World {
    /// The sandbox's own count of requests, by type, subject and who made them.
    pub async fn created(&self) -> Created {
        let counters = self.platform.show("counters").await;
        let rows = counters["created"].as_array().unwrap().iter();
        let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.map(|row| {
            let key = ["request_type", "subject", "origin"].map(|name| word(row, name)).join(" ");
            (key, row["count"].as_u64().unwrap())
        })
        .collect()
    }

    /// How often a route was called.
    pub async fn calls(&self, route: &str) -> u64 {
        self.platform.show("counters").await["calls"][route].as_u64().unwrap_or(0)
    }

    /// A client of the platform of the story's own, that keeps to no pace.
    pub async fn client(&self) -> Platform {
        let url: Url = self.platform.url.parse().unwrap();
        let address = Address::allowing_plain_http(url.clone(), url).unwrap();
        let credential = Credential { client_id: "demo-client".to_owned(), client_secret: "demo-secret".into() };
        Platform::new(Http::new().unwrap(), address, credential, Arc::new(Unpaced))
    }

    /// Has the platform hold `rows` requests that are none of ours. Says how many it holds then.
    pub async fn crowd(&self, rows: u64) -> u64 {
        let platform = self.client().await;
        let place = |number| {
            let value = format!("crowd-{number}@example.net");
            let new = NewRequest::export(SubjectRef::Term { search_type: SearchType::Email, value }).unwrap();
            let platform = platform.clone();
            async move { platform.submit(&new).await.map(drop) }
        };
        futures::stream::iter((0..rows).map(place)).buffer_unordered(8).try_collect::<()>().await.unwrap();
        self.created().await.values().sum()
    }

    /// The kinds of a request's events, oldest first.
    pub async fn trail(&self, id: RequestId) -> Vec<String> {
        let rows = event::Entity::find()
            .filter(event::COLUMN.request_id.eq(id))
            .order_by_asc(event::Column::Id)
            .all(self.store.db.read());
        rows.await.unwrap().into_iter().map(|row| row.kind).collect()
    }

    /// How many steps there still are.
    pub async fn steps(&self) -> usize {
        step::Entity::find().all(self.store.db.read()).await.unwrap().len()
    }

    /// How many steps there are but for warnings, which wait for their morning as long as a request is open.
    pub async fn at_work(&self) -> usize {
        let steps = step::Entity::find().all(self.store.db.read()).await.unwrap();
        steps.iter().filter(|step| step.kind != StepKind::Remind).count()
    }

    /// Every story ends with this: no work is left over; every platform request belongs to exactly one job of ours (promise 2);
    /// none was made before an approval (promise 4); and no token went to the storage.
    pub async fn books_agree(&self) {
        self.books_agree_but_for(0).await;
    }

    /// The same, where the platform has `strays` requests that we never learnt of.
    pub async fn books_agree_but_for(&self, strays: usize) {
        self.until_true("the last step to end", async || self.steps().await == 0).await;
        let jobs = job::Entity::find().all(self.store.db.read()).await.unwrap();
        let ours: Vec<&String> = jobs.iter().filter_map(|job| job.platform_id.as_ref()).collect();
        let distinct: BTreeSet<&str> = ours.iter().map(|id| id.as_str()).collect();
        assert_eq!(ours.len(), distinct.len(), "{:?}: two jobs hold one platform request", self.kind);
        let mut theirs = BTreeMap::new();
        for organisation in 0..2 {
            let shown = self.platform.show(&format!("requests?organisation={organisation}")).await;
            for row in shown["requests"].as_array().unwrap() {
                theirs.insert(row["id"].as_str().unwrap().to_owned(), row["origin"].as_str().unwrap().to_owned());
            }
        }
        let known = theirs.keys().filter(|id| distinct.contains(id.as_str())).count();
        assert_eq!(known, distinct.len(), "{:?}: a job holds a platform request that is not there", self.kind);
        assert_eq!(theirs.len() - known, strays, "{:?}: platform requests that no job of ours holds", self.kind);
        for job in &jobs {
            let origin = job.platform_id.as_ref().map(|id| theirs[id].as_str());
            assert_ne!(
                (job.origin == JobOrigin::Sibling, origin),
                (true, Some("client")),
                "a sibling is the platform's"
            );
            assert_ne!((job.origin == JobOrigin::Plan, origin), (true, Some("server")), "a planned job is ours");
            assert!(!matches!(job.status, JobStatus::Planned | JobStatus::Submitting), "{:?}: {job:?}", self.kind);
            let trail = self.trail(job.request_id).await;
            let approved = trail.iter().position(|kind| kind == "request.approved");
            let intended = trail.iter().position(|kind| kind == "job.intended");
            assert!(approved.is_some() && (intended.is_none() || approved < intended), "no job without an approval");
        }
        let counters = self.platform.show("counters").await;
        assert_eq!(counters["authorization_at_storage"], 0, "our token went to the storage");
    }
}

/// Reads a list of `count × what` into the shape of [`Created`].
pub fn exactly<const N: usize>(rows: [(&str, u64); N]) -> Created {
    rows.into_iter().map(|(what, count)| (what.to_owned(), count)).collect()
}

struct Unpaced;

#[async_trait::async_trait]
impl Traffic for Unpaced {
    async fn before(&self, _: Call) -> Result<(), NotNow> {
        Ok(())
    }

    async fn after(&self, _: Call, _: &Reading) {}
}
