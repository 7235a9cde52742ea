//! Reads the platform's refusals: error bodies of both shapes, and the headers about waiting.
//!
//! The bodies are loose (every field optional, contract §2.2) and may quote what was sent. From them come codes, field
//! names and permission names, each only if it looks like one.

use std::time::Duration;

use reqwest::{Response, header::HeaderMap};
use serde::Deserialize;

use crate::{error::PlatformError, model::lenient::nullable, send::Answer, traffic::Call};

const WAIT_MIN: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(3600);
/// The platform counts per minute; this is when a 429 without any hint is over at the latest.
const WAIT_WITHOUT_HINT: Duration = Duration::from_secs(60);

/// `ErrorBody` and the token endpoint's own shape in one: their fields do not collide.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "nullable")]
    message: String,
    #[serde(deserialize_with = "nullable")]
    code: String,
    #[serde(deserialize_with = "nullable")]
    error: String,
    #[serde(deserialize_with = "nullable")]
    details: Vec<Detail>,
    #[serde(deserialize_with = "nullable")]
    errors: Vec<Self>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    #[serde(rename = "fieldName", deserialize_with = "nullable")]
    field_name: String,
}

impl Body {
    fn parse(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    fn code(&self) -> Option<String> {
        [&self.code, &self.error].into_iter().find_map(|text| word(text))
    }

    fn fields(&self) -> Vec<String> {
        let nested = self.errors.iter().flat_map(|body| &body.details);
        let mut fields: Vec<_> =
            self.details.iter().chain(nested).filter_map(|detail| word(&detail.field_name)).collect();
        fields.dedup();
        fields.truncate(16);
        fields
    }
}

/// What an answer other than success means.
pub(crate) fn read(call: Call, answer: &Answer) -> PlatformError {
    let body = Body::parse(&answer.body);
    let (status, correlation) = (answer.status, answer.correlation.clone());
    match status {
        401 if is_address_refused(&body) => PlatformError::NotAuthorised { code: body.code(), correlation },
        401 => PlatformError::WrongCredentials { correlation },
        403 => {
            let names = permission_names(&body.message);
            if names.is_empty() && !body.code.starts_with("missing.") {
                PlatformError::NotAuthorised { code: body.code(), correlation }
            } else {
                PlatformError::MissingPermissions { names, correlation }
            }
        }
        404 => PlatformError::NotFound { correlation },
        410 => PlatformError::Gone { correlation },
        413 => PlatformError::TooLarge { correlation },
        429 => PlatformError::RateLimited { wait: answer.retry_after.unwrap_or(WAIT_WITHOUT_HINT), correlation },
        // A timeout on the platform's side, a failure there, or a redirect: none says whether the work was done.
        408 | 500.. | ..=399 if !call.is_repeatable() => {
            PlatformError::LostAnswer { status: Some(status), correlation, source: None }
        }
        408 | 500.. => {
            PlatformError::PlatformDown { status: Some(status), wait: answer.retry_after, correlation, source: None }
        }
        _ => PlatformError::Rejected { status, code: body.code(), fields: body.fields(), correlation },
    }
}

/// What an answer of the token endpoint other than success means. An unknown client is a 400 there (contract §1.2).
pub(crate) fn read_token(answer: &Answer) -> PlatformError {
    let refused = ["invalid_client", "unauthorized_client", "invalid_grant", "access_denied"];
    if answer.status == 400 && refused.contains(&Body::parse(&answer.body).error.as_str()) {
        return PlatformError::WrongCredentials { correlation: answer.correlation.clone() };
    }
    read(Call::Token, answer)
}

/// Whether a 401 is about the token, so that a fresh one may help; a refused network address stays refused.
pub(crate) fn blames_token(answer: &Answer) -> bool {
    !is_address_refused(&Body::parse(&answer.body))
}

fn is_address_refused(body: &Body) -> bool {
    body.code == "ip.not.authorized"
}

/// How long an answer asks us to stay away, bounded. For 429 there is always one: the header, else the message, else the
/// rest of the window, else a whole window.
pub(crate) fn retry_after(response: &Response, body: &[u8]) -> Option<Duration> {
    let headers = response.headers();
    let header = number(headers, "retry-after").map(Duration::from_secs).or_else(|| retry_date(headers));
    let wait = if response.status() == 429 {
        header
            .or_else(|| wait_in_message(&Body::parse(body).message))
            .or_else(|| number(headers, "inin-ratelimit-reset").map(Duration::from_secs))
            .or(Some(WAIT_WITHOUT_HINT))
    } else {
        header
    };
    wait.map(|wait| wait.clamp(WAIT_MIN, WAIT_MAX))
}

/// A header that counts something. Fractions are rounded up, nonsense is ignored.
pub(crate) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    let value: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    (value.is_finite() && value >= 0.0).then(|| value.ceil() as u64)
}

