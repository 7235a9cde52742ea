//! Trying a description with a call's body: the request it would make, and every problem. It runs on this machine alone, so it
//! shows what it found.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use egress::allow::Allowed;
use sources::trial::{self, Outcome};
use ticketing::mapping::mapped::Found;

use super::file;
use crate::terminal::{heading, note, say, say_table, table};

/// What to try.
#[derive(Args, Debug)]
pub struct Try {
    /// The file that describes the source
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The body of a call, byte for byte; or a ticket's fields, with --document
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// What the call says its body is
    #[arg(long, default_value = "application/json", value_name = "TYPE")]
    content_type: String,
    /// The file holds no call but a ticket's fields, in the shape that docs/integrations shows for its system
    #[arg(long)]
    document: bool,
}

impl Try {
    /// Tries it.
    ///
    /// # Errors
    /// A file cannot be read, or the body is none that this system sends.
    pub fn run(self, allowed: &Allowed) -> anyhow::Result<()> {
        let described = file::read(&self.from)?;
        // Where senders reach us is for the installation to know, and here there is none.
        described.hints(allowed, Some("https://here.invalid")).iter().for_each(note);
        let body = std::fs::read(&self.body).with_context(|| format!("{} cannot be read", self.body.display()))?;
        let name = self.body.display();
        if self.document {
            let tried = trial::document(&described, &body).with_context(|| format!("{name} is no ticket's fields"))?;
            tried.outcome.iter().for_each(show);
            return Ok(());
        }
        let tried = trial::call(&described, Some(&self.content_type), &body)
            .with_context(|| format!("{name} is no call of {}", described.system))?;
        if tried.is_empty() {
            note("The call is about no ticket.");
        }
        for one in &tried {
            heading(&format!("Ticket {}", one.ticket.as_deref().unwrap_or_default()));
            match (&one.outcome, one.read_back) {
                (None, true) => say("The call names the ticket and nothing else; it is read from its own system."),
                (None, false) => say("The call names the ticket and nothing else."),
                (Some(outcome), read_back) => {
                    if read_back {
                        say("The ticket is read from its own system before anything is done. If that says the same:");
                    }
                    show(outcome);
                }
            }
        }
        Ok(())
    }
}

fn show(outcome: &Outcome) {
    let mapped = &outcome.mapped;
    let verdict = match outcome.ignored() {
        Some(why) => format!("is none of ours: {why}"),
        None if outcome.is_fileable() => "makes a request".to_owned(),
        None => "goes to a person: see the problems".to_owned(),
    };
    say(format_args!("It {verdict}."));
    if outcome.ignored().is_some() {
        return;
    }
    let mut rows = table(["Part", "Value"]);
    let mut row = |part: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.add_row([part, &*value]);
        }
    };
    row("display_id", mapped.display_id.clone());
    row("request_type", mapped.right.map(|right| right.to_string()));
    for place in &mapped.places {
        let region = place.region.as_deref().unwrap_or("no region");
        row("jurisdiction", Some(format!("{} ({region})", place.regime)));
    }
    row("received_at", mapped.received_at.map(|at| at.to_string()));
    row("submitted_by", mapped.submitted_by.map(|who| who.to_string()));
    row("language", mapped.language.clone());
    let value = |found: &Found| match found.raw == found.normalised.value {
        true => found.raw.clone(),
        false => format!("{} → {}", found.raw, found.normalised.value),
    };
    for found in &mapped.subject {
        row(&format!("subject.{}", found.normalised.kind), Some(value(found)));
    }
    for found in &mapped.requester {
        row(&format!("requester.{}", found.normalised.kind), Some(value(found)));
    }
    for correction in &mapped.corrections {
        let change = format!("{} → {}", correction.existing.value, correction.updated.value);
        row(&format!("correct.{}", correction.existing.kind), Some(change));
    }
    say_table(&rows);
    for problem in &mapped.problems {
        let holds_up = if problem.holds_up() { "" } else { " (it makes a request all the same)" };
        note(format_args!("{problem}{holds_up}"));
    }
    outcome.beyond.iter().for_each(note);
}
