//! What a person gets of an export: what an officer has handed over, while nothing stands against it, and no more.

use entities::addressee;
use entities::addressee::queries::Addressee;
use entities::artifact::handed::to_person;
use entities::artifact::table as artifact;
use entities::error::StoreError;
use entities::event::trail::Actor;
use entities::id::{ArtifactId, LinkId, RequestId};
use entities::request::decide::{Case, Decider, NotDecided};
use entities::request::keys;
use entities::request::status::{AnswerForm, RequestStatus};
use entities::request::table::{ActiveModel, Entity, Model as Request, key};
use entities::{client, event};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::decide::Sample;
use crate::world::{EMAIL, World};

const SHA256: &str = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

/// A request with a file, whose person can be written to.
struct Desk {
    world: World,
    officer: Decider,
    id: RequestId,
    file: ArtifactId,
}

impl Desk {
    async fn at(on: Kind, right: Right, status: RequestStatus) -> Self {
        let world = World::on(on).await;
        let officer = world.officer().await;
        let sample = world.sample(right, status).await;
        let key = keys::of(world.store.db.read(), &world.store.safe, sample.id).await.unwrap();
        let to = Addressee { language: "en".to_owned(), address: Some(EMAIL.to_owned()), salutation: None };
        let conn = world.store.db.write();
        addressee::table::Entity::delete_by_id(sample.id).exec(conn).await.unwrap();
        let row = addressee::queries::row(&key, sample.id, &to, true, Some("email_link"), world.now());
        addressee::table::Entity::insert(row).exec_without_returning(conn).await.unwrap();
        let file = store(&world, &sample).await;
        Self { id: sample.id, world, officer, file }
    }

    async fn hand_over(&self) -> Result<Request, NotDecided> {
        self.world.decide(&self.officer, self.id, async |case| case.hand_over(self.file).await).await
    }

    async fn take_back(&self) -> Result<Request, NotDecided> {
        self.world.decide(&self.officer, self.id, async |case| case.take_back(self.file).await).await
    }

    /// The person fetches a file.
    async fn fetch(&self) -> Result<(), NotDecided> {
        let person = Decider {
            actor: Actor::person(LinkId::new(), None),
            client: None,
            reach: client::reach::Reach::installation(),
        };
        let txn = self.world.begin().await;
        let case = Case::open(&txn, &self.world.store, &person, self.id, None).await?;
        let fetched = case.fetch(self.file).await?;
        assert_eq!((fetched.id, fetched.sha256.as_str()), (self.file, SHA256));
        txn.commit().await.unwrap();
        Ok(())
    }

    async fn set(&self, change: ActiveModel) {
        let change = ActiveModel { id: Unchanged(self.id), ..change };
        Entity::update(change).exec(self.world.store.db.write()).await.unwrap();
    }

    /// How many files the person sees.
    async fn seen(&self) -> usize {
        let request = self.world.found(self.id).await;
        to_person(self.world.store.db.read(), &request).await.unwrap().len()
    }

    async fn said(&self, kind: &str) -> Vec<String> {
        let all = client::reach::Reach::installation();
        let rows = event::queries::of_request(self.world.store.db.read(), &all, self.id, None, 1000).await.unwrap();
        rows.into_iter().filter(|row| row.kind == kind).map(|row| row.data).collect()
    }
}

async fn store(world: &World, of: &Sample) -> ArtifactId {
    let id = ArtifactId::new();
    let row = artifact::ActiveModel {
        id: Set(id),
        request_id: Set(of.id),
        job_id: Set(of.failed),
        part: Set(1),
        location: Set(format!("{id}.sealed")),
        sha256: Set(SHA256.to_owned()),
        bytes: Set(1),
        media_type: Set("application/zip".to_owned()),
        created_at: Set(world.now()),
        handed_over_at: Set(None),
    };
    artifact::Entity::insert(row).exec_without_returning(world.store.db.write()).await.unwrap();
    id
}

