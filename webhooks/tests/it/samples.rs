//! A source for each scheme, and calls as its sender would make them. Made here anew from what the senders document, so that a
//! mistake of ours does not sign what it then believes.

use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::SecretString;
use webhooks::call::Call;
use webhooks::encoding::Encoding;
use webhooks::mac::Hash;
use webhooks::refused::{Reason, Refused};
use webhooks::secrets::Secrets;
use webhooks::setup::{GenericHmac, HeaderForm, KeyEncoding, Setup};
use webhooks::time::TimeFormat;
use webhooks::verify::{Verified, Verifier};

/// 2026-03-02, 09:15:01 UTC.
pub const SENT_AT: i64 = 1_772_442_901;
pub const SECRET: &str = "correct horse battery staple";
const URL: &str = "https://dsr.example.com/hooks/in/src_1?a=%3A&b=%20";
const ORGANIZATION: &str = "00D5g000004XyzAEAS";

pub fn sent_at() -> Timestamp {
    Timestamp::from_second(SENT_AT).unwrap()
}

/// A call that can be changed.
#[derive(Clone, Debug)]
pub struct Owned {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Owned {
    pub fn verify(&self, verifier: &Verifier, now: Timestamp) -> Result<Verified, Refused> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        verifier.verify(&Call { method: &self.method, url: &self.url, headers: &headers, body: &self.body }, now)
    }

    pub fn reason(&self, verifier: &Verifier, now: Timestamp) -> Option<Reason> {
        self.verify(verifier, now).err().map(|refused| refused.reason)
    }

    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    pub fn replace(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).with(name, value)
    }

    pub fn header(&self, name: &str) -> &[u8] {
        &self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).unwrap().1
    }
}

/// What of a call the scheme protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protected {
    Method,
    Url,
    /// From this byte on.
    Header(&'static str, usize),
    Body,
}

/// One source and how its sender signs.
pub struct Sample {
    pub name: &'static str,
    pub setup: Setup,
    pub secret: String,
    pub protected: Vec<Protected>,
    sign: fn(&str, i64, &[u8]) -> Owned,
}

impl Sample {
    pub fn call(&self, body: &[u8]) -> Owned {
        self.call_at(SENT_AT, body)
    }

    pub fn call_at(&self, at: i64, body: &[u8]) -> Owned {
        (self.sign)(&self.secret, at, body)
    }

    /// Signed by someone else.
    pub fn call_by(&self, secret: &str, body: &[u8]) -> Owned {
        (self.sign)(secret, SENT_AT, body)
    }

    pub fn verifier(&self) -> Verifier {
        Verifier::new(&self.setup, &Secrets::new(SecretString::from(self.secret.clone()))).unwrap()
    }

    /// Another secret of the same kind.
    pub fn other_secret(&self) -> String {
        match self.name {
            "standard_webhooks v1" => format!("whsec_{}", BASE64_STANDARD.encode([8; 24])),
            "standard_webhooks v1a" => public(&[8; 32]),
            _ => "a-word-that-nobody-knows".to_owned(),
        }
    }
}

fn plain(body: &[u8]) -> Owned {
    Owned { method: "POST".to_owned(), url: URL.to_owned(), headers: Vec::new(), body: body.to_vec() }
}

fn mac(algorithm: hmac::Algorithm, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, key), &parts.concat()).as_ref().to_vec()
}

fn sha256_mac(key: &str, parts: &[&[u8]]) -> Vec<u8> {
    mac(hmac::HMAC_SHA256, key.as_bytes(), parts)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(parts: &[&[u8]]) -> String {
    hex(digest::digest(&digest::SHA256, &parts.concat()).as_ref())
}

fn iso(at: i64) -> String {
    Timestamp::from_second(at).unwrap().to_string()
}

/// The seed of the one key pair; senders sign with the pair of the public key they are named by.
const SEEDS: [[u8; 32]; 2] = [[7; 32], [8; 32]];

pub fn public(seed: &[u8; 32]) -> String {
    use aws_lc_rs::signature::KeyPair;
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).unwrap();
    format!("whpk_{}", BASE64_STANDARD.encode(pair.public_key()))
}

