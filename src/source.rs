//! `dsr source`: accounts of ticketing systems that requests come from.

mod description;
mod tickets;
mod trial;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::controller;
use entities::event::trail::Actor;
use entities::source::queries::{self, Change, NewSource};
use entities::source::table::Model as Source;
use entities::store::Store;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use ticketing::link::Credentials;
use vault::token::{hash_token, random_token};
use webhooks::keys::{SigningKey, Version};
use webhooks::scheme::Scheme;
use webhooks::secrets::Secrets;
use webhooks::setup::{GenericHmac, KeyEncoding, Setup};
use webhooks::verify::Verifier;

use self::description::Description;
use crate::config::Config;
use crate::config::units::duration;
use crate::installation;
use crate::secret::{self, Secret};
use crate::terminal::{heading, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
A source is described by a file: what system it is, how its calls are signed, what its
fields mean. docs/integrations has one for each system, with the steps to set it up there.

Examples:
  dsr source try --from zendesk.toml --body call.json     Stores nothing, needs no server
  dsr source add --controller acme --slug zendesk --from zendesk.toml \\
      --secret-file secret.txt --credentials-file api.json
  dsr source show zendesk > zendesk.toml                  Change it, and take it back:
  dsr source change zendesk --from zendesk.toml
  dsr source rotate zendesk --secret-file new.txt --overlap 1d
  dsr source tickets zendesk --state triage               What a person must look at
  dsr source retry 0193…                                  Look again, once it was mended";

/// What to do with sources.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SourceArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add a source, and say the address that its system calls
    Add {
        /// The controller's short name
        #[arg(long)]
        controller: String,
        /// Its short name, the last part of its address: a-z, 0-9 and -
        #[arg(long, value_parser = slug)]
        slug: String,
        /// The file that describes it
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        #[command(flatten)]
        secret: SecretArgs,
        /// A file with who we are at its API: {"kind": "basic", "user", "secret"}, {"kind": "bearer", "token"} or
        /// {"kind": "client", "token_path", "id", "secret"}
        #[arg(long, value_name = "FILE")]
        credentials_file: Option<PathBuf>,
    },
    /// Show all sources, never their secrets
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one source as the file that describes it
    Show {
        /// Its short name
        slug: String,
    },
    /// Describe a source anew, or change who we are at its API
    Change {
        /// Its short name
        slug: String,
        /// The file that describes it
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// A file with who we are at its API
        #[arg(long, value_name = "FILE")]
        credentials_file: Option<PathBuf>,
    },
    /// Store its calls from now on, and leave them unread
    Pause {
        /// Its short name
        slug: String,
    },
    /// Read its calls again
    Resume {
        /// Its short name
        slug: String,
    },
    /// Put a new secret in place of the one there is, which still counts for a while
    Rotate {
        /// Its short name
        slug: String,
        #[command(flatten)]
        secret: SecretArgs,
        /// How long the old one still counts
        #[arg(long, value_parser = duration, default_value = "1d", value_name = "TIME")]
        overlap: Duration,
    },
    /// Show the request that a call would make, and every problem; nothing is stored
    Try(trial::Try),
    /// Show the tickets of a source
    Tickets(tickets::Tickets),
    /// Look at a ticket again
    Retry(tickets::Retry),
}

/// Where the secret comes from.
#[derive(Args, Debug)]
struct SecretArgs {
    /// A file with the secret that the system signs with; otherwise DSR_SOURCE_SECRET, or standard input
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    secret_file: Option<PathBuf>,
    /// Make a secret, and say it this once; for systems that are told theirs
    #[arg(long)]
    generate: bool,
}

impl SecretArgs {
    /// The secret, and whether it was made just now: one that can stand where the scheme wants it.
    fn read(&self, signing: &Setup) -> anyhow::Result<(SecretString, bool)> {
        if self.generate {
            let made = match signing {
                Setup::StandardWebhooks { .. } => SigningKey::generate(Version::V1).secret(),
                Setup::GenericHmac(GenericHmac { key_encoding: KeyEncoding::Hex, .. }) => {
                    hash_token(random_token("dsr").0.expose_secret()).into()
                }
                Setup::GenericHmac(GenericHmac { key_encoding: KeyEncoding::Base64, .. }) => {
                    let made = SigningKey::generate(Version::V1).secret();
                    made.expose_secret().trim_start_matches("whsec_").into()
                }
                _ => random_token("dsr_hook").0,
            };
            return Ok((made, true));
        }
        let from = Secret {
            what: "the secret that the system signs with",
            file: self.secret_file.as_deref(),
            file_flag: "--secret-file",
            env: "DSR_SOURCE_SECRET",
        };
        Ok((secret::read(&from)?, false))
    }
}

