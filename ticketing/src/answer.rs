//! Reads refusals: what an answer other than success means, in the words that most systems share.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::trouble::Trouble;

const WAIT_MIN: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(3600);
/// When nobody says how long: most systems count per minute.
const WAIT_WITHOUT_HINT: Duration = Duration::from_secs(60);

/// An answer read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Its JSON; null if it has none.
    pub(crate) json: Value,
    /// Whether the call may be made again without harm.
    pub(crate) repeatable: bool,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// The refusal as trouble, where the system does as most do.
    pub(crate) fn trouble(&self) -> Trouble {
        match self.status {
            401 => Trouble::WrongCredentials,
            403 => Trouble::Forbidden { code: self.code() },
            404 => Trouble::NotFound,
            410 => Trouble::Gone,
            409 | 412 => Trouble::Conflict,
            423 => Trouble::Locked,
            429 => self.rate_limited(),
            408 | 500.. | ..=399 if !self.repeatable => Trouble::Unclear { status: Some(self.status), source: None },
            408 | 500.. => Trouble::Down { status: Some(self.status), wait: self.wait(), source: None },
            _ => Trouble::Rejected { status: self.status, code: self.code(), fields: self.fields() },
        }
    }

    /// The trouble of being too fast, with the longest wait that any header asks for.
    pub(crate) fn rate_limited(&self) -> Trouble {
        Trouble::RateLimited { wait: self.wait().unwrap_or(WAIT_WITHOUT_HINT) }
    }

    /// How long the answer asks us to stay away: seconds, a date, or the end of a window.
    fn wait(&self) -> Option<Duration> {
        let seconds = |name| {
            let value: f64 = self.header(name)?.parse().ok()?;
            (value.is_finite() && value >= 0.0).then(|| value.ceil() as u64)
        };
        let after = seconds("retry-after").map(Duration::from_secs).or_else(|| self.until("retry-after"));
        let reset = || {
            ["x-ratelimit-reset", "ratelimit-reset"].into_iter().find_map(|name| match seconds(name)? {
                // Small numbers are seconds to go, large ones an instant of Unix time.
                rest if rest <= 86_400 => Some(Duration::from_secs(rest)),
                at => self.span_to(Timestamp::from_second(i64::try_from(at).ok()?).ok()?),
            })
        };
        after.or_else(reset).map(|wait| wait.clamp(WAIT_MIN, WAIT_MAX))
    }

    fn until(&self, name: &str) -> Option<Duration> {
        self.span_to(jiff::fmt::rfc2822::parse(self.header(name)?).ok()?.timestamp())
    }

    /// From the answer's own `Date`, so that no clock of ours matters.
    fn span_to(&self, at: Timestamp) -> Option<Duration> {
        let now = jiff::fmt::rfc2822::parse(self.header("date")?).ok()?.timestamp();
        Some(at.duration_since(now).try_into().unwrap_or_default())
    }

    /// The error's code, wherever it stands, if it looks like one.
    pub(crate) fn code(&self) -> Option<String> {
        ["/code", "/errorCode", "/0/errorCode", "/error", "/category", "/errors/0/code", "/type"]
            .into_iter()
            .find_map(|pointer| word(self.json.pointer(pointer)?.as_str()?))
    }

    /// The fields it names: keys of `errors` or `details`, or members called `field`.
    fn fields(&self) -> Vec<String> {
        let mut fields = Vec::new();
        for name in ["errors", "details", "fields"] {
            for value in [&self.json[name], &self.json[0][name]] {
                match value {
                    Value::Object(by_field) => fields.extend(by_field.keys().filter_map(|key| word(key))),
                    Value::Array(list) => fields.extend(
                        list.iter().filter_map(|it| it.as_str().or_else(|| it["field"].as_str()).and_then(word)),
                    ),
                    _ => {}
                }
            }
        }
        fields.truncate(16);
        fields
    }
}

/// Text that is a code or a field name and nothing else: a mail address or a sentence is none.
pub(crate) fn word(text: &str) -> Option<String> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    ((1..=80).contains(&text.len()) && has_letter && text.bytes().all(is_part)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], json: Value, repeatable: bool) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).try_into().unwrap(), value.parse().unwrap()));
        Answer { status, headers: headers.collect(), json, repeatable }
    }

    #[test]
    fn the_wait_is_read_from_every_header_that_tells_it() {
        let date = ("date", "Mon, 02 Mar 2026 09:00:00 GMT");
        for (headers, seconds) in [
            (vec![("retry-after", "7")], 7),
            (vec![("retry-after", "0")], 1),
            (vec![("retry-after", "1.2")], 2),
            (vec![("retry-after", "99999")], 3600),
            (vec![("retry-after", "Mon, 02 Mar 2026 09:00:30 GMT"), date], 30),
            (vec![("x-ratelimit-reset", "1772442060"), date], 60),
            (vec![("ratelimit-reset", "12")], 12),
            (vec![("retry-after", "soon")], 60),
            (vec![("x-ratelimit-reset", "1772442060")], 60),
            (vec![], 60),
        ] {
            let Trouble::RateLimited { wait } = answer(429, &headers, Value::Null, false).trouble() else { panic!() };
            assert_eq!(wait.as_secs(), seconds, "{headers:?}");
        }
    }

    #[test]
    fn a_refusal_keeps_codes_and_field_names_and_nothing_else() {
        let quoting = json!({"code": "zoe.l@example.com", "error": "RecordInvalid", "message": "zoe.l@example.com is bad",
            "errors": {"dsr_type": ["is zoe.l@example.com"], "Zoë Ł": []},
            "details": [{"field": "status"}, {"field": "+48601234567"}]});
        let trouble = answer(422, &[], quoting, false).trouble();
        assert_eq!(trouble.to_string(), "rejected with 422 (RecordInvalid) in dsr_type, status");
    }

    proptest! {
        #[test]
        fn only_a_write_without_an_answer_is_unclear(status in 100_u16..600, repeatable: bool) {
            let unclear = answer(status, &[], Value::Null, repeatable).trouble().may_have_happened();
            prop_assert_eq!(unclear, !repeatable && (status == 408 || !(400..500).contains(&status)));
        }
    }
}