fn standard(version: &str, at: i64, body: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> Owned {
    let time = at.to_string();
    let signature = BASE64_STANDARD.encode(sign(&[b"msg_1.", time.as_bytes(), b".", body].concat()));
    plain(body)
        .with("webhook-id", "msg_1")
        .with("webhook-timestamp", time)
        .with("webhook-signature", format!("{version},{signature}"))
}

/// A message about two notifications, whose record holds an element of a name that matters elsewhere.
pub fn outbound_message() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>
        <notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>{ORGANIZATION}</OrganizationId>
        <Notification><Id>04l5g00001aBcDeAAK</Id><sObject xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><OrganizationId>mine</OrganizationId><sf:Id>5005g00000AbCdEAAV</sf:Id></sObject></Notification>
        <Notification><Id>04l5g00001aBcDfAAK</Id></Notification></notifications></soapenv:Body></soapenv:Envelope>"#
    )
}

fn generic(settings: GenericHmac) -> Setup {
    Setup::GenericHmac(settings)
}

/// An HMAC over the body alone.
pub fn generic_settings() -> GenericHmac {
    GenericHmac {
        template: "{body}".to_owned(),
        hash: Hash::Sha256,
        encoding: Encoding::Base64Url,
        key_encoding: KeyEncoding::Utf8,
        signature_header: "X-Sum".to_owned(),
        signature_prefix: None,
        header_form: HeaderForm::Signature,
        timestamp_header: None,
        timestamp_format: None,
        tolerance_s: None,
    }
}

