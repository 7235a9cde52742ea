//! `dsr law`: a law pack or a calendar has changed. Which dates would move, for somebody to sign, and moving them.

use std::collections::HashMap;

use ::law::pack;
use anyhow::bail;
use clap::{Args, Subcommand};
use entities::client::reach::Reach;
use entities::clock::change::{Dates, Move};
use entities::clock::review::{Moving, Signature, apply, review};
use entities::controller;
use entities::controller::table::Model as Controller;
use entities::id::ControllerId;
use entities::request::decide::Decider;
use entities::store::Store;
use entities::time::At;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::config::Config;
use crate::installation;
use crate::terminal::{note, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr law review                                   Which dates would move; changes nothing
  dsr law review --json > for-counsel.json
  dsr law apply --signed-by 'A. Counsel' --pack-hash 6677…   Moves them all, with an event each
  dsr law apply --signed-by 'A. Counsel' --pack-hash 6677… --only K7PW-3MXD --only M2QX-77TH

`review` ends with the hash of the rules and calendars that it went by; `apply` takes it and refuses if this program has others,
so that what was looked at is what is applied.

New requests are computed by the rules of this program at once. Those that run keep the dates they were computed with until
somebody signs for new ones: a date that an act would move by changed rules stays, and the request asks `law_unsigned`. So it is
with a controller's time zone, own holidays and days in hand. `dsr request clocks REF --history` shows what dates were.";

/// What to do about changed rules.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LawArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// List every request whose dates would move under the rules and calendars of this program and the controller's policy of now
    Review {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Move the dates that `review` lists
    Apply {
        /// Who signs for the new dates; it is kept with each event
        #[arg(long, value_name = "NAME")]
        signed_by: String,
        /// What `review` went by, as it printed it: the SHA-256 of rules and calendars
        #[arg(long, value_name = "HASH")]
        pack_hash: String,
        /// Only this request, by its reference; may come several times
        #[arg(long, value_name = "REF")]
        only: Vec<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// The database does not answer, or a reference names nothing whose dates would move.
pub async fn run(config: &Config, args: LawArgs) -> anyhow::Result<()> {
    let store = installation::open(config).await?;
    match args.command {
        Command::Review { json } => {
            show(&store, &review(store.db.read(), &Reach::installation()).await?, json).await?;
            if !json {
                note(format_args!("Computed by rules of edition {}, pack hash {}.", pack::id(), pack::sha256()));
            }
            Ok(())
        }
        Command::Apply { signed_by, pack_hash, only, json } => {
            let signed_by = signed_by.trim();
            if signed_by.is_empty() || signed_by.chars().count() > 200 || signed_by.chars().any(char::is_control) {
                return Err(crate::Usage::new("--signed-by is a name of 1 to 200 characters").into());
            }
            let signature = Signature { by: signed_by, pack_hash: pack_hash.trim(), reason: None };
            if signature.pack_hash != pack::sha256() {
                bail!(
                    "--pack-hash names other rules than those of this program ({}); look at them with `dsr law review` first",
                    pack::sha256()
                );
            }
            let moving = chosen(review(store.db.read(), &Reach::installation()).await?, &only)?;
            let (by, mut moved) = (Decider::operator(), Vec::new());
            for Moving { request, .. } in moving {
                // Computed again under the request's lock: what was listed may have moved since.
                let moves = apply(&store, &by, signature, request.id).await?;
                moved.push(Moving { request, moves });
            }
            show(&store, &moved, json).await?;
            note(format_args!("Moved the dates of {} request(s), signed by {signed_by}.", moved.len()));
            Ok(())
        }
    }
}

fn chosen(moving: Vec<Moving>, only: &[String]) -> anyhow::Result<Vec<Moving>> {
    for name in only {
        if !moving.iter().any(|it| it.request.reference == *name) {
            bail!("no date of {name} would move; `dsr law review` lists those that would");
        }
    }
    let is_chosen = |it: &Moving| only.is_empty() || only.contains(&it.request.reference);
    Ok(moving.into_iter().filter(is_chosen).collect())
}

async fn show(store: &Store, moving: &[Moving], as_json: bool) -> anyhow::Result<()> {
    let controllers = controller::queries::all(store.db.read()).await?;
    let controllers: HashMap<ControllerId, Controller> = controllers.into_iter().map(|row| (row.id, row)).collect();
    let of = |it: &Moving| controllers.get(&it.request.controller_id);
    let slug = |it: &Moving| of(it).map(|row| row.slug.clone()).unwrap_or_default();
    if as_json {
        let pack = pack::reference();
        let items: Vec<Value> = moving
            .iter()
            .map(|it| json!({ "reference": it.request.reference, "controller": slug(it), "moved": it.moves }))
            .collect();
        return say_json(&json!({ "pack": pack.id, "pack_hash": pack.sha256, "items": items }));
    }
    let mut rows = table(["Request", "Controller", "Law", "Duty", "Cautious", "Statutory"]);
    for it in moving {
        let zone = of(it).map(Controller::zone).transpose()?.unwrap_or(TimeZone::UTC);
        for Move { regime, duty, from, to } in &it.moves {
            let day = |part: fn(&Dates) -> At| {
                let shown = |dates: &Option<Dates>| dates.as_ref().map_or("none".to_owned(), |it| day(part(it), &zone));
                format!("{} → {}", shown(from), shown(to))
            };
            rows.add_row([
                it.request.reference.clone(),
                slug(it),
                regime.clone(),
                duty.clone(),
                day(|dates| dates.cautious),
                day(|dates| dates.statutory),
            ]);
        }
    }
    if moving.is_empty() {
        note("No date of an open request would move.");
    } else {
        say_table(&rows);
    }
    Ok(())
}

/// The civil day that ends then, where the controller is.
fn day(at: At, zone: &TimeZone) -> String {
    at.timestamp().to_zoned(zone.clone()).date().to_string()
}
