//! Idempotency keys that are malformed, or came before with another call.

use serde_json::json;

use super::row::Row;
use super::world::{World, access_but, filing};

pub fn rows(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let first = filing("access", json!([{ "kind": "email", "value": "late@example.org" }]));
    let taken =
        |name: &str, row: Row| row.header("Idempotency-Key", "taken").is(422, "idempotency_key_reused").renamed(name);
    let replay = world.filing("the same call again", first.to_string()).header("Idempotency-Key", "taken");
    let mut rows = vec![
        // The call of the fixture, repeated: answered as then, and filed once.
        replay.answered(201),
        taken("another body", world.filing("", access_but(json!({})).to_string())),
        taken("the same body, spaced otherwise", world.filing("", format!("{first} "))),
        taken("another path", world.decide("", &at.verifying, "verify", &json!({ "method": "document" }))),
        taken(
            "the same body to another path",
            world.call("", "POST", format!("/api/v1/requests/{}/release", at.held)).json(&json!({})),
        ),
    ];
    // What is refused for its body does not use a key up: nothing is stored, and the key is as free as before.
    let fresh = world.filing("a new key for a bad body", access_but(json!({ "right": "zzyzx" })).to_string());
    rows.push(fresh.header("Idempotency-Key", "fresh").field("right", "unknown_right"));
    let late = world.decide("a new key for a bad decision", &at.closed, "approve", &json!({ "plan": "zzyzx" }));
    rows.push(late.header("Idempotency-Key", "fresh").is(409, "invalid_transition"));
    let longest = "k".repeat(256);
    let malformed: [&[u8]; 8] = [
        b"",
        b"zzyzx road",
        b"zzyzx\troad",
        b"zzyzx\xe4",
        "zzyzxä".as_bytes(),
        longest.as_bytes(),
        b"zzyzx, road",
        b"zzyzx\x80",
    ];
    for key in malformed {
        let shown = String::from_utf8_lossy(key).into_owned();
        let filed = world.filing(format!("the key {shown:.20?}"), first.to_string());
        rows.push(filed.header("Idempotency-Key", key).is(400, "invalid_idempotency_key"));
        let decided =
            world.decide(format!("the key {shown:.20?}"), &at.verifying, "verify", &json!({ "method": "document" }));
        rows.push(decided.header("Idempotency-Key", key).is(400, "invalid_idempotency_key"));
    }
    let twice = world.filing("two keys", first.to_string()).header("Idempotency-Key", "taken");
    rows.push(twice.header("Idempotency-Key", "taken").is(400, "invalid_idempotency_key"));
    rows
}
