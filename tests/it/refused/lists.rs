//! Pages that do not exist: cursors made up or changed, limits out of bounds, filters and parameters nobody knows.

use serde_json::{Value, json};

use super::described::Api;
use super::row::Row;
use super::world::World;

const LIST: &str = "/api/v1/requests";

pub async fn rows(world: &World, api: &Api) -> Vec<Row> {
    [cursors(world).await, limits(world), filters(world), unknown(world, api), purposes(world)]
        .into_iter()
        .flatten()
        .collect()
}

async fn cursors(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let next = async |path: String| {
        let answer = world.server.get(&world.callers.filer, &path).await;
        answer.body()["next"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
    };
    let requests = next(format!("{LIST}?limit=1")).await;
    let closed = format!("{LIST}/{}/events", at.closed);
    let events = next(format!("{closed}?limit=1")).await;
    let audit = next("/api/v1/audit/acme?limit=1".to_owned()).await;
    let mut turned = requests.clone().into_bytes();
    turned[5] = if turned[5] == b'A' { b'B' } else { b'A' };
    let turned = String::from_utf8(turned).unwrap();
    let lists =
        [LIST.to_owned(), closed.clone(), format!("{LIST}/{}/events", at.reviewing), "/api/v1/audit/acme".to_owned()];
    let made_up = ["", "zzyzx", "%00", "AAAA", "0", "%C3%A4", "' OR 1=1 --", &"A".repeat(2_000), &"=".repeat(4)];
    let mut bad: Vec<(&str, String)> =
        lists.iter().flat_map(|list| made_up.map(|cursor| (list.as_str(), cursor.replace(' ', "%20")))).collect();
    for wrong in [
        turned.clone(),
        requests[1..].to_owned(),
        requests[..requests.len() - 1].to_owned(),
        format!("{requests}A"),
        format!("{requests}="),
        events.clone(),
        audit.clone(),
    ] {
        bad.push((LIST, wrong));
    }
    bad.push((&lists[1], requests.clone()));
    bad.push((&lists[2], events));
    bad.push((&lists[3], requests));
    let row = |(list, cursor): (&str, String)| {
        let row = world.get("a cursor that is none", format!("{list}?cursor={cursor}"));
        let row = if cursor.len() > 5 { row.hides(&cursor) } else { row };
        row.is(400, "invalid_cursor").at("cursor")
    };
    let mut rows: Vec<_> = bad.into_iter().map(row).collect();
    for cursor in ["", "zzyzx", &turned, &audit] {
        let body = json!({ "identifier": { "kind": "email", "value": "zzyzx@example.com" }, "cursor": cursor });
        let row = world.post("a cursor that is none", "/api/v1/requests/search", &body);
        rows.push(row.is(400, "invalid_cursor").at("cursor"));
    }
    rows
}

fn limits(world: &World) -> Vec<Row> {
    let mut rows = Vec::new();
    let events = format!("{LIST}/{}/events", world.requests.closed);
    for (list, most) in [(LIST, 200), (events.as_str(), 1_000), ("/api/v1/audit/acme", 1_000)] {
        let beyond = (most + 1).to_string();
        for limit in [
            "0",
            "-1",
            &beyond,
            "zzyzx",
            "",
            "1e2",
            "1.5",
            "0x10",
            "%2010",
            "10%20",
            "99999999999999999999",
            "%D9%A1",
            "null",
        ] {
            let row = world.get(format!("limit {limit}"), format!("{list}?limit={limit}"));
            rows.push(row.is(400, "invalid_parameter").at("limit"));
        }
    }
    rows
}

fn filters(world: &World) -> Vec<Row> {
    let with = |query: &str| world.get("a filter", format!("{LIST}?{query}"));
    let bad = |query: &str, field: &str| with(query).is(400, "invalid_parameter").at(field);
    let mut rows = vec![
        bad("status=zzyzx", "status").listing(&["received", "reviewing", "closed"]),
        bad("status=", "status").listing(&["received"]),
        bad("status=Closed", "status").listing(&["closed"]),
        bad("status=closed,received", "status").listing(&["closed"]),
        bad("right=zzyzx", "right").listing(&["access", "erasure", "rectification"]),
        bad("attention=yes", "attention").listing(&["true", "false"]),
        bad("attention=1", "attention").listing(&["true", "false"]),
        bad("on_hold=zzyzx", "on_hold").listing(&["true", "false"]),
        bad("on_hold=TRUE", "on_hold").listing(&["true", "false"]),
    ];
    for controller in ["beta", "zzyzx", "", "%00", "%FF", "acme%20", "ACME", "%27%20OR%201=1"] {
        rows.push(with(&format!("controller={controller}")).is(404, "not_found"));
    }
    for twice in ["limit=1&limit=2", "status=closed&status=received", "cursor=&cursor=", "zzyzx=1&zzyzx=2"] {
        rows.push(with(twice).is(400, "invalid_parameter"));
    }
    rows
}

/// No call takes a parameter that it does not know: a misspelt filter would show what nobody asked for, and a parameter that a
/// decision does not know may have been meant to change what it does.
fn unknown(world: &World, api: &Api) -> Vec<Row> {
    let at = &world.requests;
    let row = |(operation, _): (&super::described::Operation, &str)| {
        let path = operation.about(&at.reviewing, &at.set_aside, &at.artifact, "acme");
        let row = operation.row("an unknown parameter".to_owned(), format!("{path}?zzyzx=1"));
        row.by(&world.callers.approver).is(400, "unknown_parameter")
    };
    let mut rows: Vec<_> = api.guarded().map(row).collect();
    let good = super::world::filing("access", json!([{ "kind": "email", "value": "zzyzx@example.com" }]));
    let dry = world.call("a dry run that does not exist", "POST", format!("{LIST}?dry_run=true")).json(&good);
    rows.push(dry.is(400, "unknown_parameter"));
    rows
}

fn purposes(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let long = "z".repeat(81);
    let mut rows = Vec::new();
    for purpose in ["", "Zzyzx", "zzyzx%20road", "zzyzx%40example.com", "%C3%A4", "%00", "zzyzx%0a", &long] {
        for part in ["identifiers", "candidates", "plan", "jobs", "events"] {
            let path = format!("{LIST}/{}/{part}?reveal={purpose}", at.reviewing);
            rows.push(world.get("a purpose that is none", path).is(400, "invalid_parameter").at("reveal"));
        }
        let path = format!("/api/v1/artifacts/{}/content?purpose={purpose}", at.artifact);
        rows.push(world.get("a purpose that is none", path).is(400, "invalid_parameter").at("purpose"));
    }
    let value: Value = json!({});
    let reveal = world.decide("a decision in the clear", &at.reviewing, "approve?reveal=audit", &value);
    rows.push(reveal.is(400, "invalid_parameter").at("reveal"));
    rows
}
