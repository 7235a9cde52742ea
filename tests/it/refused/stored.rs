//! Everything that the database holds, to see whether anything was added, changed or taken away.

use std::collections::BTreeMap;

use entities::store::Store;
use sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult, Statement};

/// Looks at every row of every table.
pub struct Watch {
    store: Store,
    /// One statement for all tables: a look is taken after each of some thousand calls.
    everything: String,
}

/// Every row of every table, at one instant.
#[derive(Debug, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Watch {
    pub async fn on(store: &Store) -> Self {
        let mut parts = Vec::new();
        let is_sqlite = store.db.backend() == DatabaseBackend::Sqlite;
        let names = if is_sqlite {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        } else {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"
        };
        for table in texts(store, names).await {
            let line = if is_sqlite {
                let columns = texts(store, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
                columns.iter().map(|name| format!("quote(t.\"{name}\")")).collect::<Vec<_>>().join("||','||")
            } else {
                "t::text".to_owned()
            };
            parts.push(format!("SELECT '{table}' AS name, {line} AS line FROM \"{table}\" AS t"));
        }
        assert!(parts.len() > 15, "the tables were not found");
        Self { store: store.clone(), everything: format!("{} ORDER BY name, line", parts.join(" UNION ALL ")) }
    }

    pub async fn look(&self) -> Contents {
        let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows(&self.store, &self.everything).await {
            tables.entry(row.try_get_by_index(0).unwrap()).or_default().push(row.try_get_by_index(1).unwrap());
        }
        Contents(tables)
    }
}

async fn rows(store: &Store, text: &str) -> Vec<QueryResult> {
    store.db.read().query_all_raw(Statement::from_string(store.db.backend(), text)).await.unwrap()
}

async fn texts(store: &Store, text: &str) -> Vec<String> {
    rows(store, text).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

impl Contents {
    /// A table that differs.
    pub fn differs(&self, other: &Self) -> Option<String> {
        let mut names = self.0.keys().chain(other.0.keys());
        names.find(|name| self.0.get(*name) != other.0.get(*name)).cloned()
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.0.get(table).map_or(0, Vec::len)
    }
}
