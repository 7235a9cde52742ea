//! Indexes for reports: a controller's requests in the order of receipt, and the files of a request.

use sea_orm_migration::prelude::*;

use crate::columns::index;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.create_index(index("requests", &["controller_id", "received_at", "id"])).await?;
        schema.create_index(index("artifacts", &["request_id"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in [("artifacts", "request_id"), ("requests", "controller_id_received_at_id")] {
            let name = format!("ix_{table}_{columns}");
            schema.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }
}
