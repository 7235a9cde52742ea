//! `dsr audit`: checking the audit trail, live or offline, and taking it along.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::controller;
use entities::db::Db;
use entities::event::audit::{ChainReport, Noted, Verification};
use entities::event::line::Head;
use entities::event::{bundle, chain};
use entities::id::ControllerId;
use serde::Deserialize;
use serde_json::json;
use vault::signing::key_id;

use crate::config::Config;
use crate::installation;
use crate::terminal::{mark, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr audit verify                                        Every chain of this installation
  dsr audit verify --json > 2026-11.json                  Keep the result elsewhere …
  dsr audit verify --noted 2026-11.json                   … and have later checks prove that nothing was written anew
  dsr audit export --controller acme --to acme.jsonl
  dsr audit verify --bundle acme.jsonl --public-key 9f…   Offline: no database, no key of ours

Exit code 0 when every chain is whole, 1 when one is not.";

/// What to do with the audit trail.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Check that nothing was changed, removed, put in or cut off
    Verify(Verify),
    /// Write a controller's chain to a file that anyone can check offline
    Export {
        /// Short name of the controller, or `installation` for what concerns no single one
        #[arg(long, value_name = "SLUG")]
        controller: String,
        /// The file; nothing may be there yet
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

#[derive(Args, Debug)]
struct Verify {
    /// Check this exported file instead of the database
    #[arg(long, value_name = "FILE", conflicts_with = "controller")]
    bundle: Option<PathBuf>,
    /// Only this controller's chain, or `installation`
    #[arg(long, value_name = "SLUG")]
    controller: Option<String>,
    /// The public key to trust, as hexadecimal digits, if it came another way
    #[arg(long, value_name = "HEX", value_parser = public_key)]
    public_key: Option<PublicKey>,
    /// Result of an earlier check (--json), kept elsewhere: the chains must still contain what it saw
    #[arg(long, value_name = "FILE")]
    noted: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug)]
struct PublicKey(Vec<u8>);

fn public_key(text: &str) -> Result<PublicKey, String> {
    let bytes = |text: &str| {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect::<Option<_>>()
    };
    let key: Option<Vec<u8>> = if text.is_ascii() { bytes(text) } else { None };
    key.filter(|key| key.len() == 32).map(PublicKey).ok_or_else(|| "64 hexadecimal digits are needed".into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs the command.
///
/// # Errors
/// A chain is not whole, or there is nothing to check.
pub async fn run(config: &Config, args: AuditArgs) -> anyhow::Result<()> {
    match args.command {
        Command::Verify(args) => verify(config, args).await,
        Command::Export { controller, to } => export(config, &controller, &to).await,
    }
}

async fn verify(config: &Config, args: Verify) -> anyhow::Result<()> {
    let noted = args.noted.as_deref().map(read_noted).transpose()?.unwrap_or_default();
    if let Some(path) = &args.bundle {
        return verify_bundle(path, args.public_key, &noted, args.json);
    }
    let (db, public) = match args.public_key {
        // Whoever brings the key needs none of the installation's.
        Some(PublicKey(key)) => (installation::connect(config).await?, key),
        None => {
            let store = installation::open(config).await?;
            (store.db.clone(), store.safe.signing().public_key())
        }
    };
    let only = match &args.controller {
        Some(slug) => Some(find(&db, slug).await?),
        None => None,
    };
    let found = chain::verify(&db, &public, only, &noted).await?;
    let names: Vec<_> = controller::queries::all(db.read()).await?.into_iter().map(|row| (row.id, row.slug)).collect();
    let name = |id: ControllerId| match names.iter().find(|(known, _)| *known == id) {
        Some((_, slug)) => slug.clone(),
        None if id == ControllerId::INSTALLATION => "installation".to_owned(),
        None => id.to_string(),
    };
    report(&found, &public, args.json, name)
}

fn verify_bundle(path: &Path, trusted: Option<PublicKey>, noted: &[Noted], json: bool) -> anyhow::Result<()> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let is_trusted = trusted.is_some();
    let trusted = trusted.map(|key| key.0);
    let (header, found) =
        bundle::verify(BufReader::new(file), trusted.as_deref(), noted).with_context(|| format!("{shown}"))?;
    let public = trusted.or_else(|| public_key(&header.public_key).ok().map(|key| key.0)).unwrap_or_default();
    if !is_trusted {
        note("The bundle was checked with the key it brings itself; compare that key with one that came another way.");
    }
    report(&found, &public, json, |id| id.to_string())
}

fn report(
    found: &Verification,
    public: &[u8],
    json: bool,
    name: impl Fn(ControllerId) -> String,
) -> anyhow::Result<()> {
    if json {
        say_json(&json!({
            "whole": found.is_whole(), "public_key": hex(public), "key_id": key_id(public), "chains": found.chains,
        }))?;
    } else {
        let mut rows = table(["", "Chain", "Lines", "Withheld", "Checkpoints", "Not yet linked", "Found"]);
        for chain in &found.chains {
            let fault = chain.fault.as_ref().map_or_else(|| "whole".to_owned(), describe);
            rows.add_row([
                mark(chain.fault.is_none()).to_owned(),
                name(chain.controller),
                chain.linked.to_string(),
                chain.withheld.to_string(),
                chain.checkpoints.to_string(),
                chain.unlinked.to_string(),
                fault,
            ]);
        }
        say_table(&rows);
        note(format_args!("Signed with key {}, public key {}", key_id(public), hex(public)));
    }
    let broken = found.chains.iter().filter(|chain| chain.fault.is_some()).count();
    if broken > 0 {
        bail!(
            "{broken} chain(s) are not whole: somebody wrote past the rules; keep the database as it is, and its backups"
        );
    }
    Ok(())
}

fn describe(fault: &entities::event::audit::Fault) -> String {
    match fault.event {
        Some(event) => format!("{fault} (event {event})"),
        None => fault.to_string(),
    }
}

#[derive(Deserialize)]
struct Earlier {
    chains: Vec<EarlierChain>,
}

#[derive(Deserialize)]
struct EarlierChain {
    controller: ControllerId,
    head: Head,
}

fn read_noted(path: &Path) -> anyhow::Result<Vec<Noted>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
    let earlier: Earlier = serde_json::from_str(&text)
        .with_context(|| format!("{shown} is not the result of an earlier `dsr audit verify --json`"))?;
    Ok(earlier.chains.into_iter().map(|chain| Noted { controller: chain.controller, head: chain.head }).collect())
}

async fn find(db: &Db, slug: &str) -> anyhow::Result<ControllerId> {
    if slug == "installation" {
        return Ok(ControllerId::INSTALLATION);
    }
    match controller::queries::by_slug(db.read(), slug).await? {
        Some(found) => Ok(found.id),
        None => bail!("there is no controller `{slug}`; `dsr controller list` shows those there are"),
    }
}

async fn export(config: &Config, slug: &str, to: &Path) -> anyhow::Result<()> {
    let store = installation::open(config).await?;
    let controller = find(&store.db, slug).await?;
    let shown = to.display();
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let file = BufWriter::new(file.with_context(|| format!("{shown} cannot be made; is it there already?"))?);
    let exported: ChainReport = bundle::export(&store, controller, file).await?;
    say(format_args!("Wrote {} line(s) and {} checkpoint(s) to {shown}.", exported.linked, exported.checkpoints));
    if exported.unlinked > 0 {
        note(format_args!(
            "{} event(s) were not linked yet and are not in it; a worker links them.",
            exported.unlinked
        ));
    }
    note(format_args!("Public key, to be handed over another way: {}", hex(&store.safe.signing().public_key())));
    if let Some(fault) = &exported.fault {
        bail!("the chain is not whole: {}", describe(fault));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_thirty_two_bytes() {
        let text = "0f".repeat(32);
        assert_eq!(hex(&public_key(&text).unwrap().0), text);
        for wrong in ["", "0f", "zz", &"0".repeat(63), &"ß".repeat(32)] {
            assert!(public_key(wrong).is_err(), "{wrong}");
        }
    }
}