/// A sample for each scheme, the more complicated ones several times.
pub fn samples() -> Vec<Sample> {
    use Protected::{Body, Header, Method, Url};
    let secret = SECRET.to_owned();
    let sample = |name, setup, protected: &[Protected], sign| Sample {
        name,
        setup,
        secret: secret.clone(),
        protected: protected.to_vec(),
        sign,
    };
    vec![
        sample(
            "zendesk",
            Setup::Zendesk {},
            &[Body, Header("X-Zendesk-Webhook-Signature", 0), Header("X-Zendesk-Webhook-Signature-Timestamp", 0)],
            |key, at, body| {
                let mac = BASE64_STANDARD.encode(sha256_mac(key, &[iso(at).as_bytes(), body]));
                plain(body)
                    .with("X-Zendesk-Webhook-Signature", mac)
                    .with("X-Zendesk-Webhook-Signature-Timestamp", iso(at))
                    .with("X-Zendesk-Webhook-Invocation-Id", "8350205582")
            },
        ),
        sample("jira", Setup::Jira {}, &[Body, Header("X-Hub-Signature", 0)], |key, _, body| {
            let mac = hex(&sha256_mac(key, &[body]));
            plain(body)
                .with("X-Hub-Signature", format!("sha256={mac}"))
                .with("X-Atlassian-Webhook-Identifier", "6f0c1d0e")
        }),
        sample("intercom", Setup::Intercom {}, &[Body, Header("X-Hub-Signature", 0)], |key, _, body| {
            let mac = hex(&mac(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes(), &[body]));
            plain(body).with("X-Hub-Signature", format!("sha1={mac}"))
        }),
        sample("github", Setup::Github {}, &[Body, Header("X-Hub-Signature-256", 0)], |key, _, body| {
            let mac = hex(&sha256_mac(key, &[body]));
            plain(body).with("X-Hub-Signature-256", format!("sha256={mac}")).with("X-GitHub-Delivery", "72d3162e")
        }),
        sample(
            "hubspot_v3",
            Setup::HubspotV3 {},
            &[Body, Method, Url, Header("X-HubSpot-Signature-v3", 0), Header("X-HubSpot-Request-Timestamp", 0)],
            |key, at, body| {
                let (time, url) = (format!("{at}000"), URL.replace("%3A", ":"));
                let mac = BASE64_STANDARD.encode(sha256_mac(key, &[b"POST", url.as_bytes(), body, time.as_bytes()]));
                plain(body).with("X-HubSpot-Signature-v3", mac).with("X-HubSpot-Request-Timestamp", time)
            },
        ),
        sample(
            "hubspot_v2",
            Setup::HubspotV2 { accept_legacy: true },
            &[Body, Method, Url, Header("X-HubSpot-Signature", 0), Header("X-HubSpot-Signature-Version", 0)],
            |key, _, body| {
                plain(body)
                    .with("X-HubSpot-Signature", hash(&[key.as_bytes(), b"POST", URL.as_bytes(), body]))
                    .with("X-HubSpot-Signature-Version", "v2")
            },
        ),
        sample(
            "hubspot_v1",
            Setup::HubspotV1 { accept_legacy: true },
            &[Body, Header("X-HubSpot-Signature", 0), Header("X-HubSpot-Signature-Version", 0)],
            |key, _, body| {
                plain(body)
                    .with("X-HubSpot-Signature", hash(&[key.as_bytes(), body]))
                    .with("X-HubSpot-Signature-Version", "v1")
            },
        ),
        Sample {
            name: "standard_webhooks v1",
            secret: format!("whsec_{}", BASE64_STANDARD.encode([7; 24])),
            ..sample(
                "",
                Setup::StandardWebhooks { svix_headers: false },
                &[Body, Header("webhook-id", 0), Header("webhook-timestamp", 0), Header("webhook-signature", 0)],
                |key, at, body| {
                    let key = BASE64_STANDARD.decode(key.strip_prefix("whsec_").unwrap()).unwrap();
                    standard("v1", at, body, |content| mac(hmac::HMAC_SHA256, &key, &[content]))
                },
            )
        },
        Sample {
            name: "standard_webhooks v1a",
            secret: public(&SEEDS[0]),
            ..sample(
                "",
                Setup::StandardWebhooks { svix_headers: false },
                &[Body, Header("webhook-id", 0), Header("webhook-timestamp", 0), Header("webhook-signature", 0)],
                |key, at, body| {
                    let seed = SEEDS.iter().find(|seed| public(seed) == key).unwrap();
                    let pair = Ed25519KeyPair::from_seed_unchecked(seed).unwrap();
                    standard("v1a", at, body, |content| pair.sign(content).as_ref().to_vec())
                },
            )
        },
        sample(
            "header_token",
            Setup::HeaderToken { header: "X-Dsr-Token".to_owned() },
            &[Header("X-Dsr-Token", 0)],
            |key, _, body| plain(body).with("X-Dsr-Token", key),
        ),
        sample(
            "basic_auth",
            Setup::BasicAuth { user_name: "freshdesk".to_owned() },
            &[Header("Authorization", "Basic ".len())],
            |key, _, body| {
                plain(body)
                    .with("Authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("freshdesk:{key}"))))
            },
        ),
        sample("generic_hmac body", generic(generic_settings()), &[Body, Header("X-Sum", 0)], |key, _, body| {
            plain(body).with("X-Sum", BASE64_URL_SAFE_NO_PAD.encode(sha256_mac(key, &[body])))
        }),
        sample(
            "generic_hmac all",
            generic(GenericHmac {
                template: "{method} {url}\n{timestamp}:{body}!".to_owned(),
                hash: Hash::Sha512,
                encoding: Encoding::HexUpper,
                signature_prefix: Some("v0=".to_owned()),
                timestamp_header: Some("X-Time".to_owned()),
                timestamp_format: Some(TimeFormat::UnixSeconds),
                ..generic_settings()
            }),
            &[Body, Method, Url, Header("X-Sum", 0), Header("X-Time", 0)],
            |key, at, body| {
                let time = at.to_string();
                let parts = [b"POST ", URL.as_bytes(), b"\n", time.as_bytes(), b":", body, b"!"];
                let mac = hex(&mac(hmac::HMAC_SHA512, key.as_bytes(), &parts)).to_uppercase();
                plain(body).with("X-Sum", format!("v0={mac}")).with("X-Time", time)
            },
        ),
        sample(
            "generic_hmac with_time",
            generic(GenericHmac {
                template: "{timestamp}.{body}".to_owned(),
                encoding: Encoding::Hex,
                header_form: HeaderForm::WithTime,
                timestamp_format: Some(TimeFormat::UnixSeconds),
                ..generic_settings()
            }),
            &[Body, Header("X-Sum", 0)],
            |key, at, body| {
                let mac = hex(&sha256_mac(key, &[at.to_string().as_bytes(), b".", body]));
                plain(body).with("X-Sum", format!("t={at},v1={mac}"))
            },
        ),
        Sample {
            secret: "correct-horse-battery-staple".to_owned(),
            ..sample(
                "salesforce_outbound_message",
                Setup::SalesforceOutboundMessage { organization_id: ORGANIZATION.to_owned() },
                &[],
                |key, _, _| Owned {
                    url: format!("https://dsr.example.com/hooks/in/sf_1/{key}?a=b"),
                    ..plain(outbound_message().as_bytes())
                },
            )
        },
    ]
}

pub fn sample(name: &str) -> Sample {
    samples().into_iter().find(|sample| sample.name == name).unwrap()
}