fn slug(text: &str) -> Result<String, String> {
    let is_slug = (1..=60).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_slug { Ok(text.to_owned()) } else { Err("1 to 60 of a-z, 0-9 and -".to_owned()) }
}

/// Runs the command.
///
/// # Errors
/// A description that cannot be used, something that is not there, or the installation cannot be opened.
pub async fn run(config: &Config, args: SourceArgs) -> anyhow::Result<()> {
    // What is only tried needs no installation.
    if let Command::Try(trial) = args.command {
        return trial.run(&config.allowed);
    }
    let store = installation::open(config).await?;
    match args.command {
        Command::Add { controller, slug, from, secret, credentials_file } => {
            let described = Description::read(&from)?;
            described.hints(&config.allowed).iter().for_each(note);
            add(&store, &controller, slug, &described, &secret, credentials_file).await
        }
        Command::List { json } => list(&store, json).await,
        Command::Show { slug } => {
            say(Description::of(&find(&store, &slug).await?)?.text()?);
            Ok(())
        }
        Command::Change { slug, from, credentials_file } => {
            let description = from.map(|path| Description::read(&path)).transpose()?;
            let credentials = credentials_file.map(credentials).transpose()?;
            if description.is_none() && credentials.is_none() {
                bail!("nothing to change: give --from, --credentials-file, or both");
            }
            description.iter().flat_map(|it| it.hints(&config.allowed)).for_each(note);
            let row = find(&store, &slug).await?;
            if let Some(new) = &description {
                if new.system.as_str() != row.system {
                    bail!("{slug} is a source of {}; another system is another source", row.system);
                }
                if new.settings.link.is_some() && credentials.is_none() && row.credentials_sealed.is_none() {
                    bail!("the description names a link; --credentials-file says who we are there");
                }
                // What it signs with stays, so it must do for how it signs from now on.
                check_secret(&new.signing, &queries::secrets(&store, &row, store.now())?.0)?;
            }
            let change = Change {
                setup: description.as_ref().map(Description::setup).transpose()?,
                settings: description.as_ref().map(|it| it.settings.clone()),
                mapping: description.as_ref().map(Description::mapping).transpose()?,
                credentials,
                paused: None,
            };
            changed(&store, &row, change).await
        }
        Command::Pause { slug } => pause(&store, &slug, true).await,
        Command::Resume { slug } => pause(&store, &slug, false).await,
        Command::Rotate { slug, secret, overlap } => rotate(&store, &slug, &secret, overlap).await,
        Command::Try(_) => Ok(()),
        Command::Tickets(tickets) => tickets.run(&store).await,
        Command::Retry(retry) => retry.run(&store).await,
    }
}

/// The source of this short name.
async fn find(store: &Store, slug: &str) -> anyhow::Result<Source> {
    let found = queries::by_slug(store.db.read(), slug).await?;
    found.with_context(|| format!("there is no source `{slug}`; `dsr source list` shows those there are"))
}

fn credentials(path: PathBuf) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Credentials::read(&text)?;
    Ok(text.into())
}

/// Refuses a secret that the scheme has no use for, here rather than at the first call.
fn check_secret(signing: &Setup, secret: &SecretString) -> anyhow::Result<()> {
    let verifier = Verifier::new(signing, &Secrets::new(secret.clone()));
    verifier.map(|_| ()).map_err(|bad| anyhow::anyhow!("the {} {}", bad.field, bad.problem))
}

async fn add(
    store: &Store,
    controller: &str,
    slug: String,
    described: &Description,
    secret: &SecretArgs,
    credentials_file: Option<PathBuf>,
) -> anyhow::Result<()> {
    let found = controller::queries::by_slug(store.db.read(), controller).await?;
    let found = found.with_context(|| {
        format!("there is no controller `{controller}`; `dsr controller list` shows those there are")
    })?;
    if queries::by_slug(store.db.read(), &slug).await?.is_some() {
        bail!("there is a source `{slug}` already; `dsr source change` changes it");
    }
    let credentials = credentials_file.map(credentials).transpose()?;
    if described.settings.link.is_some() && credentials.is_none() {
        bail!("the description names a link; --credentials-file says who we are there");
    }
    let (secret, made) = secret.read(&described.signing)?;
    check_secret(&described.signing, &secret)?;
    let new = NewSource {
        slug,
        controller: found.id,
        system: described.system.as_str().to_owned(),
        setup: described.setup()?,
        secret: secret.clone(),
        settings: described.settings.clone(),
        mapping: described.mapping()?,
        credentials,
    };
    let txn = store.db.begin().await?;
    let row = queries::add(&txn, store, &Actor::operator(), new).await?;
    txn.commit().await?;
    note(format_args!("Made source `{}` for {controller}. Its system calls:", row.slug));
    let base = store.public_url.as_deref().unwrap_or("https://<where people reach this service>");
    let last = match described.signing.scheme() {
        Scheme::SalesforceOutboundMessage => "/<its secret>",
        _ => "",
    };
    say(format_args!("{base}/webhooks/{}{last}", row.slug));
    if store.public_url.is_none() && described.signing.scheme().row().signed.contains("address") {
        note(
            "The system signs this address, so `mail.public_url` must be set to what stands before /webhooks: until then every \
             call is refused.",
        );
    }
    if made {
        note("Its secret is shown this once:");
        say(secret.expose_secret());
    }
    Ok(())
}

