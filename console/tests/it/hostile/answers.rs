//! What is no page: errors, files, and what machines are answered. None of it is taken for a page, kept, or shown within another.

use entities::client::manage::{self, NewClient};
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::event::trail::Actor;
use entities::request::decide::Decider;
use reqwest::Method;
use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::Value;
use testbed::database::Kind::{self, Postgres, Sqlite};
use url::form_urlencoded::byte_serialize;

use super::house::House;
use super::html::Seen;
use super::tour::{CONSOLE, ROOM, STATUS, read};
use super::{PAYLOAD, attack};
use crate::browser::{Browser, Page};
use crate::world::World;

/// Longer than any body that is read.
const TOO_LARGE: usize = 300 * 1024;

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A call as no browser makes it.
async fn call(browser: &Browser, way: Method, path: &str, kind: &str, body: String) -> Page {
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let call = browser.http.request(way, browser.url(path)).header("content-type", kind);
    let call = call.header("cookie", cookies.join("; ")).header("origin", browser.url("")).body(body);
    let response = call.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Page { status, headers, text: response.text().await.unwrap() }
}

#[rstest]
#[tokio::test]
async fn whatever_goes_wrong_behind_a_door_is_dressed_like_its_pages(#[values(Sqlite)] on: Kind) {
    let house = House::on(on).await;
    let officer = house.signed_in().await;
    let nobody = house.world.browser();
    let form = "application/x-www-form-urlencoded";
    let (get, post) = (Method::GET, Method::POST);
    let mut wrongs = Vec::new();
    for (door, guest) in [(CONSOLE, &officer), (STATUS, &house.person), (ROOM, &house.regulator)] {
        let at = door.at;
        let a_form = door.patterns("post").into_iter().find(|pattern| !pattern.contains('{')).unwrap();
        let bad_names = format!("{}=1&{}", encoded(&attack("a name")), "a=b&".repeat(500));
        let calls = [
            (get.clone(), format!("{at}/nowhere/{}", encoded(&attack("path"))), form, String::new()),
            (get.clone(), format!("{at}/%ff%00"), form, String::new()),
            (get.clone(), format!("{at}?after=%ff&year=%00&done=%ff"), form, String::new()),
            (get.clone(), format!("{at}?{}", "a=b&".repeat(2000)), form, String::new()),
            (Method::DELETE, at.to_owned(), form, String::new()),
            (Method::PUT, format!("{at}{a_form}"), form, attack("body")),
            (Method::OPTIONS, at.to_owned(), form, String::new()),
            (post.clone(), at.to_owned(), form, "a=b".to_owned()),
            (post.clone(), format!("{at}{a_form}"), form, "x".repeat(TOO_LARGE)),
            (post.clone(), format!("{at}{a_form}"), "application/json", attack("body")),
            (post.clone(), format!("{at}{a_form}"), form, bad_names),
            (post.clone(), format!("{at}{a_form}"), form, "form_token=%ff%00".to_owned()),
        ];
        for (way, path, kind, body) in calls {
            for browser in [guest, &nobody] {
                let answer = call(browser, way.clone(), &path, kind, body.clone()).await;
                let found = read(&answer).1.into_iter();
                wrongs
                    .extend(found.map(|it| format!("{way} {} ({}): {it}", &path[..path.len().min(80)], answer.status)));
            }
        }
    }
    assert!(wrongs.is_empty(), "{} wrongs:\n{}", wrongs.len(), wrongs.join("\n"));
}

impl World {
    /// A token of a client that may do everything.
    async fn token_for_everything(&self) -> String {
        let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
        let new = NewClient {
            name: attack("client"),
            scopes: Scope::ALL.to_vec(),
            controllers: vec![self.acme.id],
            token_life: std::time::Duration::from_secs(3600),
        };
        let txn = self.store.db.begin().await.unwrap();
        let (row, secret) = manage::make(&txn, &self.store, &by, new).await.unwrap();
        txn.commit().await.unwrap();
        let http = reqwest::Client::new();
        let call = http.post(format!("http://{}/oauth/token", self.address));
        let call = call.basic_auth(row.id.to_string(), Some(secret.expose_secret()));
        let answer = call.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }
}

