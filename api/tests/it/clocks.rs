//! Clocks over HTTP: what is seen of them, what moves them, and that a dry run moves nothing.

use entities::client::scope::Scope;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, access, with};

impl World {
    /// Every row of every table, as text.
    async fn contents(&self) -> Vec<String> {
        let db = self.store.db.read();
        let texts = async |sql: String| {
            let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
            rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
        };
        let mut all = Vec::new();
        for table in texts("SELECT name FROM sqlite_master WHERE type = 'table'".to_owned()).await {
            let columns = texts(format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let line: Vec<_> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
            let rows = texts(format!("SELECT {} FROM \"{table}\" ORDER BY 1", line.join("||','||"))).await;
            all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        all
    }

    async fn decide(&self, by: &Client, id: &str, verb: &str, body: Value) -> Answer {
        self.post(by, &format!("/api/v1/requests/{id}/{verb}"), body).await
    }

    async fn clocks(&self, by: &Client, id: &str) -> Value {
        self.get(by, &format!("/api/v1/requests/{id}/clocks")).await.body
    }
}

fn clock<'a>(clocks: &'a Value, duty: &str) -> &'a Value {
    let mut items = clocks["items"].as_array().unwrap().iter();
    items.find(|item| item["duty"] == duty).unwrap_or_else(|| panic!("no clock to {duty}"))
}

