//! The letters of a request: what was written, what became of it, and what to do about one that did not arrive.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{minute, path, request_name};
use crate::answers::{Items, Request};
use crate::http::Api;
use crate::terminal::{heading, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr request letters K7PW-3MXD
  dsr request letter show K7PW-3MXD 0193… --reveal call-back-4711
  dsr request letter preview K7PW-3MXD refusal
  dsr request letter hold-back K7PW-3MXD 0193…
  dsr request letter words K7PW-3MXD 0193… --reveal edit --out words.json
  dsr request letter edit K7PW-3MXD 0193… --words words.json
  dsr request letter send K7PW-3MXD 0193…
  dsr request letter resend K7PW-3MXD 0193… --address ada@example.com --vouched
  dsr request letter address K7PW-3MXD --vouched
  dsr request letter record K7PW-3MXD answer_access --means post";

/// Whose letters.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Letters {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    request: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What to do with one letter.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LetterArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Show one letter, and with --reveal what it says
    Show {
        #[command(flatten)]
        which: Which,
        /// Show what it says and to whom, for this purpose; an event records the look
        #[arg(long, value_name = "PURPOSE")]
        reveal: Option<String>,
    },
    /// Save a letter as a PDF for printing; an event records it
    Pdf {
        #[command(flatten)]
        which: Which,
        /// Where to; what is there is not overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show a letter as it would be written now; nothing is written, and an event records the look
    Preview {
        /// Reference or id of the request
        #[arg(value_parser = request_name)]
        request: String,
        /// What it is, such as refusal or extension
        kind: String,
        /// How the request would end, for answers
        #[arg(long)]
        outcome: Option<String>,
    },
    /// Write a letter that could not be written before
    Write {
        /// Reference or id of the request
        #[arg(value_parser = request_name)]
        request: String,
        /// What it is
        kind: String,
        /// Hold it back then, to change its words before it is sent
        #[arg(long)]
        hold: bool,
    },
    /// Hold a letter back that waits to be sent
    HoldBack {
        #[command(flatten)]
        which: Which,
    },
    /// Save the words of a letter that is held back, to change them; an event records the look
    Words {
        #[command(flatten)]
        which: Which,
        /// What for
        #[arg(long, value_name = "PURPOSE")]
        reveal: String,
        /// Where to; what is there is not overwritten
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Give a letter that is held back the words of a file
    Edit {
        #[command(flatten)]
        which: Which,
        /// The file that `words` saved, changed
        #[arg(long, value_name = "FILE")]
        words: PathBuf,
    },
    /// Send a letter that is held back
    Send {
        #[command(flatten)]
        which: Which,
    },
    /// Send a new link by which the person proves who they are; older ones are void
    Link {
        /// Reference or id of the request
        #[arg(value_parser = request_name)]
        request: String,
    },
    /// Try a letter again that failed
    Retry {
        #[command(flatten)]
        which: Which,
    },
    /// Send a letter that failed to another address
    Resend {
        #[command(flatten)]
        which: Which,
        /// The address, which is the request's from now on
        #[arg(long)]
        address: String,
        /// You know the address to be the person's
        #[arg(long)]
        vouched: bool,
    },
    /// Have letters go to another address from now on, or vouch for the one there is
    Address {
        /// Reference or id of the request
        #[arg(value_parser = request_name)]
        request: String,
        /// The address; the one there is, if left away
        #[arg(long, required_unless_present = "vouched")]
        address: Option<String>,
        /// You know the address to be the person's
        #[arg(long)]
        vouched: bool,
    },
    /// Note a letter that you sent by other means
    Record {
        /// Reference or id of the request
        #[arg(value_parser = request_name)]
        request: String,
        /// What it was
        kind: String,
        /// How it was sent
        #[arg(long)]
        means: Means,
        /// When it was sent, if not now
        #[arg(long, value_name = "INSTANT")]
        sent_at: Option<Timestamp>,
    },
}

#[derive(Args, Debug)]
struct Which {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    request: String,
    /// Id of the letter
    #[arg(value_parser = request_name)]
    letter: String,
}

impl Which {
    fn path(&self) -> String {
        format!("{}/letters/{}", path(&self.request), self.letter)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Means {
    Post,
    Telephone,
    Portal,
    InPerson,
    Mail,
    Other,
}

/// One letter, as far as it is shown.
#[derive(Deserialize, Serialize)]
struct Letter {
    id: String,
    kind: String,
    state: String,
    means: String,
    language: String,
    attempts: i64,
    last_answer: Option<String>,
    written_at: Timestamp,
    sent_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    subject: String,
    text: String,
    html: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passages: Option<Vec<Passage>>,
}

/// A passage of a letter that is held back, in a file as in the API.
#[derive(Deserialize, Serialize)]
struct Passage {
    at: usize,
    parts: Vec<String>,
    fixed: bool,
    text: String,
}

impl Content {
    fn show(&self) {
        if let Some(recipient) = &self.recipient {
            say(format_args!("To: {recipient}"));
        }
        say(format_args!("Subject: {}\n\n{}", self.subject, self.text));
    }
}

impl Letters {
    /// Shows them.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let below = format!("{}/letters", path(&self.request));
        if self.json {
            return say_json(&api.get::<Value>(&below, &[]).await?);
        }
        let letters: Items<Letter> = api.get(&below, &[]).await?;
        if letters.items.is_empty() {
            note("No letter has been written.");
            return Ok(());
        }
        let mut rows = table(["Id", "Kind", "State", "By", "Tries", "Written", "Sent", "Last answer"]);
        for letter in &letters.items {
            let sent = letter.sent_at.map_or("-".to_owned(), minute);
            let answer = letter.last_answer.as_deref().unwrap_or("-");
            let (tries, written) = (letter.attempts.to_string(), minute(letter.written_at));
            rows.add_row([
                &*letter.id,
                &*letter.kind,
                &*letter.state,
                &*letter.means,
                &*tries,
                &*written,
                &*sent,
                answer,
            ]);
        }
        say_table(&rows);
        Ok(())
    }
}

impl LetterArgs {
    /// Runs the command.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let (call, body) = match self.command {
            Command::Show { which, reveal } => {
                let query: Vec<_> = reveal.map(|purpose| ("reveal", purpose)).into_iter().collect();
                let letter: Letter = api.get(&which.path(), &query).await?;
                heading(&format!("{}, {}", letter.kind, letter.state));
                return match &letter.content {
                    Some(content) => {
                        content.show();
                        Ok(())
                    }
                    None => say_json(&letter),
                };
            }
            Command::Pdf { which, out } => {
                let answer = api.download(&format!("{}/pdf", which.path()), &[]).await?;
                super::show::save(answer, &out)
                    .await
                    .with_context(|| format!("{} cannot be written", out.display()))?;
                say(out.display());
                return Ok(());
            }
            Command::Preview { request, kind, outcome } => {
                let mut body = json!({ "kind": kind });
                if let Some(outcome) = outcome {
                    body["outcome"] = json!(outcome);
                }
                let content: Content =
                    api.post(&format!("{}/letters/preview", path(&request)), &body, None, None).await?;
                content.show();
                return Ok(());
            }
            Command::Write { request, kind, hold } => {
                (format!("{}/letters", path(&request)), json!({ "kind": kind, "hold": hold.then_some(true) }))
            }
            Command::HoldBack { which } => (format!("{}/hold-back", which.path()), json!({})),
            Command::Words { which, reveal, out } => {
                let letter: Letter = api.get(&which.path(), &[("reveal", reveal)]).await?;
                let passages = letter.content.and_then(|content| content.passages);
                let passages = passages.context("the letter is not held back, so its words stay as they are")?;
                let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&out);
                let file = file.with_context(|| format!("{} cannot be written", out.display()))?;
                serde_json::to_writer_pretty(file, &passages)?;
                say(out.display());
                return Ok(());
            }
            Command::Edit { which, words } => {
                let shown = words.display();
                let text = std::fs::read_to_string(&words).with_context(|| format!("{shown} cannot be read"))?;
                let all: Vec<Passage> = serde_json::from_str(&text).with_context(|| format!("{shown} has no words"))?;
                let passage = |it: Passage| json!({ "at": it.at, "text": it.text });
                let passages: Vec<_> = all.into_iter().map(passage).collect();
                (format!("{}/edit", which.path()), json!({ "passages": passages }))
            }
            Command::Send { which } => (format!("{}/send", which.path()), json!({})),
            Command::Link { request } => (format!("{}/letters/identity-link", path(&request)), json!({})),
            Command::Retry { which } => (format!("{}/retry", which.path()), json!({})),
            Command::Resend { which, address, vouched } => {
                (format!("{}/resend", which.path()), json!({ "address": address, "vouched": vouched }))
            }
            Command::Address { request, address, vouched } => {
                let mut body = json!({ "vouched": vouched });
                if let Some(address) = address {
                    body["address"] = json!(address);
                }
                (format!("{}/address", path(&request)), body)
            }
            Command::Record { request, kind, means, sent_at } => {
                let means = means.to_possible_value().map(|value| value.get_name().to_owned());
                let mut body = json!({ "kind": kind, "means": means });
                if let Some(at) = sent_at {
                    body["sent_at"] = json!(at);
                }
                (format!("{}/letters/record", path(&request)), body)
            }
        };
        let decided: Request = api.post(&call, &body, None, None).await?;
        say(format_args!("{}  {}", decided.reference, decided.standing()));
        Ok(())
    }
}
