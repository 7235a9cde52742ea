//! Listing requests, or finding those of one person.

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answers::{Items, Request};
use crate::http::Api;
use crate::terminal::{note, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr request list --attention                     What waits for a person
  dsr request list --controller acme --status executing
  dsr request list --identifier email=ada@example.com
  dsr request list --all --json";

/// Which requests.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct List {
    /// Only of this controller
    #[arg(long, value_name = "SLUG")]
    controller: Option<String>,
    /// Only where they stand here: received, verifying, resolving, reviewing, executing, answering, closed
    #[arg(long)]
    status: Option<String>,
    /// Only of this right
    #[arg(long)]
    right: Option<String>,
    /// Only those that wait for a person
    #[arg(long)]
    attention: bool,
    /// Only those with a duty that is due, by its cautious date, before this
    #[arg(long, value_name = "TIME")]
    due_before: Option<Timestamp>,
    /// Only those that are on hold
    #[arg(long)]
    on_hold: bool,
    /// Only those with exactly this identifier; it travels in a body and is looked up by keyed hash
    #[arg(long, value_name = "KIND=VALUE", conflicts_with_all = ["controller", "status", "right", "attention", "on_hold", "due_before"])]
    identifier: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// All of them, page after page
    #[arg(long)]
    all: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl List {
    /// Shows them.
    ///
    /// # Errors
    /// The API does not answer, or says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let mut items = Vec::new();
        let mut cursor = None;
        let more = loop {
            let page = self.page(api, cursor.as_deref()).await?;
            items.extend(page.items);
            match page.next {
                Some(next) if self.all => cursor = Some(next),
                next => break next.is_some(),
            }
        };
        if self.json {
            return say_json(&items);
        }
        if items.is_empty() {
            note("No request fits.");
            return Ok(());
        }
        let mut rows = table(["Reference", "Controller", "Right", "Status", "Asks", "Answer by", "Received"]);
        for request in &items {
            rows.add_row([
                request.reference.clone(),
                request.controller.clone(),
                request.right.clone(),
                request.standing(),
                if request.open_questions > 0 { request.open_questions.to_string() } else { "-".into() },
                day(request.respond_by),
                day(request.received_at),
            ]);
        }
        say_table(&rows);
        if more {
            note("There are more; --all shows them.");
        }
        Ok(())
    }

    async fn page(&self, api: &Api, cursor: Option<&str>) -> anyhow::Result<Items<Request>> {
        if let Some(identifier) = &self.identifier {
            let Some((kind, value)) = identifier.split_once('=') else {
                return Err(
                    crate::Usage::new("--identifier is written KIND=VALUE, such as email=ada@example.com").into()
                );
            };
            let mut body = json!({ "identifier": { "kind": kind, "value": value }, "limit": self.limit });
            if let Some(cursor) = cursor {
                body["cursor"] = Value::from(cursor);
            }
            return api.search("/api/v1/requests/search", &body).await;
        }
        let mut query = vec![("limit", self.limit.to_string())];
        for (name, value) in [
            ("controller", self.controller.clone()),
            ("status", self.status.clone()),
            ("right", self.right.clone()),
            ("attention", self.attention.then(|| "true".to_owned())),
            ("on_hold", self.on_hold.then(|| "true".to_owned())),
            ("due_before", self.due_before.map(|at| at.to_string())),
            ("cursor", cursor.map(str::to_owned)),
        ] {
            query.extend(value.map(|value| (name, value)));
        }
        api.get("/api/v1/requests", &query).await
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
