//! Trying a description with a call's body: the request it would make, and every problem. It runs on this machine alone, so it
//! shows what it found.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use egress::allow::Allowed;
use entities::request::right::Right;
use jiff::tz::TimeZone;
use ticketing::mapping::mapped::{Found, Ignored, Mapped, Verdict};
use ticketing::mapping::place::Place;
use ticketing::reading::json;

use super::description::Description;
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
        let described = Description::read(&self.from)?;
        described.hints(allowed).iter().for_each(note);
        let body = std::fs::read(&self.body).with_context(|| format!("{} cannot be read", self.body.display()))?;
        let mapping = described.draft().check().map_err(|_| anyhow::anyhow!("the mapping cannot be used"))?;
        if self.document {
            let what = || format!("{} is no ticket's fields", self.body.display());
            show(&mapping.apply(&json::parse(std::str::from_utf8(&body).with_context(what)?).with_context(what)?));
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
            match &mention.document {
                None if described.system.row().reads => {
                    say("The call names the ticket and nothing else; it is read from its own system.");
                }
                None => say("The call names the ticket and nothing else."),
                Some(document) => {
                    if !vouched || described.settings.always_read_back {
                        say("The ticket is read from its own system before anything is done. If that says the same:");
                    }
                    show(&mapping.apply(document));
                }
            }
        }
        Ok(())
    }
}

/// What keeps a ticket that could be read from being a request all the same.
fn beyond(mapped: &Mapped) -> Vec<String> {
    let Some(right) = mapped.right else { return Vec::new() };
    if right.as_str().parse::<Right>().is_err() {
        return vec![format!("request_type: {right} is not handled as a request of its own; file it by hand")];
    }
    // The day decides which version of a law counts; without one this is seen when a call comes.
    let Some(day) = mapped.received_at.map(|at| at.to_zoned(TimeZone::UTC).date()) else { return Vec::new() };
    let granted = |place: &Place| place.regime.rights(day).any(|granted| granted == right);
    let refused = mapped.places.iter().filter(|place| !granted(place));
    refused
        .map(|place| {
            format!("jurisdiction: {} grants no right to {right} to a request received on {day}", place.regime)
        })
        .collect()
}

fn show(mapped: &Mapped) {
    let beyond = beyond(mapped);
    let verdict = match &mapped.verdict {
        Verdict::Fileable if beyond.is_empty() => "makes a request".to_owned(),
        Verdict::Fileable | Verdict::Triage => "goes to a person: see the problems".to_owned(),
        Verdict::Ignored(Ignored::Absent { pointer }) => format!("is none of ours: nothing stands at {pointer}"),
        Verdict::Ignored(Ignored::Other { pointer }) => format!("is none of ours: something else stands at {pointer}"),
        Verdict::Ignored(Ignored::Unmapped { target }) => {
            format!("is none of ours: no table names what it has for {target}")
        }
    };
    say(format_args!("It {verdict}."));
    if matches!(mapped.verdict, Verdict::Ignored(_)) {
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
    beyond.iter().for_each(note);
}
