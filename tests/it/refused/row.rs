//! One row of the table: a call, written byte by byte, and how it must be refused.

use serde_json::Value;

use super::server::{Answer, Server};

/// Values that are wrong contain this word, and no answer may.
pub const WRONG: &str = "zzyzx";

/// A call, and its end.
pub struct Row {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    chunked: bool,
    raw: Option<Vec<u8>>,
    secret: Option<String>,
    scope: Option<String>,
    end: End,
}

enum End {
    Problem {
        status: u16,
        code: String,
        field: Option<String>,
        reason: Option<String>,
        known: Option<Vec<String>>,
    },
    OAuth {
        status: u16,
        error: String,
    },
    /// Refused by the HTTP parser, before there is a call that could be answered: the connection ends, whatever follows on it.
    Broken,
    /// Not refused, and nothing stored either.
    Answered(u16),
    Method {
        allow: String,
    },
}

impl Row {
    /// A call; how it ends is to be said by one of the methods below.
    pub fn new(name: impl Into<String>, method: &str, path: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
            raw: None,
            secret: None,
            scope: None,
            end: End::Answered(200),
        }
    }

    /// These bytes and nothing else, which no HTTP parser may take for a call.
    pub fn broken(name: &str, call: impl Into<Vec<u8>>) -> Self {
        Self { raw: Some(call.into()), end: End::Broken, ..Self::new(name, "", "") }
    }

    pub fn name(&self) -> String {
        format!("{} ({} {:.80})", self.name, self.method, self.path)
    }

    pub fn by(self, token: &str) -> Self {
        self.without("authorization").header("Authorization", format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    pub fn text(self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { body, ..self.without("content-type") }.header("Content-Type", "application/json")
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    pub fn form(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// Sends the body in chunks, its length unannounced.
    pub fn chunked(self) -> Self {
        Self { chunked: true, ..self }
    }

    /// The answer must not have this in it, whatever the case of its letters.
    pub fn hides(self, secret: &str) -> Self {
        Self { secret: Some(secret.to_lowercase()), ..self }
    }

    pub fn is(self, status: u16, code: &str) -> Self {
        let end = End::Problem { status, code: code.to_owned(), field: None, reason: None, known: None };
        Self { end, ..self }
    }

    /// Names the field at fault.
    pub fn at(mut self, at: impl Into<String>) -> Self {
        if let End::Problem { field, .. } = &mut self.end {
            *field = Some(at.into());
        }
        self
    }

    /// `invalid_fields`, with this field at fault for this reason.
    pub fn field(self, at: impl Into<String>, because: &str) -> Self {
        let mut row = self.is(422, "invalid_fields").at(at);
        if let End::Problem { reason, .. } = &mut row.end {
            *reason = Some(because.to_owned());
        }
        row
    }

    /// The answer lists what would be understood: these among others.
    pub fn listing(mut self, words: &[&str]) -> Self {
        if let End::Problem { known, .. } = &mut self.end {
            *known = Some(words.iter().map(|word| (*word).to_owned()).collect());
        }
        self
    }

    /// The challenge names this scope.
    pub fn naming(self, scope: &str) -> Self {
        Self { scope: Some(scope.to_owned()), ..self }
    }

    pub fn renamed(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub fn oauth(self, status: u16, error: &str) -> Self {
        Self { end: End::OAuth { status, error: error.to_owned() }, ..self }
    }

    pub fn answered(self, status: u16) -> Self {
        Self { end: End::Answered(status), ..self }
    }

    pub fn other_method(self, allow: &str) -> Self {
        Self { end: End::Method { allow: allow.to_owned() }, ..self }
    }

    fn bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut call =
            format!("{} {} HTTP/1.1\r\nHost: dsr\r\nConnection: close\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            call.extend_from_slice(name.as_bytes());
            call.extend_from_slice(b": ");
            call.extend_from_slice(value);
            call.extend_from_slice(b"\r\n");
        }
        let is_announced = self.headers.iter().any(|(name, _)| name == "Content-Length");
        if self.chunked {
            call.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in self.body.chunks(8 * 1024) {
                call.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                call.extend_from_slice(chunk);
                call.extend_from_slice(b"\r\n");
            }
            call.extend_from_slice(b"0\r\n\r\n");
        } else {
            if !self.body.is_empty() && !is_announced {
                call.extend_from_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
            }
            call.extend_from_slice(b"\r\n");
            call.extend_from_slice(&self.body);
        }
        call
    }

    /// Makes the call.
    pub async fn send(&self, server: &Server) -> Answer {
        server.send(&self.bytes()).await
    }

    /// Makes the call and compares its end.
    pub async fn is_refused_by(&self, server: &Server) -> Result<Answer, String> {
        let answer = self.send(server).await;
        let sent = String::from_utf8_lossy(&self.bytes()).to_lowercase();
        let said = answer.text.to_lowercase();
        let hidden = [Some(WRONG), Some("dsr_token_"), Some("dsr_secret_"), self.secret.as_deref()];
        if hidden.into_iter().flatten().any(|secret| sent.contains(secret) && said.contains(secret)) {
            return Err(format!("the answer repeats what was sent: {}", answer.text));
        }
        match self.end_of(&answer) {
            Ok(()) => Ok(answer),
            Err(what) => Err(format!("{what}\n  {} {:.400}", answer.status(), answer.body_text())),
        }
    }

    fn end_of(&self, answer: &Answer) -> Result<(), String> {
        let (status, body) = (answer.status(), answer.body());
        let ensure = |is: bool, what: &str| if is { Ok(()) } else { Err(what.to_owned()) };
        if !matches!(self.end, End::Broken) {
            ensure(answer.header("x-content-type-options") == Some("nosniff"), "the safe headers are missing")?;
            ensure(answer.header("x-request-id").is_some(), "no request id")?;
        }
        match &self.end {
            End::Answered(expected) => ensure(status == *expected, &format!("expected {expected}")),
            End::Broken => {
                let mild = (400..500).contains(&status) || answer.text.is_empty();
                ensure(mild && answer.closed && answer.count() <= 1, "expected one 4xx, and the connection closed")
            }
            End::OAuth { status: expected, error } => {
                ensure(status == *expected && body["error"] == **error, &format!("expected {expected} {error}"))?;
                ensure(body["error_description"].is_string(), "no description")?;
                ensure(answer.header("cache-control") == Some("no-store"), "the answer may be kept")?;
                ensure(status != 401 || answer.header("www-authenticate").is_some(), "no challenge")
            }
            End::Method { allow } => {
                // There is no body in an answer to HEAD.
                let is_head = self.method == "HEAD";
                ensure(!is_head || status == 405 && answer.body_text().is_empty(), "expected a bare 405")?;
                if !is_head {
                    is_problem(answer, 405, "method_not_allowed")?;
                }
                ensure(answer.header("allow") == Some(allow), &format!("expected Allow: {allow}"))
            }
            End::Problem { status, code, field, reason, known } => {
                is_problem(answer, *status, code)?;
                ensure(body["field"].as_str() == field.as_deref(), &format!("expected the field {field:?}"))?;
                if let Some(reason) = reason {
                    let errors = body["errors"].as_array().into_iter().flatten();
                    let found = errors.filter(|one| one["field"].as_str() == field.as_deref());
                    ensure(found.into_iter().any(|one| one["code"] == **reason), &format!("expected {reason}"))?;
                }
                let listed =
                    |word: &String| body["known"].as_array().is_some_and(|all| all.iter().any(|one| one == word));
                ensure(known.iter().flatten().all(listed), &format!("expected the list of {known:?}"))?;
                let challenge = answer.header("www-authenticate").unwrap_or_default();
                let named = self.scope.as_ref().is_none_or(|scope| {
                    challenge.contains(&format!("scope=\"{scope}\"")) && body["detail"].to_string().contains(scope)
                });
                ensure(named, "the scope is not named")?;
                ensure(!matches!(status, 401 | 403) || answer.header("www-authenticate").is_some(), "no challenge")
            }
        }
    }
}

fn is_problem(answer: &Answer, status: u16, code: &str) -> Result<(), String> {
    let body = answer.body();
    let is = answer.status() == status
        && body["code"] == code
        && body["status"] == status
        && body["type"] == format!("/problems/{code}")
        && body["title"].is_string()
        && body["detail"].is_string()
        && answer.header("content-type") == Some("application/problem+json");
    if is { Ok(()) } else { Err(format!("expected the problem {status} {code}")) }
}
