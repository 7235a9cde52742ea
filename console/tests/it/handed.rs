//! The person's copy: what an officer has handed over is theirs to download, and nothing else is.

use std::time::Duration;

use entities::controller::table::Model as Controller;
use entities::event::table::{COLUMN, Column, Entity as Events, Model as Event};
use entities::id::{ArtifactId, ClientId, RequestId};
use entities::request::decide::{Case, Decider};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::{ActiveModel, Entity, Model};
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, Statement};
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::status::EMAIL;
use crate::team::erase;
use crate::world::World;

/// More than one frame, and no multiple of one.
fn contents() -> String {
    (0..300_000u32).map(|n| format!("{n} ü\n")).collect()
}

struct Handed {
    /// The officer who filed the request and handed the file over.
    by: ClientId,
    officer: Browser,
    request: Model,
    file: ArtifactId,
    person: Browser,
    page: Page,
}

impl World {
    /// An access of this person's, the work on which is done.
    async fn answering(&self, by: ClientId, at: &Controller, email: &str) -> Model {
        let row = self.file_with(by, at, 3, Right::Access, &[(K::Email, email)], None).await;
        self.set(ActiveModel { id: Unchanged(row.id), status: Set(RequestStatus::Answering), ..Default::default() })
            .await
    }

    /// A file that was handed over, and the person who has come in to fetch it.
    async fn handed(&self) -> Handed {
        let (by, mut officer) = self.officer().await;
        let request = self.answering(by.id, &self.acme, EMAIL).await;
        let file = self.file_away(&request, "application/json", b"{}").await;
        hand_over(&mut officer, &request, file).await;
        let (person, page) = self.come_in(by.id, &request).await;
        Handed { by: by.id, officer, request, file, person, page }
    }

    /// Puts a request where it is wanted, past all rules.
    pub async fn set(&self, change: ActiveModel) -> Model {
        Entity::update(change).exec(self.store.db.write()).await.unwrap()
    }

    /// What the trail says of a request's files.
    async fn trail_of_files(&self, id: RequestId) -> Vec<Event> {
        let all = Events::find().filter(COLUMN.request_id.eq(id)).filter(COLUMN.kind.starts_with("artifact."));
        all.order_by_asc(Column::Id).all(self.store.db.read()).await.unwrap()
    }
}

/// An officer hands a file over, as the pages lead there.
async fn hand_over(browser: &mut Browser, request: &Model, file: ArtifactId) -> Page {
    let path = format!("/console/requests/{}", request.reference);
    let form = format!("{path}/files/{file}/hand-over");
    browser.get(&path).await.fine().says(&form);
    let page = browser.get(&form).await.fine();
    let unsure = browser.submit(&page, &form, &[]).await;
    assert_eq!(unsure.status, 422);
    unsure.says("Confirm that you have looked into the file").says("href=\"#sure\"");
    let sent = browser.submit(&page, &form, &[("sure", "yes")]).await;
    assert_eq!(sent.goes_to(), format!("{path}?done=file-handed-over"));
    browser
        .get(sent.goes_to())
        .await
        .fine()
        .says("The person can download the file on their status page")
        .says("Handed over <time")
        .says(&format!("{path}/files/{file}/take-back"));
    page
}

/// Asks for a file as a form of the person's page would.
async fn ask_for(browser: &mut Browser, page: &Page, file: ArtifactId) -> Page {
    let fields = page.hidden("/status/leave");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(&format!("/status/files/{file}"), &fields).await
}

#[rstest]
#[tokio::test]
async fn a_person_downloads_what_was_handed_over_byte_by_byte(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, mut officer) = world.officer().await;
    let request = world.answering(ada.id, &world.acme, EMAIL).await;
    let whole = contents();
    let file = world.file_away(&request, "application/json", whole.as_bytes()).await;
    let kept = world.file_away(&request, "application/zip", b"somebody else's").await;
    let (mut browser, page) = world.come_in(ada.id, &request).await;
    page.says("Somebody looks at it first").does_not_say("/status/files/");

    // Before it is handed over there is nothing, whatever is guessed.
    let nothing = ask_for(&mut browser, &page, file).await;
    assert_eq!(nothing.status, 404);
    nothing.says("href=\"/status\"");
    let unknown = ask_for(&mut browser, &page, ArtifactId::new()).await;
    assert_eq!((unknown.status, &unknown.text), (nothing.status, &nothing.text));

    hand_over(&mut officer, &request, file).await;
    let page = browser.get("/status").await.fine();
    page.says("Your data").says(".json</h3>").says("data file (JSON), 3 MB").does_not_say(&kept.to_string());
    page.does_not_say("Somebody looks at it first");
    let action = format!("/status/files/{file}");
    for _ in 0..2 {
        let saved = browser.submit(&page, &action, &[]).await.fine();
        assert!(saved.text == whole, "what was collected is what was saved");
        assert_eq!(saved.header("content-length"), whole.len().to_string());
        assert_eq!(saved.header("content-type"), "application/json");
        assert_eq!(saved.header("cache-control"), "no-store");
        assert_eq!(saved.header("x-content-type-options"), "nosniff");
        let name = saved.header("content-disposition");
        assert!(name.starts_with(&format!("attachment; filename=\"{}-", request.reference)), "{name}");
        assert!(name.ends_with("-1.json\""), "{name}");
    }
    assert_eq!(ask_for(&mut browser, &page, kept).await.status, 404, "each file is handed over by itself");
    assert_eq!(browser.get(&action).await.status, 405, "no address leads to a file");

    let trail = world.trail_of_files(request.id).await;
    let told: Vec<_> = trail.iter().map(|event| (event.kind.as_str(), event.actor_kind.as_str())).collect();
    let downloaded = ("artifact.downloaded", "person");
    assert_eq!(told, [("artifact.handed_over", "client"), downloaded, downloaded]);
    let says = format!("{{\"artifact\":\"{file}\",\"sha256\":\"{}\"}}", vault::digest::sha256_hex(whole.as_bytes()));
    assert!(trail.iter().all(|event| event.data == says), "{trail:?}");
    let history = officer.get(&format!("/console/requests/{}/history", request.reference)).await.fine();
    history.says("The person downloaded a file").says("A file was handed over to the person");
}

