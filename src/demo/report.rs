//! The report: each sample's expected and reached end, what was claimed of it, and what was claimed of all. Ends are read over
//! the HTTP API, and what happened on the platform is counted by the sandbox.

use std::collections::BTreeMap;

use entities::event::chain;
use serde_json::Value;

use super::play::{Cast, Play};
use super::samples::{Claim, End};
use super::stage::Stage;
use super::switches::{Counters, Created, People};
use crate::answers::{Artifact, Candidate, Event, Items};
use crate::terminal::{heading, mark, say, say_table, table};

/// Something that was claimed, and whether it is so.
struct Checked {
    good: bool,
    text: String,
}

/// What the sandbox saw.
struct Seen {
    counters: Counters,
    /// Who is left, and as what.
    people: People,
    /// How often each fault happened, by its subject.
    fired: BTreeMap<String, u64>,
}

/// Checks and shows everything. Says whether all is as it must be.
///
/// # Errors
/// The API, the sandbox or the database does not answer.
pub async fn report(stage: &Stage, cast: &Cast, plays: &[Play]) -> anyhow::Result<bool> {
    let seen = Seen {
        counters: stage.switches.counters().await?,
        people: stage.switches.people().await?,
        fired: stage.switches.fired().await?,
    };
    let mut all_good = true;
    let mut rows = table(["", "#", "Reference", "Shows", "Must end", "Ended", "Took", "And"]);
    let mut failures = Vec::new();
    for play in plays {
        let claims = claims(stage, cast, play, &seen).await?;
        let good = play.is_there() && claims.iter().all(|claim| claim.good);
        all_good &= good;
        let held: Vec<_> = claims.iter().filter(|claim| claim.good).map(|claim| claim.text.as_str()).collect();
        rows.add_row([
            mark(good).to_owned(),
            play.sample.number.to_string(),
            play.request.reference.clone(),
            play.sample.shows.to_owned(),
            expected(play.sample.end),
            reached(play),
            play.took().map_or_else(|| "-".to_owned(), |took| format!("{:.1} s", took.as_secs_f64())),
            held.join("; "),
        ]);
        let wrong = claims.into_iter().filter(|claim| !claim.good).map(|claim| claim.text);
        let wrong =
            wrong.chain(play.trouble.clone()).chain((!play.is_there()).then(|| format!("it is {}", play.line())));
        failures.extend(wrong.map(|text| format!("✗ sample {}: {text}", play.sample.number)));
    }
    heading("Samples");
    say_table(&rows);
    heading("All together");
    for claim in overall(stage, plays, &seen.counters).await? {
        all_good &= claim.good;
        say(format_args!("  {} {}", mark(claim.good), claim.text));
    }
    if !failures.is_empty() {
        heading("Not as it must be");
        failures.iter().for_each(say);
    }
    Ok(all_good)
}

fn expected(end: End) -> String {
    match end {
        End::Closed(outcome) => outcome.to_owned(),
        End::Waiting(code) => format!("waits: {code}"),
    }
}

fn reached(play: &Play) -> String {
    match (&play.request.outcome, play.sample.end) {
        (Some(outcome), _) => outcome.clone(),
        (None, End::Waiting(code)) if play.open_codes().contains(code) => format!("waits: {code}"),
        (None, _) => play.line(),
    }
}

