//! The chain: what anyone may do to the stored trail by hand, and what the check says to it (promise 8).

use entities::error::StoreError;
use entities::event::audit::{Fault, Noted, Wrong};
use entities::event::line::{Checkpoint, Content, Head, Line};
use entities::event::trail::{self, Actor, Entry};
use entities::event::{bundle, chain, table};
use entities::id::ControllerId;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use vault::signing::SigningKey;

use crate::world::World;
use testbed::database::Kind::{self, Postgres, Sqlite};

impl World {
    pub async fn happen(&self, controller: ControllerId, times: usize) {
        let entries = (0..times).map(|n| Entry::on(controller, "test.happened", json!({ "n": n })));
        let actor = Actor { address: Some("192.0.2.9".to_owned()), ..Actor::operator() };
        trail::record(self.store.db.write(), self.now(), &actor, entries).await.unwrap();
    }

    /// A chain of ten lines, with checkpoints at 4 and 10.
    pub async fn chained(on: Kind) -> Self {
        let world = Self::on(on).await;
        // The controller's own first event is there already.
        world.happen(world.controller.id, 9).await;
        assert_eq!(chain::link(&world.store, world.controller.id, 4).await.unwrap(), 4);
        assert_eq!(chain::link(&world.store, world.controller.id, 100).await.unwrap(), 6);
        world
    }

    async fn fault(&self) -> Option<Fault> {
        let verification = chain::verify(&self.store.db, &self.public(), None, &[]).await.unwrap();
        let (mut own, others): (Vec<_>, Vec<_>) =
            verification.chains.into_iter().partition(|chain| chain.controller == self.controller.id);
        assert!(others.iter().all(|chain| chain.fault.is_none()), "{others:?}");
        own.pop().and_then(|chain| chain.fault)
    }

    pub fn public(&self) -> Vec<u8> {
        self.store.safe.signing().public_key()
    }

    /// The controller's linked events, by place.
    async fn lines(&self) -> Vec<table::Model> {
        table::Entity::find()
            .filter(table::COLUMN.controller_id.eq(self.controller.id))
            .filter(table::COLUMN.seq.is_not_null())
            .order_by_asc(table::Column::Seq)
            .all(self.store.db.read())
            .await
            .unwrap()
    }

    /// A condition that picks this world's controller in a statement written by hand.
    fn own(&self) -> String {
        let id = self.controller.id.0;
        match self.store.db.backend() {
            sea_orm::DatabaseBackend::Sqlite => format!("controller_id = x'{}'", id.simple()),
            _ => format!("controller_id = '{id}'"),
        }
    }

    pub async fn export(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let report = bundle::export(&self.store, self.controller.id, &mut file).await.unwrap();
        assert_eq!(report.fault, self.fault().await, "what is exported is what stands there");
        file
    }
}

