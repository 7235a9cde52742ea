//! All there is about one request, and the files of its export.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use futures::TryStreamExt;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::io::AsyncWriteExt;

use super::{minute, path, plan, request_name};
use crate::answers::{Artifact, Candidate, Event, Identifier, Items, Job, Question, Request, cell};
use crate::http::{Api, Problem};
use crate::terminal::{heading, note, say, say_json, say_table, table};

/// Which request.
#[derive(Args, Debug)]
pub struct Show {
    /// Its reference or id
    #[arg(value_parser = request_name)]
    request: String,
    /// Show personal data in the clear, for this purpose, such as call-back-4711; an event records the look
    #[arg(long, value_name = "PURPOSE")]
    reveal: Option<String>,
    /// How many of the last events
    #[arg(long, default_value_t = 10)]
    events: usize,
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

const PARTS: [&str; 8] = ["identifiers", "candidates", "plan", "jobs", "questions", "clocks", "artifacts", "events"];

impl Show {
    /// Shows it.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let request: Request = api.get(&path(&self.request), &[]).await?;
        if self.json {
            let mut whole = serde_json::to_value(&request)?;
            for part in PARTS {
                whole[part] = match part {
                    "plan" => self.drawn_plan(api).await?.into(),
                    "events" => serde_json::to_value(all::<Value>(api, &self.below("events")).await?)?,
                    part => self.part(api, part).await?,
                };
            }
            return say_json(&whole);
        }
        summary(&request);
        let identifiers: Items<Identifier> = self.part(api, "identifiers").await?;
        let mut rows = table(["Id", "Kind", "Value", "Hits", "People", "Choice"]);
        for found in &identifiers.items {
            let count = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
            let value = cell(&found.value);
            rows.add_row([&found.id, &found.kind, &value, &count(found.hits), &count(found.people), &found.choice]);
        }
        section("Identifiers", &rows, identifiers.items.len());
        self.candidates(api).await?;
        self.plan(api).await?;
        let jobs: Items<Job> = self.part(api, "jobs").await?;
        let mut rows = table(["Id", "Does", "Subject", "Why", "Status", "On the platform", "Error"]);
        for job in &jobs.items {
            // An erased subject is known by its kind alone.
            let subject = if job.subject.is_null() { job.subject_kind.clone() } else { cell(&job.subject) };
            let platform = job.platform_status.as_deref().unwrap_or("-");
            let error = job.error_code.as_deref().unwrap_or("-");
            rows.add_row([&*job.id, &*job.kind, &*subject, &*job.origin, &*job.status, platform, error]);
        }
        section("Jobs", &rows, jobs.items.len());
        self.questions(api).await?;
        self.artifacts(api).await?;
        self.last_events(api).await
    }

    async fn part<T: DeserializeOwned>(&self, api: &Api, part: &str) -> anyhow::Result<T> {
        // Only what holds personal data takes a purpose.
        let personal = matches!(part, "identifiers" | "candidates" | "plan" | "jobs");
        let purpose = self.reveal.clone().filter(|_| personal);
        let query: Vec<_> = purpose.map(|purpose| ("reveal", purpose)).into_iter().collect();
        api.get(&self.below(part), &query).await
    }

    fn below(&self, part: &str) -> String {
        format!("{}/{part}", path(&self.request))
    }

    /// The plan; empty until every identifier has been searched for.
    async fn drawn_plan(&self, api: &Api) -> anyhow::Result<Map<String, Value>> {
        match self.part(api, "plan").await {
            Err(error) if error.downcast_ref::<Problem>().is_some_and(|it| it.code == "not_resolved") => Ok(Map::new()),
            plan => plan,
        }
    }

    async fn candidates(&self, api: &Api) -> anyhow::Result<()> {
        let candidates: Items<Candidate> = self.part(api, "candidates").await?;
        let mut rows = table(["Id", "Kind", "Record", "Sure", "Note", "Choice"]);
        for found in &candidates.items {
            let note = [
                found.ancestor.then(|| "ancestor of its merge set".to_owned()),
                found.doubt.clone(),
                found.set_aside.as_ref().map(|why| format!("set aside: {why}")),
            ];
            let note: Vec<_> = note.into_iter().flatten().collect();
            let sure = if found.certain { "yes" } else { "no" };
            let record = cell(&found.record);
            rows.add_row([&*found.id, &*found.kind, &*record, sure, &*note.join("; "), &*found.choice]);
        }
        section("Found on the platform", &rows, candidates.items.len());
        Ok(())
    }

    async fn plan(&self, api: &Api) -> anyhow::Result<()> {
        let plan: Map<String, Value> = self.drawn_plan(api).await?;
        let (rows, count) = plan::rows(&plan);
        section("Plan", &rows, count);
        if count > 0 {
            say(format_args!("Its digest, for `approve --plan`: {}", plan::digest(&plan)));
        }
        Ok(())
    }

