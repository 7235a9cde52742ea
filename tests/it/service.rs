//! A `dsr serve` process that is started again whenever it dies, and a caller who does not give up meanwhile.

use std::collections::HashMap;
use std::fs::File;
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testbed::installation::{Installation, Login};
use tokio::time::Instant;

/// How long a story may wait for something before it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Service<'a> {
    installation: &'a Installation,
    /// The name under which browsers reach it.
    host: &'static str,
    port: u16,
    child: Child,
    pub deaths: u32,
    /// What every process finds in its environment.
    always: Vec<(&'static str, String)>,
    http: reqwest::Client,
    tokens: HashMap<String, String>,
}

/// A `dsr` command on this installation.
pub fn dsr(installation: &Installation, arguments: &[&str]) -> Command {
    let mut command = installation.command(env!("CARGO_BIN_EXE_dsr"), arguments);
    command
        .env("DSR_LOG", "warn")
        .env("DSR_WORKER_LEASE", "1500ms")
        .env("DSR_WORKER_IDLE_POLL", "10ms")
        .env("DSR_WORKER_RETRY_AFTER", "50ms")
        .env("DSR_WORKER_COMMENT_WAIT", "1s")
        .env("DSR_WORKER_CHAIN_EVERY", "100ms");
    command
}

impl<'a> Service<'a> {
    /// Starts the service; `extra` goes into the environment of the first process only.
    pub async fn start(installation: &'a Installation, extra: &[(&str, String)]) -> Self {
        Self::start_with(installation, extra, Vec::new()).await
    }

    /// The same, with what every later process finds in its environment as well.
    pub async fn start_with(
        installation: &'a Installation,
        extra: &[(&str, String)],
        always: Vec<(&'static str, String)>,
    ) -> Self {
        Self::at(installation, testbed::port::lasting(), extra, always)
    }

    fn at(
        installation: &'a Installation,
        port: u16,
        extra: &[(&str, String)],
        always: Vec<(&'static str, String)>,
    ) -> Self {
        let child = spawn(installation, port, &[extra, &always].concat());
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { installation, host: "127.0.0.1", port, child, deaths: 0, always, http, tokens: HashMap::new() }
    }

    /// Starts the service, and waits until it answers.
    pub async fn up(installation: &'a Installation) -> Self {
        let mut service = Self::start(installation, &[]).await;
        service.call(Method::GET, "/readyz", |call| call).await;
        service
    }

    /// The same, reached by a name that it knows as its own: letters have links, and officers passkeys.
    pub async fn by_name(installation: &'a Installation) -> Self {
        let (host, port) = ("localhost", testbed::port::lasting());
        let always = vec![("DSR_MAIL_PUBLIC_URL", format!("http://{host}:{port}"))];
        let mut service = Self::at(installation, port, &[], always);
        service.host = host;
        service.call(Method::GET, "/readyz", |call| call).await;
        service
    }

    /// Calls until there is an answer: a connection that breaks is a process that died, and a new one is started.
    pub async fn call(
        &mut self,
        method: Method,
        path: &str,
        prepare: impl Fn(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> (StatusCode, Value) {
        let begun = Instant::now();
        loop {
            let url = format!("http://127.0.0.1:{}{path}", self.port);
            let last = match prepare(self.http.request(method.clone(), url)).send().await {
                Ok(answer) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => {
                    let status = answer.status();
                    match answer.json().await {
                        Ok(body) => return (status, body),
                        Err(error) => format!("{status}, and {error}"),
                    }
                }
                Ok(answer) => answer.status().to_string(),
                Err(error) => format!("{error:?}"),
            };
            self.revive();
            assert!(begun.elapsed() < PATIENCE, "{method} {path} got no answer but {last}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn revive(&mut self) {
        if self.child.try_wait().unwrap().is_some() {
            self.deaths += 1;
            assert!(self.deaths < 20, "the service does not stay up\n{}", self.log());
            self.child = spawn(self.installation, self.port, &self.always);
        }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// What the processes wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.installation.database.folder.path().join("log")).unwrap_or_default()
    }

    async fn token(&mut self, login: &Login) -> String {
        if let Some(token) = self.tokens.get(&login.id) {
            return token.clone();
        }
        let ask = |call: reqwest::RequestBuilder| {
            call.basic_auth(&login.id, Some(&login.secret)).form(&[("grant_type", "client_credentials")])
        };
        let (status, body) = self.call(Method::POST, "/oauth/token", ask).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let token = body["access_token"].as_str().unwrap().to_owned();
        self.tokens.insert(login.id.clone(), token.clone());
        token
    }

    pub async fn get(&mut self, by: &Login, path: &str) -> (StatusCode, Value) {
        let token = self.token(by).await;
        self.call(Method::GET, path, |call| call.bearer_auth(&token)).await
    }

    /// Posts with an idempotency key, so that repeating it after a crash is the same call.
    pub async fn post(&mut self, by: &Login, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let token = self.token(by).await;
        self.call(Method::POST, path, |call| call.bearer_auth(&token).header("Idempotency-Key", key).json(body)).await
    }

    /// Approves the plan of a request as it stands.
    pub async fn approve(&mut self, by: &Login, path: &str, key: &str) -> (StatusCode, Value) {
        let plan = self.get(by, &format!("{path}/plan")).await.1;
        self.post(by, &format!("{path}/approve"), key, &json!({ "plan": plan["digest"] })).await
    }

    /// Waits until the request is as `is` says.
    pub async fn until(&mut self, by: &Login, path: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let (status, body) = self.get(by, path).await;
            if status == StatusCode::OK && is(&body) {
                return body;
            }
            assert!(begun.elapsed() < PATIENCE, "waited for {what}: {body}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn spawn(installation: &Installation, port: u16, extra: &[(&str, String)]) -> Child {
    let log = File::options().create(true).append(true).open(installation.database.folder.path().join("log")).unwrap();
    dsr(installation, &["serve"])
        .env("DSR_API_BIND", format!("127.0.0.1:{port}"))
        .env("DSR_WORKER_CONCURRENCY", "1")
        .envs(extra.iter().map(|(name, value)| (name, value)))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