#[tokio::test]
async fn a_dry_run_shows_what_would_come_of_it_and_changes_nothing() {
    let world = World::start().await;
    let by = world.officer().await;
    let open = world.file(&by, with(access(), json!({ "identity": null }))).await;
    let ended = world.file(&by, with(access(), json!({ "regime": "us_va" }))).await;
    world.decide(&by, &ended, "refuse", json!({ "code": "exempt", "reason": "x" })).await;
    let appealed = world.file(&by, with(access(), json!({ "regime": "us_co" }))).await;
    world.decide(&by, &appealed, "refuse", json!({ "code": "exempt", "reason": "x" })).await;
    world.decide(&by, &appealed, "appeal", json!({})).await;
    let people = world.file(&by, with(access(), json!({ "right": "restriction" }))).await;
    world.decide(&by, &people, "recompute", json!({ "reason": "x" })).await;
    let before = world.contents().await;
    let about = json!({ "kind": "clarification", "words": "which years?" });
    for (id, verb, body, status) in [
        (&open, "verify", json!({ "method": "document" }), 200),
        (&open, "ask", about.clone(), 200),
        (&open, "answer", json!({ "kind": "clarification" }), 409),
        (&open, "extend", json!({ "code": "complexity", "reason": "eleven mailboxes" }), 200),
        (&open, "announce", json!({ "means": "letter" }), 409),
        (&open, "acknowledge", json!({}), 409),
        (&open, "complete", json!({ "note": "done" }), 409),
        (&open, "recompute", json!({ "reason": "to be sure" }), 200),
        (&open, "refuse", json!({ "code": "excessive", "reason": "the tenth" }), 200),
        (&open, "withdraw", json!({ "reason": "she called" }), 200),
        (&ended, "appeal", json!({ "words": "I object" }), 200),
        (&ended, "extend-appeal", json!({ "reason": "the file is long" }), 409),
        (&appealed, "extend-appeal", json!({ "reason": "the file is long" }), 200),
        (&ended, "decide-appeal", json!({ "decision": "denied", "reason": "as said" }), 409),
    ] {
        let tried = world.decide(&by, id, &format!("{verb}?dry_run=true"), body).await;
        assert_eq!(tried.status, status, "{verb}: {}", tried.text);
        if status == 200 {
            assert_eq!((&tried.body["dry_run"], &tried.body["request"]["id"]), (&json!(true), &json!(id)), "{verb}");
        }
        assert!(world.contents().await == before, "{verb} has changed something");
    }
    let tried = world.decide(&by, &open, "extend?dry_run=true", json!({ "code": "complexity", "reason": "x" })).await;
    let moved = tried.body["clocks"].as_array().unwrap();
    let respond = moved.iter().find(|change| change["duty"] == "respond").unwrap();
    assert!(respond["from"]["cautious_at"].as_str() < respond["to"]["cautious_at"].as_str(), "{respond}");
    let twice = world.decide(&by, &open, "ask?dry_run=maybe", about).await;
    twice.is_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn a_request_shows_its_dates_and_is_found_by_them() {
    let world = World::start().await;
    let by = world.officer().await;
    let body = with(access(), json!({ "other_regimes": ["us_ca_ccpa"], "region": "DE-BY" }));
    let filed = world.post(&by, "/api/v1/requests", body).await.body;
    assert_eq!((&filed["other_regimes"], &filed["region"]), (&json!(["us_ca_ccpa"]), &json!("DE-BY")));
    assert!((27..=30).contains(&filed["days_left"].as_i64().unwrap()), "{}", filed["days_left"]);
    assert!(filed["respond_by"].as_str() <= filed["statutory_by"].as_str());
    let id = filed["id"].as_str().unwrap();
    let clocks = world.clocks(&by, id).await;
    let respond = clock(&clocks, "respond");
    assert_eq!((&respond["state"], &respond["regime"]), (&json!("open"), &json!("eu_gdpr")));
    assert_eq!(respond["cautious_at"], filed["respond_by"]);
    assert_eq!(respond["clock"]["calendar"]["region"], "DE-BY");
    assert!(respond["clock"]["derivation"][0]["text"].is_string());
    let due = async |before: &str| world.get(&by, &format!("/api/v1/requests?due_before={before}")).await;
    assert_eq!(due("2099-01-01T00:00:00Z").await.body["items"][0]["id"], *id);
    assert_eq!(due("2026-01-01T00:00:00Z").await.body["items"], json!([]));
    due("tomorrow").await.is_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named_with_its_field() {
    let world = World::start().await;
    let by = world.officer().await;
    for (changes, field, code) in [
        (json!({ "other_regimes": ["eu_gdpr"] }), "other_regimes[0]", "duplicate_regime"),
        (json!({ "other_regimes": ["us_ca_ccpa", "mars"] }), "other_regimes[1]", "unknown_regime"),
        (json!({ "region": "Bavaria" }), "region", "not_a_region"),
        (json!({ "right": "opt_out" }), "right", "not_granted"),
        (json!({ "right": "forgiveness" }), "right", "unknown_right"),
    ] {
        let refused = world.post(&by, "/api/v1/requests", with(access(), changes)).await;
        refused.is_problem(422, "invalid_fields");
        assert_eq!((&refused.body["field"], &refused.body["errors"][0]["code"]), (&json!(field), &json!(code)));
    }
    let id = world.file(&by, access()).await;
    for (verb, body, field, code) in [
        ("ask", json!({ "kind": "fee", "words": "pay" }), "fee", "fee_needed"),
        ("ask", json!({ "kind": "mood", "words": "how are you?" }), "kind", "unknown_inquiry_kind"),
        ("answer", json!({ "kind": "fee", "answered_at": "yesterday" }), "answered_at", "not_an_instant"),
        ("extend", json!({ "code": "holidays", "reason": "x" }), "code", "unknown_reason"),
        ("extend", json!({ "code": "complexity", "reason": "x", "until": "soon" }), "until", "not_a_day"),
        ("announce", json!({ "means": "pigeon" }), "means", "unknown_means"),
        ("complete", json!({ "note": "x", "outcome": "refused" }), "outcome", "unknown_outcome"),
        ("extend-appeal", json!({ "reason": " " }), "reason", "empty"),
        ("decide-appeal", json!({ "decision": "maybe", "reason": "x" }), "decision", "unknown_decision"),
    ] {
        let refused = world.decide(&by, &id, verb, body).await;
        refused.is_problem(422, "invalid_fields");
        assert_eq!((&refused.body["field"], &refused.body["errors"][0]["code"]), (&json!(field), &json!(code)));
    }
    let fee = json!({ "kind": "fee", "words": "pay", "fee": { "amount_minor": 0, "currency": "euro" } });
    let refused = world.decide(&by, &id, "ask", fee).await;
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 2, "{}", refused.text);
}

#[tokio::test]
async fn an_extension_is_told_whole() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, access()).await;
    let first = world.clocks(&by, &id).await;
    let extended = world.decide(&by, &id, "extend", json!({ "code": "complexity", "reason": "Ada has much" })).await;
    assert_eq!(extended.status, 200, "{}", extended.text);
    assert_eq!(world.clocks(&by, &id).await["items"], first["items"], "nothing moves before the notice");
    let announced = world.decide(&by, &id, "announce", json!({ "means": "email" })).await;
    assert!(announced.body["respond_by"].as_str() > extended.body["respond_by"].as_str(), "{}", announced.text);
    let clocks = world.clocks(&by, &id).await;
    assert_eq!((&clocks["extension"]["code"], &clocks["extension"]["means"]), (&json!("complexity"), &json!("email")));
    assert_eq!(clock(&clocks, "respond")["computation"], 2);
    let history = world.get(&by, &format!("/api/v1/requests/{id}/clocks?history=true")).await.body;
    let computed = history["items"].as_array().unwrap().iter().filter(|item| item["duty"] == "respond").count();
    assert_eq!(computed, 2);
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await;
    assert!(!events.text.contains("Ada has much"), "{}", events.text);
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    world.decide(&reader, &id, "recompute", json!({ "reason": "x" })).await.is_problem(403, "insufficient_scope");
}