#[rstest]
#[tokio::test]
async fn a_file_is_one_persons_and_no_more_once_it_is_taken_back_or_erased(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let Handed { by: ada, mut officer, request, file, person: mut browser, page } = world.handed().await;
    let action = format!("/status/files/{file}");
    browser.submit(&page, &action, &[]).await.fine();

    // Somebody else, who has come in as well, and somebody who has not.
    let other = world.answering(ada, &world.acme, "hedy@example.org").await;
    let (mut second, theirs) = world.come_in(ada, &other).await;
    theirs.does_not_say("/status/files/");
    assert_eq!(ask_for(&mut second, &theirs, file).await.status, 404);
    let mut stranger = world.browser();
    let ask = stranger.get("/status/link").await.fine();
    let fields = ask.hidden("/status/link");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(stranger.post_bare(&action, &fields).await.goes_to(), "/status/link");
    let forged = browser.post_from(&action, &[("form_token", "none"), ("form_key", "k")], &[]).await;
    assert_eq!(forged.status, 403);

    // While the request is on hold nothing is handed out.
    let held = |on_hold| ActiveModel { id: Unchanged(request.id), on_hold: Set(on_hold), ..Default::default() };
    world.set(held(true)).await;
    browser.get("/status").await.fine().does_not_say(&action);
    assert_eq!(browser.submit(&page, &action, &[]).await.status, 404);
    world.set(held(false)).await;

    let path = format!("/console/requests/{}", request.reference);
    let back = format!("{path}/files/{file}/take-back");
    let shown = officer.get(&path).await.fine();
    assert_eq!(officer.submit(&shown, &back, &[]).await.goes_to(), format!("{path}?done=file-taken-back"));
    let gone = browser.submit(&page, &action, &[]).await;
    assert_eq!(gone.status, 404);
    gone.says("href=\"/status\"");
    browser.get("/status").await.fine().does_not_say(&action);

    hand_over(&mut officer, &request, file).await;
    let page = browser.get("/status").await.fine();
    page.says(&action);
    erase(&world, request.id).await;
    let erased = browser.submit(&page, &action, &[]).await;
    assert_eq!(erased.status, 410);
    erased.says("href=\"/status\"");
    browser.get("/status").await.fine().does_not_say(&action);
    let trail = world.trail_of_files(request.id).await;
    let downloads = trail.iter().filter(|event| event.kind == "artifact.downloaded");
    assert_eq!(downloads.count(), 1, "what was refused was not downloaded");
}

/// An address that is corrected shuts out whoever came in by the older one, also in the middle of a download: the file is opened,
/// and goes to nobody.
#[rstest]
#[tokio::test]
async fn whoever_is_shut_out_while_a_file_is_opened_gets_nothing(#[values(Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let Handed { by: ada, request, file, person: mut browser, page, .. } = world.handed().await;
    let by = Decider { client: Some(ada), ..Decider::operator() };
    let txn = world.store.db.begin().await.unwrap();
    drop(Case::open(&txn, &world.store, &by, request.id, None).await.unwrap());
    let (store, id) = (&world.store, request.id);
    let shutting_out = async move {
        // The download has passed the door and waits for the request: PostgreSQL tells who waits for whom.
        let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = Statement::from_string(DatabaseBackend::Postgres, waiting);
        while store.db.read().query_one_raw(waiting.clone()).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let case = Case::open(&txn, store, &by, id, None).await.unwrap();
        case.set_address(Some("ada@example.org"), true).await.unwrap();
        txn.commit().await.unwrap();
    };
    let action = format!("/status/files/{file}");
    let (shut_out, ()) = tokio::join!(browser.submit(&page, &action, &[]), shutting_out);
    assert_eq!(shut_out.status, 404);
    assert!(world.trail_of_files(request.id).await.iter().all(|event| event.kind != "artifact.downloaded"));
}

#[rstest]
#[tokio::test]
async fn an_officer_is_told_what_stands_against_handing_a_file_over(#[values(Sqlite)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, mut officer) = world.officer().await;
    let request = world.file_with(ada.id, &world.acme, 3, Right::Access, &[(K::Name, "Grace Hopper")], None).await;
    let file = world.file_away(&request, "application/json", b"{}").await;
    let form = format!("/console/requests/{}/files/{file}/hand-over", request.reference);
    let early = officer.get(&form).await.fine();
    early.says("That is for when the work on the request is done").does_not_say("name=\"sure\"");
    world
        .set(ActiveModel { id: Unchanged(request.id), status: Set(RequestStatus::Answering), ..Default::default() })
        .await;
    let unproven = officer.get(&form).await.fine();
    unproven.says("Nobody has proven or vouched for the address").does_not_say("name=\"sure\"");
    let sent = officer.submit(&unproven, &form, &[("sure", "yes")]).await;
    assert_eq!(sent.status, 409, "the rules are asked, whatever the page shows");
    assert!(world.trail_of_files(request.id).await.is_empty());
}
