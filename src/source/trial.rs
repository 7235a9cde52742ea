//! Trying a description with a call's body: the request it would make, and every problem. It runs on this machine alone, so it
//! shows what it found.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::mapped::{Found, Mapped, Verdict};

use super::description::Description;
use crate::terminal::{heading, note, say, say_table, table};

/// What to try.
#[derive(Args, Debug)]
pub struct Try {
    /// The file that describes the source
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The body of a call, byte for byte; or a ticket as its API answers, with --document
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// What the call says its body is
    #[arg(long, default_value = "application/json", value_name = "TYPE")]
    content_type: String,
    /// The file holds a ticket's fields, as `docs/integrations` shows them, and no call
    #[arg(long)]
    document: bool,
}

impl Try {
    /// Tries it.
    ///
    /// # Errors
    /// A file cannot be read, or the body is none that this system sends.
    pub fn run(self) -> anyhow::Result<()> {
        let described = Description::read(&self.from)?;
        let body = std::fs::read(&self.body).with_context(|| format!("{} cannot be read", self.body.display()))?;
        let mapping = described.draft().check().map_err(|_| anyhow::anyhow!("the mapping cannot be used"))?;
        if self.document {
            let document = serde_json::from_slice(&body).context("the file is not JSON")?;
            show(&mapping.apply(&document));
            return Ok(());
        }
        let mentions = described
            .system
            .system()
            .mentions(Some(&self.content_type), &body)
            .with_context(|| format!("{} is no call of {}", self.body.display(), described.system))?;
        if mentions.is_empty() {
            note("The call is about no ticket.");
        }
        let vouched = described.signing.scheme().row().proof.vouches_for_the_body();
        for mention in &mentions {
            heading(&format!("Ticket {}", mention.ticket));
            if !vouched || described.settings.always_read_back {
                say("Nothing vouches for these fields: the ticket is read from its own system first.");
            }
            match &mention.document {
                Some(document) => trial(&mapping, document),
                None => say("The call names the ticket and nothing else; it is read from its own system."),
            }
        }
        Ok(())
    }
}

fn trial(mapping: &Mapping, document: &serde_json::Value) {
    show(&mapping.apply(document));
}

fn show(mapped: &Mapped) {
    let verdict = match &mapped.verdict {
        Verdict::Fileable => "makes a request".to_owned(),
        Verdict::Triage => "goes to a person: see the problems".to_owned(),
        Verdict::Ignored(why) => format!("is none of ours: {why:?}"),
    };
    say(format_args!("It {verdict}."));
    let mut rows = table(["Part", "Value"]);
    let mut row = |part: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.add_row([part, &*value]);
        }
    };
    row("external_id", mapped.external_id.clone());
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
}
