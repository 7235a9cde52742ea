//! The fixture: all stand-ins on a server of their own, and links to them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use sandbox::ticketing::server::{self, Running};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use ticketing::link::{Credentials, Link};
use ticketing::system::{Comment, Cursor, Page, System};
use ticketing::trouble::Trouble;

use crate::cases::Case;

pub struct World {
    pub sandbox: Running,
    pub http: Client,
}

/// When the stand-ins' clock starts.
pub const START: &str = "2026-03-02T09:14:55Z";

pub fn basic(user: &str, secret: &str) -> Credentials {
    Credentials::Basic { user: user.to_owned(), secret: secret.into() }
}

impl World {
    pub async fn start() -> Self {
        let sandbox = server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).retry(reqwest::retry::never()).build().unwrap();
        Self { sandbox, http }
    }

    pub fn link(&self, case: &Case) -> Link {
        self.link_as(case, (case.credentials)())
    }

    pub fn link_as(&self, case: &Case, credentials: Credentials) -> Link {
        let base = format!("{}/{}", self.sandbox.url, case.kind).parse().unwrap();
        let options = case.options().as_object().unwrap().clone();
        case.system().check_options(&options).unwrap();
        let link = Link::new(self.http.clone(), base, credentials).unwrap();
        link.with_options(options).within(Duration::from_secs(10))
    }

    pub async fn fault(&self, fault: Value) {
        let answer = self.http.post(self.url("faults")).json(&fault).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{fault}");
    }

    /// What the system would send about a ticket.
    pub async fn call(&self, case: &Case, ticket: &str) -> (String, String) {
        let path = format!("calls/{}/{}", case.kind, encoded(ticket));
        let call = self.get(&path).await;
        (call["content_type"].as_str().unwrap().to_owned(), call["body"].as_str().unwrap().to_owned())
    }

    pub async fn put(&self, case: &Case, ticket: &str, change: Value) {
        let url = self.url(&format!("tickets/{}/{}", case.kind, encoded(ticket)));
        let answer = self.http.put(url).json(&change).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{change}");
    }

    pub async fn ticket(&self, case: &Case) -> Value {
        self.get(&format!("tickets/{}", case.kind)).await[case.ticket].clone()
    }

    /// What was written to a system, in short: what, value, whether public.
    pub async fn written(&self, case: &Case) -> Vec<(String, Value, bool)> {
        let writes = self.get("writes").await;
        let own = writes.as_array().unwrap().iter().filter(|it| it["system"] == case.kind.as_str());
        own.map(|it| (it["what"].as_str().unwrap().to_owned(), it["value"].clone(), it["public"] == true)).collect()
    }

    /// What the system answers to a change of a ticket, in its own words.
    pub async fn answer(&self, case: &Case, ticket: &str, change: &Value) -> String {
        let Credentials::Basic { user, secret } = (case.credentials)() else { panic!("{} takes others", case.kind) };
        let url = format!("{}/{}/api/v2/tickets/{ticket}", self.sandbox.url, case.kind);
        let put = self.http.put(url).basic_auth(user, Some(secret.expose_secret())).json(change);
        put.send().await.unwrap().text().await.unwrap()
    }

    pub async fn comments(&self, case: &Case) -> usize {
        self.written(case).await.iter().filter(|(what, ..)| what == "comment").count()
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}/sandbox/{path}", self.sandbox.url)
    }
}

fn encoded(ticket: &str) -> String {
    ticket.replace('/', "%2F").replace('#', "%23")
}

/// A comment that the system has: internal where there are such.
pub fn comment(case: &Case, number: u32) -> Comment {
    Comment {
        marker: ticketing::milestone::marker("R-7KQ2", number),
        text: "R-7KQ2: Identity <verified> & noted.".to_owned(),
        public: !case.kind.row().internal_comments,
        at: START.parse().unwrap(),
    }
}

/// All pages from a cursor on, at most ten.
pub async fn walk(system: &dyn System, link: &Link, mut cursor: Cursor) -> Result<(Vec<Page>, Cursor), Trouble> {
    let mut pages = Vec::new();
    for _ in 0..10 {
        let page = system.changed_since(link, &cursor).await?;
        cursor = page.next.clone();
        let more = page.more;
        pages.push(page);
        if !more {
            return Ok((pages, cursor));
        }
    }
    panic!("the listing does not end: {cursor:?}")
}

/// A fault of one system.
pub fn fault(case: &Case, name: &str, calls: &str) -> Value {
    json!({"name": name, "system": case.kind, "calls": calls, "times": 1})
}