    async fn questions(&self, api: &Api) -> anyhow::Result<()> {
        let questions: Items<Question> = self.part(api, "questions").await?;
        let open: Vec<_> = questions.items.iter().filter(|question| question.is_open()).collect();
        let mut rows = table(["Asked", "Question", "Detail"]);
        for question in &open {
            let at = question.opened_at.map_or_else(|| "-".to_owned(), |at| at.strftime("%F %T").to_string());
            rows.add_row([at, question.code.clone(), cell(&question.detail)]);
        }
        section("Waiting for a person", &rows, open.len());
        Ok(())
    }

    async fn artifacts(&self, api: &Api) -> anyhow::Result<()> {
        let artifacts: Items<Artifact> = self.part(api, "artifacts").await?;
        let mut rows = table(["Id", "Part", "Bytes", "SHA-256"]);
        for file in &artifacts.items {
            rows.add_row([file.id.clone(), file.part.to_string(), file.bytes.to_string(), file.sha256.clone()]);
        }
        section("Files of the export", &rows, artifacts.items.len());
        Ok(())
    }

    async fn last_events(&self, api: &Api) -> anyhow::Result<()> {
        let events: Vec<Event> = all(api, &self.below("events")).await?;
        let skip = events.len().saturating_sub(self.events);
        let mut rows = table(["At", "Event", "By"]);
        for event in &events[skip..] {
            let by = event.actor.get("kind").map_or_else(|| cell(&event.actor), cell);
            rows.add_row([event.at.strftime("%F %T").to_string(), event.kind.clone(), by]);
        }
        section("Last events", &rows, events.len() - skip);
        Ok(())
    }
}

/// Everything in a list, page after page.
async fn all<T: DeserializeOwned>(api: &Api, list: &str) -> anyhow::Result<Vec<T>> {
    let mut items = Vec::new();
    let mut query = Vec::new();
    loop {
        let page: Items<T> = api.get(list, &query).await?;
        items.extend(page.items);
        match page.next {
            Some(cursor) => query = vec![("cursor", cursor)],
            None => return Ok(items),
        }
    }
}

fn summary(request: &Request) {
    say(format_args!("{}  {}", request.reference, request.standing()));
    let refusal = request.rest.get("refusal").filter(|value| !value.is_null()).map(cell);
    for (name, value) in [
        ("id", Some(request.id.clone())),
        ("controller", Some(request.controller.clone())),
        ("right", Some(format!("{} under {}", request.right, request.regime))),
        ("received", Some(format!("{} (channel: {})", minute(request.received_at), request.channel))),
        ("answer by", Some(minute(request.respond_by))),
        ("refusal", refusal),
        ("questions", (request.open_questions > 0).then(|| request.open_questions.to_string())),
        ("version", Some(request.version.to_string())),
    ] {
        if let Some(value) = value {
            say(format_args!("  {name:<11}{value}"));
        }
    }
}

fn section(title: &str, rows: &comfy_table::Table, count: usize) {
    if count > 0 {
        heading(title);
        say_table(rows);
    }
}

/// Which files, and where to.
#[derive(Args, Debug)]
pub struct Download {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    request: String,
    /// Folder to save to; made if need be, for its owner alone
    #[arg(long, default_value = ".", value_name = "DIR")]
    to: PathBuf,
    /// What for, such as answer-to-person; an event records it
    #[arg(long)]
    purpose: String,
}

impl Download {
    /// Saves them. What is there already is not overwritten.
    ///
    /// # Errors
    /// The API says no, or a file cannot be written.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let request: Request = api.get(&path(&self.request), &[]).await?;
        let artifacts: Items<Artifact> = api.get(&format!("{}/artifacts", path(&self.request)), &[]).await?;
        if artifacts.items.is_empty() {
            bail!("{} has no files; it is {}", request.reference, request.standing());
        }
        crate::installation::make_folder(&self.to)?;
        for (number, file) in artifacts.items.iter().enumerate() {
            let ending = if file.media_type.as_deref() == Some("application/zip") { "zip" } else { "bin" };
            let target = self.to.join(format!("{}-{}.{ending}", request.reference, number + 1));
            let query = [("purpose", self.purpose.clone())];
            let answer = api.download(&format!("/api/v1/artifacts/{}/content", file.id), &query).await?;
            save(answer, &target).await.with_context(|| format!("{} cannot be written", target.display()))?;
            say(target.display());
        }
        note(format_args!(
            "Saved {} file(s). They are no longer encrypted: hand them on and remove them.",
            artifacts.items.len()
        ));
        Ok(())
    }
}

pub(super) async fn save(answer: reqwest::Response, target: &std::path::Path) -> anyhow::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(target).await?;
    let copied = copy(answer, &mut file).await;
    if copied.is_err() {
        // Half a file would pass for a whole one; if it cannot be removed, the first failure is still the one to tell.
        drop(tokio::fs::remove_file(target).await);
    }
    copied
}

async fn copy(answer: reqwest::Response, file: &mut tokio::fs::File) -> anyhow::Result<()> {
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.try_next().await.map_err(reqwest::Error::without_url)? {
        file.write_all(&piece).await?;
    }
    file.sync_all().await?;
    Ok(())
}
