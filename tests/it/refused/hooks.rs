//! Calls of ticketing systems that do not come from whom they say, or are none at all. Nothing of them is stored.

use entities::event::trail::Actor;
use entities::source::manage::{NewSource, add};
use entities::source::settings::Settings;
use serde_json::json;
use testbed::installation::Installation;

use super::row::Row;
use super::world::World;

/// What `signed`, `told` and `salesforce` share with nobody.
const SECRET: &str = "whsec_enp5enh6enp5enh6enp5enh6enp5enh6";
const ORGANISATION: &str = "00D5g000004XyzA";
/// The default limit of a source.
const LIMIT: usize = 1 << 20;

/// Adds the sources that the rows call.
pub async fn add_sources(installation: &Installation) {
    for (slug, system, setup) in [
        ("signed", "standard", json!({ "scheme": "standard_webhooks" })),
        ("told", "freshdesk", json!({ "scheme": "header_token", "header": "X-Dsr-Token" })),
        ("zendesk", "zendesk", json!({ "scheme": "zendesk" })),
        ("jira", "jira", json!({ "scheme": "jira" })),
        (
            "salesforce",
            "salesforce",
            json!({ "scheme": "salesforce_outbound_message", "organization_id": ORGANISATION }),
        ),
    ] {
        let new = NewSource {
            slug: slug.to_owned(),
            controller: installation.controller.id,
            system: system.to_owned(),
            setup: setup.to_string(),
            secret: SECRET.into(),
            settings: Settings::default(),
            mapping: json!({ "map": {} }).to_string(),
            credentials: None,
        };
        let store = &installation.store;
        let txn = store.db.begin().await.unwrap();
        add(&txn, store, &Actor::operator(), new).await.unwrap();
        txn.commit().await.unwrap();
    }
}

fn call(name: &str, path: &str, body: impl Into<Vec<u8>>) -> Row {
    Row::new(name, "POST", path).text(body).hides("zzyzx")
}

pub fn rows(_: &World) -> Vec<Row> {
    [unsigned(), signed_wrongly(), outbound_messages(), sizes(), elsewhere()].into_iter().flatten().collect()
}

fn unsigned() -> Vec<Row> {
    let body = r#"{"ticket":{"id":"zzyzx"}}"#;
    ["signed", "told", "zendesk", "jira"]
        .iter()
        .flat_map(|source| {
            let path = format!("/webhooks/{source}");
            [
                call("a call that shows nothing", &path, body),
                call("nothing that shows nothing", &path, ""),
                call("a call with somebody's token", &path, body).header("Authorization", "Bearer zzyzx"),
                call("a call with the secret in the address", &format!("{path}/{SECRET}"), body),
            ]
        })
        .map(|row| row.is(401, "not_verified"))
        .collect()
}

