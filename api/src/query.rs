//! Query parameters: only those that exist, each at most once. A parameter that is not understood is refused, because
//! ignoring a misspelt filter would show what nobody asked for.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev};
use entities::time::At;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, codes};

/// The query parameters of a call, as texts. What is wrong with them is said when they are asked for, which is after the
/// caller has been let in.
#[derive(Debug)]
pub struct Query<T>(Result<T, Problem>);

impl<T> Query<T> {
    /// Parameters that have been read already.
    #[must_use]
    pub fn of(parameters: T) -> Self {
        Self(Ok(parameters))
    }

    /// The parameters of a call.
    #[must_use]
    pub fn of_call(req: &HttpRequest) -> Self
    where
        T: DeserializeOwned,
    {
        Self(read(req.query_string()))
    }

    /// The parameters.
    ///
    /// # Errors
    /// There is one that does not exist, or one comes twice.
    pub fn get(self) -> Result<T, Problem> {
        self.0
    }
}

/// For calls that take none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self::of_call(req)))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let mut pairs = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        if pairs.insert(name.into_owned(), value.into()).is_some() {
            return Err(Problem::new(codes::INVALID_PARAMETER, "a query parameter comes twice"));
        }
    }
    serde_json::from_value(pairs.into()).map_err(|error| {
        // The message repeats the name that was sent, which is the caller's text; what was expected is ours.
        let message = error.to_string();
        let known = message.rsplit_once(", expected ").map_or("none", |(_, known)| known.trim_start_matches("one of "));
        Problem::new(codes::UNKNOWN_PARAMETER, format!("there is no such query parameter; known here: {known}"))
    })
}

/// A parameter of a closed set of words.
///
/// # Errors
/// It is none of them; the problem lists them.
pub fn word<T: FromStr>(
    name: &'static str,
    given: Option<&str>,
    known: impl IntoIterator<Item = &'static str>,
) -> Result<Option<T>, Problem> {
    let Some(given) = given else { return Ok(None) };
    given.parse().map(Some).map_err(|_| {
        let known: Vec<_> = known.into_iter().collect();
        let detail = format!("`{name}` is one of {}", known.join(", "));
        Problem::new(codes::INVALID_PARAMETER, detail).at(name).known(known)
    })
}

/// A parameter that is an instant.
///
/// # Errors
/// It is none.
pub fn instant(name: &'static str, given: Option<&str>) -> Result<Option<At>, Problem> {
    let Some(given) = given else { return Ok(None) };
    let read = crate::instant::read(given);
    let detail = || format!("`{name}` {}", crate::instant::FORM);
    read.map(Some).ok_or_else(|| Problem::new(codes::INVALID_PARAMETER, detail()).at(name))
}

/// How many entries a page may have: 1 to `most`.
///
/// # Errors
/// It is no such number.
pub fn limit(given: Option<&str>, default: u64, most: u64) -> Result<u64, Problem> {
    let Some(given) = given else { return Ok(default) };
    let number = given.parse().ok().filter(|limit| (1..=most).contains(limit));
    number.ok_or_else(|| {
        Problem::new(codes::INVALID_PARAMETER, format!("`limit` is a number from 1 to {most}")).at("limit")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Two {
        one: Option<String>,
        two: Option<String>,
    }

    #[test]
    fn only_known_parameters_are_read_and_each_once() {
        assert_eq!(read::<Two>("two=a%20b").unwrap(), Two { one: None, two: Some("a b".into()) });
        assert_eq!(read::<Two>("").unwrap(), Two { one: None, two: None });
        let unknown = read::<Two>("ada@example.org=1").unwrap_err();
        assert_eq!(unknown.code(), codes::UNKNOWN_PARAMETER);
        assert_eq!(unknown.detail(), "there is no such query parameter; known here: `one` or `two`");
        assert_eq!(read::<Two>("one=1&one=2").unwrap_err().code(), codes::INVALID_PARAMETER);
    }

    #[test]
    fn a_limit_stays_within_its_bounds() {
        assert_eq!(limit(None, 50, 200).unwrap(), 50);
        assert_eq!(limit(Some("200"), 50, 200).unwrap(), 200);
        for bad in ["0", "201", "-1", "", "1e2", "99999999999999999999"] {
            assert_eq!(limit(Some(bad), 50, 200).unwrap_err().field(), Some("limit"), "{bad}");
        }
    }
}
