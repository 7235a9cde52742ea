//! A fresh database for every test, on SQLite or PostgreSQL: nothing is shared, so nothing can leak from test to test.

use std::sync::{Mutex, PoisonError};

use entities::db::Db;
use entities::store::Store;
use entities::time::Clock;
use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;
use vault::keyring::Keyring;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// The server that `DSR_TEST_POSTGRES_URL` names.
    Postgres,
}

/// Both kinds, for stories that loop over them.
pub const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// A database that goes away with this value.
pub struct Database {
    /// Its address.
    pub url: String,
    /// A folder that goes with it, for files of exports and the like.
    pub folder: TempDir,
    keyring: Keyring,
    postgres: Option<String>,
}

impl Database {
    /// A fresh database at the newest schema.
    ///
    /// # Panics
    /// PostgreSQL is asked for and `DSR_TEST_POSTGRES_URL` names no server.
    pub async fn fresh(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let database = Self::empty(kind).await;
                let db = Db::connect(&database.url, 4).await.expect("SQLite opens");
                migrations::migrate(db.write()).await.expect("the schema applies");
                database
            }
            Kind::Postgres => Self::on_server(template().await).await,
        }
    }

    /// A database without a single table.
    ///
    /// # Panics
    /// PostgreSQL is asked for and `DSR_TEST_POSTGRES_URL` names no server.
    pub async fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = new_folder();
                let url = format!("sqlite://{}/dsr.db", folder.path().display());
                Self { url, folder, keyring: Keyring::generate(), postgres: None }
            }
            Kind::Postgres => Self::on_server("template0").await,
        }
    }

    async fn on_server(template: &str) -> Self {
        let name = format!("t_{}", Uuid::now_v7().simple());
        run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { url: address(&name), folder: new_folder(), keyring: Keyring::generate(), postgres: Some(name) }
    }

    /// The key that the installation on this database has.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The key that the installation on this database has, as text for a key file or an environment variable.
    #[must_use]
    pub fn key_text(&self) -> String {
        self.keyring.to_text().to_string()
    }

    /// A store on it, as one more process would have.
    ///
    /// # Panics
    /// The database does not answer.
    pub async fn store(&self, clock: Clock, connections: u32) -> Store {
        self.store_with(self.keyring.clone(), clock, connections).await
    }

    /// The same with other keys.
    ///
    /// # Panics
    /// The database does not answer, or its secrets do not open under these keys.
    pub async fn store_with(&self, keyring: Keyring, clock: Clock, connections: u32) -> Store {
        let db = Db::connect(&self.url, connections).await.expect("the test's database answers");
        Store::open(db, keyring, clock).await.expect("the store opens")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(name) = self.postgres.take() else { return };
        // The first drop costs a checkpoint; those that follow at once are cheap. So on a server that is thrown away as a
        // whole they are gathered, and what is left at the end goes with it.
        let is_throwaway = std::env::var_os("DSR_TEST_POSTGRES_THROWAWAY").is_some();
        let at_once = if is_throwaway { GATHERED } else { 1 };
        let mut done_with = DONE_WITH.lock().unwrap_or_else(PoisonError::into_inner);
        done_with.push(name);
        if done_with.len() < at_once {
            return;
        }
        let names = std::mem::take(&mut *done_with);
        drop(done_with);
        // Dropping needs an await, and a test may end anywhere: so it is done on a thread of its own.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime can be made");
            for name in names {
                runtime.block_on(run(&format!("DROP DATABASE {name} WITH (FORCE)")));
            }
        });
        // Waiting here holds up every story that shares the thread, for a minute and more on a busy machine.
        if !is_throwaway {
            drop(dropping.join());
        }
    }
}

fn new_folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// How many databases are dropped together.
const GATHERED: usize = 32;

/// Databases that no test needs any more.
static DONE_WITH: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn server() -> String {
    std::env::var("DSR_TEST_POSTGRES_URL").expect(
        "DSR_TEST_POSTGRES_URL is not set: run scripts/test, which starts PostgreSQL, or scripts/with-postgres COMMAND",
    )
}

fn address(database: &str) -> String {
    let server = server();
    let (base, _) = server.rsplit_once('/').expect("the server's address ends in a database");
    format!("{base}/{database}")
}

async fn admin() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(server());
    options.max_connections(1).sqlx_logging(false);
    Connect::connect(options).await.expect("the PostgreSQL server answers")
}

async fn run(statement: &str) {
    let db = admin().await;
    db.execute_unprepared(statement).await.expect("the PostgreSQL server does as told");
    db.close().await.expect("the connection closes");
}

/// A migrated database to copy from: copying takes a fraction of migrating. One for each test process.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", Uuid::now_v7().simple());
            run(&format!("CREATE DATABASE {name}")).await;
            let db = Db::connect(&address(&name), 1).await.expect("the template opens");
            migrations::migrate(db.write()).await.expect("the schema applies");
            // A template with a connection open cannot be copied.
            db.write().clone().close().await.expect("the connection closes");
            name
        })
        .await
}
