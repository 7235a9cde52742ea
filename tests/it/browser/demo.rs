//! The demo as somebody sees it who tries the product: `dsr demo` itself, its console, its people, and the sixteen requests that it
//! has played. Nothing of it is reached but by what it prints.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use entities::time::Clock;
use tempfile::TempDir;
use testbed::chromium::{Chromium, Look};
use tokio::time::Instant;

use super::acts::{Erasure, approve_erasure, enrol, file_erasure, sign_in};
use super::house::there;

/// How long the play may take. It needs some twenty seconds by itself.
const PLAYS: Duration = Duration::from_secs(150);

const ASKED: Erasure = Erasure {
    controller: Some("telecom"),
    place: "DE",
    email: ("ada.access@EXAMPLE.com", "ada.access@example.com"),
    phone: ("+1 317 555 0199", "+13175550199"),
};

/// A demo that has played, and serves.
struct Demo {
    child: Child,
    printed: String,
    folder: TempDir,
}

impl Demo {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bind = format!("127.0.0.1:{}", testbed::port::lasting());
        let mut child = Command::new(env!("CARGO_BIN_EXE_dsr"))
            .args(["demo", "--bind", &bind, "--data-dir"])
            .arg(folder.path())
            .env_clear()
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (told, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| told.send(line)));
        let mut demo = Self { child, printed: String::new(), folder };
        demo.read(&lines);
        demo
    }

    /// Reads what it prints, until it does nothing any more but serve.
    fn read(&mut self, lines: &Receiver<String>) {
        let until = Instant::now() + PLAYS;
        while !self.printed.contains("Serving until Ctrl-C") {
            match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.printed.extend([line.as_str(), "\n"]),
                Err(RecvTimeoutError::Timeout) => panic!("the play does not end:\n{}", self.printed),
                Err(RecvTimeoutError::Disconnected) => panic!("the demo has ended:\n{}", self.printed),
            }
        }
    }

    /// What stands behind a word at the beginning of a line.
    fn behind(&self, word: &str) -> &str {
        let found = self.printed.lines().find_map(|line| line.strip_prefix(word));
        found.unwrap_or_else(|| panic!("no {word} in:\n{}", self.printed)).trim()
    }

    /// A browser in which one of its people has signed in for the first time, with what it printed.
    async fn signed_in(&self, login: &str, look: Look) -> Chromium {
        let site = self.behind("Console").trim_end_matches("/console");
        let browser = Chromium::open(site, look).await;
        browser.go("/console").await;
        sign_in(&browser, login, self.behind(login)).await;
        enrol(&browser, Clock::System.now().timestamp().as_second().unsigned_abs()).await;
        browser.press("I have kept them").await;
        browser.says("Example Telecom").await;
        browser
    }

    /// The letters of a kind that it has sent, as it keeps them.
    fn sent(&self, kind: &str) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.folder.path().join("demo/mail")).unwrap();
        let letters = folder.map(|entry| entry.unwrap().path());
        letters.filter(|path| path.to_string_lossy().contains(&format!("-{kind}-"))).collect()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_the_demo_takes_an_erasure_to_its_end() {
    let demo = tokio::task::spawn_blocking(Demo::start).await.unwrap();
    let hers = demo.signed_in("officer@demo.example", Look::WIDE).await;
    let his = demo.signed_in("approver@demo.example", Look::PHONE.without_scripts()).await;

    // What the play left behind: requests of both companies, one of which waits for a person.
    hers.go("/console/requests?status=executing").await;
    hers.says("Example Telecom").await.says("Example Insurance").await;
    let before = demo.sent("answer_erasure").len();

    let reference = file_erasure(&hers, &ASKED).await;
    hers.comes_to_say("Somebody else approves this").await;
    approve_erasure(&his, &reference).await;
    his.comes_to_say("Closed").await;
    his.says("Fulfilled").await.says("3 done of 3").await;
    there("the answer to be sent", async || (demo.sent("answer_erasure").len() > before).then_some(())).await;
    hers.go(&format!("/console/requests/{reference}")).await;
    hers.says("Sent").await.says("Answer to an erasure").await;
}
