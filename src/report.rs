//! `dsr report`: what is reported of a controller's requests, over the HTTP API.

mod accountability;
mod ccpa;
mod forecast;
mod register;
mod save;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::answers::cell;
use crate::http::Api;
use crate::http::server::Server;
use crate::terminal::note;

const EXAMPLES: &str = "\
Examples:
  dsr report register --controller acme --year 2026 --csv --out register-2026.csv
  dsr report register --controller acme --from 2026-11-01 --to 2026-11-30
  dsr report ccpa --controller acme --year 2026
  dsr report accountability --controller acme --year 2026
  dsr report forecast --controller acme

Days and years are those of the controller's time zone. The client needs the scope reports:read.
The client's secret is taken from --client-secret-file, else from DSR_CLIENT_SECRET, else from standard input.";

/// What to report.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    server: Server,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Every request received in a period, a line each, without personal data
    Register(register::Register),
    /// The yearly figures of the CCPA: received, complied with, denied, days to the response (11 CCR 7102)
    Ccpa(ccpa::Ccpa),
    /// Figures per right and month: in time, refused, extended, late, open (GDPR Art. 5(2), 24)
    Accountability(accountability::Accountability),
    /// Which open requests will miss their dates, and by when more time must be announced
    Forecast(forecast::Forecast),
}

/// Whose requests, and how to write what is told of them.
#[derive(Args, Debug)]
struct Common {
    /// Short name of the controller
    #[arg(long, value_name = "SLUG")]
    controller: String,
    /// As CSV, safe to open in a spreadsheet
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// To this file, as CSV unless --json is given; nothing may be there yet
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// When the requests were received.
#[derive(Args, Debug)]
struct Received {
    /// In this calendar year; the running one, if no time is given
    #[arg(long, conflicts_with_all = ["from", "to"])]
    year: Option<String>,
    /// On this day or later
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// On this day or earlier; today, if it is left away
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<String>,
}

impl Received {
    fn query(&self) -> Vec<(&'static str, String)> {
        let given = [("year", &self.year), ("from", &self.from), ("to", &self.to)];
        given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

/// Runs the command.
///
/// # Errors
/// The API does not answer, or says no.
pub async fn run(args: ReportArgs) -> anyhow::Result<()> {
    let api = args.server.connect()?;
    match args.command {
        Command::Register(register) => register.run(&api).await,
        Command::Ccpa(ccpa) => ccpa.run(&api).await,
        Command::Accountability(accountability) => accountability.run(&api).await,
        Command::Forecast(forecast) => forecast.run(&api).await,
    }
}

impl Common {
    /// Writes a report for a program or a file, if that is asked for; else gives it back to be shown as a table.
    async fn fetch(
        &self,
        api: &Api,
        path: &str,
        mut query: Vec<(&'static str, String)>,
    ) -> anyhow::Result<Option<Value>> {
        query.push(("controller", self.controller.clone()));
        let is_table = self.out.is_none() && !self.csv && !self.json;
        if is_table {
            return api.get(path, &query).await.map(Some);
        }
        let format = if self.json { "json" } else { "csv" };
        query.push(("format", format.to_owned()));
        save::save(api.download(path, &query).await?, self.out.as_deref()).await?;
        Ok(None)
    }
}

/// A field of a report as a cell: a flag in words, nothing as a dash.
fn field(of: &Value, name: &str) -> String {
    match &of[name] {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Object(counts) if counts.is_empty() => "-".to_owned(),
        other => cell(other),
    }
}

/// Says what figures rest on, below them.
fn notes(of: &[Value]) {
    for text in of.iter().filter_map(Value::as_str) {
        note(format_args!("- {text}"));
    }
}

/// A share from 0 to 1 in hundredths.
fn percent(of: &Value) -> String {
    of.as_f64().map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// The list of this name.
fn list<'a>(report: &'a Value, name: &str) -> &'a [Value] {
    report[name].as_array().map(Vec::as_slice).unwrap_or_default()
}
