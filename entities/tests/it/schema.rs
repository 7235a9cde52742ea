//! The schema: laid down and taken away again, by many processes at once, and strict where two rows must never be.

use entities::db::Db;
use entities::id::{ArtifactId, JobId};
use entities::job::queries::{NewJob, row};
use entities::job::status::{JobKind, JobOrigin, JobStatus};
use entities::request::keys;
use entities::{artifact, job, request};
use migrations::{Migrator, migrate};
use resolution::identifier::IdentifierKind;
use resolution::plan::Right;
use resolution::record::RecordKey;
use rstest::rstest;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, SqlErr, Statement};
use sea_orm_migration::MigratorTrait;
use tokio::task::JoinSet;

use crate::world::{START, World, add_controller};
use testbed::database::Database;
use testbed::database::Kind::{self, Postgres, Sqlite};

/// Everything that the migrations made, one line a thing, in order.
async fn schema(db: &Db) -> Vec<String> {
    let sql = match db.backend() {
        DatabaseBackend::Sqlite => "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master",
        _ => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '')
               FROM information_schema.columns WHERE table_schema = 'public'
             UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE connamespace = 'public'::regnamespace"
        }
    };
    let rows = db.write().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    let mut lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    lines.retain(|line| !line.contains("seaql_migrations"));
    lines.sort();
    lines
}

