//! What is written to people: whom a request's letters go to, the letters themselves, texts of a controller's own, and the
//! links by which somebody proves that an address is theirs.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, flag, id, index, keyed_table, number, optional_at, optional_id, optional_sealed, optional_text,
    table, text, unique,
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
                    "addressees",
                    [
                        id("request_id"),
                        text("language"),
                        optional_sealed("address_sealed"),
                        optional_sealed("salutation_sealed"),
                        flag("is_named"),
                        optional_text("proven_by"),
                        optional_at("proven_at"),
                        at("created_at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("addressees", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema
            .create_table(
                table(
                    "letters",
                    [
                        id("id"),
                        id("controller_id"),
                        optional_id("request_id"),
                        text("kind"),
                        text("audience"),
                        text("language"),
                        text("means"),
                        optional_sealed("recipient_sealed"),
                        optional_sealed("subject_sealed"),
                        optional_sealed("text_sealed"),
                        optional_sealed("html_sealed"),
                        optional_sealed("sections_sealed"),
                        optional_text("message_id"),
                        optional_text("template"),
                        optional_text("template_hash"),
                        text("parts"),
                        text("demands"),
                        text("state"),
                        number("attempts"),
                        number("unclear"),
                        optional_text("last_answer"),
                        optional_id("caused_by"),
                        at("written_at"),
                        at("queued_at"),
                        optional_at("edited_at"),
                        optional_at("sent_at"),
                        at("updated_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("letters", "controller_id", "controllers"))
                .foreign_key(&mut belongs_to("letters", "request_id", "requests"))
                .take(),
            )
            .await?;
        schema.create_index(index("letters", &["request_id", "id"])).await?;
        schema.create_index(index("letters", &["controller_id", "state", "id"])).await?;
        schema
            .create_table(
                table(
                    "letter_templates",
                    [
                        id("id"),
                        id("controller_id"),
                        text("name"),
                        text("language"),
                        text("subject"),
                        text("body"),
                        number("version"),
                        text("made_by"),
                        at("created_at"),
                        optional_at("withdrawn_at"),
                    ],
                )
                .foreign_key(&mut belongs_to("letter_templates", "controller_id", "controllers"))
                .take(),
            )
            .await?;
        schema.create_index(unique("letter_templates", &["controller_id", "name", "language", "version"])).await?;
        schema
            .create_table(
                table(
                    "identity_links",
                    [
                        id("id"),
                        id("request_id"),
                        id("letter_id"),
                        text("token_hash"),
                        text("language"),
                        at("created_at"),
                        at("expires_at"),
                        optional_at("used_at"),
                        optional_at("voided_at"),
                        number("tries"),
                    ],
                )
                .foreign_key(&mut belongs_to("identity_links", "request_id", "requests"))
                .foreign_key(&mut belongs_to("identity_links", "letter_id", "letters"))
                .take(),
            )
            .await?;
        schema.create_index(unique("identity_links", &["token_hash"])).await?;
        schema.create_index(index("identity_links", &["request_id"])).await?;
        schema
            .create_table(
                keyed_table(
                    "warnings",
                    &["request_id", "duty", "due", "days"],
                    [id("request_id"), text("duty"), text("due"), number("days"), at("written_at")],
                )
                .foreign_key(&mut belongs_to("warnings", "request_id", "requests"))
                .take(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["warnings", "identity_links", "letter_templates", "letters", "addressees"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
