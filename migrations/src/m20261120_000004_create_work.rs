//! The work: durable steps, the platform's jobs, what they yielded, and the pace that all processes share.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, id, index, number, optional_at, optional_id, optional_sealed, optional_text, sealed, table, text,
    unique,
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
                    "jobs",
                    [
                        id("id"),
                        id("request_id"),
                        id("controller_id"),
                        text("kind"),
                        text("subject_kind"),
                        text("subject_hash"),
                        sealed("subject_sealed"),
                        text("origin"),
                        optional_id("parent_id"),
                        optional_id("candidate_id"),
                        optional_id("identifier_id"),
                        optional_id("merge_set_id"),
                        text("status"),
                        number("attempt"),
                        optional_at("intent_at"),
                        optional_text("platform_id"),
                        optional_text("platform_status"),
                        optional_at("platform_created_at"),
                        optional_text("correlation_id"),
                        optional_text("error_code"),
                        optional_at("submitted_at"),
                        optional_at("next_poll_at"),
                        optional_at("completed_at"),
                        optional_sealed("results_sealed"),
                        at("created_at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("jobs", "request_id", "requests"))
                .foreign_key(&mut belongs_to("jobs", "merge_set_id", "merge_sets"))
                .take(),
            )
            .await?;
        // One live job a subject and request: a second one cannot even be written.
        schema
            .create_index(
                unique("jobs", &["request_id", "subject_hash"]).and_where(Expr::col("status").ne("superseded")).take(),
            )
            .await?;
        // One platform request belongs to one job.
        schema
            .create_index(
                unique("jobs", &["controller_id", "platform_id"])
                    .and_where(Expr::col("platform_id").is_not_null())
                    .take(),
            )
            .await?;
        schema.create_index(index("jobs", &["request_id", "id"])).await?;
        schema.create_index(index("jobs", &["controller_id", "status", "next_poll_at"])).await?;
        schema
            .create_table(
                table(
                    "artifacts",
                    [
                        id("id"),
                        id("request_id"),
                        id("job_id"),
                        number("part"),
                        text("location"),
                        text("sha256"),
                        number("bytes"),
                        text("media_type"),
                        at("created_at"),
                        optional_at("handed_over_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("artifacts", "request_id", "requests"))
                .foreign_key(&mut belongs_to("artifacts", "job_id", "jobs"))
                .take(),
            )
            .await?;
        schema.create_index(unique("artifacts", &["job_id", "part"])).await?;
        schema
            .create_table(
                table(
                    "steps",
                    [
                        id("id"),
                        text("key"),
                        text("kind"),
                        id("controller_id"),
                        optional_id("request_id"),
                        optional_id("job_id"),
                        optional_id("letter_id"),
                        optional_id("item_id"),
                        text("status"),
                        at("run_at"),
                        at("urgency"),
                        at("lease_until"),
                        number("lease_no"),
                        optional_text("leased_by"),
                        number("wakes"),
                        number("attempts"),
                        optional_text("last_error"),
                        optional_text("state"),
                        at("created_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("steps", "controller_id", "controllers"))
                .take(),
            )
            .await?;
        schema.create_index(unique("steps", &["key"])).await?;
        schema.create_index(index("steps", &["status", "run_at"])).await?;
        schema.create_index(index("steps", &["request_id"])).await?;
        schema
            .create_table(table(
                "rate_slots",
                [
                    text("key"),
                    at("tat"),
                    number("interval_us"),
                    number("burst"),
                    number("allowed"),
                    number("minute"),
                    number("calls"),
                    number("calls_before"),
                    at("blocked_until"),
                    optional_at("learnt_at"),
                    at("updated_at"),
                ],
            ))
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["rate_slots", "steps", "artifacts", "jobs"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