#[rstest]
#[tokio::test]
async fn an_untouched_chain_is_whole_and_counted(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::chained(on).await;
    world.happen(world.controller.id, 3).await;
    let unlinked = chain::unlinked(world.store.db.read()).await.unwrap();
    assert_eq!(unlinked, [ControllerId::INSTALLATION, world.controller.id], "the installation has a trail as well");
    assert_eq!(chain::link(&world.store, ControllerId::INSTALLATION, 100).await.unwrap(), 1);
    let verification = chain::verify(&world.store.db, &world.public(), None, &[]).await.unwrap();
    assert!(verification.is_whole());
    let counts: Vec<_> =
        verification.chains.iter().map(|c| (c.linked, c.unlinked, c.checkpoints, c.head.seq)).collect();
    assert_eq!(counts, [(1, 0, 1, 1), (10, 3, 2, 10)]);
    assert_eq!(chain::link(&world.store, world.controller.id, 100).await.unwrap(), 3);
    assert_eq!(chain::link(&world.store, world.controller.id, 100).await.unwrap(), 0, "nothing is left");
    let verification = chain::verify(&world.store.db, &world.public(), Some(world.controller.id), &[]).await.unwrap();
    assert_eq!((verification.chains[0].linked, verification.chains[0].checkpoints), (13, 3));
    assert!(verification.is_whole());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_link_one_chain(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    world.happen(world.controller.id, 399).await;
    let mut workers = JoinSet::new();
    for worker in 0..6 {
        let store = if worker % 2 == 0 { world.store.clone() } else { world.another_process().await };
        let controller = world.controller.id;
        workers.spawn(async move {
            let mut linked = 0;
            loop {
                match chain::link(&store, controller, 17).await.unwrap() {
                    0 => return linked,
                    some => linked += some,
                }
            }
        });
    }
    // More happens while they link.
    for _ in 0..10 {
        world.happen(world.controller.id, 5).await;
    }
    let mut linked: u64 = workers.join_all().await.into_iter().sum();
    linked += chain::link(&world.store, world.controller.id, 1000).await.unwrap();
    assert_eq!(linked, 450, "each event once");
    assert_eq!(world.fault().await, None);
    assert_eq!(world.lines().await.len(), 450);
}

/// Every column of a line, and every column of it that a program reads back: each changed by hand.
#[rstest]
#[tokio::test]
async fn one_changed_column_shows(#[values(Sqlite, Postgres)] on: Kind) {
    let sqlite = matches!(on, Sqlite);
    let world = World::chained(on).await;
    let id = world.lines().await[5].id;
    let uuid = |text: &str| if sqlite { format!("x'{}'", text.replace('-', "")) } else { format!("'{text}'") };
    let other = uuid("00000000-0000-7000-8000-000000000001");
    let row = format!("seq = 6 AND {}", world.own());
    for (column, value, wrong) in [
        ("id", other.as_str(), Wrong::Altered),
        ("request_id", &other, Wrong::Altered),
        ("at", "at + 1", Wrong::Altered),
        ("kind", "'request.approved'", Wrong::Altered),
        ("actor_kind", "'client'", Wrong::Altered),
        ("actor_kind", "'no such kind'", Wrong::Altered),
        ("actor", "'somebody else'", Wrong::Altered),
        ("address", "NULL", Wrong::Altered),
        ("address", "'192.0.2.10'", Wrong::Altered),
        ("data", "'{\"n\":99}'", Wrong::Altered),
        ("previous_hash", "upper(previous_hash)", Wrong::Altered),
        ("previous_hash", "NULL", Wrong::Unreadable),
        ("hash", "upper(hash)", Wrong::Altered),
        ("hash", "NULL", Wrong::Unreadable),
        ("seq", "NULL", Wrong::Missing),
        ("seq", "99", Wrong::Missing),
        ("controller_id", &other, Wrong::Missing),
    ] {
        let keep = format!("CREATE TABLE kept AS SELECT * FROM events WHERE {row}");
        world.by_hand(&keep).await;
        assert_eq!(world.by_hand(&format!("UPDATE events SET {column} = {value} WHERE {row}")).await, 1);
        let fault = match column {
            // The stolen line is a chain of its own now, and that one does not begin where chains begin.
            "controller_id" => {
                let verification = chain::verify(&world.store.db, &world.public(), None, &[]).await.unwrap();
                assert_eq!(verification.chains.iter().filter(|chain| chain.fault.is_some()).count(), 2);
                let own = verification.chains.into_iter().find(|chain| chain.controller == world.controller.id);
                own.unwrap().fault.unwrap()
            }
            _ => world.fault().await.unwrap_or_else(|| panic!("{column} = {value} does not show")),
        };
        assert_eq!((fault.seq, fault.wrong), (6, wrong), "{column} = {value}");
        if wrong == Wrong::Altered && column != "id" {
            assert_eq!(fault.event, Some(id));
        }
        let kept = if sqlite { uuid(&id.to_string()) } else { format!("'{id}'") };
        world.by_hand(&format!("DELETE FROM events WHERE id IN ({kept}, {other})")).await;
        world.by_hand("INSERT INTO events SELECT * FROM kept").await;
        world.by_hand("DROP TABLE kept").await;
        assert_eq!(world.fault().await, None, "put right after {column} = {value}");
    }
}

/// What can be done to whole lines, to the head and to checkpoints.
#[rstest]
#[case::removed("DELETE FROM events WHERE seq = 5", 5, Wrong::Missing)]
#[case::first_removed("DELETE FROM events WHERE seq = 1", 1, Wrong::Missing)]
#[case::removed_and_closed_up(
    "DELETE FROM events WHERE seq = 5; UPDATE events SET seq = 5 WHERE seq = 6; UPDATE events SET seq = 6 WHERE seq = 7",
    5,
    Wrong::Altered
)]
#[case::reordered(
    "UPDATE events SET seq = 99 WHERE seq = 7; UPDATE events SET seq = 7 WHERE seq = 8; UPDATE events SET seq = 8 WHERE seq = 99",
    7,
    Wrong::Altered
)]
#[case::tail_removed("DELETE FROM events WHERE seq > 8", 9, Wrong::CheckpointPastEnd)]
#[case::tail_and_checkpoint_removed(
    "DELETE FROM events WHERE seq > 8; DELETE FROM checkpoints WHERE seq > 8",
    9,
    Wrong::Truncated
)]
#[case::tail_removed_and_head_set_back(
    "DELETE FROM events WHERE seq > 8; UPDATE chains SET seq = 8, hash = (SELECT hash FROM events WHERE seq = 8)",
    9,
    Wrong::CheckpointPastEnd
)]
#[case::tail_and_checkpoint_removed_and_head_set_back(
    "DELETE FROM events WHERE seq > 8; DELETE FROM checkpoints WHERE seq > 8; UPDATE chains SET seq = 8, hash = (SELECT hash FROM events WHERE seq = 8)",
    8,
    Wrong::Unsigned
)]
#[case::tail_unlinked("UPDATE events SET seq = NULL WHERE seq = 10", 10, Wrong::CheckpointPastEnd)]
#[case::all_removed("DELETE FROM events WHERE seq > 0; DELETE FROM checkpoints", 1, Wrong::Truncated)]
#[case::head_removed("DELETE FROM chains", 10, Wrong::NoHead)]
#[case::head_set_back("UPDATE chains SET seq = 9, hash = (SELECT hash FROM events WHERE seq = 9)", 10, Wrong::PastHead)]
#[case::head_altered("UPDATE chains SET hash = upper(hash)", 10, Wrong::WrongHead)]
#[case::checkpoint_removed("DELETE FROM checkpoints WHERE seq = 10", 10, Wrong::Unsigned)]
#[case::checkpoint_moved("UPDATE checkpoints SET seq = 5 WHERE seq = 4", 5, Wrong::Forged)]
#[case::checkpoint_over_another_hash("UPDATE checkpoints SET hash = upper(hash) WHERE seq = 4", 4, Wrong::Forged)]
#[case::checkpoint_dated_back("UPDATE checkpoints SET at = at - 1 WHERE seq = 4", 4, Wrong::Forged)]
#[case::signature_cut("UPDATE checkpoints SET signature = 'ab' WHERE seq = 4", 4, Wrong::Forged)]
#[case::signature_not_hexadecimal("UPDATE checkpoints SET signature = 'zz' WHERE seq = 4", 4, Wrong::Forged)]
#[case::another_key_named("UPDATE checkpoints SET key_id = '0123456789abcdef' WHERE seq = 4", 4, Wrong::AnotherKey)]
#[tokio::test]
async fn what_is_done_by_hand_shows(
    #[values(Sqlite, Postgres)] on: Kind,
    #[case] sql: &str,
    #[case] seq: i64,
    #[case] wrong: Wrong,
) {
    let world = World::chained(on).await;
    world.by_hand(sql).await;
    let fault = world.fault().await.expect("it does not show");
    assert_eq!((fault.seq, fault.wrong), (seq, wrong));
    // Whoever checks the bundle offline sees the same.
    let (_, offline) = bundle::verify(&*world.export().await, Some(&world.public()), &[]).unwrap();
    assert_eq!(offline.chains[0].fault, Some(fault));
}

