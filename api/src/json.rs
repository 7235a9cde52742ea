//! Bodies: strict JSON, read only after the caller is known to be allowed, into a type that says which fields there are.
//!
//! A call with a body takes no query parameters: what it means stands in the body. One that is sent all the same is refused,
//! because whoever sends `?dry_run=true` does not mean that the call is to be carried out.
//!
//! Refusals name the field and what was expected, never what was sent: serde's own messages repeat values, so they are only
//! looked at for their kind.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest, dev};
use futures::StreamExt;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::{Problem, codes};
use crate::query::{NoParameters, Query};

/// A body that has not been read yet.
pub struct Unread {
    payload: dev::Payload,
    /// What is wrong with its query parameters, which must not be there.
    unwanted: Option<Problem>,
    media_type: Option<String>,
    encoded: bool,
    announced: Option<usize>,
    limit: usize,
    wait: Duration,
}

impl FromRequest for Unread {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self::of(req, payload)))
    }
}

impl Unread {
    /// Takes the body of a call, unread.
    #[must_use]
    pub fn of(req: &HttpRequest, payload: &mut dev::Payload) -> Self {
        let text = |name: header::HeaderName| req.headers().get(name).and_then(|value| value.to_str().ok());
        let mut kinds = req.headers().get_all(header::CONTENT_TYPE);
        // Two kinds leave open which one somebody before us has looked at; a body can only be of one.
        let kind = kinds.next().filter(|_| kinds.next().is_none());
        let mut codings = req.headers().get_all(header::CONTENT_ENCODING);
        let app = req.app_data::<Data<App>>();
        Self {
            payload: payload.take(),
            unwanted: Query::<NoParameters>::of_call(req).get().err(),
            media_type: kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned),
            encoded: codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")),
            announced: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            limit: app.map_or(0, |app| app.body_limit),
            wait: app.map_or(Duration::ZERO, |app| app.request_timeout / 2),
        }
    }

    /// The same for a call that takes query parameters: whoever reads the body has read those, too.
    #[must_use]
    pub fn beside_query(self) -> Self {
        Self { unwanted: None, ..self }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// The call has query parameters, or its body is of another kind, too large, late, no JSON, or not of this shape.
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<(T, Bytes), Problem> {
        if let Some(problem) = self.unwanted.take() {
            return Err(problem);
        }
        if !self.media_type.as_deref().is_some_and(is_json) {
            let detail = "send `Content-Type: application/json`, in UTF-8";
            return Err(
                Problem::new(codes::UNSUPPORTED_MEDIA_TYPE, detail).with_header(header::ACCEPT, "application/json")
            );
        }
        let raw = self.bytes(|_| Ok(())).await?;
        let value = parse(&raw)?;
        Ok((value, raw))
    }

    /// Reads the body as a form (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    /// It is of another kind, too large or late.
    pub async fn form(self) -> Result<Vec<(String, String)>, Problem> {
        let essence = self.media_type.as_deref().and_then(|text| text.split(';').next()).unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let detail = "send `Content-Type: application/x-www-form-urlencoded`";
            return Err(Problem::new(codes::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let raw = self.bytes(|_| Ok(())).await?;
        Ok(url::form_urlencoded::parse(&raw).into_owned().collect())
    }

    /// Reads the body as it is, up to `limit` bytes, whatever it says it is. `room` is asked for as many bytes as arrive, before
    /// they are kept.
    ///
    /// # Errors
    /// It is too large, late, or packed: what is signed is what was sent, and a small thing must not become a large one. Or there
    /// is no room.
    pub async fn raw(self, limit: usize, room: impl FnMut(usize) -> Result<(), Problem>) -> Result<Bytes, Problem> {
        Self { limit, ..self }.bytes(room).await
    }

    async fn bytes(mut self, mut room: impl FnMut(usize) -> Result<(), Problem>) -> Result<Bytes, Problem> {
        if self.encoded {
            return Err(Problem::new(codes::UNSUPPORTED_MEDIA_TYPE, "send the body without a `Content-Encoding`"));
        }
        let too_large = || Problem::new(codes::BODY_TOO_LARGE, format!("at most {} bytes are read", self.limit));
        if self.announced.is_some_and(|length| length > self.limit) {
            return Err(too_large());
        }
        let payload = &mut self.payload;
        let read = async {
            let mut raw = BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_| Problem::new(codes::MALFORMED_JSON, "the body broke off"))?;
                if raw.len() + chunk.len() > self.limit {
                    return Err(too_large());
                }
                room(chunk.len())?;
                raw.extend_from_slice(&chunk);
            }
            Ok(raw.freeze())
        };
        let late = |_| Problem::new(codes::BODY_TIMEOUT, "the body did not arrive in time");
        tokio::time::timeout(self.wait, read).await.map_err(late)?
    }
}

