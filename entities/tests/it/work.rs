//! Working on a request with others: notes, tasks, and who has it.

use entities::client::reach::Reach;
use entities::error::StoreError;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId, TaskId};
use entities::officer::manage;
use entities::officer::role::{Role, Where};
use entities::request::decide::{Decider, NewTask, NotDecided};
use entities::request::keys;
use entities::request::queries::{Assigned, Filter, by_urgency};
use entities::request::status::RequestStatus;
use entities::task::table::TaskKind;
use entities::{note, request, task};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::EntityTrait;

use crate::officers::operator;
use crate::world::{WORDS, World, add_controller};
use testbed::database::Kind::{self, Postgres, Sqlite};

fn what(error: &NotDecided) -> &str {
    match error {
        NotDecided::Conflict { code, .. } | NotDecided::Field { code, .. } => code,
        NotDecided::NotFound(what) => what,
        NotDecided::Store(StoreError::Erased) => "erased",
        other => panic!("{other:?}"),
    }
}

fn a_task(assignee: Option<ClientId>, until: Option<&str>) -> NewTask {
    let until = until.map(|day| day.parse().unwrap());
    NewTask { kind: TaskKind::Contact, words: WORDS.to_owned(), assignee, until }
}

impl World {
    async fn tasks(&self, id: RequestId) -> Vec<task::table::Model> {
        task::queries::of_request(self.store.db.read(), id).await.unwrap()
    }

    async fn erase(&self, id: RequestId) {
        let gone = request::table::key::ActiveModel {
            request_id: sea_orm::ActiveValue::Unchanged(id),
            wrapped: sea_orm::ActiveValue::Set(None),
            ..Default::default()
        };
        request::table::key::Entity::update(gone).exec(self.store.db.write()).await.unwrap();
    }
}

#[rstest]
#[tokio::test]
async fn a_note_stays_as_it_was_written_and_goes_with_the_requests_key(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let request = world.file(Right::Access).await;
    world.put(request.id, RequestStatus::Closed).await;
    let noted = world.decide(&officer, request.id, async |case| case.note(WORDS).await).await.unwrap();
    assert!(noted.version > request.version, "whoever looked before is told");
    world.decide(&officer, request.id, async |case| case.note("and again").await).await.unwrap();

    let conn = world.store.db.read();
    let rows = note::queries::of_request(conn, request.id).await.unwrap();
    let key = keys::of(conn, &world.store.safe, request.id).await.unwrap();
    let said: Vec<_> = rows.iter().map(|row| note::queries::words(&key, row).unwrap()).collect();
    assert_eq!(said, [WORDS, "and again"]);
    assert!(rows.iter().all(|row| Some(row.written_by) == officer.client && row.written_at == world.now()));
    let swapped = note::table::Model { words_sealed: rows[1].words_sealed.clone(), ..rows[0].clone() };
    assert!(note::queries::words(&key, &swapped).is_err(), "no note takes another's words");
    let kinds: Vec<_> = world.events(request.id).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "note.added").count(), 2);

    let worker = Decider { actor: Actor::worker("worker"), client: None, reach: Reach::installation() };
    let by_machine = world.decide(&worker, request.id, async |case| case.note(WORDS).await).await;
    assert_eq!(what(&by_machine.unwrap_err()), "person_needed");
    world.erase(request.id).await;
    assert!(keys::of(conn, &world.store.safe, request.id).await.is_err());
    let late = world.decide(&officer, request.id, async |case| case.note(WORDS).await).await;
    assert_eq!(what(&late.unwrap_err()), "erased");
    assert_eq!(world.places_of(&[WORDS]).await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_task_is_set_for_a_day_and_somebody_and_is_done_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let ada = world.hire("ada@example.com", &[(Where::At(world.controller.id), Role::Approver)]).await;
    let (one, other) = (world.file(Right::Access).await, world.file(Right::Access).await);
    // The day is the controller's: it is the 20th in Berlin.
    let today = a_task(Some(ada.id), Some("2026-11-20"));
    world.decide(&officer, one.id, async |case| case.add_task(today).await).await.unwrap();
    let yesterday = a_task(None, Some("2026-11-19"));
    let refused = world.decide(&officer, one.id, async |case| case.add_task(yesterday).await).await;
    assert_eq!(what(&refused.unwrap_err()), "in_the_past");
    let stranger = a_task(Some(ClientId::new()), None);
    let refused = world.decide(&officer, one.id, async |case| case.add_task(stranger).await).await;
    assert_eq!(what(&refused.unwrap_err()), "not_an_officer_here");

    let set = world.tasks(one.id).await.remove(0);
    let key = keys::of(world.store.db.read(), &world.store.safe, one.id).await.unwrap();
    assert_eq!(task::queries::words(&key, &set).unwrap(), WORDS);
    let open = task::queries::count_open(world.store.db.read(), [one.id, other.id]).await.unwrap();
    assert_eq!(open, [(one.id, 1)]);
    for (request, id, came) in [(other.id, set.id, "task"), (one.id, TaskId::new(), "task")] {
        let done = world.decide(&officer, request, async |case| case.finish_task(id).await).await;
        assert_eq!(what(&done.unwrap_err()), came, "no task of another request is ticked off");
    }
    world.decide(&officer, one.id, async |case| case.finish_task(set.id).await).await.unwrap();
    let again = world.decide(&officer, one.id, async |case| case.finish_task(set.id).await).await;
    assert_eq!(what(&again.unwrap_err()), "task_done");
    let done = world.tasks(one.id).await.remove(0);
    assert_eq!((done.done_by, done.done_at, done.is_open()), (officer.client, Some(world.now()), false));
    assert_eq!(task::queries::count_open(world.store.db.read(), [one.id]).await.unwrap(), []);
    assert_eq!(world.places_of(&[WORDS]).await, Vec::<String>::new());
}