/// SQLite keeps whatever it is given: a word where a number belongs, a number where text does.
#[rstest]
#[case("UPDATE events SET at = 'soon' WHERE seq = 5", Wrong::Unreadable)]
#[case("UPDATE events SET kind = x'ff00ff' WHERE seq = 5", Wrong::Unreadable)]
#[case("UPDATE events SET id = 'one' WHERE seq = 5", Wrong::Unreadable)]
#[case("UPDATE events SET seq = 'five' WHERE seq = 5", Wrong::Missing)]
#[tokio::test]
async fn what_cannot_be_read_is_a_fault_and_no_failure(#[case] sql: &str, #[case] wrong: Wrong) {
    let world = World::chained(Sqlite).await;
    world.by_hand(sql).await;
    let fault = world.fault().await.expect("it does not show");
    assert_eq!((fault.seq, fault.wrong), (5, wrong));
    let (_, offline) = bundle::verify(&*world.export().await, None, &[]).unwrap();
    assert_eq!(offline.chains[0].fault, Some(fault));
}

/// Puts a line in and hashes everything after it anew, as somebody would who knows how the chain is made.
async fn forge(world: &World, key: Option<&SigningKey>) -> Head {
    let mut head = Head::genesis();
    let lines = world.lines().await;
    world.by_hand("UPDATE events SET seq = NULL").await;
    for (line, seq) in lines.into_iter().zip(1..) {
        let forged = Content {
            id: line.id,
            controller_id: line.controller_id,
            request_id: line.request_id,
            at: line.at.0,
            kind: if seq == 6 { "request.approved".to_owned() } else { line.kind },
            actor_kind: line.actor_kind.to_string(),
            actor: line.actor,
            address: line.address,
            data: line.data,
        };
        let hash = forged.hash(seq, &head.hash);
        let change = table::ActiveModel {
            id: sea_orm::ActiveValue::Unchanged(line.id),
            kind: sea_orm::ActiveValue::Set(forged.kind.clone()),
            seq: sea_orm::ActiveValue::Set(Some(seq)),
            previous_hash: sea_orm::ActiveValue::Set(Some(head.hash)),
            hash: sea_orm::ActiveValue::Set(Some(hash.clone())),
            ..Default::default()
        };
        table::Entity::update(change).exec(world.store.db.write()).await.unwrap();
        head = Head { seq, hash };
    }
    world.by_hand(&format!("UPDATE chains SET hash = '{}'", head.hash)).await;
    if let Some(key) = key {
        world.by_hand("DELETE FROM checkpoints").await;
        let signed = Checkpoint::sign(key, world.controller.id, &head, world.now().0);
        let row = table::checkpoint::ActiveModel {
            id: sea_orm::ActiveValue::Set(signed.id),
            controller_id: sea_orm::ActiveValue::Set(signed.controller_id),
            seq: sea_orm::ActiveValue::Set(signed.seq),
            hash: sea_orm::ActiveValue::Set(signed.hash),
            at: sea_orm::ActiveValue::Set(world.now()),
            key_id: sea_orm::ActiveValue::Set(signed.key_id),
            signature: sea_orm::ActiveValue::Set(signed.signature),
        };
        table::checkpoint::Entity::insert(row).exec_without_returning(world.store.db.write()).await.unwrap();
    }
    head
}

