//! Addresses that lead nowhere, ids that are none, and methods that do not exist where they are tried.

use serde_json::json;

use super::described::Api;
use super::row::Row;
use super::world::World;

pub fn rows(world: &World, api: &Api) -> Vec<Row> {
    [nowhere(world), names(world), methods(world, api), heads(world)].into_iter().flatten().collect()
}

fn nowhere(world: &World) -> Vec<Row> {
    let id = &world.requests.closed;
    let paths = [
        "/zzyzx".to_owned(),
        "/".to_owned(),
        "//".to_owned(),
        "/api".to_owned(),
        "/api/".to_owned(),
        "/api/v1".to_owned(),
        "/api/v2/requests".to_owned(),
        "/API/V1/requests".to_owned(),
        "/api/v1//requests".to_owned(),
        "//api/v1/requests".to_owned(),
        "/api/v1/requests/".to_owned(),
        "/api/v1/requests;zzyzx=1".to_owned(),
        "/api/v1/requests%3Flimit=1".to_owned(),
        "/api/v1/requests%2F".to_owned(),
        "/api/v1/../v1/requests".to_owned(),
        "/api/v1/./requests".to_owned(),
        "/healthz/../api/v1/requests".to_owned(),
        format!("/api/v1/requests/{id}/"),
        format!("/api/v1/requests/{id}/zzyzx"),
        format!("/api/v1/requests/{id}/events/"),
        format!("/api/v1/requests/{id}/events/../../{id}"),
        format!("/api/v1/requests/{id}%2Fevents"),
        format!("/api/v1/requests/{id}/jobs/{id}"),
        format!("/api/v1/requests/{id}/jobs/{id}/zzyzx"),
        "/api/v1/artifacts".to_owned(),
        "/api/v1/artifacts/../../../etc/passwd".to_owned(),
        "/docs/../../../../etc/passwd".to_owned(),
        "/docs/%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "/docs/..%2f..%2fetc%2fpasswd".to_owned(),
        "/docs//etc/passwd".to_owned(),
        "/docs/%00".to_owned(),
        "/docs/%ff".to_owned(),
        "/docs/zzyzx.js".to_owned(),
        "/problems/zzyzx".to_owned(),
        "/problems/%ff".to_owned(),
        "/problems/../api/v1/requests".to_owned(),
        "/.env".to_owned(),
        "/dsr.db".to_owned(),
        "/%2e%2e/dsr.db".to_owned(),
        "/%".to_owned(),
        "/%zz".to_owned(),
        "/%c0%ae%c0%ae/".to_owned(),
        format!("/{}", "z".repeat(10_000)),
        format!("/api/v1/requests/{}", "z".repeat(10_000)),
        format!("/api/v1/requests{}", "/..".repeat(2_000)),
    ];
    paths.map(|path| world.get("nowhere", path).is(404, "not_found")).into()
}

fn names(world: &World) -> Vec<Row> {
    let at = &world.requests;
    let id = &at.closed;
    let names = [
        "zzyzx".to_owned(),
        "0".to_owned(),
        "-1".to_owned(),
        "00000000-0000-0000-0000-000000000000".to_owned(),
        "ffffffff-ffff-ffff-ffff-ffffffffffff".to_owned(),
        uuid::Uuid::now_v7().to_string(),
        id.replace('-', ""),
        format!("%7B{id}%7D"),
        format!("urn:uuid:{id}"),
        format!("{id}%20"),
        format!("%20{id}"),
        format!("{id}%00"),
        format!("{id}%0A"),
        format!("{id},{id}"),
        format!("{}%E2%80%90{}", &id[..8], &id[9..]),
        "%2e%2e".to_owned(),
        "..%2F..%2Fetc%2Fpasswd".to_owned(),
        "%ff%fe".to_owned(),
        "%C3%A4%C3%B6%C3%BC".to_owned(),
        "zzyzx@example.com".to_owned(),
        "%27%20OR%20%271%27=%271".to_owned(),
        "ZZZZ-ZZZZ".to_owned(),
        "zzyz-xzzy".to_owned(),
        at.reference.replace('-', ""),
        at.reference.replace('-', "_"),
        format!("{}%00", at.reference),
        "____-____".to_owned(),
        "%25%25%25%25-%25%25%25%25".to_owned(),
    ];
    let mut rows = Vec::new();
    for name in &names {
        let of = |path: String| world.get("a name of nothing", path).is(404, "not_found");
        rows.push(of(format!("/api/v1/requests/{name}")));
        rows.push(of(format!("/api/v1/requests/{name}/plan")));
        rows.push(of(format!("/api/v1/artifacts/{name}/content")));
        rows.push(of(format!("/api/v1/audit/{name}")));
        let body = json!({ "reason": "as agreed" });
        rows.push(world.decide("a name of nothing", name, "hold", &body).is(404, "not_found"));
        let part = format!("candidates/{name}/include");
        rows.push(world.decide("a part of nothing", &at.reviewing, &part, &body).is(404, "not_found"));
        let job = format!("jobs/{name}/abandon");
        rows.push(world.decide("a job of nothing", &at.executing, &job, &body).is(404, "not_found"));
    }
    rows
}

/// What is not described does not exist, and the answer says what does.
fn methods(world: &World, api: &Api) -> Vec<Row> {
    let at = &world.requests;
    let mut rows = Vec::new();
    for path in api.paths() {
        let there = api.methods(path);
        let allow: Vec<&str> = match (there.contains(&"GET"), there.contains(&"POST")) {
            (true, true) => vec!["GET", "HEAD", "POST"],
            (true, false) => vec!["GET", "HEAD"],
            // Some ticketing systems ask by HEAD before they take an address.
            _ if path.starts_with("/webhooks/") => vec!["HEAD", "POST"],
            _ => vec!["POST"],
        };
        let operation = api.operations.iter().find(|one| one.path == path).unwrap();
        let path = operation.about(&at.reviewing, &at.set_aside, &at.artifact, "acme");
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ZZYZX", "get"] {
            if !allow.contains(&method) {
                let row = world.call("another method", method, &path).header("X-HTTP-Method-Override", "POST");
                rows.push(row.other_method(&allow.join(", ")));
            }
        }
    }
    assert!(rows.len() > 150, "{} rows", rows.len());
    rows
}

/// Asking about what can be got, and about what cannot: no body either way, and nothing stored.
fn heads(world: &World) -> Vec<Row> {
    let id = &world.requests.closed;
    let head = |path: String| world.call("only asking", "HEAD", path);
    vec![
        head("/healthz".to_owned()).answered(200),
        head("/openapi.json".to_owned()).answered(200),
        head("/api/v1/requests".to_owned()).answered(200),
        head(format!("/api/v1/requests/{id}")).answered(200),
        head(format!("/api/v1/requests/{}", uuid::Uuid::now_v7())).answered(404),
        head("/zzyzx".to_owned()).answered(404),
        // Whether there is such a source is not told.
        head("/webhooks/signed".to_owned()).without("authorization").answered(200),
        head("/webhooks/nobody".to_owned()).without("authorization").answered(200),
        head(format!("/api/v1/requests/{id}?zzyzx=1")).answered(400),
        head("/api/v1/requests".to_owned()).without("authorization").answered(401),
    ]
}
