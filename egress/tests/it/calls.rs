//! Real calls: what is connected to, and what is not.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egress::allow::Allowed;
use egress::client::{Client, is_refused};
use egress::resolver::{Found, Lookup};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A receiver on this machine that counts who connects, and answers with `answer`.
async fn receiver(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, count)
}

/// Names that lead elsewhere each time they are asked for.
struct Told(Mutex<VecDeque<Vec<IpAddr>>>);

impl Told {
    fn new<const N: usize>(answers: [&[&str]; N]) -> Self {
        Self(Mutex::new(answers.iter().map(|it| it.iter().map(|text| text.parse().unwrap()).collect()).collect()))
    }
}

impl Lookup for Told {
    fn lookup(&self, _: String) -> Found {
        let next = self.0.lock().unwrap().pop_front().unwrap_or_default();
        Box::pin(async move { Ok(next) })
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

async fn get(client: &Client, address: &str) -> Result<u16, reqwest::Error> {
    let call = client.request(Method::GET, address).unwrap().timeout(Duration::from_secs(5));
    call.send().await.map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_connected_to() {
    let (port, count) = receiver(OK).await;
    let allowed: Allowed = "203.0.113.0/24".parse().unwrap();
    for addresses in [&["127.0.0.1"][..], &["::1"], &["::ffff:127.0.0.1"], &["10.0.0.1", "127.0.0.1"], &["0.0.0.0"]] {
        let client = Client::over(Told::new([addresses]), allowed.clone()).unwrap();
        let error = get(&client, "https://hooks.example.com:8443/").await.unwrap_err();
        assert!(is_refused(&error), "{addresses:?}: {error:?}");
    }
    // The machine's own resolver as well.
    let client = Client::new(Allowed::default()).unwrap();
    assert!(client.request(Method::GET, &format!("https://localhost:{port}/")).is_err());
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_looked_at_again() {
    let (port, count) = receiver(OK).await;
    // The name itself is not allowed, only the subnet that it leads to at first.
    let told = Told::new([&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"]]);
    let allowed: Allowed = "127.0.0.1/32, rebound.example.com".parse().unwrap();
    let client = Client::over(told, allowed).unwrap();
    assert_eq!(get(&client, &format!("http://rebound.example.com:{port}/")).await.unwrap(), 200);
    assert_eq!(count.load(Ordering::SeqCst), 1);

    let told = Told::new([&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.2", "127.0.0.1"]]);
    let client = Client::over(told, "127.0.0.1/32".parse().unwrap()).unwrap();
    // TLS fails on a plain receiver, but it was connected to; what is not allowed is not even that.
    let connected = get(&client, "https://rebound.example.com:8443/").await.unwrap_err();
    assert!(!is_refused(&connected), "{connected:?}");
    let refused = get(&client, "https://rebound.example.com:8443/").await.unwrap_err();
    assert!(is_refused(&refused), "{refused:?}");
    let filtered = get(&client, "https://rebound.example.com:8443/").await.unwrap_err();
    assert!(!is_refused(&filtered), "of two addresses the allowed one is tried: {filtered:?}");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (inner, count) = receiver(OK).await;
    let answer: &'static str =
        format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner}/\r\ncontent-length: 0\r\n\r\n").leak();
    let (port, _) = receiver(answer).await;
    let client = Client::new("127.0.0.1".parse().unwrap()).unwrap();
    assert_eq!(get(&client, &format!("http://127.0.0.1:{port}/")).await.unwrap(), 302);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}