fn signed_wrongly() -> Vec<Row> {
    let body = r#"{"ticket":{"id":"zzyzx"}}"#;
    let hex = "0".repeat(64);
    let standard = |id: &str, at: &str, signature: &str| {
        call(&format!("signed as {id:?} at {at:?} with {signature:?}"), "/webhooks/signed", body)
            .header("webhook-id", id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
    };
    let zeros = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let jira = |signature: &str| {
        call(&format!("signed {signature:.20}"), "/webhooks/jira", body).header("X-Hub-Signature", signature)
    };
    let rows = vec![
        standard("msg_zzyzx", "1772442901", zeros),
        standard("msg_zzyzx", "99999999999999999999", zeros),
        standard("msg_zzyzx", "-1", zeros),
        standard("msg_zzyzx", "NaN", zeros),
        standard("msg.zzyzx", "1772442901", zeros),
        standard("", "1772442901", zeros),
        standard("msg_zzyzx", "1772442901", ""),
        standard("msg_zzyzx", "1772442901", "v2,zzyzx"),
        standard("msg_zzyzx", "1772442901", &vec![zeros; 40].join(" ")),
        standard("msg_zzyzx", "1772442901", zeros).header("webhook-signature", zeros),
        standard("msg_zzyzx", "1772442901", &format!("v1,{}", "A".repeat(9_000))),
        jira(&format!("sha256={hex}")),
        jira(&format!("sha1={}", &hex[..40])),
        jira(&hex),
        jira("sha256="),
        jira("sha256=zzyzx"),
        jira("sha256=\u{fc}"),
        call("another word", "/webhooks/told", body).header("X-Dsr-Token", "zzyzx"),
        call("the word twice", "/webhooks/told", body).header("X-Dsr-Token", SECRET).header("X-Dsr-Token", SECRET),
        call("the word in another case", "/webhooks/told", body).header("X-Dsr-Token", SECRET.to_uppercase()),
        call("a trigger's signature", "/webhooks/zendesk", body)
            .header("X-Zendesk-Webhook-Signature", "AAAA")
            .header("X-Zendesk-Webhook-Signature-Timestamp", "2026-03-02T09:14:55Z"),
    ];
    rows.into_iter().map(|row| row.is(401, "not_verified")).collect()
}

fn outbound_messages() -> Vec<Row> {
    let path = format!("/webhooks/salesforce/{SECRET}");
    let message = |organisation: &str| {
        format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><notifications \
             xmlns=\"http://soap.sforce.com/2005/09/outbound\"><OrganizationId>{organisation}</OrganizationId>\
             <Notification><Id>04l5g00001aBcDeAAK</Id></Notification></notifications></soapenv:Body></soapenv:Envelope>"
        )
    };
    let good = message(ORGANISATION);
    let with = |head: &str| format!("{head}{good}");
    let rows = vec![
        call("a message of another organisation", &path, message("00D5g000004XyzB")),
        call("a message of nobody", &path, message("")),
        call("a message without the secret", "/webhooks/salesforce", good.clone()),
        call("a message with another secret", "/webhooks/salesforce/zzyzxzzyzxzzyzxzzyzx", good.clone()),
        call("a document type", &path, with("<!DOCTYPE zzyzx>")),
        call("an entity from a file", &path, with("<!DOCTYPE z [<!ENTITY zzyzx SYSTEM \"file:///etc/passwd\">]>")),
        call("laughs by the billion", &path, with("<!DOCTYPE z [<!ENTITY a \"zzyzx\"><!ENTITY b \"&a;&a;&a;&a;\">]>")),
        call("a stylesheet", &path, with("<?xml-stylesheet href=\"zzyzx\"?>")),
        call("half a message", &path, &good[..good.len() / 2]),
        call("a message in UTF-16", &path, good.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        call("JSON for a message", &path, r#"{"OrganizationId":"zzyzx"}"#),
    ];
    rows.into_iter().map(|row| row.is(401, "not_verified")).collect()
}

fn sizes() -> Vec<Row> {
    let coded = |coding: &str| {
        let row = call(&format!("coded as {coding}"), "/webhooks/signed", b"\x1f\x8b\x08zzyzx".to_vec());
        row.header("Content-Encoding", coding).is(415, "unsupported_media_type")
    };
    let long = || vec![b'z'; LIMIT + 1];
    vec![
        coded("gzip"),
        coded("deflate"),
        coded("br"),
        call("one byte too long", "/webhooks/signed", long()).is(413, "body_too_large"),
        call("one byte too long, in chunks", "/webhooks/signed", long()).chunked().is(413, "body_too_large"),
        call("10 MB announced and never sent", "/webhooks/signed", "{")
            .header("Content-Length", "10000000")
            .is(413, "body_too_large"),
    ]
}

fn elsewhere() -> Vec<Row> {
    let body = r#"{"ticket":{"id":"zzyzx"}}"#;
    let long = "z".repeat(2_000);
    let nowhere = |name: &str, path: &str| call(name, path, body).is(404, "not_found");
    vec![
        nowhere("no source of that name", "/webhooks/nobody"),
        nowhere("a name with a quote", "/webhooks/signed'--"),
        nowhere("a name that goes up", "/webhooks/..%2fsigned"),
        nowhere("a name in other letters", "/webhooks/s%C3%AFgned"),
        nowhere("a long name", &format!("/webhooks/{long}")),
        Row::new("a look at a source", "GET", "/webhooks/signed").is(405, "method_not_allowed"),
        Row::new("a change of a source", "PUT", "/webhooks/signed").is(405, "method_not_allowed"),
    ]
}