/// Why a decision was not taken, in a word.
#[track_caller]
fn refused<T: std::fmt::Debug>(decided: Result<T, NotDecided>) -> String {
    match decided.unwrap_err() {
        NotDecided::NotFound(what) => format!("no {what}"),
        NotDecided::Conflict { code, .. } => code.to_owned(),
        NotDecided::Store(StoreError::Erased) => "erased".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_file_is_the_persons_to_fetch_from_handing_over_to_taking_back(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::at(on, Right::Access, RequestStatus::Answering).await;
    assert_eq!(
        (refused(desk.fetch().await).as_str(), desk.seen().await),
        ("no artifact", 0),
        "nothing is theirs as such"
    );
    assert_eq!(refused(desk.take_back().await), "not_handed_over");
    let before = desk.world.found(desk.id).await;
    let after = desk.hand_over().await.unwrap();
    assert!(after.version > before.version, "the ETag moves");
    assert_eq!(desk.seen().await, 1);
    assert_eq!(refused(desk.hand_over().await), "handed_over_already");
    for _ in 0..2 {
        desk.fetch().await.unwrap();
    }
    assert_eq!(desk.world.found(desk.id).await.version, after.version, "no officer is held up by a download");
    desk.take_back().await.unwrap();
    assert_eq!((refused(desk.fetch().await).as_str(), desk.seen().await), ("no artifact", 0));
    let told = format!("{{\"artifact\":\"{}\",\"sha256\":\"{SHA256}\"}}", desk.file);
    for (kind, times) in [("artifact.handed_over", 1), ("artifact.downloaded", 2), ("artifact.taken_back", 1)] {
        assert_eq!(desk.said(kind).await, vec![told.clone(); times], "{kind}");
    }
}

#[rstest]
#[tokio::test]
async fn what_stands_against_handing_out_files_also_shuts_off_those_handed_over(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::at(on, Right::Access, RequestStatus::Answering).await;
    let same = ActiveModel::default;
    let ways = [
        ("no_copy", ActiveModel { answer_form: Set(Some(AnswerForm::Categories)), ..same() }),
        ("no_copy", ActiveModel { right: Set(entities::request::right::Right::Erasure), ..same() }),
        ("on_hold", ActiveModel { on_hold: Set(true), ..same() }),
        ("not_answering", ActiveModel { status: Set(RequestStatus::Executing), ..same() }),
        ("not_answering", ActiveModel { status: Set(RequestStatus::Reviewing), ..same() }),
    ];
    let back = || ActiveModel {
        answer_form: Set(None),
        right: Set(entities::request::right::Right::Access),
        on_hold: Set(false),
        status: Set(RequestStatus::Answering),
        ..Default::default()
    };
    for (code, change) in ways {
        desk.set(change.clone()).await;
        assert_eq!(refused(desk.hand_over().await), code);
        desk.set(back()).await;
        desk.hand_over().await.unwrap();
        desk.set(change).await;
        assert_eq!((refused(desk.fetch().await).as_str(), desk.seen().await), ("no artifact", 0), "{code}");
        desk.set(back()).await;
        desk.fetch().await.unwrap();
        desk.take_back().await.unwrap();
    }
    // A copy that was promised stays there once the answer is out.
    desk.hand_over().await.unwrap();
    desk.set(ActiveModel { status: Set(RequestStatus::Closed), ..same() }).await;
    desk.fetch().await.unwrap();
    desk.world.decide(&desk.officer, desk.id, async |case| case.take_back(desk.file).await).await.unwrap();
    desk.hand_over().await.unwrap();

    // Where letters go elsewhere, nobody has proven that whoever reads them there is the person.
    desk.set(back()).await;
    let moved = async |case: Case<'_>| case.set_address(Some("new@example.org"), false).await;
    desk.world.decide(&desk.officer, desk.id, moved).await.unwrap();
    assert_eq!((refused(desk.fetch().await).as_str(), desk.seen().await), ("no artifact", 0));
    desk.take_back().await.unwrap();
    assert_eq!(refused(desk.hand_over().await), "address_not_proven");
}

#[rstest]
#[tokio::test]
async fn only_a_person_hands_over_and_only_what_is_there_of_this_request(#[values(Sqlite, Postgres)] on: Kind) {
    let desk = Desk::at(on, Right::Access, RequestStatus::Answering).await;
    let service = Decider { actor: Actor::worker("worker"), client: None, ..desk.officer.clone() };
    let by_itself = desk.world.decide(&service, desk.id, async |case| case.hand_over(desk.file).await).await;
    assert_eq!(refused(by_itself), "person_needed");
    let other = desk.world.sample(Right::Access, RequestStatus::Answering).await;
    let theirs = store(&desk.world, &other).await;
    let astray = desk.world.decide(&desk.officer, desk.id, async |case| case.hand_over(theirs).await).await;
    assert_eq!(refused(astray), "no artifact");
    let gone = key::ActiveModel { request_id: Unchanged(desk.id), wrapped: Set(None), ..Default::default() };
    key::Entity::update(gone).exec(desk.world.store.db.write()).await.unwrap();
    assert_eq!(refused(desk.hand_over().await), "erased");
    assert!(desk.said("artifact.handed_over").await.is_empty());
}
