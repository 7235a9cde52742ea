//! Guests: whom a regulator's invitation lets see what, and the links and sessions by which regulators and persons come in.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, id, index, keyed_table, number, optional_at, optional_id, optional_text, sealed, table, text,
    unique,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        create_invitations(schema).await?;
        create_grants(schema).await?;
        create_doors(schema).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["guest_sessions", "guest_links", "regulator_grants", "regulator_cases", "regulator_invitations"] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}

async fn create_invitations(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "regulator_invitations",
                [
                    id("id"),
                    id("controller_id"),
                    text("address"),
                    text("name"),
                    text("language"),
                    text("purpose"),
                    text("watermark"),
                    text("scope"),
                    optional_at("received_from"),
                    optional_at("received_before"),
                    id("invited_by"),
                    at("created_at"),
                    at("expires_at"),
                    optional_at("ended_at"),
                    optional_id("ended_by"),
                ],
            )
            .foreign_key(&mut belongs_to("regulator_invitations", "controller_id", "controllers"))
            .foreign_key(&mut belongs_to("regulator_invitations", "invited_by", "clients"))
            .take(),
        )
        .await?;
    schema.create_index(index("regulator_invitations", &["controller_id", "id"])).await?;
    schema.create_index(index("regulator_invitations", &["address"])).await?;
    schema
        .create_table(
            keyed_table("regulator_cases", &["invitation_id", "request_id"], [id("invitation_id"), id("request_id")])
                .foreign_key(&mut belongs_to("regulator_cases", "invitation_id", "regulator_invitations"))
                .foreign_key(&mut belongs_to("regulator_cases", "request_id", "requests"))
                .take(),
        )
        .await
}

async fn create_grants(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "regulator_grants",
                [
                    id("id"),
                    id("invitation_id"),
                    id("request_id"),
                    sealed("reason_sealed"),
                    id("granted_by"),
                    at("granted_at"),
                    optional_at("ended_at"),
                    optional_id("ended_by"),
                ],
            )
            .foreign_key(&mut belongs_to("regulator_grants", "invitation_id", "regulator_invitations"))
            .foreign_key(&mut belongs_to("regulator_grants", "request_id", "requests"))
            .foreign_key(&mut belongs_to("regulator_grants", "granted_by", "clients"))
            .take(),
        )
        .await?;
    schema.create_index(index("regulator_grants", &["invitation_id", "request_id"])).await
}

async fn create_doors(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "guest_links",
                [
                    id("id"),
                    optional_id("request_id"),
                    optional_id("invitation_id"),
                    text("token_hash"),
                    text("language"),
                    at("created_at"),
                    at("expires_at"),
                    optional_at("used_at"),
                    optional_at("voided_at"),
                ],
            )
            .foreign_key(&mut belongs_to("guest_links", "request_id", "requests"))
            .foreign_key(&mut belongs_to("guest_links", "invitation_id", "regulator_invitations"))
            .take(),
        )
        .await?;
    schema.create_index(unique("guest_links", &["token_hash"])).await?;
    schema.create_index(index("guest_links", &["request_id"])).await?;
    schema.create_index(index("guest_links", &["invitation_id"])).await?;
    schema
        .create_table(
            table(
                "guest_sessions",
                [
                    id("id"),
                    id("link_id"),
                    text("token_hash"),
                    at("created_at"),
                    at("seen_at"),
                    at("expires_at"),
                    optional_at("ended_at"),
                    optional_text("code_hash"),
                    optional_at("code_until"),
                    number("tries"),
                    optional_at("confirmed_at"),
                ],
            )
            .foreign_key(&mut belongs_to("guest_sessions", "link_id", "guest_links"))
            .take(),
        )
        .await?;
    schema.create_index(unique("guest_sessions", &["token_hash"])).await?;
    schema.create_index(index("guest_sessions", &["link_id"])).await
}