async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let sources = queries::within(store.db.read(), &entities::client::reach::Reach::installation()).await?;
    let controllers = controller::queries::all(store.db.read()).await?;
    let of = |row: &Source| controllers.iter().find(|it| it.id == row.controller_id).map_or("?", |it| &it.slug);
    if json {
        let all: Vec<_> = sources
            .iter()
            .map(|row| {
                json!({ "slug": row.slug, "controller": of(row), "system": row.system, "paused": row.paused,
                        "mapping_version": row.mapping_version, "previous_until": row.previous_until,
                        "reconciled_at": row.reconciled_at, "trouble": row.trouble })
            })
            .collect();
        return say_json(&all);
    }
    let mut rows = table(["Source", "Controller", "System", "Mapping", "State"]);
    for row in &sources {
        let state = match (&row.trouble, row.paused) {
            (_, true) => "paused".to_owned(),
            (Some(trouble), _) => trouble.clone(),
            (None, false) => "runs".to_owned(),
        };
        rows.add_row([&*row.slug, of(row), &*row.system, &*format!("version {}", row.mapping_version), &*state]);
    }
    heading("Sources");
    say_table(&rows);
    Ok(())
}

async fn pause(store: &Store, slug: &str, paused: bool) -> anyhow::Result<()> {
    let row = find(store, slug).await?;
    changed(store, &row, Change { paused: Some(paused), ..Change::default() }).await
}

async fn changed(store: &Store, row: &Source, change: Change) -> anyhow::Result<()> {
    let txn = store.db.begin().await?;
    let row = queries::change(&txn, store, &Actor::operator(), row, change).await?;
    txn.commit().await?;
    let state = if row.paused { "paused" } else { "runs" };
    say(format_args!("{}  {state}, mapping version {}", row.slug, row.mapping_version));
    Ok(())
}

async fn rotate(store: &Store, slug: &str, secret: &SecretArgs, overlap: Duration) -> anyhow::Result<()> {
    let row = find(store, slug).await?;
    let setup = Description::of(&row)?.signing;
    let (secret, made) = secret.read(&setup)?;
    check_secret(&setup, &secret)?;
    let txn = store.db.begin().await?;
    let row = queries::rotate(&txn, store, &Actor::operator(), &row, &secret, overlap).await?;
    txn.commit().await?;
    let until = row.previous_until.map(|at| at.to_string()).unwrap_or_default();
    say(format_args!("{slug}  signs anew; what the old secret signed counts until {until}"));
    if made {
        note("Its secret is shown this once:");
        say(secret.expose_secret());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_made_can_stand_where_its_scheme_wants_it() {
        let hmac = |encoding: &str| {
            format!(
                r#"{{"scheme": "generic_hmac", "hash": "sha256", "template": "{{body}}", "encoding": "hex",
                     "key_encoding": "{encoding}", "signature_header": "X-Signature"}}"#
            )
        };
        let setups = [
            r#"{"scheme": "jira"}"#.to_owned(),
            r#"{"scheme": "github"}"#.to_owned(),
            r#"{"scheme": "standard_webhooks"}"#.to_owned(),
            r#"{"scheme": "header_token", "header": "X-Dsr-Token"}"#.to_owned(),
            r#"{"scheme": "basic_auth", "user_name": "dsr"}"#.to_owned(),
            r#"{"scheme": "salesforce_outbound_message", "organization_id": "00D5g000004XyzA"}"#.to_owned(),
            hmac("utf8"),
            hmac("base64"),
            hmac("hex"),
        ];
        for setup in setups {
            let signing: Setup = serde_json::from_str(&setup).unwrap();
            let (secret, made) = SecretArgs { secret_file: None, generate: true }.read(&signing).unwrap();
            assert!(made);
            check_secret(&signing, &secret).unwrap_or_else(|error| panic!("{setup}: {error}"));
        }
    }
}
