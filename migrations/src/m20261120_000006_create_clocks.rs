//! The clocks and what moves them: dates as they were computed, questions to the person, extensions, appeals.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, flag, id, index, number, optional_at, optional_id, optional_number, optional_sealed, optional_text,
    sealed, table, text, unique,
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
                    "clocks",
                    [
                        id("id"),
                        id("request_id"),
                        id("controller_id"),
                        text("regime"),
                        text("duty"),
                        number("computation"),
                        flag("is_not_before"),
                        at("cautious_at"),
                        at("statutory_at"),
                        at("target_at"),
                        text("state"),
                        optional_at("met_at"),
                        text("whole"),
                        text("pack"),
                        text("pack_hash"),
                        optional_text("calendar"),
                        optional_text("calendar_hash"),
                        at("computed_at"),
                        text("why"),
                        optional_at("superseded_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("clocks", "request_id", "requests"))
                .take(),
            )
            .await?;
        // What was computed is kept: a duty's next computation is a row of its own.
        schema.create_index(unique("clocks", &["request_id", "regime", "duty", "computation"])).await?;
        let running = Expr::col("state").is_in(["open", "suspended"]).and(Expr::col("superseded_at").is_null());
        schema.create_index(index("clocks", &["cautious_at"]).and_where(running).take()).await?;
        let met = ["controller_id", "duty", "met_at", "statutory_at", "superseded_at"];
        schema.create_index(index("clocks", &met).and_where(Expr::col("met_at").is_not_null()).take()).await?;
        schema
            .create_table(
                table(
                    "inquiries",
                    [
                        id("id"),
                        id("request_id"),
                        text("kind"),
                        sealed("question_sealed"),
                        optional_number("fee_minor"),
                        optional_text("fee_currency"),
                        at("asked_at"),
                        optional_at("sent_at"),
                        optional_id("asked_by"),
                        optional_at("answered_at"),
                        optional_sealed("answer_sealed"),
                        optional_id("answered_by"),
                    ],
                )
                .foreign_key(&mut belongs_to("inquiries", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(index("inquiries", &["request_id", "id"])).await?;
        schema
            .create_index(
                unique("inquiries", &["request_id", "kind"]).and_where(Expr::col("answered_at").is_null()).take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "extensions",
                    [
                        id("id"),
                        id("request_id"),
                        text("code"),
                        sealed("reason_sealed"),
                        optional_text("until"),
                        at("decided_at"),
                        optional_id("decided_by"),
                        optional_at("announced_at"),
                        optional_text("means"),
                        optional_id("letter_id"),
                    ],
                )
                .foreign_key(&mut belongs_to("extensions", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(unique("extensions", &["request_id"])).await?;
        schema
            .create_table(
                table(
                    "appeals",
                    [
                        id("id"),
                        id("request_id"),
                        at("received_at"),
                        optional_sealed("words_sealed"),
                        optional_id("noted_by"),
                        optional_at("extended_at"),
                        optional_sealed("extension_reason_sealed"),
                        optional_id("extended_by"),
                        optional_at("decided_at"),
                        optional_text("decision"),
                        optional_sealed("reasons_sealed"),
                        optional_id("decided_by"),
                    ],
                )
                .foreign_key(&mut belongs_to("appeals", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(unique("appeals", &["request_id"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["appeals", "extensions", "inquiries", "clocks"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
