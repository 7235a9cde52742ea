//! `dsr client`: who may call the API, with what scopes, for which controllers.

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use entities::client::queries;
use entities::client::scope::Scope;
use entities::client::table::{Model, reach};
use entities::controller;
use entities::event::trail::Actor;
use entities::id::ClientId;
use entities::officer::role::Role;
use entities::store::Store;
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::config::Config;
use crate::config::units::{duration, humane};
use crate::installation;
use crate::officer::role;
use crate::terminal::{note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr client create --name 'Privacy desk' --role officer --controller acme
  dsr client create --name 'Ticketing' --scope requests:file --scope requests:read --controller acme --token-life 15m
  dsr client list
  dsr client revoke 0199c7de-7c00-7000-8000-000000000000";

const SCOPES: &str = "\
Scopes:
  requests:file      file requests
  requests:read      see requests, candidates, jobs and events; personal data stays masked
  requests:reveal    see personal data in the clear; every look is an event
  requests:decide    decide whom a request means; prove identity; refuse; withdraw
  requests:approve   approve plans that others filed
  requests:operate   hold, release, retry
  requests:work      note, set tasks, say who has a request
  controllers:read   see the controllers one is bound to
  audit:read         read and verify the audit trail
  reports:read       read the register, figures and the forecast
  subscribers:manage set up subscribers to webhooks, see what they were sent, send it again
  sources:manage     set up ticketing systems, see their tickets and calls, have those looked at again

Roles, which may be combined with each other and with scopes:
  officer        file, read, reveal, decide, operate, work, controllers, reports
  approver       read, reveal, approve, work, controllers, reports
  operator       read, operate, work, controllers, reports, subscribers
  administrator  controllers, audit, reports, subscribers, sources; and what has no call yet
  auditor        read, controllers, audit, reports
  regulator      controllers, audit, reports

An erasure or a rectification takes two clients: whoever filed it cannot approve it.";

/// What to do with clients.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ClientArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make a client and show its secret, once
    #[command(after_help = SCOPES)]
    Create {
        /// Name for people and for the audit trail
        #[arg(long)]
        name: String,
        /// A set of scopes
        #[arg(long = "role", value_parser = role, value_name = "ROLE", required_unless_present = "scopes")]
        roles: Vec<Role>,
        /// A single scope
        #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
        scopes: Vec<Scope>,
        /// Short name of a controller it may reach; may come several times
        #[arg(long = "controller", value_name = "SLUG", required = true)]
        controllers: Vec<String>,
        /// How long its tokens live, from 5m to 2d
        #[arg(long, value_parser = token_life, default_value = "1h", value_name = "TIME")]
        token_life: Duration,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all clients, never their secrets
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a client and all its tokens, at once and for good
    Revoke {
        /// Its id
        id: ClientId,
    },
}

fn scope(text: &str) -> Result<Scope, String> {
    text.parse::<Scope>().map_err(|error| error.to_string())
}

/// The bounds that the token endpoint promises.
fn token_life(text: &str) -> Result<Duration, String> {
    let life = duration(text)?;
    let within = (Duration::from_secs(300)..=Duration::from_secs(172_800)).contains(&life);
    if within { Ok(life) } else { Err("a token lives from 5m to 2d".into()) }
}

/// Runs the command.
///
/// # Errors
/// A controller that is not there, or the installation cannot be opened.
pub async fn run(config: &Config, args: ClientArgs) -> anyhow::Result<()> {
    let store = installation::open(config).await?;
    match args.command {
        Command::Create { name, roles, mut scopes, controllers, token_life, json } => {
            scopes.extend(roles.iter().flat_map(|role| role.scopes()));
            scopes.sort_unstable();
            scopes.dedup();
            create(&store, &name, &scopes, &controllers, token_life, json).await
        }
        Command::List { json } => list(&store, json).await,
        Command::Revoke { id } => revoke(&store, id).await,
    }
}

async fn create(
    store: &Store,
    name: &str,
    scopes: &[Scope],
    slugs: &[String],
    life: Duration,
    json: bool,
) -> anyhow::Result<()> {
    let mut ids = Vec::new();
    for slug in slugs {
        let Some(found) = controller::queries::by_slug(store.db.read(), slug).await? else {
            bail!("there is no controller `{slug}`; `dsr controller list` shows those there are");
        };
        ids.push(found.id);
    }
    ids.sort_unstable();
    ids.dedup();
    let txn = store.db.begin().await?;
    let (client, secret) = queries::create(&txn, store, &Actor::operator(), name, scopes, &ids, life).await?;
    txn.commit().await?;
    let secret = secret.expose_secret();
    if json {
        return say_json(&json!({
            "client_id": client.id, "client_secret": secret, "name": client.name,
            "scopes": scopes, "controllers": slugs, "token_seconds": client.token_seconds,
        }));
    }
    note(format_args!("Made client `{}` for {}. Its secret is shown this once:", client.name, slugs.join(", ")));
    say(format_args!("export DSR_CLIENT_ID={}\nexport DSR_CLIENT_SECRET={secret}", client.id));
    Ok(())
}

async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let clients = queries::all(store.db.read()).await?;
    let controllers = controller::queries::all(store.db.read()).await?;
    let bonds = reach::Entity::find().all(store.db.read()).await?;
    let slugs = |client: &Model| -> Vec<&str> {
        let bound = bonds.iter().filter(|bond| bond.client_id == client.id);
        bound.filter_map(|bond| controllers.iter().find(|c| c.id == bond.controller_id)).map(|c| &*c.slug).collect()
    };
    if json {
        let views = clients.iter().map(|client| {
            json!({
                "client_id": client.id, "name": client.name, "scopes": client.scopes.split(' ').collect::<Vec<_>>(),
                "controllers": slugs(client), "token_seconds": client.token_seconds,
                "created_at": client.created_at, "revoked_at": client.revoked_at,
            })
        });
        return say_json(&views.collect::<Vec<_>>());
    }
    if clients.is_empty() {
        note("There is no client yet; `dsr client create --help` shows how to make one.");
        return Ok(());
    }
    let mut shown = table(["Id", "Name", "Controllers", "Scopes", "Tokens live", "Revoked"]);
    for client in &clients {
        let life = humane(Duration::from_secs(client.token_seconds.unsigned_abs()));
        let revoked = client.revoked_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        shown.add_row([
            client.id.to_string(),
            client.name.clone(),
            slugs(client).join(", "),
            client.scopes.clone(),
            life,
            revoked,
        ]);
    }
    say_table(&shown);
    Ok(())
}

async fn revoke(store: &Store, id: ClientId) -> anyhow::Result<()> {
    let txn = store.db.begin().await?;
    let revoked = queries::revoke(&txn, store, &Actor::operator(), id).await?;
    txn.commit().await?;
    if !revoked {
        bail!("there is no client {id}, or it was revoked before; `dsr client list` shows them");
    }
    say(format_args!("Revoked {id}. Its tokens have ended."));
    Ok(())
}
