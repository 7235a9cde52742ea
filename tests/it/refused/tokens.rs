//! Calls by nobody, by somebody who is not let in any more, and by somebody who tries another door.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use testbed::installation::Login;

use super::row::Row;
use super::world::World;

const LIST: &str = "/api/v1/requests";

pub fn rows(world: &World) -> Vec<Row> {
    [bearers(world), grants(world), revocations(world)].into_iter().flatten().collect()
}

fn basic(login: &Login) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", login.id, login.secret)))
}

fn bearers(world: &World) -> Vec<Row> {
    let callers = &world.callers;
    let login = &world.installation.filer;
    let bare = |name: &str| Row::new(name, "GET", LIST);
    let with = |name: &str, line: &[u8]| bare(name).header("Authorization", line);
    let token = &callers.filer;
    let two = with("two tokens", format!("Bearer {token}").as_bytes()).header("Authorization", "Bearer zzyzx");
    let in_body = Row::new("a token in the body", "POST", LIST).json(&serde_json::json!({ "access_token": token }));
    let unread = Row::new("nobody, with a body that is none", "POST", LIST).text("{zzyzx");
    let keyed = Row::new("nobody, with a key that is none", "POST", LIST).header("Idempotency-Key", "z z").text("{}");
    let none = vec![
        bare("no token"),
        with("a scheme alone", b"Bearer"),
        with("a scheme and blanks", b"Bearer   "),
        with("no scheme", token.as_bytes()),
        with("another scheme", basic(login).as_bytes()),
        with("an unknown scheme", format!("Zzyzx {token}").as_bytes()),
        with("a token by Basic", format!("Basic {token}").as_bytes()),
        with("no text", b"Bearer \xff\xfe"),
        with("an empty line", b""),
        Row::new("a token in the query", "GET", format!("{LIST}?access_token={token}")),
        bare("a token in a cookie").header("Cookie", format!("access_token={token}")),
        bare("a token in another header").header("X-Authorization", format!("Bearer {token}")),
        bare("a token for a proxy").header("Proxy-Authorization", format!("Bearer {token}")),
        two,
        in_body,
        unread,
        keyed,
    ];
    let invalid = vec![
        with("an unknown token", b"Bearer zzyzx"),
        with("a token and more", format!("Bearer {token} zzyzx").as_bytes()),
        with("two tokens in one line", format!("Bearer {token}, Bearer {token}").as_bytes()),
        with("a token cut short", format!("Bearer {}", &token[..token.len() - 1]).as_bytes()),
        with("a token in capitals", format!("Bearer {}", token.to_uppercase()).as_bytes()),
        with("a token in quotes", format!("Bearer \"{token}\"").as_bytes()),
        with("a secret for a token", format!("Bearer {}", login.secret).as_bytes()),
        with("SQL for a token", b"Bearer ' OR '1'='1"),
        with("7 KB of token", format!("Bearer {}", "z".repeat(7_000)).as_bytes()),
        with("an expired token", format!("Bearer {}", callers.expired).as_bytes()),
        with("a revoked token", format!("Bearer {}", callers.revoked).as_bytes()),
        with("a revoked client's token", format!("Bearer {}", callers.fired).as_bytes()),
    ];
    let none = none.into_iter().map(|row| row.is(401, "unauthenticated"));
    none.chain(invalid.into_iter().map(|row| row.is(401, "invalid_token"))).collect()
}

