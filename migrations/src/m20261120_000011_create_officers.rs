//! People who sign in: officers, their roles, sessions, invitations and recovery codes, passkeys, who they are at a provider, and the
//! brakes on guessing.

use sea_orm_migration::prelude::*;

use crate::columns::{
    at, belongs_to, flag, id, index, keyed_table, number, optional_at, optional_sealed, optional_text, sealed, table,
    text, unique,
};

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        create_officers(schema).await?;
        create_roles(schema).await?;
        create_sessions(schema).await?;
        create_secrets(schema).await?;
        create_views(schema).await?;
        create_passkeys(schema).await?;
        create_identities(schema).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "saved_views",
            "sign_in_challenges",
            "officer_identities",
            "officer_passkeys",
            "sign_in_brakes",
            "officer_recovery_codes",
            "officer_invitations",
            "officer_sessions",
            "officer_roles_everywhere",
            "officer_roles",
            "officers",
        ] {
            schema.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}

/// An officer is a client, under the same id.
async fn create_officers(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "officers",
                [
                    id("id"),
                    text("login"),
                    text("name"),
                    text("language"),
                    optional_text("password_hash"),
                    optional_sealed("totp_sealed"),
                    number("totp_step"),
                    number("passkeys"),
                    at("created_at"),
                    at("updated_at"),
                    optional_at("signed_in_at"),
                    optional_at("disabled_at"),
                    number("version"),
                ],
            )
            .foreign_key(&mut belongs_to("officers", "id", "clients"))
            .take(),
        )
        .await?;
    schema.create_index(unique("officers", &["login"])).await
}

async fn create_roles(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            keyed_table(
                "officer_roles",
                &["officer_id", "controller_id", "role"],
                [id("officer_id"), id("controller_id"), text("role"), at("granted_at")],
            )
            .foreign_key(&mut belongs_to("officer_roles", "officer_id", "officers"))
            .foreign_key(&mut belongs_to("officer_roles", "controller_id", "controllers"))
            .take(),
        )
        .await?;
    // A table of its own: to reach every controller, also those to come, is never an empty column by mistake.
    schema
        .create_table(
            keyed_table(
                "officer_roles_everywhere",
                &["officer_id", "role"],
                [id("officer_id"), text("role"), at("granted_at")],
            )
            .foreign_key(&mut belongs_to("officer_roles_everywhere", "officer_id", "officers"))
            .take(),
        )
        .await
}

async fn create_sessions(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "officer_sessions",
                [
                    id("id"),
                    id("officer_id"),
                    text("token_hash"),
                    at("created_at"),
                    at("seen_at"),
                    at("expires_at"),
                    optional_at("ended_at"),
                    optional_at("second_factor_at"),
                    optional_sealed("enrolling_sealed"),
                    optional_text("address"),
                    optional_text("user_agent"),
                ],
            )
            .foreign_key(&mut belongs_to("officer_sessions", "officer_id", "officers"))
            .take(),
        )
        .await?;
    schema.create_index(unique("officer_sessions", &["token_hash"])).await?;
    schema.create_index(index("officer_sessions", &["officer_id", "id"])).await?;
    schema.create_index(index("officer_sessions", &["expires_at"])).await
}

async fn create_secrets(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "officer_invitations",
                [
                    text("token_hash"),
                    id("officer_id"),
                    at("created_at"),
                    at("expires_at"),
                    optional_at("used_at"),
                    optional_at("voided_at"),
                ],
            )
            .foreign_key(&mut belongs_to("officer_invitations", "officer_id", "officers"))
            .take(),
        )
        .await?;
    schema.create_index(index("officer_invitations", &["officer_id"])).await?;
    schema
        .create_table(
            table(
                "officer_recovery_codes",
                [text("code_hash"), id("officer_id"), at("created_at"), optional_at("used_at")],
            )
            .foreign_key(&mut belongs_to("officer_recovery_codes", "officer_id", "officers"))
            .take(),
        )
        .await?;
    schema.create_index(index("officer_recovery_codes", &["officer_id"])).await?;
    // Named by a keyed hash, not by an officer: logins that nobody has are slowed down just the same.
    schema
        .create_table(table(
            "sign_in_brakes",
            [text("key_hash"), number("failures"), at("tried_at"), at("rests_until")],
        ))
        .await?;
    schema.create_index(index("sign_in_brakes", &["tried_at"])).await
}

/// Lists that an officer keeps for themselves.
async fn create_views(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table("saved_views", [id("id"), id("officer_id"), text("name"), text("query"), at("created_at")])
                .foreign_key(&mut belongs_to("saved_views", "officer_id", "officers"))
                .take(),
        )
        .await?;
    schema.create_index(index("saved_views", &["officer_id"])).await
}

async fn create_passkeys(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "officer_passkeys",
                [
                    id("id"),
                    id("officer_id"),
                    text("credential_id"),
                    // A public key is no secret; the type is that of all bytes.
                    sealed("public_key"),
                    number("algorithm"),
                    number("counter"),
                    flag("is_synced"),
                    text("name"),
                    at("created_at"),
                    optional_at("used_at"),
                ],
            )
            .foreign_key(&mut belongs_to("officer_passkeys", "officer_id", "officers"))
            .take(),
        )
        .await?;
    schema.create_index(unique("officer_passkeys", &["credential_id"])).await?;
    schema.create_index(index("officer_passkeys", &["officer_id", "id"])).await
}

async fn create_identities(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    schema
        .create_table(
            table(
                "officer_identities",
                [text("subject_hash"), id("officer_id"), text("issuer"), at("created_at"), at("used_at")],
            )
            .foreign_key(&mut belongs_to("officer_identities", "officer_id", "officers"))
            .take(),
        )
        .await?;
    // Nobody is two people at one provider.
    schema.create_index(unique("officer_identities", &["officer_id", "issuer"])).await?;
    schema
        .create_table(table(
            "sign_in_challenges",
            [text("token_hash"), text("purpose"), text("bound_to"), sealed("expected_sealed"), at("expires_at")],
        ))
        .await?;
    schema.create_index(index("sign_in_challenges", &["expires_at"])).await
}
