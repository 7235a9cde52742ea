//! Promise 7: after every sample has gone through, nothing of any of them stands readable in the database, in the files, or in
//! anything that was logged.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use entities::identifier::table::Choice;
use entities::job::status::JobStatus;
use entities::request::file::Replacement;
use entities::request::status::RequestStatus;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::Value;
use testbed::platform::swift;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, reload};

use crate::world::{World, on_both};

/// All that is logged while the story runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

const SAMPLES: [(Right, &[(K, &str)]); 15] = [
    (Right::Access, &[(K::Email, "ada.access@example.com"), (K::Name, "Ada Access")]),
    (Right::Erasure, &[(K::Email, "maya.okafor@example.com"), (K::Phone, "+13175550142"), (K::Name, "Maya Okafor")]),
    (Right::Rectification, &[(K::Email, "old.mail@example.com")]),
    (Right::Erasure, &[(K::Phone, "+13175550160")]),
    (Right::Erasure, &[(K::Email, "sam.rivera@example.com")]),
    (Right::Access, &[(K::Name, "Alex Kim")]),
    (Right::Erasure, &[(K::Email, "pat.one@example.com"), (K::Phone, "+13175550170")]),
    (Right::Erasure, &[(K::Email, "erin.once@example.com")]),
    (Right::Erasure, &[(K::Email, "erin.forever@example.com")]),
    (Right::Erasure, &[(K::Email, "lou.lost@example.com")]),
    (Right::Access, &[(K::Email, "stan.storm@example.com"), (K::Email, "toni.token@example.com")]),
    (Right::Access, &[(K::Email, "tia.twoparts@example.com")]),
    (Right::Access, &[(K::Email, "mia.missing@example.com")]),
    (Right::Access, &[(K::Email, "uma.unknown@example.com")]),
    (
        Right::Access,
        &[
            (K::Address, "12 Sample Street, Springfield"),
            (K::Twitter, "vic_various"),
            (K::Instagram, "vic.insta"),
            (K::Facebook, "vic-fb-1"),
            (K::AppleMessages, "vic-apple-1"),
            (K::ExternalId, "CRM-10442"),
            (K::Email, "carla.calls@example.com"),
        ],
    ),
];

/// Our own crates at the finest level, all others at the next; the sandbox is no part of the service.
const LOGGED: &str = "debug,worker=trace,entities=trace,genesys=trace,resolution=trace,vault=trace,law=trace,\
                      sandbox=off,actix_server=off,actix_http=off,actix_web=off,mio=off";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_stands_readable_anywhere() {
    let log = Log::default();
    let (filter, switch) = reload::Layer::new(EnvFilter::new(LOGGED));
    let lines = tracing_subscriber::fmt::layer().json().with_writer(log.clone());
    tracing_subscriber::registry().with(filter).with(lines).init();
    on_both(async |kind| {
        let mut world = World::start(kind, swift(Population::Samples)).await;
        let needles = needles(&world.platform.show("people").await);
        assert!(needles.len() > 60, "all samples are looked for: {}", needles.len());
        everybody(&world).await;
        world.rest().await;
        let logged = log.0.lock().unwrap().clone();
        seek(&needles, &format!("{kind:?}: the log"), &logged);
        assert!(logged.windows(13).any(|it| it == b"platform call"), "the log was captured at all");
        for (table, text) in tables(&world).await {
            seek(&needles, &format!("{kind:?}: the table {table}"), text.as_bytes());
        }
        files(world.database.folder.path(), &mut |path, bytes| {
            seek(&needles, &format!("{kind:?}: {}", path.display()), bytes);
        });
    })
    .await;
    switch.modify(|filter| *filter = EnvFilter::new("off")).unwrap();
}

