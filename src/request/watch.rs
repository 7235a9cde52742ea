//! Following a request: a live line on a terminal, a line for every change elsewhere.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use super::{path, request_name};
use crate::answers::{Items, Job, Question, Request, progress};
use crate::config::units::duration;
use crate::http::Api;
use crate::terminal::{is_terminal, say};

const EXAMPLES: &str = "\
Examples:
  dsr request watch K7PW-3MXD                          Until it is closed
  dsr request watch K7PW-3MXD --wait-for attention     Until a person is needed (or it is closed)
  dsr request watch K7PW-3MXD --wait-for executing --timeout 10m

Exit code 0 when it got there, 1 when it was closed before, or when the time is up.";

const STATUSES: [&str; 7] = ["received", "verifying", "resolving", "reviewing", "executing", "answering", "closed"];

/// What to follow.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Watch {
    /// Reference or id of the request
    #[arg(value_parser = request_name)]
    request: String,
    /// Until when: a status, or attention
    #[arg(long, default_value = "closed", value_name = "WHAT", value_parser = [
        "attention", "received", "verifying", "resolving", "reviewing", "executing", "answering", "closed"])]
    wait_for: String,
    /// How often to look
    #[arg(long, default_value = "2s", value_parser = duration, value_name = "TIME")]
    every: Duration,
    /// How long at most
    #[arg(long, value_parser = duration, value_name = "TIME")]
    timeout: Option<Duration>,
}

impl Watch {
    /// Follows it.
    ///
    /// # Errors
    /// It was closed before it got there, or the time is up; or the API says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let began = Instant::now();
        let bar = bar()?;
        let mut last = String::new();
        loop {
            let request: Request = api.get(&path(&self.request), &[]).await?;
            let jobs: Items<Job> = api.get(&format!("{}/jobs", path(&self.request)), &[]).await?;
            let (done, all) = progress(&jobs.items);
            let line = self.line(api, &request, done, all).await?;
            if let Some(bar) = &bar {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
                bar.set_message(line.clone());
            } else if line != last {
                say(format_args!("{}  {line}", request.reference));
                last = line.clone();
            }
            if self.is_there(&request) {
                finish(bar, &request, &line);
                return Ok(());
            }
            if request.is_closed() {
                finish(bar, &request, &line);
                bail!("{} was closed before it was {}", request.reference, self.wait_for);
            }
            if self.timeout.is_some_and(|most| began.elapsed() >= most) {
                finish(bar, &request, &line);
                bail!("{} is still {} after the time given", request.reference, request.standing());
            }
            tokio::time::sleep(self.every.max(Duration::from_millis(100))).await;
        }
    }

    fn is_there(&self, request: &Request) -> bool {
        if self.wait_for == "attention" {
            return request.open_questions > 0 || request.status == "reviewing" || request.is_closed();
        }
        let place = |word: &str| STATUSES.iter().position(|status| *status == word);
        // A refused request is closed without having been executed.
        let was_reached = !request.is_closed() && place(&request.status) >= place(&self.wait_for);
        was_reached || request.status == self.wait_for
    }

    async fn line(&self, api: &Api, request: &Request, done: usize, all: usize) -> anyhow::Result<String> {
        let mut line = request.standing();
        if all > 0 {
            line.push_str(&format!(", jobs {done}/{all}"));
        }
        if request.open_questions > 0 {
            let questions: Items<Question> = api.get(&format!("{}/questions", path(&self.request)), &[]).await?;
            let open = questions.items.iter().filter(|question| question.is_open());
            let codes: std::collections::BTreeSet<_> = open.map(|question| question.code.as_str()).collect();
            line.push_str(&format!(", asks: {}", codes.into_iter().collect::<Vec<_>>().join(", ")));
        } else if request.status == "reviewing" {
            line.push_str(", waits for approval");
        }
        Ok(line)
    }
}

fn bar() -> anyhow::Result<Option<ProgressBar>> {
    if !is_terminal() {
        return Ok(None);
    }
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template("{spinner} [{elapsed}] {wide_msg}")?);
    bar.enable_steady_tick(Duration::from_millis(120));
    Ok(Some(bar))
}

fn finish(bar: Option<ProgressBar>, request: &Request, line: &str) {
    if let Some(bar) = bar {
        bar.finish_and_clear();
        say(format_args!("{}  {line}", request.reference));
    }
}
