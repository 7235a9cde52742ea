//! The plan of a request: what would be done, and its approval by somebody who has seen it.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};
use clap::Args;
use comfy_table::Table;
use serde_json::{Map, Value, json};

use super::decide::About;
use super::path;
use crate::answers::{Request, cell};
use crate::http::Api;
use crate::terminal::{heading, note, say, say_table, table};

/// Which plan is approved.
#[derive(Args, Debug)]
pub struct Approve {
    #[command(flatten)]
    about: About,
    /// The digest of the plan you looked at, as `show` gives it; without it the plan is shown and you are asked
    #[arg(long, value_name = "DIGEST")]
    plan: Option<String>,
}

impl Approve {
    /// Approves the plan that was looked at. What the API approves is that plan or none.
    ///
    /// # Errors
    /// The API does not answer or says no, or nobody is there to be asked.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let digest = match self.plan {
            Some(digest) => digest,
            None => look(api, &self.about.request).await?,
        };
        let call = format!("{}/approve", path(&self.about.request));
        let approved: Request = api.post(&call, &json!({ "plan": digest }), self.about.if_version, None).await?;
        self.about.tell(&approved)
    }
}

/// Shows the plan and asks; gives its digest back.
async fn look(api: &Api, request: &str) -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(crate::Usage::new(
            "which plan do you approve? `dsr request show` gives its digest: add --plan DIGEST",
        )
        .into());
    }
    let plan: Map<String, Value> = api.get(&format!("{}/plan", path(request)), &[]).await?;
    let (rows, count) = rows(&plan);
    if count > 0 {
        heading("Plan");
        say_table(&rows);
    } else {
        say("The plan does nothing on the platform.");
    }
    note("Approve this plan? It cannot be called back. Type yes:");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("the answer cannot be read")?;
    if answer.trim() != "yes" {
        bail!("not approved");
    }
    Ok(digest(&plan).to_owned())
}

/// What names this very plan; empty where there is none yet.
pub fn digest(plan: &Map<String, Value>) -> &str {
    plan.get("digest").and_then(Value::as_str).unwrap_or_default()
}

/// The plan as a table, and how many rows it has.
pub fn rows(plan: &Map<String, Value>) -> (Table, usize) {
    let mut rows = table(["", "Subject", "Reason"]);
    let mut count = 0;
    for (list, title) in [("jobs", "do"), ("left_out", "leave out"), ("undecided", "undecided")] {
        for item in plan.get(list).and_then(Value::as_array).into_iter().flatten() {
            rows.add_row([title, &cell(&item["subject"]), &cell(&item["reason"])]);
            count += 1;
        }
    }
    (rows, count)
}
