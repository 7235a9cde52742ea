//! Several inserts in one round trip: what is written together need not be sent one by one.
//!
//! PostgreSQL takes them as one statement, all but the last as parts of its `WITH`, and looks at what they owe each other at
//! its end. SQLite takes them as one text and runs them in order, so what is pointed at comes first.

use sea_orm::sea_query::{CommonTableExpression, InsertStatement, WithClause};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, Insert, QueryTrait, Statement, StatementBuilder, Value,
    Values,
};

use crate::db::Txn;

/// Inserts that are sent together.
#[derive(Debug, Default)]
pub struct Inserts(Vec<InsertStatement>);

impl Inserts {
    /// Adds rows of one table, if there are any.
    pub fn add<A: ActiveModelTrait>(&mut self, rows: impl IntoIterator<Item = A>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_some() {
            self.0.push(Insert::many(rows).into_query());
        }
    }

    /// Adds an insert, as it stands.
    pub fn push(&mut self, insert: InsertStatement) {
        self.0.push(insert);
    }

    /// Sends them.
    ///
    /// # Errors
    /// The database refuses one of them; then the transaction is lost.
    pub async fn run(mut self, txn: &Txn) -> Result<(), DbErr> {
        let backend = txn.get_database_backend();
        let Some(last) = self.0.pop() else { return Ok(()) };
        let statement = if backend == DatabaseBackend::Postgres {
            let mut with = WithClause::new();
            for (place, insert) in self.0.into_iter().enumerate() {
                let part = CommonTableExpression::new().table_name(format!("part_{place}")).query(insert).to_owned();
                with.cte(part);
            }
            StatementBuilder::build(&last.with(with), &backend)
        } else {
            let each: Vec<Statement> =
                self.0.iter().chain([&last]).map(|insert| StatementBuilder::build(insert, &backend)).collect();
            let sql: Vec<&str> = each.iter().map(|statement| statement.sql.as_str()).collect();
            let sql = sql.join("; ");
            let values = each.into_iter().filter_map(|statement| statement.values).flat_map(|Values(values)| values);
            Statement::from_sql_and_values(backend, sql, values.collect::<Vec<Value>>())
        };
        txn.execute_raw(statement).await.map(|_| ())
    }
}
