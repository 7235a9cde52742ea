//! The process that drives a browser, and the calls to it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::port;

/// How long one call may take. A page that loads for longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a browser needs that runs as root, without a window, and is to call nobody but us.
const ARGUMENTS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    // Over a pipe the browser notices when its driver is gone, and goes too.
    "--remote-debugging-pipe",
];

/// A driver with one browser.
pub struct Driver {
    child: Child,
    port: u16,
    session: String,
    http: reqwest::Client,
    _profile: TempDir,
}

impl Driver {
    /// Starts both.
    pub async fn start() -> Self {
        let port = port::lasting();
        let child = Command::new("chromedriver")
            .args([&format!("--port={port}"), "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("chromedriver starts; scripts/test installs it, as Debian's packages chromium and chromium-driver");
        let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("an HTTP client can be built");
        let profile = TempDir::new().expect("a folder can be made");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let arguments: Vec<_> = ARGUMENTS.into_iter().chain([folder.as_str()]).collect();
        let mut driver = Self { child, port, session: String::new(), http, _profile: profile };
        driver.wait().await;
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments, "prefs": {
                "intl.accept_languages": "en",
                // It begins with an empty page, and not with one of its maker's.
                "session.restore_on_startup": 4,
                "session.startup_urls": ["about:blank"],
            } },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        } } });
        let made = driver.call(driver.http.post(driver.url("")).json(&wanted)).await;
        driver.session = format!("/{}", made["sessionId"].as_str().expect("a session has an id"));
        driver
    }

    async fn wait(&self) {
        let begun = Instant::now();
        let status = format!("http://{}/status", self.address());
        while self.http.get(&status).send().await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/session{}{path}", self.address(), self.session)
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> Value {
        self.call(self.http.get(self.url(path))).await
    }

    /// Has something done.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.call(self.http.post(self.url(path)).json(&body)).await
    }

    /// The same; what the driver refuses is an answer.
    pub async fn try_post(&self, path: &str, body: Value) -> Result<Value, String> {
        Self::answer(self.http.post(self.url(path)).json(&body)).await
    }

    async fn call(&self, call: reqwest::RequestBuilder) -> Value {
        Self::answer(call).await.unwrap_or_else(|said| panic!("the browser refuses: {said}"))
    }

    async fn answer(call: reqwest::RequestBuilder) -> Result<Value, String> {
        let answer = call.send().await.expect("chromedriver answers");
        let is_done = answer.status().is_success();
        let mut body: Value = answer.json().await.expect("chromedriver answers with JSON");
        let value = body["value"].take();
        if is_done { Ok(value) } else { Err(format!("{}: {}", value["error"], value["message"])) }
    }

    /// Has the browser end by itself, so that it leaves no process behind. Without a runtime: a story may have panicked.
    fn close(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect_timeout(&self.address(), Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "DELETE /session{} HTTP/1.1\r\nHost: {}\r\n\r\n", self.session, self.address())?;
        stream.read(&mut [0; 1024]).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            drop(self.close());
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
