//! The other side of the table: what is well-formed gets in, so that none of it is refused for a reason of the fixture.

use serde_json::json;

use super::row::Row;
use super::stored::Watch;
use super::wire;
use super::world::{World, access_but, filing};

/// Calls that only just keep the rules.
pub async fn what_is_well_formed_gets_in(world: &World) {
    let many: serde_json::Value =
        (0..50).map(|n| json!({ "kind": "email", "value": format!("many{n}@example.com") })).collect();
    let body = access_but(json!({})).to_string();
    let file = |name: &str, body: String| world.filing(name, body).answered(201);
    let line = format!("bearer   {}", world.callers.filer);
    let lower = Row::new("a scheme in small letters", "POST", "/api/v1/requests").text(body.clone());
    let spaced = world.filing("blanks around", format!(" \r\n{body}\t\n"));
    let kind = world.filing("with its charset", body.clone()).without("content-type");
    let rows = vec![
        file("as it is", body.clone()),
        file("50 identifiers", filing("access", many).to_string()),
        file("a note of 2,000 letters", access_but(json!({ "note": "ä".repeat(2_000) })).to_string()),
        file(
            "received with an offset",
            access_but(json!({ "received_at": "2025-06-02t08:00:00.123456+05:30" })).to_string(),
        ),
        file("nothing where nothing need be", {
            let mut body = access_but(json!({}));
            body["note"] = json!(null);
            body["identity"] = json!(null);
            body.to_string()
        }),
        spaced.answered(201),
        world.filing("in chunks", body.clone()).chunked().answered(201),
        lower.header("Authorization", line).answered(201),
        kind.header("Content-Type", "Application/JSON; charset=\"UTF-8\"").answered(201),
        world.filing("a key of 255 letters", body.clone()).header("Idempotency-Key", "k".repeat(255)).answered(201),
    ];
    let expected = rows.len();
    let watch = Watch::on(&world.installation.store).await;
    let before = watch.look().await;
    for row in rows {
        let name = row.name();
        let answer = row.send(&world.server).await;
        assert_eq!(answer.status(), 201, "{name}: {}", answer.text);
    }
    let two = world.server.send(wire::in_a_row(world).as_bytes()).await;
    assert!(two.count() == 2 && two.text.contains("201 Created"), "the hidden call would be carried out: {}", two.text);
    let after = watch.look().await;
    assert!(before.differs(&after).is_some(), "what is stored is seen");
    assert_eq!(after.count("requests"), before.count("requests") + expected + 1);
    let capitals = world
        .server
        .get(&world.callers.filer, &format!("/api/v1/requests/{}", world.requests.closed.to_uppercase()))
        .await;
    assert_eq!(capitals.body()["id"], *world.requests.closed, "an id in capitals is the same id (RFC 9562 §4)");
    assert_eq!(world.server.failures(), "", "nothing that callers send makes the service fail");
    assert!(
        !world.server.has_logged("zzyzx") && !world.server.has_logged("dsr_token_"),
        "the log repeats what was sent"
    );
}
