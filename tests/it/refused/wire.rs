//! Bytes that are no proper HTTP: two lengths, chunks that lie, headers without end, calls hidden in the body of another.
//!
//! Behind a proxy such bytes are how one caller's call is slipped into another's connection. What is refused here ends the
//! connection; what is answered must not have let the hidden call through, which would file a request.

use serde_json::json;

use super::row::Row;
use super::world::{World, access_but, filing};

pub fn rows(world: &World) -> Vec<Row> {
    [lengths(world), chunks(world), heads(world), large(world)].into_iter().flatten().collect()
}

struct Pieces {
    token: String,
    /// A whole call that files a request, if anybody takes it for one.
    hidden: String,
}

impl Pieces {
    fn of(world: &World) -> Self {
        let token = format!("Authorization: Bearer {}\r\n", world.callers.filer);
        let body = filing("access", json!([{ "kind": "email", "value": "hidden@example.org" }])).to_string();
        let length = body.len();
        let hidden = format!(
            "POST /api/v1/requests HTTP/1.1\r\nHost: dsr\r\n{token}Content-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        Self { token, hidden }
    }

    /// A call to the search with these headers, and these bytes after its head.
    fn call(&self, headers: &str, rest: &str) -> String {
        let Self { token, .. } = self;
        format!(
            "POST /api/v1/requests/search HTTP/1.1\r\nHost: dsr\r\n{token}Content-Type: application/json\r\n\
             {headers}\r\n{rest}"
        )
    }
}

/// Calls one behind the other, as they may come. The second one is what the rows below hide.
pub fn in_a_row(world: &World) -> String {
    let pieces = Pieces::of(world);
    pieces.call("Content-Length: 2\r\n", &format!("{{}}{}", pieces.hidden))
}

fn lengths(world: &World) -> Vec<Row> {
    let pieces = Pieces::of(world);
    let hidden = &pieces.hidden;
    let behind = |name: &str, headers: &str| Row::broken(name, pieces.call(headers, &format!("{{}}{hidden}")));
    vec![
        behind("two lengths that differ", "Content-Length: 2\r\nContent-Length: 600\r\n"),
        behind("two lengths alike", "Content-Length: 2\r\nContent-Length: 2\r\n"),
        behind("two lengths in one line", "Content-Length: 2, 600\r\n"),
        behind("the same length twice in one line", "Content-Length: 2, 2\r\n"),
        behind("a length with a sign", "Content-Length: +2\r\n"),
        behind("a length below nothing", "Content-Length: -2\r\n"),
        behind("a length that is no number", "Content-Length: zzyzx\r\n"),
        behind("a hexadecimal length", "Content-Length: 0x2\r\n"),
        behind("an empty length", "Content-Length:\r\n"),
        behind("a length beyond all lengths", "Content-Length: 99999999999999999999999\r\n"),
        behind("a length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        behind("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
    ]
}

fn chunks(world: &World) -> Vec<Row> {
    let pieces = Pieces::of(world);
    let hidden = &pieces.hidden;
    let coded = |name: &str, line: &str| {
        Row::broken(name, pieces.call(&format!("Transfer-Encoding: {line}\r\n"), &format!("0\r\n\r\n{hidden}")))
    };
    let chunk = |name: &str, chunks: &str| {
        Row::broken(name, pieces.call("Transfer-Encoding: chunked\r\n", &format!("{chunks}{hidden}")))
    };
    vec![
        coded("an unknown coding", "zzyzx"),
        coded("a coding that looks like chunks", "xchunked"),
        coded("chunks that are coded once more", "chunked, gzip"),
        coded("coded chunks", "gzip, chunked"),
        coded("chunks twice", "chunked, chunked"),
        coded("no coding", "identity"),
        coded("chunks and no coding", "chunked, identity"),
        coded("chunks in two lines", "chunked\r\nTransfer-Encoding: identity"),
        coded("chunks in quotes", "\"chunked\""),
        coded("an empty coding", ""),
        chunk("a chunk of no size", "\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk whose size is none", "zz\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk below nothing", "-2\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk with a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk beyond all sizes", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk longer than it says", "1\r\n{}\r\n0\r\n\r\n"),
        chunk("a chunk without its end", "2\r\n{}0\r\n\r\n"),
    ]
}

fn heads(world: &World) -> Vec<Row> {
    let Pieces { token, .. } = Pieces::of(world);
    let get = |name: &str, line: &str, headers: &str| Row::broken(name, format!("{line}\r\n{headers}{token}\r\n"));
    let list = "GET /api/v1/requests HTTP/1.1";
    vec![
        get("a header without a colon", list, "Host: dsr\r\nzzyzx\r\n"),
        get("a header without a name", list, "Host: dsr\r\n: zzyzx\r\n"),
        get("a blank before the colon", list, "Host: dsr\r\nX-Zzyzx : 1\r\n"),
        get("a header that is folded", list, "Host: dsr\r\nX-Zzyzx: 1\r\n 2\r\n"),
        get("a DEL in a header", list, "Host: dsr\r\nIdempotency-Key: a\x7fb\r\n"),
        get("a NUL in a header", list, "Host: dsr\r\nX-Zzyzx: a\0b\r\n"),
        get("a NUL in a name", list, "Host: dsr\r\nX-Zz\0yzx: a\r\n"),
        get("a carriage return in a header", list, "Host: dsr\r\nX-Zzyzx: a\rb\r\n"),
        get("no path", "GET HTTP/1.1", "Host: dsr\r\n"),
        get("a path with a blank", "GET /api/v1/requests zzyzx HTTP/1.1", "Host: dsr\r\n"),
        get("a path with a NUL", "GET /api/v1/\0requests HTTP/1.1", "Host: dsr\r\n"),
        get("a method that is none", "G@T /api/v1/requests HTTP/1.1", "Host: dsr\r\n"),
        get("no version", "GET /api/v1/requests", "Host: dsr\r\n"),
        get("a version there is not", "GET /api/v1/requests HTTP/9.9", "Host: dsr\r\n"),
        get("another protocol", "GET /api/v1/requests ZZYZX/1.1", "Host: dsr\r\n"),
        Row::broken("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec()),
        Row::broken("a second HTTP", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()),
        Row::broken("noise", (0..=255).cycle().take(4_096).chain(*b"\r\n\r\n").collect::<Vec<u8>>()),
    ]
}

fn large(world: &World) -> Vec<Row> {
    let Pieces { token, .. } = Pieces::of(world);
    let get = |name: &str, headers: String| {
        Row::broken(name, format!("GET /api/v1/requests HTTP/1.1\r\nHost: dsr\r\n{headers}{token}\r\n"))
    };
    let line = |length: usize| format!("GET /{} HTTP/1.1\r\nHost: dsr\r\n\r\n", "z".repeat(length));
    let some = |count: usize| (0..count).map(|n| format!("X-Zzyzx-{n}: 1\r\n")).collect::<String>();
    let long = "zzyzx".repeat(20_000);
    let call = |name: &str| world.get(name, "/api/v1/requests");
    let keyed = world.filing("a key of 100 KB", access_but(json!({})).to_string());
    let paged = world.get("a cursor of 50 KB", format!("/api/v1/requests?cursor={}", &long[..50_000]));
    vec![
        get("200 headers", some(200)),
        get("10,000 headers", some(10_000)),
        get("a header of 1 MB", format!("X-Zzyzx: {}\r\n", "z".repeat(1_000_000))),
        Row::broken("a path of 100 KB", line(100_000)),
        Row::broken("a path of 1 MB", line(1_000_000)),
        // Within what the parser takes: whoever reads the header says what is wrong with it.
        call("a header of 100 KB that nobody reads").header("X-Long", long.clone()).answered(200),
        call("a request id of 100 KB").header("X-Request-Id", long.clone()).answered(200),
        call("a request id that is personal").header("X-Request-Id", "zzyzx@example.com").answered(200),
        call("a token of 100 KB").by(&long).is(401, "invalid_token"),
        keyed.header("Idempotency-Key", long.clone()).is(400, "invalid_idempotency_key"),
        paged.is(400, "invalid_cursor").at("cursor"),
    ]
}
