//! `dsr request`: data subject requests over the HTTP API, as any other client sees them.

mod clocks;
mod decide;
mod file;
mod letters;
mod list;
mod plan;
mod show;
mod watch;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::http::server::Server;

const EXAMPLES: &str = "\
Examples:
  export DSR_API_URL=http://127.0.0.1:8080 DSR_CLIENT_ID=… DSR_CLIENT_SECRET=…
  dsr request file --controller acme --right access --identifier email=ada@example.com --identity officer_word
  dsr request list --attention
  dsr request show K7PW-3MXD
  dsr request watch K7PW-3MXD --wait-for closed
  dsr request approve K7PW-3MXD

The client's secret is taken from --client-secret-file, else from DSR_CLIENT_SECRET, else from standard input.";

/// What to do with requests.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct RequestArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    server: Server,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// File a request
    File(Box<file::File>),
    /// Show requests, newest first
    List(list::List),
    /// Show all there is about one request
    Show(show::Show),
    /// Show by when what must be done about a request, and why
    Clocks(clocks::Clocks),
    /// Show what was written about a request
    Letters(letters::Letters),
    /// See, try again, or note one letter
    Letter(letters::LetterArgs),
    /// Follow a request until it is where you want it
    Watch(watch::Watch),
    /// Save the files of a finished export
    Download(show::Download),
    /// Approve the plan you have seen: the platform is asked to act
    Approve(plan::Approve),
    #[command(flatten)]
    Decision(decide::Decision),
}

/// Runs the command.
///
/// # Errors
/// The API does not answer, or says no.
pub async fn run(args: RequestArgs) -> anyhow::Result<()> {
    // Read first: a request piped in would otherwise be taken for the secret.
    let api = args.server.connect()?;
    match args.command {
        Command::File(file) => file.run(&api).await,
        Command::List(list) => list.run(&api).await,
        Command::Show(show) => show.run(&api).await,
        Command::Clocks(clocks) => clocks.run(&api).await,
        Command::Letters(letters) => letters.run(&api).await,
        Command::Letter(letter) => letter.run(&api).await,
        Command::Watch(watch) => watch.run(&api).await,
        Command::Download(download) => download.run(&api).await,
        Command::Approve(approve) => approve.run(&api).await,
        Command::Decision(decision) => decision.run(&api).await,
    }
}

/// A reference or an id, as it may stand in an address.
fn request_name(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(text.to_owned()) } else { Err("a reference such as K7PW-3MXD, or an id".into()) }
}

/// The path of a request.
fn path(name: &str) -> String {
    format!("/api/v1/requests/{name}")
}

/// An instant for people, to the minute.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
