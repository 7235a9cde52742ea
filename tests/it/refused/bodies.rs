//! Bodies that are not JSON, too large, too deep, or of another kind.

use super::row::Row;
use super::world::{World, access_but};
use serde_json::json;

/// The default of `api.body_limit`.
const LIMIT: usize = 256 * 1024;

pub fn rows(world: &World) -> Vec<Row> {
    [not_json(world), other_shapes(world), sizes(world), kinds(world)].into_iter().flatten().collect()
}

fn good() -> String {
    access_but(json!({})).to_string()
}

fn not_json(world: &World) -> Vec<Row> {
    let with = |controller: &[u8]| [br#"{"controller":""#, controller, br#""}"#].concat();
    let utf16 = |bytes: fn(u16) -> [u8; 2]| good().encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing at all", vec![]),
        ("blanks", b" \r\n\t ".to_vec()),
        ("half an object", b"{".to_vec()),
        ("a cut text", br#"{"controller":"zzyzx"#.to_vec()),
        ("a trailing comma", br#"{"controller":"zzyzx",}"#.to_vec()),
        ("a trailing comma in a list", br#"{"identifiers":[{"kind":"email","value":"zzyzx"},]}"#.to_vec()),
        ("not a number", br#"{"controller":NaN}"#.to_vec()),
        ("infinity", br#"{"controller":-Infinity}"#.to_vec()),
        ("a leading zero", br#"{"controller":01}"#.to_vec()),
        ("a hexadecimal number", br#"{"note":null,"identifiers":[],"replacements":[]0x7f}"#.to_vec()),
        ("a number beyond all numbers", br#"{"controller":1e999999}"#.to_vec()),
        ("single quotes", b"{'controller':'zzyzx'}".to_vec()),
        ("a bare name", br#"{controller:"zzyzx"}"#.to_vec()),
        ("a comment", format!("{} // zzyzx", good()).into_bytes()),
        ("two documents", good().repeat(2).into_bytes()),
        ("a closing bracket too many", format!("{}}}", good()).into_bytes()),
        ("a byte order mark", format!("\u{feff}{}", good()).into_bytes()),
        ("UTF-16, little end first", utf16(u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(u16::to_be_bytes)),
        ("Latin-1", with(b"zzyzx\xe4")),
        ("an overlong sequence", with(b"zzyzx\xc0\x80")),
        ("a surrogate in UTF-8", with(b"zzyzx\xed\xa0\x80")),
        ("a sequence cut short", with(b"zzyzx\xf0\x9f\x98")),
        ("half a surrogate pair", with(br"zzyzx\ud800")),
        ("a surrogate pair the wrong way round", with(br"zzyzx\udc00\ud800")),
        ("an escape that is none", with(br"zzyzx\x41")),
        ("a NUL within a text", with(b"zzyzx\0")),
        ("a line break within a text", with(b"zzyzx\n")),
        ("a NUL after the end", [good().as_bytes(), b"\0"].concat()),
        ("a form", b"controller=zzyzx&right=access".to_vec()),
        ("XML", b"<request><controller>zzyzx</controller></request>".to_vec()),
    ];
    cases.into_iter().map(|(name, body)| world.filing(name, body).is(400, "malformed_json")).collect()
}

fn other_shapes(world: &World) -> Vec<Row> {
    let shapes = [
        ("a list", r#"["zzyzx"]"#),
        ("a text", r#""zzyzx""#),
        ("a number", "7"),
        ("null", "null"),
        ("true", "true"),
        ("the fields without their names", r#"["acme","access","eu_gdpr","email",null,[],[],null,"zzyzx"]"#),
    ];
    let mut rows: Vec<_> =
        shapes.map(|(name, body)| world.filing(format!("{name} for an object"), body).is(422, "wrong_type")).into();
    let deep = |open: &str, count: usize| open.repeat(count);
    rows.push(world.filing("2,000 brackets", deep("[", 2_000)).is(422, "wrong_type"));
    rows.push(world.filing("200,000 brackets", deep("[", 200_000)).is(422, "wrong_type"));
    let in_list = format!("{{\"identifiers\":{}", deep("[", 2_000));
    rows.push(world.filing("2,000 brackets in a list", in_list).is(422, "wrong_type").at("identifiers[0]"));
    let in_note = format!("{{\"note\":{}", deep("{\"zzyzx\":", 2_000));
    rows.push(world.filing("2,000 objects in a note", in_note).is(422, "wrong_type").at("note"));
    let unknown = format!("{{\"depth\":{}", deep("[", 2_000));
    rows.push(world.filing("2,000 brackets in an unknown field", unknown).is(422, "unknown_field").at("depth"));
    let search = world.call("2,000 brackets to the search", "POST", "/api/v1/requests/search").text(deep("[", 2_000));
    rows.push(search.is(422, "wrong_type"));
    rows
}

fn sizes(world: &World) -> Vec<Row> {
    let padded = |length: usize| format!("{{\"controller\":\"{}\"}}", "z".repeat(length - 17));
    assert_eq!(padded(100).len(), 100);
    let announced = world.filing("10 MB announced and never sent", "{").header("Content-Length", "10000000");
    let token = world.call("a long form", "POST", "/oauth/token").form(vec![b'z'; LIMIT + 1]);
    vec![
        world.filing("as long as may be", padded(LIMIT)).is(422, "missing_field").at("right"),
        world.filing("as long as may be, in chunks", padded(LIMIT)).chunked().is(422, "missing_field").at("right"),
        world.filing("one byte too long", padded(LIMIT + 1)).is(413, "body_too_large"),
        world.filing("one byte too long, in chunks", padded(LIMIT + 1)).chunked().is(413, "body_too_large"),
        world.filing("10 MB", padded(10_000_000)).is(413, "body_too_large"),
        world.filing("10 MB in chunks", padded(10_000_000)).chunked().is(413, "body_too_large"),
        announced.is(413, "body_too_large"),
        token.oauth(400, "invalid_request"),
    ]
}

fn kinds(world: &World) -> Vec<Row> {
    let of = |kind: &str| {
        let row = world.filing(format!("sent as {kind:?}"), good()).without("content-type");
        row.header("Content-Type", kind).is(415, "unsupported_media_type")
    };
    let coded = |coding: &str, body: &[u8]| {
        let row = world.filing(format!("coded as {coding}"), body).header("Content-Encoding", coding);
        row.is(415, "unsupported_media_type")
    };
    let mut rows: Vec<_> = [
        "",
        "text/plain",
        "text/json",
        "application/problem+json",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=zzyzx",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "application/zzyzx",
    ]
    .map(of)
    .into();
    rows.push(world.filing("sent as nothing", good()).without("content-type").is(415, "unsupported_media_type"));
    rows.push(
        world
            .filing("not said in ASCII", good())
            .without("content-type")
            .header("Content-Type", b"\xff\xfe".to_vec())
            .is(415, "unsupported_media_type"),
    );
    let twice = world.filing("sent as two kinds", good()).header("Content-Type", "text/plain");
    rows.push(twice.is(415, "unsupported_media_type"));
    rows.push(coded("gzip", &bomb()));
    rows.extend(["deflate", "br", "zstd", "identity, gzip", "zzyzx"].map(|coding| coded(coding, good().as_bytes())));
    let hidden = world.filing("coded twice", bomb()).header("Content-Encoding", "identity");
    rows.push(hidden.header("Content-Encoding", "gzip").is(415, "unsupported_media_type"));
    let form =
        world.call("JSON for a form", "POST", "/oauth/token").json(&json!({ "grant_type": "client_credentials" }));
    rows.push(form.oauth(400, "invalid_request"));
    rows
}

/// 10 MB of blanks as gzip (RFC 1952): a blank, and then "the last 258 bytes again" for 40,000 times, in the fixed code of
/// RFC 1951 §3.2.6. The checksum is missing; whoever comes to look for it has inflated it all.
fn bomb() -> Vec<u8> {
    let mut bits = vec![true, true, false];
    let mut code = |value: u16, length: u32| bits.extend((0..length).rev().map(|at| value >> at & 1 == 1));
    code(0x30 + 0x20, 8);
    for _ in 0..40_000 {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    code(0, 7);
    let byte = |eight: &[bool]| eight.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << at);
    [vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255], bits.chunks(8).map(byte).collect()].concat()
}