#[rstest]
#[tokio::test]
async fn a_chain_hashed_anew_contradicts_its_checkpoints(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::chained(on).await;
    let before = chain::verify(&world.store.db, &world.public(), Some(world.controller.id), &[]).await.unwrap();
    let noted = [Noted::from(&before.chains[0])];

    forge(&world, None).await;
    let fault = world.fault().await.expect("it does not show");
    assert_eq!((fault.seq, fault.wrong), (10, Wrong::Contradicted), "the lines up to the first checkpoint are true");

    forge(&world, Some(&SigningKey::generate())).await;
    let fault = world.fault().await.expect("it does not show");
    assert_eq!((fault.seq, fault.wrong), (10, Wrong::AnotherKey));

    // Whoever has the key itself is found out by what somebody noted before, and by nothing else.
    forge(&world, Some(world.store.safe.signing())).await;
    assert_eq!(world.fault().await, None);
    let after = chain::verify(&world.store.db, &world.public(), Some(world.controller.id), &noted).await.unwrap();
    let fault = after.chains[0].fault.clone().expect("it does not show");
    assert_eq!((fault.seq, fault.wrong), (10, Wrong::Rewritten));
}

#[rstest]
#[tokio::test]
async fn a_chain_set_back_shows_against_a_noted_head(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::chained(on).await;
    let before = chain::verify(&world.store.db, &world.public(), Some(world.controller.id), &[]).await.unwrap();
    let noted = [Noted::from(&before.chains[0])];
    world.by_hand("DELETE FROM events WHERE seq > 4").await;
    world.by_hand("DELETE FROM checkpoints WHERE seq > 4").await;
    world.by_hand("UPDATE chains SET seq = 4, hash = (SELECT hash FROM events WHERE seq = 4)").await;
    assert_eq!(world.fault().await, None, "to the database alone it looks like a younger chain");
    let after = chain::verify(&world.store.db, &world.public(), None, &noted).await.unwrap();
    let own = after.chains.iter().find(|chain| chain.controller == world.controller.id).unwrap();
    assert_eq!(own.fault.as_ref().map(|fault| (fault.seq, fault.wrong)), Some((5, Wrong::Rewritten)));
    // The same if nothing at all is left of it.
    world.by_hand("DELETE FROM events").await;
    world.by_hand("DELETE FROM checkpoints").await;
    world.by_hand("DELETE FROM chains").await;
    let after = chain::verify(&world.store.db, &world.public(), None, &noted).await.unwrap();
    assert_eq!(after.chains[0].fault.as_ref().map(|fault| fault.wrong), Some(Wrong::Rewritten));
}