#[rstest]
#[tokio::test]
async fn a_request_is_given_to_whoever_works_there_and_can_sign_in(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let beta = add_controller(&world.store, "beta").await;
    let officer = world.officer().await;
    let at = |controller, role| [(Where::At(controller), role)];
    let ada = world.hire("ada@example.com", &at(world.controller.id, Role::Officer)).await;
    let auditor = world.hire("aud@example.com", &at(world.controller.id, Role::Auditor)).await;
    let ben = world.hire("ben@example.com", &at(beta.id, Role::Officer)).await;
    let chief = world.hire("chief@example.com", &[(Where::Everywhere, Role::Approver)]).await;
    let gone = world.hire("gone@example.com", &at(world.controller.id, Role::Officer)).await;
    let txn = world.begin().await;
    manage::disable(&txn, &world.store, &operator(), gone.id).await.unwrap();
    txn.commit().await.unwrap();
    let request = world.file(Right::Access).await;
    let give = async |to| world.decide(&officer, request.id, async |case| case.assign(to).await).await;
    for (to, came) in [
        (None, "assigned_already"),
        (Some(auditor.id), "not_an_officer_here"),
        (Some(ben.id), "not_an_officer_here"),
        (Some(gone.id), "not_an_officer_here"),
        (officer.client, "not_an_officer_here"),
    ] {
        assert_eq!(what(&give(to).await.unwrap_err()), came);
    }
    for to in [Some(ada.id), Some(chief.id), None, Some(ada.id)] {
        assert_eq!(give(to).await.unwrap().assignee, to);
    }
    assert_eq!(what(&give(Some(ada.id)).await.unwrap_err()), "assigned_already");
    let count = world.events(request.id).await.into_iter().filter(|(kind, _)| kind == "request.assigned").count();
    assert_eq!(count, 4);

    let free = world.file(Right::Access).await;
    let listed = async |assigned| {
        let filter = Filter { assigned: Some(assigned), ..Filter::default() };
        let (all, here) = (Reach::installation(), [world.controller.id]);
        let rows = by_urgency(world.store.db.read(), &all, here, &filter, None, 10).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(Assigned::To(ada.id)).await, [request.id]);
    assert_eq!(listed(Assigned::To(chief.id)).await, []);
    assert_eq!(listed(Assigned::Nobody).await, [free.id]);
}