fn grants(world: &World) -> Vec<Row> {
    let Login { id, secret } = &world.installation.filer;
    let reader = &world.callers.reader_login;
    let form = |name: &str, form: String| Row::new(format!("grant: {name}"), "POST", "/oauth/token").form(form);
    let with = |name: &str, more: &str| form(name, format!("client_id={id}&client_secret={secret}&{more}"));
    let signed = |name: &str, line: &str, more: &str| {
        form(name, format!("grant_type=client_credentials{more}")).header("Authorization", line)
    };
    let grant = "grant_type=client_credentials";
    let other = uuid::Uuid::now_v7();
    let fired = &world.callers.fired_login;
    let query = format!("/oauth/token?{grant}&client_id={id}&client_secret={secret}");
    let mut invalid_bytes = format!("{grant}&client_id={id}&client_secret=").into_bytes();
    invalid_bytes.extend_from_slice(b"%ff%00\xff");
    let mut rows = vec![
        form("nothing", String::new()).oauth(400, "invalid_request"),
        with("no type", "").oauth(400, "invalid_request"),
        with("an empty type", "grant_type=").oauth(400, "invalid_request"),
        with("two types", &format!("{grant}&{grant}")).oauth(400, "invalid_request"),
        with("two clients", &format!("{grant}&client_id={id}")).oauth(400, "invalid_request"),
        with("two secrets", &format!("{grant}&client_secret=zzyzx")).oauth(400, "invalid_request"),
        signed("by both ways", &basic(&world.installation.filer), &format!("&client_secret={secret}"))
            .oauth(400, "invalid_request"),
        signed("as another in the form", &basic(&world.installation.filer), &format!("&client_id={other}"))
            .oauth(400, "invalid_request"),
        Row::new("grant: in the query", "POST", query).form("").oauth(400, "invalid_request"),
        Row::new("grant: without a kind", "POST", "/oauth/token").oauth(400, "invalid_request"),
        with("a scope that is none", &format!("{grant}&scope=zzyzx")).oauth(400, "invalid_scope"),
        form(
            "a scope not held",
            format!("{grant}&client_id={}&client_secret={}&scope=requests:file", reader.id, reader.secret),
        )
        .oauth(400, "invalid_scope"),
        form("a wrong secret", format!("{grant}&client_id={id}&client_secret=zzyzx")).oauth(401, "invalid_client"),
        form("another's secret", format!("{grant}&client_id={id}&client_secret={}", reader.secret))
            .oauth(401, "invalid_client"),
        form("no secret", format!("{grant}&client_id={id}")).oauth(401, "invalid_client"),
        form("an empty secret", format!("{grant}&client_id={id}&client_secret=")).oauth(401, "invalid_client"),
        form("no client", format!("{grant}&client_secret={secret}")).oauth(401, "invalid_client"),
        form("an unknown client", format!("{grant}&client_id={other}&client_secret={secret}"))
            .oauth(401, "invalid_client"),
        form("a client that is none", format!("{grant}&client_id=zzyzx%00&client_secret=zzyzx"))
            .oauth(401, "invalid_client"),
        form("SQL", format!("{grant}&client_id=%27+OR+1%3D1+--&client_secret=zzyzx")).oauth(401, "invalid_client"),
        form("a revoked client", format!("{grant}&client_id={}&client_secret={}", fired.id, fired.secret))
            .oauth(401, "invalid_client"),
        Row::new("grant: bytes that are no text", "POST", "/oauth/token")
            .form(invalid_bytes)
            .oauth(401, "invalid_client"),
    ];
    for (name, line) in [
        ("Basic of a revoked client", basic(fired)),
        ("Basic without a colon", format!("Basic {}", BASE64_STANDARD.encode("zzyzx"))),
        ("Basic in no Base64", "Basic ***".to_owned()),
        ("a token for a secret", format!("Bearer {}", world.callers.filer)),
    ] {
        rows.push(signed(name, &line, "").oauth(401, "invalid_client"));
    }
    for kind in ["password", "authorization_code", "refresh_token", "zzyzx"] {
        rows.push(with(kind, &format!("grant_type={kind}")).oauth(400, "unsupported_grant_type"));
    }
    rows
}

fn revocations(world: &World) -> Vec<Row> {
    let Login { id, secret } = &world.installation.approver;
    let form = |name: &str, more: &str| {
        let form = format!("client_id={id}&client_secret={secret}{more}");
        Row::new(format!("revocation: {name}"), "POST", "/oauth/revoke").form(form)
    };
    let nobody = Row::new("revocation: by nobody", "POST", "/oauth/revoke");
    vec![
        form("of nothing", "").oauth(400, "invalid_request"),
        form("of two", "&token=zzyzx&token=zzyzx").oauth(400, "invalid_request"),
        nobody.form(format!("token={}", world.callers.filer)).oauth(401, "invalid_client"),
        // Answered as if it were done (RFC 7009 §2.2), so that nobody learns which tokens there are; nothing is done.
        form("of another's token", &format!("&token={}", world.callers.filer)).answered(200),
        form("of an unknown token", "&token=zzyzx").answered(200),
    ]
}
