//! Who may call the API: clients, the controllers each may reach, their tokens and their idempotency keys.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, id, index, keyed_table, number, optional_at, optional_number, optional_text, table, text,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(table(
                "clients",
                [
                    id("id"),
                    text("name"),
                    text("secret_hash"),
                    text("scopes"),
                    number("token_seconds"),
                    at("created_at"),
                    optional_at("used_at"),
                    optional_at("revoked_at"),
                ],
            ))
            .await?;
        schema
            .create_table(
                keyed_table(
                    "client_controllers",
                    &["client_id", "controller_id"],
                    [id("client_id"), id("controller_id")],
                )
                .foreign_key(&mut belongs_to("client_controllers", "client_id", "clients"))
                .foreign_key(&mut belongs_to("client_controllers", "controller_id", "controllers"))
                .take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "tokens",
                    [text("hash"), id("client_id"), at("created_at"), at("expires_at"), optional_at("revoked_at")],
                )
                .foreign_key(&mut belongs_to("tokens", "client_id", "clients"))
                .take(),
            )
            .await?;
        schema.create_index(index("tokens", &["client_id"])).await?;
        schema.create_index(index("tokens", &["expires_at"])).await?;
        schema
            .create_table(
                keyed_table(
                    "idempotency_keys",
                    &["client_id", "key_hash"],
                    [
                        id("client_id"),
                        text("key_hash"),
                        text("body_hash"),
                        optional_number("status"),
                        optional_text("location"),
                        optional_text("answer"),
                        at("created_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("idempotency_keys", "client_id", "clients"))
                .take(),
            )
            .await?;
        schema.create_index(index("idempotency_keys", &["created_at"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["idempotency_keys", "tokens", "client_controllers", "clients"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
