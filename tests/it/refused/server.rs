//! One process that serves, and calls to it written byte by byte: no client in between puts right what is wrong.

use std::fs::File;
use std::net::SocketAddr;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;
use testbed::installation::{Installation, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::service::dsr;

const PATIENCE: Duration = Duration::from_secs(30);
/// How long a server may keep a connection that it should close.
const LINGER: Duration = Duration::from_secs(3);

/// A running `dsr serve` without a worker: what the tables hold changes by calls alone.
pub struct Server {
    address: SocketAddr,
    child: Child,
    log: std::path::PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// Starts one, with this in its environment.
    pub async fn start(installation: &Installation, name: &str, environment: &[(&str, &str)]) -> Self {
        let log = installation.database.folder.path().join(format!("{name}.log"));
        let file = File::create(&log).unwrap();
        let child = dsr(installation, &["serve", "--no-worker", "--bind", "127.0.0.1:0"])
            .envs(environment.iter().copied())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut server = Self { address: SocketAddr::from(([127, 0, 0, 1], 0)), child, log };
        let begun = Instant::now();
        loop {
            let text = server.text();
            let told = text.split_once("listens on http://").and_then(|(_, rest)| rest.split_once(';'));
            if let Some((address, _)) = told {
                server.address = address.parse().unwrap();
                return server;
            }
            assert!(begun.elapsed() < PATIENCE, "the service does not start\n{text}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What the process says went wrong on its side. What the HTTP parser says of bytes it could not read is not.
    pub fn failures(&self) -> String {
        let text = self.text();
        let failed =
            |line: &&str| line.contains("ERROR") && !line.contains("stream error") || line.contains("panicked");
        text.lines().filter(failed).collect::<Vec<_>>().join("\n")
    }

    /// Whether the log has this in it.
    pub fn has_logged(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// A token of this client.
    pub async fn token(&self, login: &Login) -> String {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", login.id, login.secret);
        let head = "POST /oauth/token HTTP/1.1\r\nHost: dsr\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";
        let call = format!("{head}Content-Length: {}\r\n\r\n{form}", form.len());
        let answer = self.send(call.as_bytes()).await;
        answer.body()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    }

    /// `GET path`.
    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\nHost: dsr\r\nConnection: close\r\n");
        self.send(format!("{head}Authorization: Bearer {token}\r\n\r\n").as_bytes()).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, token: &str, path: &str, headers: &str, body: &Value) -> Answer {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: dsr\r\nConnection: close\r\nContent-Type: application/json\r\n");
        let body = body.to_string();
        let length = body.len();
        let call = format!("{head}{headers}Authorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}");
        self.send(call.as_bytes()).await
    }

    /// Sends these bytes, and reads what comes back until the server closes or nothing more comes.
    pub async fn send(&self, call: &[u8]) -> Answer {
        self.send_slowly(&[call], Duration::ZERO).await
    }

    /// The same, piece by piece.
    pub async fn send_slowly(&self, pieces: &[&[u8]], pause: Duration) -> Answer {
        let (mut from, mut to) = TcpStream::connect(self.address).await.unwrap().into_split();
        let writing = async {
            for piece in pieces {
                // A server that has heard enough may close before it has been told everything.
                if to.write_all(piece).await.is_err() {
                    break;
                }
                sleep(pause).await;
            }
            std::future::pending::<()>().await;
        };
        let mut read = Vec::new();
        let mut closed = false;
        let reading = async {
            let mut piece = [0; 16 * 1024];
            loop {
                let wait = if read.is_empty() { PATIENCE } else { LINGER };
                match timeout(wait, from.read(&mut piece)).await {
                    Ok(Ok(0) | Err(_)) => break closed = true,
                    Ok(Ok(count)) => read.extend_from_slice(&piece[..count]),
                    Err(_) => break,
                }
            }
        };
        tokio::select! {
            () = writing => {}
            () = reading => {}
        }
        Answer { text: String::from_utf8_lossy(&read).into_owned(), closed }
    }
}

/// What came back.
pub struct Answer {
    /// All of it, head and body.
    pub text: String,
    /// Whether the server closed the connection.
    pub closed: bool,
}

impl Answer {
    /// The status, or 0 if nothing came.
    pub fn status(&self) -> u16 {
        self.text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    /// How many answers these are.
    pub fn count(&self) -> usize {
        self.text.matches("HTTP/1.").count()
    }

    fn parts(&self) -> (&str, &str) {
        self.text.split_once("\r\n\r\n").unwrap_or((&self.text, ""))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.parts().0.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as text.
    pub fn body_text(&self) -> &str {
        self.parts().1
    }

    /// The body as JSON, or null.
    pub fn body(&self) -> Value {
        serde_json::from_str(self.body_text()).unwrap_or_default()
    }
}