/// What was asked and what came back are words about a person: shown for a purpose, and to nobody who may not see them.
#[tokio::test]
async fn what_was_said_is_shown_for_a_purpose_only() {
    let world = World::start().await;
    let by = world.officer().await;
    let id = world.file(&by, with(access(), json!({ "note": "Ada called", "regime": "us_va" }))).await;
    let asked = json!({ "kind": "clarification", "words": "which of Ada's calls?" });
    assert_eq!(world.decide(&by, &id, "ask", asked).await.status, 200);
    let answered = json!({ "kind": "clarification", "words": "Ada's call in May" });
    assert_eq!(world.decide(&by, &id, "answer", answered).await.status, 200);
    assert_eq!(world.decide(&by, &id, "refuse", json!({ "code": "exempt", "reason": "x" })).await.status, 200);
    assert_eq!(world.decide(&by, &id, "appeal", json!({ "words": "Ada objects" })).await.status, 200);

    let masked = world.get(&by, &format!("/api/v1/requests/{id}/clocks")).await;
    assert!(!masked.text.contains("Ada"), "{}", masked.text);
    let clear = world.get(&by, &format!("/api/v1/requests/{id}/clocks?reveal=appeal-7")).await.body;
    let inquiry = &clear["inquiries"][0];
    assert_eq!(
        (&inquiry["question"], &inquiry["answer"]),
        (&json!("which of Ada's calls?"), &json!("Ada's call in May"))
    );
    assert_eq!(clear["appeal"]["words"], "Ada objects");
    let known = async |query: &str| world.get(&by, &format!("/api/v1/requests/{id}/identifiers{query}")).await.body;
    assert_eq!(known("").await.get("note"), None);
    assert_eq!(known("?reveal=appeal-7").await["note"], "Ada called");
    let events = world.get(&by, &format!("/api/v1/requests/{id}/events")).await.body;
    let looks = events["items"].as_array().unwrap().iter().filter(|it| it["kind"] == "personal_data.revealed");
    assert_eq!(looks.map(|it| it["data"]["what"].as_str().unwrap()).collect::<Vec<_>>(), ["inquiries", "identifiers"]);
    let reader = world.client(&[Scope::RequestsRead], &[&world.acme]).await;
    let refused = world.get(&reader, &format!("/api/v1/requests/{id}/clocks?reveal=appeal-7")).await;
    refused.is_problem(403, "insufficient_scope");
}
