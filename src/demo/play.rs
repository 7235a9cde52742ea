//! The play: files every sample over the HTTP API, then looks on, and does what an officer, an approver and an operator would
//! do, until every sample has ended or the time is up.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::samples::{End, SAMPLES, Sample, Say};
use super::screen::Screen;
use super::stage::{Stage, slug};
use crate::answers::{Candidate, Items, Job, Question, Request, progress};
use crate::http::{Api, Problem};

/// How often the play looks on.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// How long an end must hold before it counts: nothing may follow.
const HOLDS_FOR: Duration = Duration::from_millis(1500);

/// Those who call the API.
pub struct Cast {
    /// Files and decides.
    pub officer: Api,
    /// Approves.
    pub approver: Api,
    /// Retries.
    pub operator: Api,
}

/// One sample while it is played.
pub struct Play {
    /// The sample.
    pub sample: &'static Sample,
    /// Its request, as last seen.
    pub request: Request,
    /// Its jobs, as last seen.
    pub jobs: Vec<Job>,
    /// Its questions, as last seen.
    pub questions: Vec<Question>,
    /// Every question that was ever asked.
    pub asked: BTreeSet<String>,
    /// What people did.
    pub acts: Vec<&'static str>,
    /// What went wrong with what people did.
    pub trouble: Option<String>,
    retries: u8,
    there_since: Option<Instant>,
    /// Whether it has ended, as it must or otherwise.
    pub ended: bool,
}

