//! The evidence: events, the chain each controller's events are linked into, and signed checkpoints of it.

use sea_orm_migration::prelude::*;

use crate::columns::{at, id, index, number, optional_id, optional_number, optional_text, table, text, unique};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(table(
                "events",
                [
                    id("id"),
                    id("controller_id"),
                    optional_id("request_id"),
                    at("at"),
                    text("kind"),
                    text("actor_kind"),
                    text("actor"),
                    optional_text("address"),
                    text("data"),
                    optional_number("seq"),
                    optional_text("previous_hash"),
                    optional_text("hash"),
                ],
            ))
            .await?;
        schema.create_index(unique("events", &["controller_id", "seq"])).await?;
        schema.create_index(index("events", &["request_id", "id"])).await?;
        schema
            .create_index(
                index("events", &["controller_id", "id"])
                    .name("ix_events_unsealed")
                    .and_where(Expr::col("seq").is_null())
                    .take(),
            )
            .await?;
        // What a guest looked at, for whoever let the guest in. There are few of these among many.
        schema
            .create_index(
                index("events", &["actor", "id"])
                    .name("ix_events_regulators")
                    .and_where(Expr::col("actor_kind").eq("regulator"))
                    .take(),
            )
            .await?;
        // What programs looked at as regulators do, for the controller. Few among many as well.
        schema
            .create_index(
                index("events", &["controller_id", "id"])
                    .name("ix_events_programs")
                    .and_where(Expr::col("actor_kind").eq("client"))
                    .and_where(Expr::col("kind").is_in(["regulator.looked", "regulator.downloaded"]))
                    .take(),
            )
            .await?;
        schema.create_table(table("chains", [id("controller_id"), number("seq"), text("hash")])).await?;
        schema
            .create_table(table(
                "checkpoints",
                [
                    id("id"),
                    id("controller_id"),
                    number("seq"),
                    text("hash"),
                    at("at"),
                    text("key_id"),
                    text("signature"),
                ],
            ))
            .await?;
        schema.create_index(unique("checkpoints", &["controller_id", "seq"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["checkpoints", "chains", "events"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
