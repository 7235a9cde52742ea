//! Trying a description with a call: what would come of it, and every problem. Nothing is stored.

use entities::delivery::table as delivery;
use entities::ticket::table as ticket;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{LIST, described, on_both};
use crate::world::{World, with};

async fn stored(world: &World) -> (u64, u64, u64) {
    let conn = world.store.db.read();
    let events = entities::event::table::Entity::find().count(conn).await.unwrap();
    (delivery::Entity::find().count(conn).await.unwrap(), ticket::Entity::find().count(conn).await.unwrap(), events)
}

#[tokio::test]
async fn what_a_call_would_make_is_shown_and_nothing_is_stored() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let before = stored(&world).await;
        let ticket = json!({ "id": "7", "type": "erase", "email": "Ada@Example.org ", "at": "2026-03-02T09:14:55Z" });
        let call = json!({ "data": { "ticket": ticket } });
        let unsigned = world.post(&by, &format!("{path}/try"), json!({ "body": call.to_string() })).await;
        let tried = &unsigned.body["tickets"][0];
        assert_eq!((&tried["verdict"], &tried["problems"][0]["target"]), (&json!("triage"), &json!("signing")));
        let signed = with(described(), json!({ "signing": { "scheme": "standard_webhooks" } }));
        let signed = json!({ "body": call.to_string(), "description": signed });
        let one = world.post(&by, &format!("{path}/try"), signed).await;
        assert_eq!(one.status, 200, "{}", one.text);
        let tried = &one.body["tickets"][0];
        assert_eq!((&tried["ticket"], &tried["verdict"]), (&json!("7"), &json!("request")), "{}", one.text);
        assert_eq!((&tried["request"]["right"], &tried["problems"]), (&json!("erasure"), &json!([])));
        assert_eq!(tried["request"]["places"], json!([{ "regime": "eu_gdpr", "region": null }]));
        let subject = json!([{ "kind": "email", "given": "Ada@Example.org", "value": "ada@example.org" }]);
        let found = &tried["request"]["subject"][0];
        assert_eq!((&found["kind"], &found["given"]), (&subject[0]["kind"], &subject[0]["given"]), "{}", one.text);

        // The same before there is a source, with a description that differs, and what a person would have to look at.
        let fails = with(
            described(),
            json!({ "mapping": { "map": {
                "request_type": { "path": "/data/ticket/kind", "required": true },
                "subject.email": { "path": "/data/ticket/email" },
            }}}),
        );
        let anew = json!({ "body": call.to_string(), "description": fails });
        let other = world.post(&by, &format!("{LIST}/try"), anew).await;
        assert_eq!(other.body["tickets"][0]["verdict"], "triage", "{}", other.text);
        assert_eq!(other.body["tickets"][0]["problems"][0]["holds_up"], true);
        let fields = json!({ "data": { "ticket": { "type": "access", "email": "ada@example.org" } } });
        let document = json!({ "body": fields.to_string(), "document": true });
        let document = world.post(&by, &format!("{path}/try"), document).await;
        assert_eq!(document.body["tickets"][0]["ticket"], Value::Null, "{}", document.text);
        assert_eq!(document.body["tickets"][0]["request"]["right"], "access");
        assert_eq!(stored(&world).await, before);
    })
    .await;
}

#[tokio::test]
async fn markup_and_formulas_are_values_like_others() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        for name in ["<script>alert(1)</script>@example.org", "=cmd|'/c calc'!A1", "\"><img src=x onerror=alert(1)>"] {
            let ticket = json!({ "id": "7", "type": "access", "email": name, "at": "2026-03-02T09:14:55Z" });
            let call = json!({ "data": { "ticket": ticket } });
            let tried = world.post(&by, &format!("{path}/try"), json!({ "body": call.to_string() })).await;
            assert_eq!(tried.status, 200, "{}", tried.text);
            assert_eq!(tried.body["tickets"][0]["verdict"], "triage", "that is no address: {}", tried.text);
            assert!(!tried.body["tickets"][0]["problems"].to_string().contains(name), "problems quote no value");
            assert_eq!(tried.header("content-type"), Some("application/json"));
            assert_eq!(tried.header("x-content-type-options"), Some("nosniff"));
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_tried_says_why() {
    on_both(async |world, by| {
        let path = world.source(&by).await;
        let attempt = async |body: Value| world.post(&by, &format!("{path}/try"), body).await;
        for (body, field, code) in [
            (json!({}), "body", "one_of_two"),
            (json!({ "body": "{}", "body_base64": "e30=" }), "body", "one_of_two"),
            (json!({ "body_base64": "e30" }), "body_base64", "not_base64"),
            (json!({ "body": "" }), "body", "unreadable"),
            (json!({ "body_base64": "/w==" }), "body", "unreadable"),
            (json!({ "body": "{}", "content_type": "text/html" }), "body", "unreadable"),
            (json!({ "body": "{}", "content_type": "x".repeat(201) }), "content_type", "too_long"),
            (json!({ "body": "nothing", "document": true }), "body", "unreadable"),
        ] {
            let refused = attempt(body).await;
            refused.is_problem(422, "invalid_fields");
            let first = &refused.body["errors"][0];
            assert_eq!((&first["field"], &first["code"]), (&json!(field), &json!(code)), "{}", refused.text);
        }
        let nameless = world.post(&by, &format!("{LIST}/try"), json!({ "body": "{}" })).await;
        assert_eq!(nameless.body["field"], "description", "{}", nameless.text);
    })
    .await;
}