async fn claims(stage: &Stage, cast: &Cast, play: &Play, seen: &Seen) -> anyhow::Result<Vec<Checked>> {
    let mut checked = Vec::new();
    if !play.sample.faults.is_empty() {
        // A sample whose trouble never came would show nothing.
        let times = |(_, value): &(&str, &str)| seen.fired.get(*value).copied().unwrap_or(0);
        let times: u64 = play.sample.identifiers.iter().map(times).sum();
        checked.push(Checked { good: times > 0, text: format!("the fault struck {times}×") });
    }
    for claim in play.sample.claims {
        let (good, text) = match *claim {
            Claim::Asked(code) => (play.asked.contains(code), format!("asked {code}")),
            Claim::Files(least) => {
                let files: Items<Artifact> = cast.officer.get(&play.path("/artifacts"), &[]).await?;
                let count = files.items.len();
                (count >= least, format!("{count} file(s)"))
            }
            Claim::Jobs(kind, exactly) => {
                let of_kind = play.jobs.iter().filter(|job| job.subject_kind == kind && job.status != "superseded");
                let count = of_kind.count();
                (count == exactly, format!("{count} {kind} job(s)"))
            }
            Claim::Siblings(exactly) => {
                let count = play.jobs.iter().filter(|job| job.origin == "sibling").count();
                (count == exactly, format!("{count} of them made by the platform, adopted"))
            }
            Claim::CanonicalOnly(email) => canonical_only(stage, &seen.counters, email),
            Claim::Event(kind) => {
                let events: Items<Event> = cast.officer.get(&play.path("/events"), &[]).await?;
                (events.items.iter().any(|event| event.kind == kind), kind.to_owned())
            }
            Claim::SetAside(kind) => {
                let found: Items<Candidate> = cast.officer.get(&play.path("/candidates"), &[]).await?;
                let is_so = found.items.iter().any(|it| it.kind == kind && it.set_aside.is_some());
                (is_so, format!("{kind} set aside"))
            }
            Claim::Named(name) => {
                let named = |detail: &Value| detail.to_string().contains(name);
                let is_so = play.questions.iter().any(|question| question.is_open() && named(&question.detail));
                (is_so, format!("names {name}"))
            }
            Claim::Found(exactly) => {
                let found: Items<Candidate> = cast.officer.get(&play.path("/candidates"), &[]).await?;
                (found.items.len() == exactly, format!("{} record(s) found", found.items.len()))
            }
            Claim::Corrected(old, new) => {
                let is_so = seen.people.contacts_of(old).is_empty() && seen.people.contacts_of(new).len() == 1;
                (is_so, "corrected on the platform".to_owned())
            }
            Claim::Gone(email) => {
                let left = seen.people.contacts_of(email).len();
                (left == 0, format!("{left} of its contacts left on the platform"))
            }
        };
        checked.push(Checked { good, text });
    }
    Ok(checked)
}

/// Of the contacts with this address, we asked for the canonical one, once, and for no other.
fn canonical_only(stage: &Stage, counters: &Counters, email: &str) -> (bool, String) {
    let contacts = stage.people.contacts_of(email);
    let asked = |id: &str| -> u64 {
        ours(counters).filter(|row| row.subject == format!("contact:{id}")).map(|row| row.count).sum()
    };
    let (mut canonical, mut others) = (0, 0);
    for (id, is_canonical) in &contacts {
        if *is_canonical { canonical += asked(id) } else { others += asked(id) }
    }
    (canonical == 1 && others == 0, format!("{canonical} asked for the contact, {others} for ancestors"))
}

fn ours(counters: &Counters) -> impl Iterator<Item = &Created> {
    counters.created.iter().filter(|row| row.origin == "client")
}

async fn overall(stage: &Stage, plays: &[Play], counters: &Counters) -> anyhow::Result<Vec<Checked>> {
    let mut by_subject: BTreeMap<&str, u64> = BTreeMap::new();
    for row in ours(counters) {
        *by_subject.entry(&row.subject).or_default() += row.count;
    }
    let placed: u64 = by_subject.values().sum();
    let retried: u64 = plays.iter().flat_map(|play| &play.jobs).filter(|job| job.origin == "retry").count() as u64;
    // A retry asks a second time because a person said so; nothing else may.
    let again: u64 = by_subject.values().map(|count| count - 1).sum();
    let verified = chain::verify(&stage.store.db, &stage.store.safe.signing().public_key(), None, &[]).await?;
    let events: u64 = verified.chains.iter().map(|chain| chain.linked + chain.unlinked).sum();
    let calls: u64 = counters.calls.values().sum();
    let claims = [
        (
            again == retried,
            format!("{placed} platform requests placed, none twice ({retried} again because a person said so)"),
        ),
        (
            counters.limited.by_rate == 0,
            format!(
                "{calls} platform calls, {} beyond its limit (and {} refused by the storm)",
                counters.limited.by_rate, counters.limited.by_fault
            ),
        ),
        (
            counters.authorization_at_storage == 0,
            format!(
                "{} downloads, {} with our token shown to the storage",
                counters.downloads, counters.authorization_at_storage
            ),
        ),
        (counters.tokens_issued >= 2, format!("{} tokens issued, revoked ones replaced", counters.tokens_issued)),
        (verified.is_whole(), format!("{events} events in the audit trail, every chain whole")),
    ];
    Ok(claims.into_iter().map(|(good, text)| Checked { good, text }).collect())
}