/// `application/json`, with no charset but UTF-8.
fn is_json(media_type: &str) -> bool {
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

/// Reads strict JSON into `T`, whose outermost form is an object.
///
/// # Errors
/// What is not JSON, with line and column; what is JSON of another shape, with its field.
pub fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(raw).map_err(|error| {
        Problem::new(codes::MALFORMED_JSON, format!("the body is not UTF-8 from byte {} on", error.valid_up_to()))
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = serde_path_to_error::Track::new();
    let read = Object::<T>::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let value = read.map_err(|error| misshapen(&error, &track.path()))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value.0)
}

fn malformed(error: &serde_json::Error) -> Problem {
    let reason = if error.is_eof() { "it ends too early" } else { "the syntax is wrong" };
    let place = format!("the body is not JSON: {reason} at line {}, column {}", error.line(), error.column());
    Problem::new(codes::MALFORMED_JSON, place)
}

fn misshapen(error: &serde_json::Error, path: &serde_path_to_error::Path) -> Problem {
    if !error.is_data() {
        return malformed(error);
    }
    let message = error.to_string();
    let quoted = || message.split('`').nth(1).filter(|name| is_field_name(name)).unwrap_or_default();
    let known = || message.rsplit_once(", expected ").map(|(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    if message.starts_with("unknown field") {
        let field = place(path, quoted());
        let detail = match known() {
            Some("there are no fields") | None => "there are no fields here".to_owned(),
            Some(known) => format!("there is no such field; known here: {}", known.trim_start_matches("one of ")),
        };
        Problem::new(codes::UNKNOWN_FIELD, detail).at(field)
    } else if message.starts_with("missing field") {
        Problem::new(codes::MISSING_FIELD, "this field must be there").at(place(path, quoted()))
    } else if message.starts_with("duplicate field") {
        Problem::new(codes::DUPLICATE_FIELD, "this field must not come twice").at(place(path, quoted()))
    } else {
        let detail = known().map_or("is of the wrong type".to_owned(), |known| format!("must be {known}"));
        let field = place(path, "");
        let problem = Problem::new(codes::WRONG_TYPE, detail);
        if field.is_empty() { problem } else { problem.at(field) }
    }
}

fn is_field_name(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The path, ending in `name`. Whatever is no plain name is left away: it is the caller's text, and may be anything.
fn place(path: &serde_path_to_error::Path, name: &str) -> String {
    use serde_path_to_error::Segment;
    let mut place = String::new();
    let mut last = "";
    for segment in path {
        match segment {
            Segment::Seq { index } => place.push_str(&format!("[{index}]")),
            Segment::Map { key } if is_field_name(key) => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(key);
                last = key;
            }
            _ => {}
        }
    }
    if !name.is_empty() && last != name {
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(name);
    }
    place
}

/// A `T` that is written as an object and as nothing else: by itself serde would also read a struct from an array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OnlyMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMap<T> {
            type Value = T;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        from.deserialize_map(OnlyMap(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        name: String,
        #[serde(default)]
        items: Vec<Object<Inner>>,
        inner: Option<Object<Inner>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        value: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    fn refused(text: &str) -> (&'static str, Option<String>, String) {
        let answer = parse::<Outer>(text.as_bytes()).unwrap_err();
        (answer.code().word, answer.field().map(str::to_owned), answer.detail().to_owned())
    }

    #[rstest]
    #[case::unknown(r#"{"name":"a","nom":"b"}"#, "unknown_field", Some("nom"))]
    #[case::unknown_inside(
        r#"{"name":"a","items":[{"value":"b"},{"valeu":"c"}]}"#,
        "unknown_field",
        Some("items[1].valeu")
    )]
    #[case::missing(r#"{"items":[]}"#, "missing_field", Some("name"))]
    #[case::missing_inside(r#"{"name":"a","items":[{}]}"#, "missing_field", Some("items[0].value"))]
    #[case::missing_in_option(r#"{"name":"a","inner":{}}"#, "missing_field", Some("inner.value"))]
    #[case::twice(r#"{"name":"a","name":"b"}"#, "duplicate_field", Some("name"))]
    #[case::twice_inside(
        r#"{"name":"a","items":[{"value":"a","value":"a"}]}"#,
        "duplicate_field",
        Some("items[0].value")
    )]
    #[case::option_twice(r#"{"name":"a","inner":null,"inner":null}"#, "duplicate_field", Some("inner"))]
    #[case::number_for_text(r#"{"name":7}"#, "wrong_type", Some("name"))]
    #[case::null_for_text(r#"{"name":null}"#, "wrong_type", Some("name"))]
    #[case::object_for_list(r#"{"name":"a","items":{}}"#, "wrong_type", Some("items"))]
    #[case::null_for_list(r#"{"name":"a","items":null}"#, "wrong_type", Some("items"))]
    #[case::list_for_object(r#"{"name":"a","items":[["secret"]]}"#, "wrong_type", Some("items[0]"))]
    #[case::list_for_all(r#"["a",[],null]"#, "wrong_type", None)]
    #[case::text_for_all(r#""secret""#, "wrong_type", None)]
    #[case::null_for_all("null", "wrong_type", None)]
    #[case::number_inside(r#"{"name":"a","items":[{"value":{"secret":1}}]}"#, "wrong_type", Some("items[0].value"))]
    #[case::empty("", "malformed_json", None)]
    #[case::cut(r#"{"name":"secr"#, "malformed_json", None)]
    #[case::more(r#"{"name":"a"} {"name":"secret"}"#, "malformed_json", None)]
    #[case::comment("{\"name\":\"a\"} // secret", "malformed_json", None)]
    #[case::comma(r#"{"name":"a",}"#, "malformed_json", None)]
    #[case::bare("{name:1}", "malformed_json", None)]
    #[case::bom("\u{feff}{\"name\":\"a\"}", "malformed_json", None)]
    #[case::control("{\"name\":\"a\nb\"}", "malformed_json", None)]
    #[case::half_a_pair(r#"{"name":"\ud800"}"#, "malformed_json", None)]
    fn a_body_of_another_shape_is_refused(#[case] text: &str, #[case] code: &str, #[case] field: Option<&str>) {
        let (found, at, detail) = refused(text);
        assert_eq!((found, at.as_deref()), (code, field), "{detail}");
        assert!(!detail.contains("secret"), "{detail}");
    }

    #[test]
    fn what_was_sent_is_never_repeated() {
        for text in [
            r#"{"ada@example.org":1}"#,
            r#"{"name":{"ada@example.org":1}}"#,
            r#"{"name":["ada@example.org"]}"#,
            r#"{"items":"ada@example.org, expected ada@example.org"}"#,
            r#"{"name":"x","inner":"ada@example.org"}"#,
            r#"{"name":"x","items":[{"ada@example.org":"`ada@example.org`"}]}"#,
            "{\"name\": ada@example.org",
        ] {
            let (_, field, detail) = refused(text);
            assert!(!format!("{field:?}{detail}").contains("ada"), "{field:?} {detail}");
        }
    }

    #[test]
    fn where_there_are_no_fields_none_is_taken() {
        assert_eq!(parse::<Nothing>(b" {} ").unwrap(), Nothing {});
        assert_eq!(parse::<Nothing>(br#"{"a":1}"#).unwrap_err().code(), codes::UNKNOWN_FIELD);
        assert_eq!(parse::<Nothing>(b"[]").unwrap_err().code(), codes::WRONG_TYPE);
    }

    #[test]
    fn depth_does_not_end_the_process() {
        for open in ["[", "{\"name\":", "{\"items\":[", "{\"x\":["] {
            let deep = open.repeat(100_000);
            assert!(parse::<Outer>(deep.as_bytes()).is_err());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_no_json() {
        let problem = parse::<Outer>(b"{\"name\":\"\xff\"}").unwrap_err();
        assert_eq!((problem.code(), problem.detail()), (codes::MALFORMED_JSON, "the body is not UTF-8 from byte 9 on"));
    }

    #[test]
    fn json_is_named_as_json() {
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in
            ["", "text/json", "application/json5", "application/problem+json", "application/json; charset=latin1"]
        {
            assert!(!is_json(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse::<Outer>(&raw);
        }

        #[test]
        fn what_fits_is_read(name in ".{0,20}", values in proptest::collection::vec(".{0,10}", 0..4)) {
            let items: Vec<_> = values.iter().map(|value| serde_json::json!({ "value": value })).collect();
            let text = serde_json::json!({ "name": name, "items": items }).to_string();
            let read: Outer = parse(text.as_bytes()).unwrap();
            prop_assert_eq!(read.name, name);
            prop_assert_eq!(read.items.into_iter().map(|item| item.0.value).collect::<Vec<_>>(), values);
        }
    }
}
