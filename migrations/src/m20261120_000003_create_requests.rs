//! The requests: what was asked, of whom, whom it means on the platform, what a person must still decide, and what officers note for each other.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, flag, id, index, keyed_table, number, optional_at, optional_id, optional_number, optional_sealed,
    optional_text, sealed, table, text, unique,
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
                    "requests",
                    [
                        id("id"),
                        id("controller_id"),
                        text("reference"),
                        text("right"),
                        text("regime"),
                        text("other_regimes"),
                        optional_text("region"),
                        text("channel"),
                        text("status"),
                        optional_text("outcome"),
                        optional_text("refusal_code"),
                        optional_text("refusal_basis"),
                        optional_text("answer_form"),
                        optional_text("completed_as"),
                        flag("is_test"),
                        flag("on_hold"),
                        number("open_questions"),
                        id("filed_by"),
                        optional_id("assignee"),
                        optional_text("identity_method"),
                        optional_at("verified_at"),
                        optional_text("plan_digest"),
                        optional_id("approved_by"),
                        optional_at("approved_at"),
                        at("received_at"),
                        at("cautious_at"),
                        at("statutory_at"),
                        optional_sealed("replacements_sealed"),
                        optional_sealed("note_sealed"),
                        number("version"),
                        at("created_at"),
                        at("updated_at"),
                        optional_at("closed_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("requests", "controller_id", "controllers"))
                .take(),
            )
            .await?;
        schema.create_index(unique("requests", &["reference"])).await?;
        schema.create_index(index("requests", &["controller_id", "id"])).await?;
        schema.create_index(index("requests", &["controller_id", "status", "id"])).await?;
        let open = Expr::col("status").ne("closed");
        // The queue goes along the first three; the others are there to be counted without touching the rows.
        let urgent = ["controller_id", "cautious_at", "id", "received_at", "status"];
        schema.create_index(index("requests", &urgent).and_where(open).take()).await?;
        schema.create_index(index("requests", &["assignee", "cautious_at"])).await?;
        let asked = Expr::col("open_questions").gt(0);
        let asking = ["controller_id", "open_questions", "status"];
        schema.create_index(index("requests", &asking).and_where(asked).take()).await?;
        let closed = Expr::col("closed_at").is_not_null();
        let ended = ["controller_id", "closed_at", "outcome"];
        schema.create_index(index("requests", &ended).and_where(closed).take()).await?;
        schema.create_index(index("requests", &["on_hold"]).and_where(Expr::col("on_hold").eq(true)).take()).await?;
        schema
            .create_table(
                table(
                    "request_keys",
                    [id("request_id"), optional_sealed("wrapped"), at("created_at"), optional_at("destroyed_at")],
                )
                .foreign_key(&mut belongs_to("request_keys", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "identifiers",
                    [
                        id("id"),
                        id("request_id"),
                        number("position"),
                        text("kind"),
                        sealed("value_sealed"),
                        text("lookup_hash"),
                        optional_number("hits"),
                        optional_number("people"),
                        optional_number("unknown_hits"),
                        optional_at("searched_at"),
                        optional_text("not_searchable"),
                        text("choice"),
                        optional_sealed("choice_reason_sealed"),
                        optional_id("chosen_by"),
                        optional_at("chosen_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("identifiers", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(unique("identifiers", &["request_id", "lookup_hash"])).await?;
        schema.create_index(index("identifiers", &["lookup_hash"])).await?;
        schema
            .create_table(
                table("merge_sets", [id("id"), id("request_id"), text("canonical_hash"), at("created_at")])
                    .foreign_key(&mut belongs_to("merge_sets", "request_id", "requests"))
                    .take(),
            )
            .await?;
        schema.create_index(unique("merge_sets", &["request_id", "canonical_hash"])).await?;
        schema
            .create_table(
                keyed_table(
                    "merge_set_members",
                    &["merge_set_id", "contact_hash"],
                    [id("merge_set_id"), text("contact_hash"), sealed("contact_sealed"), flag("canonical")],
                )
                .foreign_key(&mut belongs_to("merge_set_members", "merge_set_id", "merge_sets"))
                .take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "candidates",
                    [
                        id("id"),
                        id("request_id"),
                        text("kind"),
                        text("key_hash"),
                        sealed("record_sealed"),
                        optional_id("merge_set_id"),
                        flag("ancestor"),
                        flag("certain"),
                        optional_text("doubt"),
                        optional_text("set_aside"),
                        text("choice"),
                        optional_sealed("choice_reason_sealed"),
                        optional_id("chosen_by"),
                        optional_at("chosen_at"),
                        at("created_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("candidates", "request_id", "requests"))
                .foreign_key(&mut belongs_to("candidates", "merge_set_id", "merge_sets"))
                .take(),
            )
            .await?;
        schema.create_index(unique("candidates", &["request_id", "key_hash"])).await?;
        schema
            .create_table(
                keyed_table(
                    "candidate_hits",
                    &["candidate_id", "identifier_id"],
                    [id("candidate_id"), id("identifier_id")],
                )
                .foreign_key(&mut belongs_to("candidate_hits", "candidate_id", "candidates"))
                .foreign_key(&mut belongs_to("candidate_hits", "identifier_id", "identifiers"))
                .take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "questions",
                    [
                        id("id"),
                        id("request_id"),
                        text("code"),
                        text("about"),
                        text("detail"),
                        at("opened_at"),
                        optional_at("answered_at"),
                        optional_text("answered_by"),
                    ],
                )
                .foreign_key(&mut belongs_to("questions", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema
            .create_index(
                unique("questions", &["request_id", "code", "about"])
                    .and_where(Expr::col("answered_at").is_null())
                    .take(),
            )
            .await?;
        schema.create_index(index("questions", &["request_id", "id"])).await?;
        schema
            .create_table(
                table(
                    "notes",
                    [id("id"), id("request_id"), sealed("words_sealed"), id("written_by"), at("written_at")],
                )
                .foreign_key(&mut belongs_to("notes", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(index("notes", &["request_id", "id"])).await?;
        schema
            .create_table(
                table(
                    "tasks",
                    [
                        id("id"),
                        id("request_id"),
                        text("kind"),
                        sealed("words_sealed"),
                        optional_id("assignee"),
                        optional_text("until"),
                        id("set_by"),
                        at("set_at"),
                        optional_at("done_at"),
                        optional_id("done_by"),
                    ],
                )
                .foreign_key(&mut belongs_to("tasks", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(index("tasks", &["request_id", "id"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "tasks",
            "notes",
            "questions",
            "candidate_hits",
            "candidates",
            "merge_set_members",
            "merge_sets",
            "identifiers",
            "request_keys",
            "requests",
        ] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
