//! Group commit: requests and calls that come in at the same time are written in one transaction.
//!
//! What costs is the commit and the statements before it, and both cost the same for one as for many. So whoever comes
//! while a transaction is under way waits for its end, and goes with all others who have come meanwhile. Nobody waits for
//! company: a request that is alone goes alone. Each is answered after the commit it is part of.
//!
//! A batch that fails is left to its members, each in a transaction of its own, where each is told its own trouble: a key that
//! came before, a reference that exists. So one caller's fault never becomes another's.

use std::sync::Arc;
use std::time::Duration;

use entities::db::Txn;
use entities::delivery::queries::Storing;
use entities::event::trail::Actor;
use entities::id::ClientId;
use entities::idempotency::queries::{self, Answer, Taken};
use entities::inserts::Inserts;
use entities::request::file::Filing;
use entities::store::Store;
use sea_orm::{DatabaseBackend, DbErr};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::idempotency::Key;

/// How many go together at most.
const MOST: usize = 64;
/// How many identifiers, or pages of calls, go together at most, give or take one's own: a statement takes some thirty thousand
/// values, and what is written at once is held in memory at once.
const MOST_ROWS: usize = 1_000;
/// How long the database may take for one thing. Longer than it waits for a lock by itself.
const PATIENCE: Duration = Duration::from_secs(40);
/// How many may wait before callers wait to wait.
const QUEUE: usize = 1_024;

/// Where requests go to be written.
pub struct Together {
    queue: mpsc::Sender<Waiting>,
}

/// Something on its way.
struct Waiting {
    item: Item,
    told: oneshot::Sender<Written>,
}

/// What can be written together.
#[derive(Clone)]
pub enum Item {
    /// A request.
    Request(Arc<Intake>),
    /// A call of a ticketing system.
    Call(Arc<Storing>),
}

impl Item {
    /// How much it is, in rows of a usual size.
    fn weight(&self) -> usize {
        match self {
            Self::Request(intake) => intake.filing.identifiers(),
            Self::Call(call) => 1 + call.row.body_sealed.as_ref().map_or(0, Vec::len) / 4_096,
        }
    }
}

/// One request, complete, with who files it and what the call is answered with.
pub struct Intake {
    /// The request.
    pub filing: Filing,
    /// Who files it, for the trail.
    pub by: Actor,
    /// The client that calls.
    pub client: ClientId,
    /// The call's idempotency key, if it has one.
    pub key: Option<Key>,
    /// What the call is answered with.
    pub answer: Answer,
}

impl Intake {
    fn taken(&self) -> Option<Taken<'_>> {
        Some(self.key.as_ref()?.taken(self.client, Some(&self.answer)))
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is durable.
    Yes,
    /// It is not written; try it alone, and hear why.
    No,
    /// The answer to the commit was lost. Only with a key is it safe to try again.
    Unknown,
}

impl Together {
    /// Starts writing, on the present runtime. On SQLite only one writes; on PostgreSQL a second one fills its batch while the
    /// first one commits.
    #[must_use]
    pub fn start(store: &Store) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let inbox = Arc::new(Mutex::new(inbox));
        let writers = if store.db.backend() == DatabaseBackend::Sqlite { 1 } else { 2 };
        for _ in 0..writers {
            tokio::spawn(write_all(store.clone(), inbox.clone()));
        }
        Self { queue }
    }

    /// Writes it, with whoever else waits.
    pub async fn write(&self, item: Item) -> Written {
        let (told, hears) = oneshot::channel();
        if self.queue.send(Waiting { item, told }).await.is_err() {
            return Written::No;
        }
        hears.await.unwrap_or(Written::Unknown)
    }
}

/// Goes on until nobody can send any more.
async fn write_all(store: Store, inbox: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    loop {
        let first = inbox.lock().await.recv().await;
        let Some(first) = first else { return };
        let mut rows = first.item.weight();
        let mut batch = vec![first];
        let txn = in_time(store.db.begin()).await;
        // Whoever came while the database made room goes along, and whoever gives up meanwhile does not. If another writer
        // waits at the inbox, it is empty.
        if let Ok(mut inbox) = inbox.try_lock() {
            while batch.len() < MOST
                && rows < MOST_ROWS
                && let Ok(next) = inbox.try_recv()
            {
                rows += next.item.weight();
                batch.push(next);
            }
        }
        batch.retain(|waiting| !waiting.told.is_closed());
        let written = if batch.is_empty() { Written::No } else { write(&store, txn, &batch).await };
        for waiting in batch {
            // Whoever has gone need not hear it.
            let _ = waiting.told.send(written);
        }
    }
}

async fn write(store: &Store, txn: Result<Txn, DbErr>, batch: &[Waiting]) -> Written {
    let size = batch.len();
    let prepared = async {
        let txn = txn?;
        in_time(prepare(store, &txn, batch)).await?;
        Ok::<Txn, DbErr>(txn)
    };
    match prepared.await {
        Ok(txn) => match in_time(txn.commit()).await {
            Ok(()) => Written::Yes,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    size,
                    "whether a batch was filed is not known"
                );
                Written::Unknown
            }
        },
        Err(error) => {
            tracing::debug!(error = &error as &dyn std::error::Error, size, "a batch goes one by one");
            Written::No
        }
    }
}

/// A database that says nothing must not hold up everyone who comes after.
async fn in_time<T>(work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    let late = |_| DbErr::Custom("the database did not answer in time".to_owned());
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|elapsed| Err(late(elapsed)))
}

/// All of a batch, up to the commit.
async fn prepare(store: &Store, txn: &Txn, batch: &[Waiting]) -> Result<(), DbErr> {
    let intakes = || {
        batch.iter().filter_map(|waiting| match &waiting.item {
            Item::Request(intake) => Some(&**intake),
            Item::Call(_) => None,
        })
    };
    let calls: Vec<&Storing> = batch
        .iter()
        .filter_map(|waiting| match &waiting.item {
            Item::Call(call) => Some(&**call),
            Item::Request(_) => None,
        })
        .collect();
    let keys: Vec<Taken<'_>> = intakes().filter_map(Intake::taken).collect();
    let mut inserts = Inserts::default();
    queries::take_new(&mut inserts, &keys, store.now());
    let filings: Vec<_> = intakes().map(|intake| (&intake.filing, &intake.by)).collect();
    Filing::add_all(&mut inserts, &filings);
    Storing::add_all(&mut inserts, &calls);
    inserts.run(txn).await
}
