//! Ticketing systems: the sources requests come from, their calls as they arrived, their tickets, and what these are told.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, flag, id, index, json, keyed_table, number, optional_at, optional_id, optional_number,
    optional_sealed, optional_text, sealed, table, text, unique,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(
                table(
                    "sources",
                    [
                        id("id"),
                        id("controller_id"),
                        id("client_id"),
                        text("slug"),
                        text("system"),
                        text("setup"),
                        sealed("secret_sealed"),
                        optional_sealed("previous_secret_sealed"),
                        optional_at("previous_until"),
                        json("settings"),
                        text("mapping"),
                        number("mapping_version"),
                        optional_sealed("credentials_sealed"),
                        flag("paused"),
                        optional_text("cursor"),
                        optional_at("reconciled_at"),
                        optional_text("trouble"),
                        number("version"),
                        at("created_at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("sources", "controller_id", "controllers"))
                .foreign_key(&mut belongs_to("sources", "client_id", "clients"))
                .take(),
            )
            .await?;
        schema.create_index(unique("sources", &["slug"])).await?;
        schema
            .create_table(
                table(
                    "deliveries",
                    [
                        id("id"),
                        id("source_id"),
                        id("controller_id"),
                        text("state"),
                        optional_text("problem"),
                        optional_text("content_type"),
                        optional_sealed("body_sealed"),
                        number("size"),
                        optional_text("sender_id"),
                        flag("vouched"),
                        optional_at("sent_at"),
                        at("received_at"),
                        optional_at("settled_at"),
                        optional_at("seen_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("deliveries", "source_id", "sources"))
                .take(),
            )
            .await?;
        schema.create_index(index("deliveries", &["source_id", "id"])).await?;
        // Few: what is read is settled at once, and what cannot be read is rare.
        let waits = Expr::col("state").is_in(["received", "unreadable"]);
        schema.create_index(index("deliveries", &["source_id", "state"]).and_where(waits).take()).await?;
        schema
            .create_table(
                keyed_table(
                    "delivery_keys",
                    &["source_id", "key"],
                    [id("source_id"), text("key"), id("delivery_id"), at("seen_at")],
                )
                .foreign_key(&mut belongs_to("delivery_keys", "source_id", "sources"))
                .take(),
            )
            .await?;
        schema.create_index(index("delivery_keys", &["seen_at"])).await?;
        schema
            .create_table(
                table(
                    "tickets",
                    [
                        id("id"),
                        id("source_id"),
                        id("controller_id"),
                        text("external_id"),
                        optional_text("display_id"),
                        text("state"),
                        optional_id("request_id"),
                        optional_number("mapping_version"),
                        text("problems"),
                        optional_sealed("document_sealed"),
                        flag("vouched"),
                        optional_at("changed_at"),
                        at("received_at"),
                        optional_text("shown"),
                        flag("writable"),
                        at("created_at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("tickets", "source_id", "sources"))
                .foreign_key(&mut belongs_to("tickets", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(unique("tickets", &["source_id", "external_id"])).await?;
        schema.create_index(index("tickets", &["request_id"])).await?;
        schema.create_index(index("tickets", &["controller_id", "state", "id"])).await?;
        schema
            .create_table(
                table(
                    "ticket_comments",
                    [
                        id("id"),
                        id("ticket_id"),
                        id("event_id"),
                        number("number"),
                        text("milestone"),
                        text("state"),
                        number("attempts"),
                        at("at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("ticket_comments", "ticket_id", "tickets"))
                .take(),
            )
            .await?;
        schema.create_index(unique("ticket_comments", &["ticket_id", "event_id"])).await?;
        schema.create_index(unique("ticket_comments", &["ticket_id", "number"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["ticket_comments", "tickets", "delivery_keys", "deliveries", "sources"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
