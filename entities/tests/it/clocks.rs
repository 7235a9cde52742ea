//! Clocks of requests: what moves their dates, what does not, and that nothing that was computed is lost.

mod laws;
mod periods;
mod rules;
mod settled;

use entities::clock::queries::current;
use entities::clock::table::{ClockState, Model as Clock};
use entities::controller;
use entities::controller::policy::Policy;
use entities::controller::table::Model as Controller;
use entities::extension::table::ExtensionReason;
use entities::id::RequestId;
use entities::inquiry::table::InquiryKind;
use entities::question::queries as question;
use entities::question::table::QuestionCode;
use entities::request::decide::{Case, Decider, Inquiring, NotDecided};
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::table::Model as Request;
use entities::step::kind::StepKind;
use entities::step::queue;
use entities::time::At;
use jiff::Timestamp;
use law::regime::Regime;
use serde_json::Value;
use testbed::database::Kind;

use crate::world::{World, add_controller_in, new_request};

/// A controller somewhere, and an officer who decides about its requests.
struct Place {
    world: World,
    controller: Controller,
    officer: Decider,
}

fn at(instant: &str) -> At {
    instant.parse::<Timestamp>().unwrap().into()
}

impl Place {
    async fn is_to_be_searched(&self, id: RequestId) -> bool {
        let steps = queue::of_request(self.world.store.db.read(), id).await.unwrap();
        steps.iter().any(|step| step.kind == StepKind::Resolve)
    }

    async fn on(kind: Kind, zone: &str, region: &str) -> Self {
        let world = World::on(kind).await;
        let controller = add_controller_in(&world.store, "there", zone, region).await;
        let client = crate::world::add_client(&world.store, "officer", &[controller.id]).await;
        let officer = world.decider(client).await;
        Self { world, controller, officer }
    }

    async fn berlin(kind: Kind) -> Self {
        Self::on(kind, "Europe/Berlin", "DE").await
    }

    async fn london(kind: Kind) -> Self {
        Self::on(kind, "Europe/London", "GB-EAW").await
    }

    async fn california(kind: Kind) -> Self {
        Self::on(kind, "America/Los_Angeles", "US-CA").await
    }

    /// Changes the controller's policy.
    async fn change_policy(&self, change: impl FnOnce(&mut Policy)) {
        let txn = self.world.begin().await;
        let row = controller::queries::by_id(&*txn, self.controller.id).await.unwrap().unwrap();
        let mut policy = row.policy.clone();
        change(&mut policy);
        let change = controller::queries::Change { policy: Some(policy), ..Default::default() };
        controller::queries::change(&txn, &self.world.store, &self.officer.actor, &row, change).await.unwrap();
        txn.commit().await.unwrap();
    }

    /// Files a request under these laws, received at an instant, and lets the clock stand there.
    async fn file(&self, laws: &[&str], right: Right, received: &str) -> Request {
        self.file_new(None, laws, right, received).await
    }

    /// The same of an establishment elsewhere.
    async fn file_in(&self, region: &str, laws: &[&str], right: Right, received: &str) -> Request {
        self.file_new(Some(region.to_owned()), laws, right, received).await
    }

    async fn file_new(&self, region: Option<String>, laws: &[&str], right: Right, received: &str) -> Request {
        self.it_is(received);
        let controller = controller::queries::by_id(self.world.store.db.read(), self.controller.id).await.unwrap();
        let mut laws = laws.iter().map(|law| law.parse::<Regime>().unwrap());
        let regime = laws.next().unwrap();
        let new = new_request(right, at(received));
        let new = NewRequest { regime, other_regimes: laws.collect(), region, ..new };
        self.world.file_new(&controller.unwrap(), new).await
    }

    /// Moves the clock there.
    fn it_is(&self, instant: &str) {
        match &self.world.clock {
            entities::time::Clock::Manual(shows) => shows.store(at(instant).0, std::sync::atomic::Ordering::SeqCst),
            other => panic!("{other:?} cannot be set"),
        }
    }

    async fn decide(
        &self,
        id: RequestId,
        decision: impl AsyncFnOnce(Case<'_>) -> Result<Request, NotDecided>,
    ) -> Result<Request, NotDecided> {
        self.world.decide(&self.officer, id, decision).await
    }

    async fn ask(&self, id: RequestId, kind: InquiryKind, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        let words = "which years do you mean?".to_owned();
        self.decide(id, async |case| case.ask(Inquiring { kind, words, fee: None }).await).await
    }

    async fn answer(&self, id: RequestId, kind: InquiryKind, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        self.decide(id, async |case| case.answer_inquiry(kind, at(when), Some("all of them")).await).await
    }

    async fn extend(&self, id: RequestId, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        let code = ExtensionReason::Complexity;
        self.decide(id, async |case| case.extend(code, "eleven mailboxes", None).await).await
    }

    async fn announce(&self, id: RequestId, when: &str) -> Result<Request, NotDecided> {
        self.it_is(when);
        self.decide(id, async |case| case.announce(at(when), "letter").await).await
    }

    async fn clock(&self, id: RequestId, duty: &str) -> Clock {
        let rows = current(self.world.store.db.read(), id).await.unwrap();
        rows.into_iter().find(|row| row.duty == duty).unwrap_or_else(|| panic!("no clock to {duty}"))
    }

    /// The civil days of a duty: the cautious and the statutory one.
    async fn days(&self, id: RequestId, duty: &str) -> (String, String) {
        let whole: Value = serde_json::from_str(&self.clock(id, duty).await.whole).unwrap();
        let day = |name: &str| whole[name].as_str().unwrap().to_owned();
        (day("cautious"), day("statutory"))
    }

    async fn state(&self, id: RequestId, duty: &str) -> ClockState {
        self.clock(id, duty).await.state
    }

    async fn open_questions(&self, id: RequestId) -> Vec<QuestionCode> {
        let rows = question::of_request(self.world.store.db.read(), id).await.unwrap();
        rows.into_iter().filter(|row| row.answered_at.is_none()).map(|row| row.code).collect()
    }
}

async fn clock_of(place: &Place, id: RequestId, law: &str, duty: &str) -> Clock {
    let rows = current(place.world.store.db.read(), id).await.unwrap();
    rows.into_iter().find(|row| row.regime == law && row.duty == duty).unwrap()
}

fn days(cautious: &str, statutory: &str) -> (String, String) {
    (cautious.to_owned(), statutory.to_owned())
}

fn code(decided: &Result<Request, NotDecided>) -> &'static str {
    match decided {
        Err(NotDecided::Conflict { code, .. } | NotDecided::Field { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

fn message(decided: &Result<Request, NotDecided>) -> String {
    decided.as_ref().unwrap_err().to_string()
}