#[rstest]
#[tokio::test]
async fn up_down_and_up_again_come_to_the_same(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::empty(on).await;
    let db = Db::connect(&database.url, 2).await.unwrap();
    migrate(db.write()).await.unwrap();
    let up = schema(&db).await;
    assert!(up.len() > 60, "{up:#?}");
    Migrator::down(db.write(), None).await.unwrap();
    assert_eq!(schema(&db).await, Vec::<String>::new(), "down leaves nothing");
    migrate(db.write()).await.unwrap();
    assert_eq!(schema(&db).await, up);
    migrate(db.write()).await.unwrap();
    assert_eq!(schema(&db).await, up, "a second time changes nothing");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn six_processes_may_migrate_at_once(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::empty(on).await;
    if matches!(on, Sqlite) {
        // Who makes the file sets its journal mode; that is no part of migrating.
        drop(Db::connect(&database.url, 1).await.unwrap());
    }
    let mut processes = JoinSet::new();
    for _ in 0..6 {
        let db = Db::connect(&database.url, 1).await.unwrap();
        processes.spawn(async move { migrate(db.write()).await });
    }
    for migrated in processes.join_all().await {
        migrated.unwrap();
    }
    let db = Db::connect(&database.url, 1).await.unwrap();
    assert_eq!(Migrator::get_pending_migrations(db.write()).await.unwrap().len(), 0);
}

/// Tables that hang on requests grow with them, so what is read of one request must lie along an index.
#[rstest]
#[tokio::test]
async fn whatever_belongs_to_a_request_is_found_without_looking_through_a_table(#[values(Sqlite, Postgres)] on: Kind) {
    let database = Database::empty(on).await;
    let db = Db::connect(&database.url, 1).await.unwrap();
    migrate(db.write()).await.unwrap();
    let ask = async |sql: String| db.write().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    let tables = match on {
        Sqlite => {
            "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name = 'request_id'"
        }
        // Not looking through a small table, but through none: what is left then is what has no index.
        Postgres => {
            ask("SET enable_seqscan = off".to_owned()).await;
            "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'request_id'"
        }
    };
    let tables = ask(tables.to_owned()).await;
    let mut tables: Vec<String> = tables.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    // Whatever an invitation lists is read by the invitation.
    tables.retain(|table| !["regulator_cases", "regulator_grants"].contains(&table.as_str()));
    assert!(tables.len() > 15, "{tables:?}");
    let (explain, none, looks_through) = match on {
        Sqlite => ("EXPLAIN QUERY PLAN", "x'00'", "SCAN"),
        Postgres => ("EXPLAIN", "'00000000-0000-0000-0000-000000000000'", "Seq Scan"),
    };
    for table in tables {
        let plan = ask(format!("{explain} SELECT * FROM {table} WHERE request_id = {none}")).await;
        let column = if matches!(on, Sqlite) { 3 } else { 0 };
        let steps: Vec<String> = plan.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
        assert!(!steps.iter().any(|step| step.contains(looks_through)), "{table}: {steps:?}");
    }
}

fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

impl World {
    /// Writes down a job about her e-mail address, or about another.
    async fn job(&self, request: &request::table::Model, value: &str) -> Result<JobId, DbErr> {
        let key = keys::of(self.store.db.read(), &self.store.safe, request.id).await.unwrap();
        let new = NewJob {
            kind: JobKind::Delete,
            subject: RecordKey::Term { kind: IdentifierKind::Email, value: value.to_owned() },
            origin: JobOrigin::Plan,
            parent: None,
            candidate: None,
            identifier: None,
            merge_set: None,
            status: JobStatus::Planned,
        };
        let row = row(&self.store.safe, &key, request, new, START);
        let id = row.id.clone().unwrap();
        job::table::Entity::insert(row).exec_without_returning(self.store.db.write()).await.map(|_| id)
    }

    async fn change(&self, change: job::table::ActiveModel) -> Result<(), DbErr> {
        job::table::Entity::update(change).exec(self.store.db.write()).await.map(|_| ())
    }
}

#[rstest]
#[tokio::test]
async fn a_second_live_job_on_one_subject_cannot_be_written(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let request = world.file(Right::Erasure).await;
    let first = world.job(&request, "a@example.com").await.unwrap();
    for same in ["a@example.com", "A@Example.COM"] {
        let error = world.job(&request, same).await.unwrap_err();
        assert!(is_unique_violation(&error), "{error}");
    }
    world.job(&request, "b@example.com").await.expect("another subject");
    let other = world.file(Right::Erasure).await;
    world.job(&other, "a@example.com").await.expect("another request");
    for status in JobStatus::ALL {
        world
            .change(job::table::ActiveModel { id: Unchanged(first), status: Set(*status), ..Default::default() })
            .await
            .unwrap();
        let second = world.job(&request, "a@example.com").await;
        assert_eq!(second.is_ok(), *status == JobStatus::Superseded, "beside a job that is {status}");
    }
}

#[rstest]
#[tokio::test]
async fn one_platform_request_belongs_to_one_job(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let request = world.file(Right::Erasure).await;
    let (one, two) =
        (world.job(&request, "a@example.com").await.unwrap(), world.job(&request, "b@example.com").await.unwrap());
    let adopt = |id| job::table::ActiveModel {
        id: Unchanged(id),
        platform_id: Set(Some("p-1".to_owned())),
        ..Default::default()
    };
    world.change(adopt(one)).await.unwrap();
    assert!(is_unique_violation(&world.change(adopt(two)).await.unwrap_err()));
    // Another controller has its own organisation, whose ids may be the same.
    let other = add_controller(&world.store, "other").await;
    let elsewhere = world.file_at(&other, Right::Erasure, Some("post_ident"), START).await;
    let three = world.job(&elsewhere, "a@example.com").await.unwrap();
    world.change(adopt(three)).await.expect("an id is unique within its organisation only");
}

#[rstest]
#[tokio::test]
async fn a_part_of_an_export_is_stored_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let request = world.file(Right::Access).await;
    let job = world.job(&request, "a@example.com").await.unwrap();
    let part = |number| artifact::table::ActiveModel {
        id: Set(ArtifactId::new()),
        request_id: Set(request.id),
        job_id: Set(job),
        part: Set(number),
        location: Set("a/b".to_owned()),
        sha256: Set("00".repeat(32)),
        bytes: Set(1),
        media_type: Set("application/zip".to_owned()),
        created_at: Set(START),
        handed_over_at: Set(None),
    };
    let insert = async |row| artifact::table::Entity::insert(row).exec_without_returning(world.store.db.write()).await;
    insert(part(1)).await.unwrap();
    insert(part(2)).await.unwrap();
    assert!(is_unique_violation(&insert(part(2)).await.unwrap_err()));
}
