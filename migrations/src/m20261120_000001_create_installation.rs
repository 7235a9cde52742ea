//! The installation's own secrets, and the controllers it serves.

use sea_orm_migration::prelude::*;

use crate::columns::{at, flag, json, number, optional_at, optional_text, sealed, table, text, unique};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(table("installation_secrets", [text("name"), sealed("value_sealed"), at("created_at")]))
            .await?;
        schema
            .create_table(table(
                "controllers",
                [
                    crate::columns::id("id"),
                    text("slug"),
                    text("name"),
                    text("organisation_id"),
                    text("login_url"),
                    text("api_url"),
                    sealed("credential_sealed"),
                    text("time_zone"),
                    optional_text("region"),
                    json("policy"),
                    flag("paused"),
                    number("version"),
                    at("created_at"),
                    at("updated_at"),
                ],
            ))
            .await?;
        schema.create_index(unique("controllers", &["slug"])).await?;
        // Without a key to controllers: that of everything names none.
        schema
            .create_table(table(
                "pauses",
                [
                    crate::columns::id("id"),
                    crate::columns::id("controller_id"),
                    sealed("reason_sealed"),
                    text("paused_by_kind"),
                    text("paused_by"),
                    at("paused_at"),
                    optional_text("resumed_by"),
                    optional_at("resumed_at"),
                ],
            ))
            .await?;
        // One is in force at one place.
        let in_force = unique("pauses", &["controller_id"]).and_where(Expr::col("resumed_at").is_null()).take();
        schema.create_index(in_force).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("pauses").take()).await?;
        schema.drop_table(Table::drop().table("controllers").take()).await?;
        schema.drop_table(Table::drop().table("installation_secrets").take()).await
    }
}
