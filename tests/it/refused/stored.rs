//! Everything that the database holds, to see whether anything was added, changed or taken away.

use std::collections::BTreeMap;

use entities::store::Store;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

/// Every row of every table.
#[derive(Debug, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    /// What there is now.
    pub async fn of(store: &Store) -> Self {
        let conn = store.db.read();
        let backend = store.db.backend();
        let ask = async |text: String| {
            let rows = conn.query_all_raw(Statement::from_string(backend, text)).await.unwrap();
            rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
        };
        let mut tables = BTreeMap::new();
        match backend {
            DatabaseBackend::Sqlite => {
                let named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
                for table in ask(named.to_owned()).await {
                    let columns = ask(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                    let row =
                        columns.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join("||','||");
                    let rows = ask(format!("SELECT {row} AS line FROM \"{table}\" ORDER BY line")).await;
                    tables.insert(table, rows);
                }
            }
            _ => {
                let named = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
                for table in ask(named.to_owned()).await {
                    let rows = ask(format!("SELECT t::text AS line FROM \"{table}\" t ORDER BY line")).await;
                    tables.insert(table, rows);
                }
            }
        }
        assert!(tables.len() > 15 && tables.contains_key("requests"), "the tables were not found: {:?}", tables.keys());
        Self(tables)
    }

    /// A table that differs.
    pub fn differs(&self, other: &Self) -> Option<String> {
        let names = self.0.keys().chain(other.0.keys());
        names.into_iter().find(|name| self.0.get(*name) != other.0.get(*name)).cloned()
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.0[table].len()
    }
}
