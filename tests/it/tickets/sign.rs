//! Signing as the senders do, by their documentation: nothing here is shared with what verifies.

use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use entities::time::At;

/// A call that is about to be sent.
pub struct Call<'a> {
    /// The address as the sender knows it.
    pub url: &'a str,
    pub secret: &'a str,
    pub now: At,
    pub body: &'a str,
    /// What the sender calls it.
    pub id: &'a str,
}

/// Its headers.
pub type Headers = Vec<(&'static str, String)>;

fn code(algorithm: hmac::Algorithm, key: &[u8], parts: &[&str]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, key), parts.concat().as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn seconds(now: At) -> i64 {
    now.timestamp().as_second()
}

pub fn zendesk(call: &Call<'_>) -> Headers {
    let at = call.now.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let signature = code(HMAC_SHA256, call.secret.as_bytes(), &[&at, call.body]);
    vec![
        ("X-Zendesk-Webhook-Signature", BASE64_STANDARD.encode(signature)),
        ("X-Zendesk-Webhook-Signature-Timestamp", at),
        ("X-Zendesk-Webhook-Invocation-Id", call.id.to_owned()),
    ]
}

pub fn jira(call: &Call<'_>) -> Headers {
    let signature = hex(&code(HMAC_SHA256, call.secret.as_bytes(), &[call.body]));
    vec![("X-Hub-Signature", format!("sha256={signature}")), ("X-Atlassian-Webhook-Identifier", call.id.to_owned())]
}

pub fn github(call: &Call<'_>) -> Headers {
    let signature = hex(&code(HMAC_SHA256, call.secret.as_bytes(), &[call.body]));
    vec![("X-Hub-Signature-256", format!("sha256={signature}")), ("X-GitHub-Delivery", call.id.to_owned())]
}

pub fn intercom(call: &Call<'_>) -> Headers {
    let signature = hex(&code(HMAC_SHA1_FOR_LEGACY_USE_ONLY, call.secret.as_bytes(), &[call.body]));
    vec![("X-Hub-Signature", format!("sha1={signature}"))]
}

pub fn hubspot(call: &Call<'_>) -> Headers {
    let at = call.now.timestamp().as_millisecond().to_string();
    let signature = code(HMAC_SHA256, call.secret.as_bytes(), &["POST", call.url, call.body, &at]);
    vec![("X-HubSpot-Signature-v3", BASE64_STANDARD.encode(signature)), ("X-HubSpot-Request-Timestamp", at)]
}

pub fn standard(call: &Call<'_>) -> Headers {
    let at = seconds(call.now).to_string();
    let key = call.secret.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok()).unwrap();
    let signature = BASE64_STANDARD.encode(code(HMAC_SHA256, &key, &[call.id, ".", &at, ".", call.body]));
    vec![
        ("webhook-id", call.id.to_owned()),
        ("webhook-timestamp", at),
        ("webhook-signature", format!("v1,{signature}")),
    ]
}

/// As a class in Apex does it.
pub fn apex(call: &Call<'_>) -> Headers {
    let at = seconds(call.now).to_string();
    let signature = hex(&code(HMAC_SHA256, call.secret.as_bytes(), &[&at, ".", call.body]));
    vec![("X-Acme-Signature", signature), ("X-Acme-Time", at)]
}

pub fn token(call: &Call<'_>) -> Headers {
    vec![("X-Dsr-Token", call.secret.to_owned())]
}

pub fn basic(call: &Call<'_>) -> Headers {
    vec![("Authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("dsr:{}", call.secret))))]
}

/// Nothing but the secret at the end of the address.
pub fn in_the_address(_: &Call<'_>) -> Headers {
    Vec::new()
}
