//! What the API says of itself, as the source of the generated parts of the table, and held against what it does.

use std::collections::BTreeSet;

use serde_json::Value;

use super::row::Row;
use super::server::Server;
use super::world::World;

/// One call that is described.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: String,
    /// Its path, parameters in braces.
    pub path: String,
    /// The scope that it asks for, if it asks for a token at all.
    pub scope: Option<String>,
    pub codes: BTreeSet<String>,
}

/// All of them.
pub struct Api {
    pub operations: Vec<Operation>,
    pub matrix: Value,
    pub problems: BTreeSet<String>,
}

impl Api {
    pub async fn read(server: &Server) -> Self {
        let text = server.get("", "/openapi.json").await;
        let api = text.body();
        let mut operations = Vec::new();
        for (path, item) in api["paths"].as_object().unwrap_or_else(|| panic!("{}", text.text)) {
            for (method, operation) in item.as_object().unwrap() {
                let mut needed = operation["security"].as_array().into_iter().flatten();
                let scope = needed.find_map(|one| one["client_credentials"][0].as_str()).map(str::to_owned);
                let said = operation["responses"].to_string();
                let codes = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
                operations.push(Operation { method: method.to_uppercase(), path: path.clone(), scope, codes });
            }
        }
        assert!(operations.len() > 30, "{operations:?}");
        let problems = server.get("", "/problems").await.body();
        let problems = problems["items"].as_array().unwrap().iter();
        let problems = problems.map(|item| item["code"].as_str().unwrap().to_owned()).collect();
        let matrix = server.get("", "/api/v1/scopes").await.body();
        Self { operations, matrix, problems }
    }

    /// The calls below `/api/` that ask for a scope.
    pub fn guarded(&self) -> impl Iterator<Item = (&Operation, &str)> {
        self.operations.iter().filter_map(|one| one.scope.as_deref().map(|scope| (one, scope)))
    }

    /// The methods that a path has.
    pub fn methods(&self, path: &str) -> Vec<&str> {
        self.operations.iter().filter(|one| one.path == path).map(|one| one.method.as_str()).collect()
    }

    /// Every path, once.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.operations.iter().map(|one| one.path.as_str()).collect()
    }
}

impl Operation {
    /// The path, about these things.
    pub fn about(&self, request: &str, part: &str, artifact: &str, controller: &str) -> String {
        let id = if self.path.starts_with("/api/v1/artifacts") { artifact } else { request };
        let path = self.path.replace("{id}", id).replace("{controller}", controller).replace("{code}", "internal");
        [
            "{job}",
            "{candidate}",
            "{identifier}",
            "{letter}",
            "{subscriber}",
            "{delivery}",
            "{source}",
            "{ticket}",
            "{call}",
            "{task}",
            "{artifact}",
        ]
        .iter()
        .fold(path, |path, name| path.replace(name, part))
    }

    /// The path, about something that belongs to something; none if it is not about two.
    pub fn under(&self, parent: &str, child: &str) -> Option<String> {
        let mut things = [parent, child].into_iter();
        let part = |part: &str| if part.starts_with('{') { things.next() } else { Some(part) }.map(str::to_owned);
        let parts: Option<Vec<_>> = self.path.split('/').map(part).collect();
        parts.filter(|_| things.next().is_none()).map(|parts| parts.join("/"))
    }

    /// A body that this call understands, so that it comes as far as looking for what it is about.
    pub fn body(&self) -> Value {
        let verb = self.path.rsplit('/').next().unwrap_or_default();
        match verb {
            "verify" => serde_json::json!({ "method": "document" }),
            "refuse" => serde_json::json!({ "code": "spam", "reason": "as agreed" }),
            "hold" | "withdraw" | "abandon" | "accept" | "resolve-anew" | "include" | "leave-out" => {
                serde_json::json!({ "reason": "as agreed" })
            }
            "recompute" => serde_json::json!({ "reason": "as agreed" }),
            "ask" => serde_json::json!({ "kind": "clarification", "words": "which years?" }),
            "answer" => serde_json::json!({ "kind": "clarification" }),
            "extend" => serde_json::json!({ "code": "complexity", "reason": "as agreed" }),
            "announce" => serde_json::json!({ "means": "letter" }),
            "complete" => serde_json::json!({ "note": "as agreed" }),
            "extend-appeal" => serde_json::json!({ "reason": "as agreed" }),
            "decide-appeal" => serde_json::json!({ "decision": "denied", "reason": "as agreed" }),
            "letters" | "preview" => serde_json::json!({ "kind": "acknowledgement" }),
            "record" => serde_json::json!({ "kind": "acknowledgement", "means": "post" }),
            "address" => serde_json::json!({ "vouched": true }),
            "resend" => serde_json::json!({ "address": "nobody@example.org", "vouched": false }),
            "edit" => serde_json::json!({ "passages": [{ "at": 0, "text": "as agreed" }] }),
            "notes" => serde_json::json!({ "words": "as agreed" }),
            "tasks" => serde_json::json!({ "kind": "check", "words": "as agreed" }),
            "assign" => serde_json::json!({ "to": null }),
            "replay" => serde_json::json!({ "since": "2026-01-01T00:00:00Z" }),
            "approve" => serde_json::json!({ "plan": "zzyzx" }),
            _ => serde_json::json!({}),
        }
    }

    pub fn row(&self, name: String, path: String) -> Row {
        let row = Row::new(name, &self.method, path);
        if self.method == "POST" { row.json(&self.body()) } else { row }
    }
}

/// Every path leads somewhere, every problem that is spoken of is explained, and the matrix of scopes says the same.
pub async fn is_all_there(world: &World, api: &Api) {
    let at = &world.requests;
    for operation in &api.operations {
        let path = operation.about(&at.closed, &at.job, &at.artifact, "acme");
        let answer = operation.row(String::new(), path.clone()).send(&world.server).await;
        let said = answer.body()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(!said.contains("nothing at this address"), "{} {path}: {}", operation.method, answer.text);
        assert_ne!(answer.status(), 405, "{} {path}", operation.method);
        assert!(!answer.text.is_empty());
        for code in operation.codes.iter().filter(|code| !code.starts_with(|c: char| c.is_uppercase())) {
            let known = api.problems.contains(code) || OAUTH.contains(&code.as_str());
            assert!(known, "{} {path} speaks of {code}, which /problems does not know", operation.method);
        }
    }
    for code in &api.problems {
        let told = world.server.get("", &format!("/problems/{code}")).await;
        assert_eq!((told.status(), told.body()["code"].as_str()), (200, Some(code.as_str())), "{}", told.text);
    }
    let described: BTreeSet<_> =
        api.guarded().map(|(one, scope)| (scope.to_owned(), format!("{} {}", one.method, one.path))).collect();
    let rows = api.matrix["items"].as_array().unwrap();
    let published = rows.iter().flat_map(|row| {
        let scope = row["scope"].as_str().unwrap();
        row["calls"].as_array().unwrap().iter().map(move |call| (scope.to_owned(), call.as_str().unwrap().to_owned()))
    });
    let published: BTreeSet<_> = published.filter(|(_, call)| !call.starts_with('?')).collect();
    assert_eq!(published, described);
}

const OAUTH: [&str; 4] = ["invalid_client", "invalid_request", "invalid_scope", "unsupported_grant_type"];
