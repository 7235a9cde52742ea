//! Callers that call as fast as they are answered, and how long each call took.
//!
//! The callers share the machine with what they measure, so they speak HTTP by hand: one connection each, one write, one
//! read. A full HTTP client would cost as much as the call it measures.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Somebody who does one thing again and again.
pub trait Caller: Send + 'static {
    /// Does it once.
    fn call(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// How long each call took, and how long all of it.
#[derive(Debug, Default, Clone)]
pub struct Load {
    took: Duration,
    calls: Vec<Duration>,
}

impl Load {
    /// Calls that somebody else timed.
    pub fn of(took: Duration, calls: Vec<Duration>) -> Self {
        Self { took, calls }
    }

    /// One more call, after all others.
    pub fn note(&mut self, call: Duration) {
        self.took += call;
        self.calls.push(call);
    }

    /// Adds another round of the same load.
    pub fn add(&mut self, other: Self) {
        self.took += other.took;
        self.calls.extend(other.calls);
    }

    /// How many calls there were.
    pub fn count(&self) -> usize {
        self.calls.len()
    }

    /// Calls a second.
    pub fn rate(&self) -> f64 {
        self.count() as f64 / self.took.as_secs_f64()
    }

    /// The time that `percent` of a hundred calls stayed within, in milliseconds.
    pub fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.calls.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(f64::NAN, |call| call.as_secs_f64() * 1_000.0)
    }
}

/// Has all callers call for `time`. They come back, to go on in the next round.
pub async fn drive<C: Caller>(callers: Vec<C>, time: Duration) -> anyhow::Result<(Vec<C>, Load)> {
    let begun = Instant::now();
    let running: Vec<_> = callers.into_iter().map(|caller| tokio::spawn(until(caller, begun + time))).collect();
    let mut back = Vec::new();
    let mut calls = Vec::new();
    for one in running {
        let (caller, its) = one.await??;
        back.push(caller);
        calls.extend(its);
    }
    Ok((back, Load { took: begun.elapsed(), calls }))
}

async fn until<C: Caller>(mut caller: C, end: Instant) -> anyhow::Result<(C, Vec<Duration>)> {
    let mut calls = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        caller.call().await?;
        calls.push(begun.elapsed());
    }
    Ok((caller, calls))
}

/// One connection to the service.
pub struct Line {
    stream: TcpStream,
    inbox: Vec<u8>,
}

/// What the service answered.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Line {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, inbox: Vec::with_capacity(64 * 1024) })
    }

    /// Calls, and reads the whole answer.
    pub async fn call(&mut self, message: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(message).await?;
        self.inbox.clear();
        let head = loop {
            if let Some(end) = self.inbox.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.inbox[..head])?;
        let status = text.get(9..12).and_then(|digits| digits.parse().ok()).context("no HTTP answer")?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + 4 + length.context("an answer without a length")?;
        while self.inbox.len() < end {
            self.more().await?;
        }
        Ok(Answer { status, body: self.inbox[head + 4..end].to_vec() })
    }

    /// The same, where only one status is right.
    pub async fn expect(&mut self, status: u16, message: &[u8]) -> anyhow::Result<Answer> {
        let answer = self.call(message).await?;
        if answer.status != status {
            bail!("{} instead of {status}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(answer)
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.inbox).await? == 0 {
            bail!("the service closed the connection");
        }
        Ok(())
    }
}

/// An HTTP call as it goes over the line. `headers` are whole lines, each with its end.
pub fn message(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let sized = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{sized}\r\n{body}").into_bytes()
}
