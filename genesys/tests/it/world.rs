//! The fixture: a login host, an API host, a client, and a record of all its traffic.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use genesys::{
    address::Address,
    credential::Credential,
    http::{Http, Timeouts},
    platform::Platform,
    traffic::{Call, NotNow, Reading, Traffic},
};
use serde_json::json;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path},
};

/// The secret of the test's OAuth client; must show nowhere.
pub const SECRET: &str = "example-secret";

pub struct World {
    pub login: MockServer,
    pub api: MockServer,
    pub platform: Platform,
    pub ledger: Arc<Ledger>,
}

/// Records all traffic, and refuses the calls it is told to.
#[derive(Default)]
pub struct Ledger {
    pub before: Mutex<Vec<Call>>,
    pub after: Mutex<Vec<(Call, Reading)>>,
    pub refused: Mutex<Option<Call>>,
}

#[async_trait]
impl Traffic for Ledger {
    async fn before(&self, call: Call) -> Result<(), NotNow> {
        self.before.lock().unwrap().push(call);
        match *self.refused.lock().unwrap() {
            Some(refused) if refused == call => Err(NotNow { wait: Duration::from_secs(7) }),
            _ => Ok(()),
        }
    }

    async fn after(&self, call: Call, reading: &Reading) {
        self.after.lock().unwrap().push((call, reading.clone()));
    }
}

impl Ledger {
    /// The statuses heard of for one kind of call.
    pub fn statuses(&self, call: Call) -> Vec<Option<u16>> {
        self.after.lock().unwrap().iter().filter(|(it, _)| *it == call).map(|(_, reading)| reading.status).collect()
    }

    /// The last reading of one kind of call.
    pub fn last(&self, call: Call) -> Reading {
        self.after.lock().unwrap().iter().rev().find(|(it, _)| *it == call).unwrap().1.clone()
    }
}

/// Grants `token-1`, `token-2`, … after a moment.
pub struct Tokens {
    granted: AtomicUsize,
    lifetime_s: u64,
}

impl Respond for Tokens {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let number = self.granted.fetch_add(1, Ordering::SeqCst) + 1;
        ResponseTemplate::new(200).set_delay(Duration::from_millis(30)).set_body_json(json!({
            "access_token": format!("token-{number}"), "token_type": "bearer", "expires_in": self.lifetime_s
        }))
    }
}

impl World {
    /// With a login host that grants tokens for a day.
    pub async fn start() -> Self {
        let world = Self::start_without_tokens().await;
        world.grant_tokens(86_400).await;
        world
    }

    pub async fn start_without_tokens() -> Self {
        let api = MockServer::start().await;
        let uri = api.uri();
        Self::start_at(api, &uri, Timeouts::default()).await
    }

    /// With an API host of the test's own making.
    pub async fn start_with_api(api_url: &str) -> Self {
        let world = Self::start_at(MockServer::start().await, api_url, Timeouts::default()).await;
        world.grant_tokens(86_400).await;
        world
    }

    /// With a client that waits for an answer for this long.
    pub async fn start_patient_for(overall: Duration) -> Self {
        let api = MockServer::start().await;
        let uri = api.uri();
        let world = Self::start_at(api, &uri, Timeouts { overall, ..Timeouts::default() }).await;
        world.grant_tokens(86_400).await;
        world
    }

    async fn start_at(api: MockServer, api_url: &str, timeouts: Timeouts) -> Self {
        let login = MockServer::start().await;
        let address = Address::new(login.uri().parse().unwrap(), api_url.parse().unwrap()).unwrap();
        let credential = Credential { client_id: "example-client".into(), client_secret: SECRET.into() };
        let ledger = Arc::new(Ledger::default());
        let http = Http::with_timeouts(timeouts).unwrap();
        let platform = Platform::new(http, address, credential, ledger.clone());
        Self { login, api, platform, ledger }
    }

    pub async fn grant_tokens(&self, lifetime_s: u64) {
        let tokens = Tokens { granted: AtomicUsize::new(0), lifetime_s };
        Mock::given(method("POST")).and(path("/oauth/token")).respond_with(tokens).mount(&self.login).await;
    }

    /// Answers every API call alike.
    pub async fn answer(&self, template: ResponseTemplate) {
        Mock::given(wiremock::matchers::any()).respond_with(template).mount(&self.api).await;
    }

    pub async fn api_calls(&self) -> Vec<Request> {
        self.api.received_requests().await.unwrap()
    }

    pub async fn token_calls(&self) -> usize {
        self.login.received_requests().await.unwrap().len()
    }
}

/// A host that reads a request, sends these bytes, and hangs up. Counts the requests it took.
pub fn hangs_up_after(bytes: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            while !is_whole(&request) {
                match stream.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => request.extend_from_slice(&piece[..length]),
                }
            }
            count.fetch_add(1, Ordering::SeqCst);
            // The client may have had enough before the end; that is its right.
            let _ = stream.write_all(&bytes);
        }
    });
    (url, taken)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

/// An address at which nobody listens.
pub fn nobody_home() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
