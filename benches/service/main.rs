//! Measures the service. Every figure stands beside another one of the same run, because machines differ and disks more so:
//! `scripts/bench` for everything, `scripts/bench intake reads --quick` for a first impression of some.
//!
//! What each figure means, and how it comes about, is told in `docs/MEASUREMENTS.md`.

mod bare;
mod calls;
mod clocks;
mod footprint;
mod hooks;
mod installed;
mod intake;
mod load;
mod machine;
mod pages;
mod pipeline;
mod process;
mod reads;
mod report;
mod slow;
mod stored;
mod things;
mod turns;
mod walk;

use clap::{Parser, ValueEnum};
use testbed::database::Kind;

use crate::report::Report;

#[derive(Parser)]
#[command(name = "scripts/bench", about = "Measures the service on SQLite and PostgreSQL")]
struct Arguments {
    /// What to measure; all of it if nothing is named
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Measure less and sooner: good for a look, too rough to quote
    #[arg(long)]
    quick: bool,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
    /// Only on this database
    #[arg(long, value_enum)]
    on: Option<On>,
    /// What `cargo bench` says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// How fast requests are taken in, against bare commits
    Intake,
    /// How fast signed calls of ticketing systems are stored, against bare commits
    Webhooks,
    /// How fast they go all the way, against how fast they are taken in
    Pipeline,
    /// How many calls of the platform they cost, against the fewest that can do it
    Calls,
    /// How fast they are found among 100,000, against the empty answer
    Reads,
    /// How fast the officers' pages are among 100,000, against the empty answer
    Pages,
    /// How fast the clocks of 100,000 open requests are computed anew, against computing alone
    Clocks,
    /// Memory, start and size
    Footprint,
}

#[derive(Clone, Copy, ValueEnum)]
enum On {
    Sqlite,
    Postgresql,
}

/// How much to measure.
#[derive(Clone, Copy)]
pub struct Scale {
    quick: bool,
}

impl Scale {
    /// `full` for a figure to be quoted, `quick` for a look.
    pub fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !arguments.bench {
        // `cargo test --all-targets` runs benches too, without the word.
        println!("nothing is measured in a test run; see scripts/bench");
        return Ok(());
    }
    let scale = Scale { quick: arguments.quick };
    let kinds = match arguments.on {
        Some(On::Sqlite) => vec![Kind::Sqlite],
        Some(On::Postgresql) => vec![Kind::Postgres],
        None => testbed::database::BOTH.to_vec(),
    };
    let is_asked = |part| arguments.parts.is_empty() || arguments.parts.contains(&part);
    let mut report = Report::new(machine::facts(&kinds).await?, scale.quick, arguments.json);
    for &kind in &kinds {
        if is_asked(Part::Intake) {
            report.add(intake::measure(kind, scale).await?);
        }
        if is_asked(Part::Webhooks) {
            report.add(hooks::measure(kind, scale).await?);
        }
        if is_asked(Part::Pipeline) {
            report.add(pipeline::measure(kind, scale).await?);
        }
        if is_asked(Part::Reads) {
            report.add(reads::measure(kind, scale).await?);
        }
        if is_asked(Part::Pages) {
            report.add(pages::measure(kind, scale).await?);
        }
        if is_asked(Part::Clocks) {
            report.add(clocks::measure(kind, scale).await?);
        }
        if is_asked(Part::Footprint) {
            report.add(footprint::measure(kind, scale).await?);
        }
    }
    if is_asked(Part::Calls) {
        // Which database it is makes no difference to what the platform is asked.
        report.add(calls::measure(kinds[0], scale).await?);
    }
    report.finish()
}
