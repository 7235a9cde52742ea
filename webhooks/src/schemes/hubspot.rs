//! HubSpot: version 3, which signs a time, and the two before it, which sign none and with less than an HMAC.
//!
//! Versions 1 and 2 are SHA-256 over the secret and the call. Whoever has seen one call can lengthen it and compute the next
//! code without the secret, and can replay it for ever. They are here for workflows that have nothing else, if the operator
//! says so. Source: HubSpot developer documentation, "Validating requests", and its client library for Python.

use crate::encoding::Encoding;
use crate::engine::{Form, KnownBy, Part, Recipe, Time};
use crate::mac::{Hash, Method};
use crate::scheme::{Proof, Row, SIGNATURE, TimeSigned};
use crate::time::{TOLERANCE_S, TimeFormat};

/// Version 3 in the table of schemes.
pub(crate) const V3: Row = Row {
    method: "HMAC-SHA256, base64",
    signed: "method, address (twelve escapes decoded), body, instant",
    headers: &["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"],
    time: TimeSigned::Always,
    known_by: "all that is signed",
    secret: "the app's client secret",
    ..SIGNATURE
};

/// Version 2.
pub(crate) const V2: Row = Row { signed: "method, address, body", ..V1 };

/// Version 1.
pub(crate) const V1: Row = Row {
    proof: Proof::KeyedHash,
    method: "SHA-256 over the secret and these, hexadecimal",
    headers: &["X-HubSpot-Signature", "X-HubSpot-Signature-Version"],
    known_by: "all that is signed",
    secret: "the app's client secret",
    is_legacy: true,
    ..SIGNATURE
};

pub(crate) fn v3() -> Recipe {
    Recipe {
        method: Method::Hmac(Hash::Sha256),
        signed: vec![Part::Method, Part::UrlAs(signed_url), Part::Body, Part::Time],
        header: "X-HubSpot-Signature-v3".into(),
        form: Form::Plain,
        encoding: Encoding::Base64,
        time: Some(Time {
            header: Some("X-HubSpot-Request-Timestamp".into()),
            format: TimeFormat::UnixMillis,
            tolerance_s: TOLERANCE_S,
        }),
        version: None,
        known_by: KnownBy::Content,
    }
}

pub(crate) fn v2() -> Recipe {
    legacy("v2", vec![Part::Method, Part::Url, Part::Body])
}

pub(crate) fn v1() -> Recipe {
    legacy("v1", vec![Part::Body])
}

fn legacy(version: &'static str, signed: Vec<Part>) -> Recipe {
    Recipe {
        method: Method::KeyedSha256,
        signed,
        header: "X-HubSpot-Signature".into(),
        form: Form::Plain,
        encoding: Encoding::Hex,
        time: None,
        version: Some(("X-HubSpot-Signature-Version", version)),
        known_by: KnownBy::Content,
    }
}

/// What HubSpot decodes in an address before it signs: these and no other, and not twice.
const DECODED: [(&str, char); 12] = [
    ("%3A", ':'),
    ("%2F", '/'),
    ("%3F", '?'),
    ("%40", '@'),
    ("%21", '!'),
    ("%24", '$'),
    ("%27", '\''),
    ("%28", '('),
    ("%29", ')'),
    ("%2A", '*'),
    ("%2C", ','),
    ("%3B", ';'),
];

fn signed_url(url: &str) -> String {
    let mut decoded = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = DECODED.iter().find(|(code, _)| rest.starts_with(code));
        let (taken, character) = known.map_or((1, '%'), |(code, character)| (code.len(), *character));
        decoded.push(character);
        rest = &rest[taken..];
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_decoded_as_the_sender_decodes_it() {
        for (url, signed) in [
            ("https://a/b?c=d", "https://a/b?c=d"),
            ("https://a/%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B", "https://a/:/?@!$'()*,;"),
            ("https://a/?q=a%20b%26c", "https://a/?q=a%20b%26c"),
            ("https://a/%253A", "https://a/%253A"),
            ("https://a/%3a", "https://a/%3a"),
            ("https://a/%", "https://a/%"),
            ("https://a/%\u{e9}%3", "https://a/%\u{e9}%3"),
        ] {
            assert_eq!(signed_url(url), signed);
        }
    }
}
