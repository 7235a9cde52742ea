//! A caller with a token: the shortest way from a story to an HTTP call.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use sandbox::options::Options;
use sandbox::server::{self, Running};
use serde_json::{Value, json};

/// What came back.
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// A running sandbox and a client of it.
pub struct Caller {
    pub sandbox: Running,
    pub http: Client,
    pub token: String,
}

impl Caller {
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let sandbox = server::start(options).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let mut caller = Self { sandbox, http, token: String::new() };
        caller.token = caller.login("demo-client", "demo-secret").await;
        caller
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url)
    }

    pub async fn login(&self, id: &str, secret: &str) -> String {
        let got = self.grant(id, secret).await;
        assert_eq!(got.status, 200, "{}", got.body);
        got.body["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn grant(&self, id: &str, secret: &str) -> Got {
        let form = [("grant_type", "client_credentials")];
        got(self.http.post(self.url("/oauth/token")).basic_auth(id, Some(secret)).form(&form)).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Got {
        self.get_as(&self.token, path).await
    }

    pub async fn get_as(&self, token: &str, path: &str) -> Got {
        got(self.http.get(self.url(path)).bearer_auth(token)).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.try_post(path, body).await.unwrap()
    }

    pub async fn try_post(&self, path: &str, body: Value) -> reqwest::Result<Got> {
        got(self.http.post(self.url(path)).bearer_auth(&self.token).json(&body)).await
    }

    pub async fn call(&self, method: Method, path: &str) -> Got {
        got(self.http.request(method, self.url(path)).bearer_auth(&self.token)).await.unwrap()
    }

    pub async fn search(&self, kind: &str, value: &str) -> Vec<Value> {
        let request = self.http.get(self.url("/api/v2/gdpr/subjects")).bearer_auth(&self.token);
        let got = got(request.query(&[("searchType", kind), ("searchValue", value)])).await.unwrap();
        assert_eq!(got.status, 200, "{}", got.body);
        got.body["entities"].as_array().unwrap().clone()
    }

    pub async fn submit(&self, request_type: &str, subject: Value) -> Got {
        let confirmed = request_type == "GDPR_DELETE";
        let path = format!("/api/v2/gdpr/requests?deleteConfirmed={confirmed}");
        self.post(&path, json!({"requestType": request_type, "subject": subject})).await
    }

    /// Submits and gives the id of the row.
    pub async fn submitted(&self, request_type: &str, subject: Value) -> String {
        let got = self.submit(request_type, subject).await;
        assert_eq!(got.status, 202, "{}", got.body);
        got.body["id"].as_str().unwrap().to_owned()
    }

    pub async fn request(&self, id: &str) -> Value {
        self.get(&format!("/api/v2/gdpr/requests/{id}")).await.body
    }

    pub async fn rows(&self) -> Vec<Value> {
        self.get("/api/v2/gdpr/requests?pageSize=100").await.body["entities"].as_array().unwrap().clone()
    }

    pub async fn advance_days(&self, days: f64) {
        self.control("clock", json!({"advance_seconds": days * 86_400.0})).await;
    }

    pub async fn fault(&self, fault: &str) {
        self.control("faults", json!(fault)).await;
    }

    pub async fn control(&self, what: &str, body: Value) -> Value {
        let got = self.post(&format!("/sandbox/{what}"), body).await;
        assert_eq!(got.status, 200, "{}", got.body);
        got.body
    }

    pub async fn counters(&self) -> Value {
        self.get("/sandbox/counters").await.body
    }

    /// The contact ids a term finds.
    pub async fn contacts(&self, kind: &str, value: &str) -> Vec<String> {
        let hits = self.search(kind, value).await;
        hits.iter().filter_map(|hit| hit["externalContactId"].as_str()).map(str::to_owned).collect()
    }
}

pub async fn got(request: RequestBuilder) -> reqwest::Result<Got> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await?;
    Ok(Got { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
}
