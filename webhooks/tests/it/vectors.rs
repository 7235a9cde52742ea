//! Vectors of every scheme, published examples of the senders among them: each is taken or refused, and for its own reason.

use std::path::Path;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use webhooks::refused::Reason;
use webhooks::scheme::Scheme;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::verify::Verifier;

use crate::samples::Owned;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    scheme: String,
    secret: String,
    #[serde(default)]
    previous_secrets: Vec<String>,
    #[serde(default)]
    config: Value,
    now: i64,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    valid: bool,
    reason: Option<String>,
}

fn vectors() -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors.json");
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Vectors>(&text).unwrap().vectors
}

impl Vector {
    /// The words of the vectors' settings, in ours.
    fn setup(&self) -> Setup {
        let given = |name: &str| self.config.get(name).cloned().unwrap_or_default();
        let mut setup = match self.scheme.as_str() {
            "standard-webhooks" | "standard-webhooks-v1a" => {
                json!({"scheme": "standard_webhooks", "svix_headers": self.config.get("accept_svix_headers").is_some()})
            }
            "header-token" => json!({"scheme": "header_token", "header": given("header")}),
            "basic-auth" => json!({"scheme": "basic_auth", "user_name": given("username")}),
            "salesforce-outbound-message" => {
                json!({"scheme": "salesforce_outbound_message", "organization_id": given("organization_id")})
            }
            "hubspot-v1" | "hubspot-v2" => json!({"scheme": self.scheme.replace('-', "_"), "accept_legacy": true}),
            "generic-hmac" => self.config.clone(),
            other => json!({"scheme": other.replace('-', "_")}),
        };
        if self.scheme == "generic-hmac" {
            setup["scheme"] = json!("generic_hmac");
            if setup.get("header_format").is_some() {
                setup["header_form"] = json!("with_time");
            }
            setup.as_object_mut().unwrap().remove("header_format");
        }
        serde_json::from_value(setup).unwrap()
    }

    fn call(&self) -> Owned {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
        Owned { method: self.method.clone(), url: self.url.clone(), headers, body: self.body.clone().into_bytes() }
    }
}

/// The reasons of the vectors that are not ours word by word.
const SEEN_AS: [(&str, Reason, &str); 7] = [
    (
        "tampered_body",
        Reason::Mismatch,
        "bytes that were changed and a key that is another give the same: a code that is not ours",
    ),
    (
        "tampered_timestamp",
        Reason::Mismatch,
        "the instant is good and recent; that it was another when signed cannot be seen",
    ),
    ("tampered_id", Reason::Mismatch, "the id is a good one; that it was another when signed cannot be seen"),
    ("url_mismatch", Reason::Mismatch, "a code over another address looks like any other"),
    ("method_mismatch", Reason::Mismatch, "a code over another method looks like any other"),
    ("wrong_template", Reason::Mismatch, "a code over the parts in another form looks like any other"),
    ("wrong_key", Reason::Mismatch, "a code by another key looks like one over other bytes"),
];

#[test]
fn each_vector_is_taken_or_refused_for_its_own_reason() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 131);
    for vector in &vectors {
        let first = Secrets::new(SecretString::from(vector.secret.clone()));
        let add = |all: Secrets, one: &String| all.with_previous(SecretString::from(one.clone()));
        let secrets = vector.previous_secrets.iter().fold(first, add);
        let verifier = match Verifier::new(&vector.setup(), &secrets) {
            Ok(verifier) => verifier,
            // Told when the source is set up, so that no call can ever meet an empty secret.
            Err(bad) => {
                assert_eq!(
                    (vector.reason.as_deref(), bad.field),
                    (Some("empty_secret"), "secret"),
                    "{}: {bad}",
                    vector.id
                );
                continue;
            }
        };
        let found = vector.call().verify(&verifier, Timestamp::from_second(vector.now).unwrap());
        let expected = vector.reason.as_deref().filter(|_| !vector.valid).map(|word| {
            let seen_as = SEEN_AS.iter().find(|(reason, ..)| *reason == word);
            seen_as.map_or_else(|| word.parse().unwrap(), |(_, reason, _)| *reason)
        });
        assert_eq!(found.as_ref().err().map(|refused| refused.reason), expected, "{}", vector.id);
        assert_eq!(found.is_ok(), vector.valid, "{}", vector.id);
        if let Ok(verified) = found {
            assert_eq!(
                verified.secret == webhooks::secrets::Matched::Current,
                vector.previous_secrets.is_empty(),
                "{}",
                vector.id
            );
        }
    }
}

#[test]
fn every_scheme_and_every_reason_has_a_vector() {
    let vectors = vectors();
    for scheme in Scheme::ALL {
        assert!(vectors.iter().any(|vector| vector.setup().scheme() == *scheme && vector.valid), "{scheme}");
    }
    for reason in Reason::ALL {
        let is_of = |vector: &&Vector| {
            let word = vector.reason.as_deref();
            word == Some(reason.as_str()) || SEEN_AS.iter().any(|(seen, ours, _)| word == Some(seen) && ours == reason)
        };
        assert!(vectors.iter().any(|vector| is_of(&vector)), "{reason}");
    }
}