/// Files a request for every sample, decides what is asked, and lets all end that can end.
async fn everybody(world: &World) {
    let mut ids = Vec::new();
    for (right, terms) in SAMPLES {
        let change = Replacement {
            kind: K::Email,
            existing: "old.mail@example.com".to_owned(),
            updated: "new.mail@example.com".to_owned(),
        };
        let changes = if right == Right::Rectification { vec![change] } else { Vec::new() };
        ids.push(world.file_for(&world.controller, right, terms, changes).await);
    }
    for id in &ids {
        world.until_status(*id, RequestStatus::Reviewing).await;
        for candidate in world.findings(*id).await.candidates {
            if candidate.set_aside.is_none() && !candidate.certain {
                let choose = async |case: entities::request::decide::Case<'_>| {
                    case.choose_candidate(candidate.id, Choice::Included, "Alex Kim said so").await
                };
                world.decide(*id, choose).await.unwrap();
            }
        }
        world.approve(*id).await;
    }
    let ended = async || {
        for id in &ids {
            let waits = world.request(*id).await.open_questions > 0;
            let jobs = world.jobs(*id).await;
            let failed = jobs.iter().any(|job| job.status == JobStatus::Failed);
            if !(world.request(*id).await.status.is_closed() || waits || failed) {
                return false;
            }
        }
        true
    };
    world.until_true("every sample to end or to ask", ended).await;
}

/// Everything that names a sample person: all texts that people carry, and the ids of their records.
fn needles(people: &Value) -> BTreeSet<String> {
    const PERSONAL: [&str; 7] = ["id", "name", "emails", "phones", "addresses", "external_ids", "socials"];
    let mut found = BTreeSet::from(["new.mail@example.com".to_owned(), "Alex Kim said so".to_owned()]);
    for list in ["users", "contacts", "dialer_contacts", "journey_customers"] {
        for record in people[list].as_array().unwrap() {
            for field in PERSONAL {
                texts(&record[field], &mut found);
            }
        }
    }
    found.extend(["nobody@example.com", "carla.calls@example.com"].map(str::to_owned));
    found.retain(|text| {
        text.len() > 5 && !["TWITTER", "INSTAGRAM", "FACEBOOK", "APPLE_MESSAGES"].contains(&text.as_str())
    });
    found
}

fn texts(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        _ => {}
    }
}

/// Every row of every table as text; binary columns as hexadecimal digits.
async fn tables(world: &World) -> Vec<(String, String)> {
    let conn = world.store.db.read();
    let (names, row) = match conn.get_database_backend() {
        DatabaseBackend::Postgres => ("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'", "t::text"),
        _ => ("SELECT name FROM sqlite_master WHERE type = 'table'", "''"),
    };
    let mut found = Vec::new();
    let query = |sql: String| Statement::from_string(conn.get_database_backend(), sql);
    for table in conn.query_all_raw(query(names.to_owned())).await.unwrap() {
        let table: String = table.try_get("", "name").unwrap();
        // On SQLite the file itself is read, which also shows what has been deleted.
        for line in conn.query_all_raw(query(format!("SELECT {row} AS line FROM \"{table}\" t"))).await.unwrap() {
            found.push((table.clone(), line.try_get::<String>("", "line").unwrap()));
        }
    }
    assert!(found.iter().any(|(table, _)| table == "jobs") && found.iter().any(|(table, _)| table == "events"));
    found
}

fn files(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, look);
        } else {
            look(&path, &std::fs::read(&path).unwrap());
        }
    }
}

/// Fails if bytes hold one of the texts, in whatever case, as it is or as hexadecimal digits.
fn seek(needles: &BTreeSet<String>, place: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for needle in needles {
        let digits: String = needle.bytes().map(|byte| format!("{byte:02x}")).collect();
        for shape in [needle.to_lowercase(), digits] {
            if let Some(at) = text.find(&shape) {
                let before: String = text[..at].chars().rev().take(300).collect();
                panic!("{place} shows {needle} after: {}", before.chars().rev().collect::<String>());
            }
        }
    }
}
