//! What our own subscribers are told: who they are and with which keys they verify, where each request stands in what was
//! announced of it, the announcements, and what became of each on its way to each subscriber.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, id, index, number, optional_at, optional_id, optional_number, optional_text, sealed, table, text,
    unique,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        create_subscribers(schema).await?;
        create_announcements(schema).await?;
        create_deliveries(schema).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "announcement_attempts",
            "announcement_deliveries",
            "announcements",
            "announced_requests",
            "subscriber_keys",
            "subscribers",
        ] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}

async fn create_subscribers(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "subscribers",
                [
                    id("id"),
                    id("controller_id"),
                    sealed("url_sealed"),
                    text("host"),
                    text("description"),
                    text("kinds"),
                    text("owner"),
                    number("version"),
                    optional_at("failing_since"),
                    optional_at("last_failed_at"),
                    at("rests_until"),
                    optional_at("warned_at"),
                    optional_id("warning_id"),
                    optional_at("last_ok_at"),
                    optional_at("disabled_at"),
                    optional_text("disabled_for"),
                    at("created_at"),
                    at("updated_at"),
                    optional_at("removed_at"),
                ],
            )
            .foreign_key(&mut belongs_to("subscribers", "controller_id", "controllers"))
            .take(),
        )
        .await?;
    schema.create_index(index("subscribers", &["controller_id", "id"])).await?;
    schema
        .create_table(
            table(
                "subscriber_keys",
                [
                    id("id"),
                    id("subscriber_id"),
                    text("version"),
                    sealed("key_sealed"),
                    at("created_at"),
                    optional_at("ends_at"),
                ],
            )
            .foreign_key(&mut belongs_to("subscriber_keys", "subscriber_id", "subscribers"))
            .take(),
        )
        .await?;
    schema.create_index(index("subscriber_keys", &["subscriber_id"])).await
}

async fn create_announcements(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(table(
            "announced_requests",
            [id("request_id"), id("controller_id"), number("seq"), optional_text("status")],
        ))
        .await?;
    schema
        .create_table(
            table(
                "announcements",
                [
                    id("id"),
                    id("controller_id"),
                    optional_id("request_id"),
                    optional_number("seq"),
                    text("kind"),
                    optional_id("event_id"),
                    text("payload"),
                    at("at"),
                    at("created_at"),
                ],
            )
            .foreign_key(&mut belongs_to("announcements", "controller_id", "controllers"))
            .take(),
        )
        .await?;
    // One event is announced once.
    schema.create_index(unique("announcements", &["event_id", "kind"])).await?;
    schema.create_index(unique("announcements", &["request_id", "seq"])).await
}

async fn create_deliveries(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "announcement_deliveries",
                [
                    id("id"),
                    id("announcement_id"),
                    id("subscriber_id"),
                    text("state"),
                    number("attempts"),
                    number("tries"),
                    at("next_at"),
                    optional_at("first_tried_at"),
                    optional_at("last_tried_at"),
                    optional_number("last_status"),
                    optional_text("last_failure"),
                    at("created_at"),
                    optional_at("settled_at"),
                ],
            )
            .foreign_key(&mut belongs_to("announcement_deliveries", "announcement_id", "announcements"))
            .foreign_key(&mut belongs_to("announcement_deliveries", "subscriber_id", "subscribers"))
            .take(),
        )
        .await?;
    schema.create_index(unique("announcement_deliveries", &["announcement_id", "subscriber_id"])).await?;
    schema.create_index(index("announcement_deliveries", &["subscriber_id", "state", "next_at"])).await?;
    schema.create_index(index("announcement_deliveries", &["subscriber_id", "id"])).await?;
    schema.create_index(index("announcement_deliveries", &["settled_at"])).await?;
    schema
        .create_table(
            table(
                "announcement_attempts",
                [
                    id("id"),
                    id("delivery_id"),
                    number("number"),
                    at("at"),
                    optional_number("took_ms"),
                    optional_number("status"),
                    optional_text("failure"),
                ],
            )
            .foreign_key(&mut belongs_to("announcement_attempts", "delivery_id", "announcement_deliveries"))
            .take(),
        )
        .await?;
    schema.create_index(index("announcement_attempts", &["delivery_id", "id"])).await
}
