//! What we have of it, and waiting until it is so.

use std::time::Duration;

use entities::client::reach::Reach;
use entities::delivery::queries::of_source;
use entities::delivery::table::Model as Delivery;
use entities::event::trail::Actor;
use entities::id::RequestId;
use entities::request::decide::{Case, Decider};
use entities::request::status::RequestStatus;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::table as step;
use entities::ticket::queries::{Filter, page};
use entities::ticket::table::Model as Ticket;
use entities::{event, identifier, request};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::time::Instant;

use super::{PATIENCE, World};

impl World {
    /// For messages.
    pub fn name(&self) -> String {
        format!("{} on {:?}", self.system.slug, self.kind)
    }

    pub async fn tickets(&self) -> Vec<Ticket> {
        page(self.store.db.read(), &Reach::installation(), Filter::default(), None, 100).await.unwrap()
    }

    /// Our row of the ticket.
    pub async fn ticket(&self) -> Option<Ticket> {
        self.tickets().await.into_iter().find(|it| it.external_id == self.system.ticket)
    }

    pub async fn deliveries(&self) -> Vec<Delivery> {
        let source = self.source().await;
        of_source(self.store.db.read(), &Reach::installation(), (source.id, None), None, 100).await.unwrap()
    }

    pub async fn request(&self, id: RequestId) -> Request {
        request::queries::by_id(self.store.db.read(), &Reach::installation(), id).await.unwrap().unwrap()
    }

    /// Whose data a request is about: kinds and values, in order.
    pub async fn identifiers(&self, id: RequestId) -> Vec<(String, String)> {
        let conn = self.store.db.read();
        let key = request::keys::of(conn, &self.store.safe, id).await.unwrap();
        let rows = identifier::queries::of_request(conn, id).await.unwrap();
        let mut all: Vec<_> =
            rows.iter().map(|row| (row.kind.clone(), identifier::queries::value(&key, row).unwrap())).collect();
        all.sort();
        all
    }

    /// How often something happened.
    pub async fn events(&self, kind: &str) -> usize {
        let of_kind = event::table::Entity::find().filter(event::table::Column::Kind.eq(kind));
        of_kind.all(self.store.db.read()).await.unwrap().len()
    }

    pub async fn steps(&self, kind: StepKind) -> Vec<step::Model> {
        step::Entity::find().filter(step::Column::Kind.eq(kind)).all(self.store.db.read()).await.unwrap()
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, is: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !is().await {
            if begun.elapsed() > PATIENCE {
                let steps: Vec<_> = step::Entity::find().all(self.store.db.read()).await.unwrap();
                let steps: Vec<_> = steps.iter().map(|it| (it.kind, it.run_at, it.last_error.clone())).collect();
                let written = self.written().await;
                panic!("{}: waited for {what}: {:?}\n{steps:?}\n{written:?}", self.name(), self.tickets().await);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the ticket's row is as `is` says.
    pub async fn until_ticket(&self, what: &str, is: impl Fn(&Ticket) -> bool) -> Ticket {
        self.until(what, async || self.ticket().await.as_ref().is_some_and(&is)).await;
        self.ticket().await.unwrap()
    }

    /// Waits until the ticket has its request. Where its system does not know whose it is, an officer has it proven.
    pub async fn until_filed(&self) -> RequestId {
        let id = self.until_requested().await;
        if self.request(id).await.status == RequestStatus::Verifying {
            let client = self.installation.approver.id.parse().unwrap();
            let by = Decider { actor: Actor::client(client, None), client: Some(client), reach: Reach::installation() };
            let txn = self.store.db.begin().await.unwrap();
            Case::open(&txn, &self.store, &by, id, None).await.unwrap().verify("document", None).await.unwrap();
            txn.commit().await.unwrap();
        }
        id
    }

    /// Waits until the ticket has its request, and leaves that as it is.
    pub async fn until_requested(&self) -> RequestId {
        self.until_ticket("a request", |it| it.request_id.is_some()).await.request_id.unwrap()
    }

    pub async fn until_status(&self, id: RequestId, status: RequestStatus) -> Request {
        self.until(status.as_str(), async || self.request(id).await.status == status).await;
        self.request(id).await
    }

    /// Has an officer approve what is planned, and waits for the end.
    pub async fn through(&self, id: RequestId) -> Request {
        self.until_status(id, RequestStatus::Reviewing).await;
        assert_eq!(self.installation.approve_what_waits().await, 1, "{}", self.name());
        self.until_status(id, RequestStatus::Closed).await
    }

    /// Waits until nothing about calls and tickets is left to be done, now or later.
    pub async fn until_quiet(&self) {
        let kinds = [StepKind::Ingest, StepKind::TakeUp, StepKind::WriteBack];
        let waiting = || step::Entity::find().filter(step::Column::Kind.is_in(kinds)).all(self.store.db.read());
        let unlinked = || event::chain::unlinked(self.store.db.read());
        let quiet = async || waiting().await.unwrap().is_empty() && unlinked().await.unwrap().is_empty();
        self.until("quiet", quiet).await;
        // What follows from the last link is there by now, if anything does.
        self.until("quiet", quiet).await;
    }

    /// Lets this much time pass at once.
    pub fn pass(&self, by: Duration) {
        self.store.clock.advance(by);
    }
}
