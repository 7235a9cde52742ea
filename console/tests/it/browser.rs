//! A browser without a script: it keeps cookies, says where it posts from, and sends forms as they stand on a page.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use url::form_urlencoded::Serializer;

/// One visitor's browser.
pub struct Browser {
    pub address: SocketAddr,
    pub http: Client,
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        // Connections are given up before the server does, so that no call meets one that is being closed.
        let http =
            Client::builder().redirect(Policy::none()).pool_idle_timeout(Duration::from_secs(1)).build().unwrap();
        Self { address, http, cookies: BTreeMap::new(), language: "en" }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn with_cookies(&self, call: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = call.header("accept-language", self.language).header("user-agent", "a browser");
        if cookies.is_empty() { call } else { call.header(COOKIE, cookies.join("; ")) }
    }

    async fn send(&mut self, call: RequestBuilder) -> Page {
        let response = self.with_cookies(call).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = response.text().await.unwrap();
        Page { status, headers, text }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(self.http.get(self.url(path))).await
    }

    /// The pages of a list from this address on, each found by the link of the one before.
    pub async fn pages(&mut self, start: &str) -> Vec<Page> {
        let mut pages = vec![self.get(start).await.fine()];
        while let Some(next) = pages.last().and_then(Page::next) {
            pages.push(self.get(&next).await.fine());
            assert!(pages.len() < 20, "{start} does not end");
        }
        pages
    }

    /// Sends these fields and nothing else, from a page of ours.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, &[(ORIGIN.as_str(), &self.url(""))]).await
    }

    /// The same with these headers instead of a browser's own.
    pub async fn post_from(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let mut body = Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut call = self.http.post(self.url(path)).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        self.send(call.body(body.finish())).await
    }

    /// Sends the form of `page` that goes to `action`, with what was filled in.
    pub async fn submit(&mut self, page: &Page, action: &str, filled: &[(&str, &str)]) -> Page {
        let mut fields = page.hidden(action);
        fields.extend(filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post_bare(action, &fields).await
    }
}

impl Page {
    /// Where it sends the browser on.
    #[track_caller]
    pub fn goes_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.headers[LOCATION].to_str().unwrap()
    }

    #[track_caller]
    pub fn fine(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "{text} is not on the page:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "{text} is on the page:\n{}", self.text);
        self
    }

    /// What stands on it between two texts.
    #[track_caller]
    pub fn between<'a>(&'a self, before: &str, after: &str) -> &'a str {
        let (_, rest) =
            self.text.split_once(before).unwrap_or_else(|| panic!("no {before} on the page:\n{}", self.text));
        rest.split_once(after).unwrap().0
    }

    /// What stands between two texts, each time.
    pub fn each(&self, before: &str, after: &str) -> Vec<String> {
        self.text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap().to_owned()).collect()
    }

    /// Where its list goes on, if it does.
    pub fn next(&self) -> Option<String> {
        let (before, _) = self.text.split_once("\" rel=\"next\"")?;
        let (_, address) = before.rsplit_once("href=\"")?;
        Some(address.replace("&#38;", "&"))
    }

    /// The hidden fields of the form that goes to `action`.
    #[track_caller]
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form = self.between(&format!("method=\"post\" action=\"{action}\""), "</form>");
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        let attribute = |input: &str, name: &str| {
            let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.replace("&#38;", "&")
        };
        inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
    }
}