/// `Retry-After` as a date. Compared with the answer's own `Date`, so neither clock matters.
fn retry_date(headers: &HeaderMap) -> Option<Duration> {
    let date = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
    };
    let wait = date("retry-after")?.duration_since(date("date")?);
    Some(wait.try_into().unwrap_or_default())
}

/// `Retry the request in [23] seconds`.
fn wait_in_message(message: &str) -> Option<Duration> {
    let (_, rest) = message.split_once("Retry the request in [")?;
    let (seconds, _) = rest.split_once(']')?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

/// Every `domain:entity:action` in a message. The platform brackets, quotes or simply names them, by code.
fn permission_names(message: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '_' | '-' | '.');
    let mut names: Vec<String> = Vec::new();
    for name in message.split(|c| !is_part(c)).map(|name| name.trim_end_matches(['.', ':'])) {
        let parts: Vec<_> = name.split(':').collect();
        let looks_right = parts.len() == 3 && parts.iter().all(|part| !part.is_empty()) && name.len() <= 120;
        if looks_right && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.truncate(32);
    names
}

/// Text that is a code or a field name and nothing else.
pub(crate) fn word(text: &str) -> Option<String> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'[' | b']');
    ((1..=80).contains(&text.len()) && text.bytes().all(is_part)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn permissions_are_read_from_every_wording() {
        for (message, names) in [
            ("at least one of the following permissions assigned: [gdpr:request:add]", vec!["gdpr:request:add"]),
            (
                "missing the following permission(s): [gdpr:request:view, gdpr:subject:view]",
                vec!["gdpr:request:view", "gdpr:subject:view"],
            ),
            (
                "missing the following permission 'relate:contact:view' in the provided division(s).",
                vec!["relate:contact:view"],
            ),
            ("permissions: a:b:* in at least one of: [0b6d4a52-77aa-4c1b-9a0e-5a1b2c3d4e5f].", vec!["a:b:*"]),
            ("[gdpr:request:add] or [gdpr:request:add].", vec!["gdpr:request:add"]),
            ("You are not authorized to perform the requested action.", vec![]),
            ("at 12:30 for maya.okafor@example.com, tel:+1317", vec![]),
        ] {
            assert_eq!(permission_names(message), names, "{message}");
        }
    }

    #[test]
    fn only_words_pass_for_codes() {
        for (text, passes) in [
            ("bad.request", true),
            ("subject.emailAddresses[0]", true),
            ("maya.okafor@example.com", false),
            ("+13175550142", false),
            ("Maya Okafor", false),
            ("", false),
        ] {
            assert_eq!(word(text).is_some(), passes, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_reading(status in 300_u16..600, body in proptest::collection::vec(any::<u8>(), 0..256)) {
            let answer = Answer { status, correlation: None, retry_after: None, body };
            for call in Call::ALL {
                let error = read(call, &answer);
                let is_unclear = status == 408 || !(400..500).contains(&status);
                prop_assert_eq!(error.may_have_happened(), is_unclear && !call.is_repeatable());
            }
        }

        #[test]
        fn no_message_yields_more_than_permission_names(message in "[a-z:\\[\\], @.'*é]{0,80}") {
            for name in permission_names(&message) {
                prop_assert_eq!(name.split(':').count(), 3);
                prop_assert!(!name.contains(['@', ' ', '[', ']', ',']));
            }
        }
    }
}