#[rstest]
#[tokio::test]
async fn linking_that_fails_leaves_nothing_half(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::chained(on).await;
    world.happen(world.controller.id, 700).await;
    // The checkpoint is the last thing written; this place is taken.
    world.by_hand("UPDATE checkpoints SET seq = 710 WHERE seq = 4").await;
    assert!(matches!(chain::link(&world.store, world.controller.id, 5000).await, Err(StoreError::Db(_))));
    assert_eq!(world.lines().await.len(), 10, "no event has got a place");
    let head = table::chain::Entity::find_by_id(world.controller.id).one(world.store.db.read()).await.unwrap();
    assert_eq!(head.map(|head| head.seq), Some(10));
    world.by_hand("UPDATE checkpoints SET seq = 4 WHERE seq = 710").await;
    assert_eq!(chain::link(&world.store, world.controller.id, 5000).await.unwrap(), 700);
    assert_eq!(world.fault().await, None);
}

/// Longer than any page that is read or written at once, with checkpoints in between.
#[rstest]
#[tokio::test]
async fn a_long_chain_is_walked_page_by_page(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    for _ in 0..4 {
        world.happen(world.controller.id, 800).await;
        assert!(chain::link(&world.store, world.controller.id, 1500).await.unwrap() >= 800);
    }
    let (_, offline) = bundle::verify(&*world.export().await, None, &[]).unwrap();
    let live = chain::verify(&world.store.db, &world.public(), Some(world.controller.id), &[]).await.unwrap();
    assert!(live.is_whole());
    assert_eq!((live.chains[0].linked, live.chains[0].checkpoints), (3201, 4));
    assert_eq!(offline, live);
    world.by_hand(&format!("UPDATE events SET actor = 'x' WHERE seq = 2777 AND {}", world.own())).await;
    assert_eq!(world.fault().await.map(|fault| (fault.seq, fault.wrong)), Some((2777, Wrong::Altered)));
}

/// The hashes are of a published form, so they must never change: these were computed by another program.
#[test]
fn the_form_that_is_hashed_is_pinned() {
    let line: Line = serde_json::from_value(sample_line()).unwrap();
    assert_eq!(line.event.hash(line.seq, &line.previous_hash), line.hash);
}

fn sample_line() -> Value {
    json!({
        "seq": 7,
        "previous_hash": "ab".repeat(32),
        "hash": "72abdaf3db9de69e61c81bb2620caebdbd96416a48d6972f29814713975bf384",
        "event": {
            "id": "01935b2e-7c00-7000-8000-000000000001",
            "controller_id": "01935b2e-7c00-7000-8000-000000000002",
            "request_id": null,
            "at_us": 1_795_165_200_000_001_i64,
            "kind": "controller.paused",
            "actor_kind": "operator",
            "actor": "command line",
            "address": "",
            "data": "{\"n\":\"é\"}",
        },
    })
}
