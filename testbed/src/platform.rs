//! A platform sandbox for one test, spoken to over HTTP as anybody else would.

use std::time::Duration;

use sandbox::options::{Options, Population, Settings};
use sandbox::server::{Running, start};
use serde_json::{Value, json};

/// A running sandbox; it stops with this value.
pub struct Platform {
    /// Where login and API answer.
    pub url: String,
    http: reqwest::Client,
    running: Option<Running>,
}

/// A sandbox that is done with its jobs in the blink of an eye, and as fast as one wants to call it.
#[must_use]
pub fn swift(population: Population) -> Options {
    let settings = Settings {
        rate_per_minute: 600_000,
        export_takes: Duration::from_millis(60),
        update_takes: Duration::from_millis(60),
        erasure_takes: Duration::from_millis(60),
        sibling_delay: Duration::from_millis(40),
        ..Settings::default()
    };
    Options { population, settings, ..Options::default() }
}

impl Platform {
    /// Starts a sandbox.
    ///
    /// # Panics
    /// It does not start.
    pub async fn start(options: Options) -> Self {
        let running = start(options).await.expect("the sandbox starts");
        Self { url: running.url.clone(), http: reqwest::Client::new(), running: Some(running) }
    }

    /// Reads one of the sandbox's own pages, such as `counters`.
    ///
    /// # Panics
    /// It does not answer with JSON.
    pub async fn show(&self, page: &str) -> Value {
        let answer = self.http.get(format!("{}/sandbox/{page}", self.url)).send().await.expect("the sandbox answers");
        answer.json().await.expect("the sandbox answers with JSON")
    }

    /// Turns one of the sandbox's switches.
    ///
    /// # Panics
    /// It refuses.
    pub async fn turn(&self, switch: &str, body: &Value) {
        let url = format!("{}/sandbox/{switch}", self.url);
        let answer = self.http.post(url).json(body).send().await.expect("the sandbox answers");
        assert!(
            answer.status().is_success(),
            "the sandbox refuses {switch}: {}",
            answer.text().await.unwrap_or_default()
        );
    }

    /// Switches a fault on, in the sandbox's own grammar.
    pub async fn fault(&self, fault: &str) {
        self.turn("faults", &json!(fault)).await;
    }

    /// Every platform request there is, with who made it: `client` or `server`.
    pub async fn requests(&self) -> Vec<Value> {
        let shown = self.show("requests").await;
        shown["requests"].as_array().or(shown.as_array()).cloned().unwrap_or_default()
    }

    /// Stops it.
    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }
}

impl Platform {
    /// The id of one of the sandbox's organisations, as a token of its client `demo-client` (or `other-client`) tells it.
    ///
    /// # Panics
    /// The sandbox does not tell.
    pub async fn organisation(&self, number: usize) -> String {
        let client = ["demo", "other"][number];
        let token: Value = self
            .http
            .post(format!("{}/oauth/token", self.url))
            .basic_auth(format!("{client}-client"), Some(format!("{client}-secret")))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .expect("the sandbox answers")
            .json()
            .await
            .expect("the sandbox gives a token");
        let token = token["access_token"].as_str().expect("the sandbox gives a token");
        let info = self.http.get(format!("{}/api/v2/tokens/me", self.url)).bearer_auth(token).send().await;
        let info: Value = info.expect("the sandbox answers").json().await.expect("the sandbox tells of the token");
        info["organization"]["id"].as_str().expect("the token has an organisation").to_owned()
    }
}
