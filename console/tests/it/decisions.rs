//! What officers decide about a request, from its page.

mod appeals;
mod everywhere;
mod life;
mod meant;
mod time;
mod work;

use entities::client::reach::Reach;
use entities::job::status::{JobEvent, JobStatus};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::status::RequestEvent;
use entities::request::table::Model as Request;
use entities::{candidate, event, identifier, job, merge_set, request};
use resolution::record::{MergeSet, Record, RecordKey};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::world::World;

/// A contact as the platform shows it.
pub fn contact(id: &str, name: &str, email: &str) -> Record {
    Record {
        key: RecordKey::ExternalContact(id.to_owned()),
        name: Some(name.to_owned()),
        emails: vec![email.to_owned()],
        phones: Vec::new(),
        division: None,
    }
}

impl World {
    /// Lets a request be searched for as the worker does it: each record was found by the identifiers at these places.
    pub async fn resolve(&self, row: &Request, found: &[(&[usize], Record)]) {
        let (store, now) = (&self.store, self.store.now());
        let txn = store.db.begin().await.unwrap();
        let row = request::queries::lock(&txn, &Reach::installation(), row.id).await.unwrap().unwrap();
        let key = request::keys::of(&*txn, &store.safe, row.id).await.unwrap();
        let terms = identifier::queries::of_request(&*txn, row.id).await.unwrap();
        for (places, record) in found {
            for place in *places {
                let of = (row.controller_id, row.id);
                candidate::queries::found(&txn, &store.safe, &key, of, terms[*place].id, record, now).await.unwrap();
            }
        }
        let status = row.status.transition(RequestEvent::Resolved).unwrap();
        let change = request::table::ActiveModel { status: Set(status), ..Default::default() };
        request::decide::write(&txn, now, &row, change).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Has one identifier found several people and the others one, and these records be one merge set that is surely the person's, as the worker notes
    /// all of that.
    pub async fn entangle(&self, row: &Request, shared: usize, members: &[&str]) {
        let (store, now) = (&self.store, self.store.now());
        let txn = store.db.begin().await.unwrap();
        for (at, term) in identifier::queries::of_request(&*txn, row.id).await.unwrap().iter().enumerate() {
            let people = Set(Some(if at == shared { 3 } else { 1 }));
            let found = identifier::table::ActiveModel { id: Unchanged(term.id), people, ..Default::default() };
            identifier::table::Entity::update(found).exec(&*txn).await.unwrap();
        }
        let key = request::keys::of(&*txn, &store.safe, row.id).await.unwrap();
        let members: Vec<_> = members.iter().map(ToString::to_string).collect();
        let set = MergeSet { canonical: members[0].clone(), members: members.clone() };
        let of = (row.controller_id, row.id);
        let set = merge_set::queries::store(&txn, &store.safe, &key, of, &set, now).await.unwrap();
        for candidate in candidate::queries::of_request(&*txn, row.id).await.unwrap() {
            let RecordKey::ExternalContact(id) = candidate::queries::record(&key, &candidate).unwrap().key else {
                continue;
            };
            let change = candidate::table::ActiveModel {
                id: Unchanged(candidate.id),
                merge_set_id: Set(members.contains(&id).then_some(set)),
                certain: Set(members.contains(&id)),
                ..Default::default()
            };
            candidate::table::Entity::update(change).exec(&*txn).await.unwrap();
        }
        txn.commit().await.unwrap();
    }

    /// Asks an officer something, as the worker does.
    pub async fn question(&self, row: &Request, code: QuestionCode, about: &str) {
        let (txn, now) = (self.store.db.begin().await.unwrap(), self.store.now());
        let by = event::trail::Actor::operator();
        assert!(ask(&txn, now, &by, row, code, about, json!({})).await.unwrap());
        txn.commit().await.unwrap();
    }

    /// The platform ends every job of a request in error.
    pub async fn jobs_fail(&self, row: &Request) -> Vec<job::table::Model> {
        let (txn, now) = (self.store.db.begin().await.unwrap(), self.store.now());
        let jobs = job::queries::of_request(&*txn, row.id).await.unwrap();
        for job in jobs.iter().filter(|job| job.status == JobStatus::Planned) {
            job::queries::advance(&*txn, job, JobEvent::Failed, now, Default::default()).await.unwrap();
        }
        txn.commit().await.unwrap();
        job::queries::of_request(self.store.db.read(), row.id).await.unwrap()
    }
}

/// Fills in a decision's form, looks it over where it is shown once more, and takes it.
pub async fn decide(browser: &mut Browser, path: &str, filled: &[(&str, &str)]) -> Page {
    let form = browser.get(path).await.fine();
    let page = browser.submit(&form, path, filled).await;
    if page.status != 200 {
        return page;
    }
    page.says("Check before you decide").says("Nothing has happened yet");
    browser.submit(&page, path, &[("step", "go")]).await
}
