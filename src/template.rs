//! `dsr template`: a controller's own texts in place of those that come with the program.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::controller::queries::by_slug;
use entities::event::trail::Actor;
use entities::letter::templates::{check, current, save, withdraw};
use entities::store::Store;
use letters::template::{Name, Override, Source, TemplateId};

use crate::config::Config;
use crate::installation;
use crate::terminal::{note, say, say_table, table};

const EXAMPLES: &str = "\
A text is a file: the subject in its first line, then the body. Begin with the one that comes with the program.

Examples:
  dsr template show de/refusal > refusal.txt
  dsr template check --controller acme de/refusal refusal.txt
  dsr template set --controller acme de/refusal refusal.txt
  dsr template list --controller acme
  dsr template withdraw --controller acme de/refusal";

/// What to do with texts.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct TemplateArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The texts that a controller has of its own
    List {
        /// The controller's short name
        #[arg(long)]
        controller: String,
    },
    /// A text as letters are made with it now
    Show {
        /// Which, such as de/refusal
        #[arg(value_parser = place)]
        which: TemplateId,
        /// The controller's short name; without it the text that comes with the program
        #[arg(long)]
        controller: Option<String>,
    },
    /// Try a text with samples of every letter made with it; nothing is saved
    Check(Given),
    /// Check a text, and have letters made with it from now on
    Set(Given),
    /// Go back to the text that comes with the program
    Withdraw {
        /// Which, such as de/refusal
        #[arg(value_parser = place)]
        which: TemplateId,
        /// The controller's short name
        #[arg(long)]
        controller: String,
    },
}

/// A text for a controller.
#[derive(Args, Debug)]
struct Given {
    /// Which, such as de/refusal
    #[arg(value_parser = place)]
    which: TemplateId,
    /// The file with the text
    file: PathBuf,
    /// The controller's short name
    #[arg(long)]
    controller: String,
}

impl Given {
    fn read(&self) -> anyhow::Result<Override> {
        let shown = self.file.display();
        let text = std::fs::read_to_string(&self.file).with_context(|| format!("{shown} cannot be read"))?;
        let source = match self.which.name {
            Name::Shared(_) => Source { subject: String::new(), body: text },
            Name::Letter(_) => {
                let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
                Source { subject: subject.trim_end().to_owned(), body: body.trim_start_matches('\n').to_owned() }
            }
        };
        Ok(Override { id: self.which, source })
    }
}

fn place(text: &str) -> Result<TemplateId, String> {
    text.parse().map_err(|unknown| {
        let names: Vec<_> = Name::all().map(Name::as_str).collect();
        format!("{unknown}; names are {}", names.join(", "))
    })
}

/// Runs the command.
///
/// # Errors
/// The installation cannot be opened, there is no such controller, or the text is wrong.
pub async fn run(config: &Config, args: TemplateArgs) -> anyhow::Result<()> {
    if let Command::Show { which, controller: None } = &args.command {
        show(&Source::embedded(*which));
        return Ok(());
    }
    let store = installation::open(config).await?;
    let conn = store.db.read();
    match args.command {
        Command::List { controller } => {
            let controller = find(&store, &controller).await?;
            let mut rows = table(["Text", "Version", "By", "Saved"]);
            for row in current(conn, controller).await? {
                let (text, version) = (format!("{}/{}", row.language, row.name), row.version.to_string());
                rows.add_row([text, version, row.made_by, row.created_at.to_string()]);
            }
            say_table(&rows);
        }
        Command::Show { which, controller } => {
            let controller = find(&store, &controller.unwrap_or_default()).await?;
            let own = entities::letter::templates::of(conn, controller).await?;
            let own = own.into_iter().find(|own| own.id == which).map(|own| own.source);
            show(&own.unwrap_or_else(|| Source::embedded(which)));
        }
        Command::Check(given) => {
            check(conn, find(&store, &given.controller).await?, &given.read()?).await?;
            say(format_args!("{} makes every letter it is for, under every law.", given.which));
        }
        Command::Set(given) => {
            let (controller, text) = (find(&store, &given.controller).await?, given.read()?);
            let txn = store.db.begin().await?;
            let saved = save(&txn, store.now(), &Actor::operator(), controller, &text).await?;
            txn.commit().await?;
            say(format_args!("Saved {} as version {}.", given.which, saved.version));
            note("Letters that are written from now on are made with it.");
        }
        Command::Withdraw { which, controller } => {
            let controller = find(&store, &controller).await?;
            let txn = store.db.begin().await?;
            let withdrawn = withdraw(&txn, store.now(), &Actor::operator(), controller, which).await?;
            txn.commit().await?;
            if !withdrawn {
                bail!("there is no text of its own for {which}");
            }
            say(format_args!("Letters are made with the program's own {which} again."));
        }
    }
    Ok(())
}

fn show(source: &Source) {
    if !source.subject.is_empty() {
        say(format_args!("{}\n", source.subject));
    }
    say(source.body.trim_end());
}

async fn find(store: &Store, slug: &str) -> anyhow::Result<entities::id::ControllerId> {
    let found = by_slug(store.db.read(), slug).await?;
    let found = found
        .ok_or_else(|| anyhow::anyhow!("there is no controller `{slug}`; `dsr controller list` shows those there are"));
    Ok(found?.id)
}