/// What machines are answered is never read as a page, whatever it holds.
fn is_for_machines(page: &Page) -> Vec<String> {
    let mut wrongs = Vec::new();
    let kind = page.header("content-type");
    let kinds =
        ["application/json", "application/problem+json", "text/csv", "application/x-ndjson", "application/jsonl"];
    if !page.text.is_empty() && !kinds.iter().any(|known| kind.starts_with(known)) {
        wrongs.push(format!("it is {kind}"));
    }
    for (name, value) in [("x-content-type-options", "nosniff"), ("cache-control", "no-store")] {
        if page.header(name) != value {
            wrongs.push(format!("{name} is {:?}", page.header(name)));
        }
    }
    let policy = page.header("content-security-policy");
    if !policy.contains("default-src 'none'") || !policy.contains("frame-ancestors 'none'") {
        wrongs.push(format!("its policy is {policy:?}"));
    }
    if page.status.is_server_error() {
        wrongs.push("it failed".to_owned());
    }
    wrongs
}

#[rstest]
#[tokio::test]
async fn what_machines_are_answered_is_never_taken_for_a_page(#[values(Sqlite, Postgres)] on: Kind) {
    let house = House::on(on).await;
    let token = house.world.token_for_everything().await;
    let mut browser = house.world.browser();
    let described: Value = serde_json::from_str(&browser.get("/openapi.json").await.fine().text).unwrap();
    let described = described["paths"].as_object().unwrap();
    let (mut wrongs, mut hostile) = (Vec::new(), 0);
    let ways = described.iter().filter(|(path, ways)| path.starts_with("/api/") && ways.get("get").is_some());
    for (pattern, _) in ways {
        let before = pattern.split('{').next().unwrap();
        let thing = match before.rsplit('/').nth(1) {
            Some("requests") => house.requests[0].reference.clone(),
            Some("controllers") => "acme".to_owned(),
            _ => uuid::Uuid::nil().to_string(),
        };
        for thing in [thing, encoded(&attack("an id"))] {
            let parts: Vec<_> =
                pattern.split('/').map(|it| if it.starts_with('{') { thing.as_str() } else { it }).collect();
            let path = parts.join("/");
            for query in ["", "?after=%22%3E%3Cscript%3E", "?masked=false&purpose=identify"] {
                let call = browser.http.get(browser.url(&format!("{path}{query}"))).bearer_auth(&token);
                let response = call.send().await.unwrap();
                let (status, headers) = (response.status(), response.headers().clone());
                let page = Page { status, headers, text: response.text().await.unwrap() };
                hostile += usize::from(page.text.contains("<script>"));
                wrongs.extend(is_for_machines(&page).into_iter().map(|it| format!("{path}{query} ({status}): {it}")));
            }
        }
    }
    assert!(hostile > 10, "hardly anything hostile was answered");
    // And what anybody may ask for beside the doors.
    for path in ["/problems", "/problems/{}", "/docs/{}", "/api/v1/{}", "/identity/{}", "/webhooks/{}", "/{}"] {
        let path = path.replace("{}", &encoded(&attack("beside the doors")));
        let page = browser.get(&path).await;
        let is_page = page.header("content-type").starts_with("text/html");
        let mut found = if is_page { Seen::of(&page.text).wrongs() } else { is_for_machines(&page) };
        // The one page with a style of its own, which its policy knows by what is in it.
        let knows_style = page.header("content-security-policy").contains("style-src 'sha256-");
        found.retain(|wrong| !(knows_style && wrong == "<style> is no element of ours"));
        wrongs.extend(found.into_iter().map(|it| format!("{path} ({}): {it}", page.status)));
        assert!(!is_page || !page.text.contains(PAYLOAD), "{path}");
    }
    assert!(wrongs.is_empty(), "{} wrongs:\n{}", wrongs.len(), wrongs.join("\n"));
}