/// Plays all samples. Those that have not ended when the time is up come back as they are.
///
/// # Errors
/// The API does not answer, or refuses to take a sample.
pub async fn run(stage: &Stage, cast: &Cast, screen: &Screen, most: Duration) -> anyhow::Result<Vec<Play>> {
    let mut plays = Vec::new();
    for sample in &SAMPLES {
        if !sample.faults.is_empty() {
            stage.switches.set_faults(sample.faults).await?;
        }
        let play = file(cast, sample).await.with_context(|| format!("sample {} is not taken", sample.number))?;
        screen.show(&play);
        plays.push(play);
    }
    let until = Instant::now() + most;
    while plays.iter().any(|play| !play.ended) && Instant::now() < until {
        for play in plays.iter_mut().filter(|play| !play.ended) {
            play.look(cast).await?;
            if let Err(error) = play.act(cast).await {
                // A decision that lost a race is made anew at the next look; any other is told in the report.
                let is_race = error.downcast_ref::<Problem>().is_some_and(|p| matches!(p.status, 409 | 412));
                play.trouble = Some(format!("{error:#}"));
                play.ended = !is_race;
            }
            play.judge();
            screen.show(play);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(plays)
}

async fn file(cast: &Cast, sample: &'static Sample) -> anyhow::Result<Play> {
    let identifiers = sample.identifiers.iter().map(|(kind, value)| json!({ "kind": kind, "value": value }));
    let mut body = json!({
        "controller": slug(sample.controller), "right": sample.right, "regime": "eu_gdpr", "channel": "email", "region": "DE",
        "identifiers": identifiers.collect::<Vec<_>>(), "identity": { "method": "officer_word" },
    });
    if !sample.replacements.is_empty() {
        let replacement = |(kind, existing, updated): &(&str, &str, &str)| json!({ "kind": kind, "existing": existing, "updated": updated });
        body["replacements"] = sample.replacements.iter().map(replacement).collect();
    }
    let key = Some(format!("demo-sample-{}", sample.number));
    let request: Request = cast.officer.post("/api/v1/requests", &body, None, key).await?;
    Ok(Play {
        sample,
        request,
        jobs: Vec::new(),
        questions: Vec::new(),
        asked: BTreeSet::new(),
        acts: Vec::new(),
        trouble: None,
        retries: 0,
        there_since: None,
        ended: false,
    })
}

impl Play {
    /// The path of the request, or of something below it.
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/requests/{}{below}", self.request.id)
    }

    /// The codes of the questions that are open now.
    pub fn open_codes(&self) -> BTreeSet<&str> {
        self.questions.iter().filter(|question| question.is_open()).map(|question| question.code.as_str()).collect()
    }

    /// One line on how it stands.
    pub fn line(&self) -> String {
        let mut line = self.request.standing();
        let (done, all) = progress(&self.jobs);
        if all > 0 {
            line.push_str(&format!(", jobs {done}/{all}"));
        }
        let open = self.open_codes();
        if !open.is_empty() && !self.request.is_closed() {
            line.push_str(&format!(", asks: {}", open.into_iter().collect::<Vec<_>>().join(", ")));
        }
        line
    }

    async fn look(&mut self, cast: &Cast) -> anyhow::Result<()> {
        self.request = cast.officer.get(&self.path(""), &[]).await?;
        if !matches!(self.request.status.as_str(), "received" | "verifying" | "resolving") {
            self.jobs = items(cast.officer.get(&self.path("/jobs"), &[]).await?);
        }
        // Read after the request: what is asked meanwhile is seen at the next look at the latest.
        self.questions = items(cast.officer.get(&self.path("/questions"), &[]).await?);
        self.asked.extend(self.questions.iter().map(|question| question.code.clone()));
        Ok(())
    }

    async fn act(&mut self, cast: &Cast) -> anyhow::Result<()> {
        match self.request.status.as_str() {
            "reviewing" => {
                if let Some(text) = self.sample.script.keep {
                    self.choose_records(cast, text).await?;
                }
                if let Some(say) = self.sample.script.terms {
                    self.choose_terms(cast, say).await?;
                }
                let plan: Value = cast.approver.get(&self.path("/plan"), &[]).await?;
                let seen = json!({ "plan": plan["digest"] });
                let _: Request = cast.approver.post(&self.path("/approve"), &seen, None, None).await?;
                self.did("approved");
            }
            "executing" if self.retries < self.sample.script.retries && self.open_codes().contains("job_failed") => {
                let failed: Vec<_> =
                    self.jobs.iter().filter(|job| job.status == "failed").map(|job| job.id.clone()).collect();
                // All of them first: a failure that comes later than the others must not find the tries used up.
                if self.jobs.iter().all(|job| job.is_settled() || job.status == "failed") && !failed.is_empty() {
                    for job in &failed {
                        let path = self.path(&format!("/jobs/{job}/retry"));
                        let _: Request = cast.operator.post(&path, &json!({}), None, None).await?;
                    }
                    self.retries += 1;
                    self.did("retried");
                }
            }
            // The copy of an access goes by a way of the controller's own, and the officer says so.
            "answering" => {
                let by_hand = |it: &&Question| it.is_open() && it.code == "letter_by_hand";
                let answer = self.questions.iter().filter(by_hand).filter_map(|it| it.detail["kind"].as_str());
                if let Some(kind) = answer.filter(|kind| kind.starts_with("answer_")).map(str::to_owned).next() {
                    let sent = json!({ "kind": kind, "means": "portal" });
                    let _: Request = cast.officer.post(&self.path("/letters/record"), &sent, None, None).await?;
                    self.did("answered");
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn did(&mut self, act: &'static str) {
        self.trouble = None;
        if !self.acts.contains(&act) {
            self.acts.push(act);
        }
    }

    /// The officer looks at the records in the clear, which is an event, and says of each that is in doubt whether it is meant.
    async fn choose_records(&mut self, cast: &Cast, text: &str) -> anyhow::Result<()> {
        let query = [("reveal", "demo-decision".to_owned())];
        let candidates: Vec<Candidate> = items(cast.officer.get(&self.path("/candidates"), &query).await?);
        let open = candidates.iter().filter(|it| it.choice == "undecided" && it.set_aside.is_none() && !it.certain);
        for candidate in open {
            let is_meant = candidate.record.to_string().contains(text);
            let verb = if is_meant { "include" } else { "leave-out" };
            let reason = if is_meant { "called back, it is this person" } else { "another person" };
            let path = self.path(&format!("/candidates/{}/{verb}", candidate.id));
            let _: Request = cast.officer.post(&path, &json!({ "reason": reason }), None, None).await?;
            self.did("decided");
        }
        Ok(())
    }

    /// The officer says of every identifier that the plan would leave out for doubt whether it is acted on.
    async fn choose_terms(&mut self, cast: &Cast, say: Say) -> anyhow::Result<()> {
        let plan: Value = cast.officer.get(&self.path("/plan"), &[]).await?;
        let left_out = plan["left_out"].as_array().cloned().unwrap_or_default();
        let doubted =
            left_out.iter().filter(|left| left["reason"] != "officer_choice" && left["reason"] != "set_aside");
        for identifier in doubted.filter_map(|left| left["identifier"].as_str()) {
            let (verb, reason) = match say {
                Say::Include => ("include", "proven to be this person's alone"),
                Say::LeaveOut => ("leave-out", "it would reach other people"),
            };
            let path = self.path(&format!("/identifiers/{identifier}/{verb}"));
            let _: Request = cast.officer.post(&path, &json!({ "reason": reason }), None, None).await?;
            self.did("decided");
        }
        Ok(())
    }

    /// Whether it is where it must end.
    pub fn is_there(&self) -> bool {
        match self.sample.end {
            End::Closed(outcome) => self.request.is_closed() && self.request.outcome.as_deref() == Some(outcome),
            End::Waiting(code) => {
                let nothing_moves =
                    self.jobs.iter().all(|job| job.is_settled() || matches!(&*job.status, "failed" | "planned"));
                self.request.status == "executing"
                    && self.retries == self.sample.script.retries
                    && nothing_moves
                    && self.open_codes().contains(code)
            }
        }
    }

    fn judge(&mut self) {
        if self.request.is_closed() {
            self.ended = true;
            return;
        }
        // Waiting is only an end if it lasts.
        let since = *self.there_since.get_or_insert_with(Instant::now);
        if !self.is_there() {
            self.there_since = None;
        } else if since.elapsed() >= HOLDS_FOR {
            self.ended = true;
        }
    }

    /// How long the sample took, once it has been closed.
    pub fn took(&self) -> Option<Duration> {
        let instant = |name: &str| self.request.rest.get(name)?.as_str()?.parse::<Timestamp>().ok();
        let took = instant("closed_at")?.duration_since(instant("created_at")?);
        took.try_into().ok()
    }
}

fn items<T>(items: Items<T>) -> Vec<T> {
    items.items
}
