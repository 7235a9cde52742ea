//! What the provider says of somebody: an ID token, checked as OpenID Connect Core §3.1.3.7 has it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::failed::Failed;
use crate::key::Keys;

/// How far the provider's clock may be from ours, in seconds.
const SKEW_S: i64 = 60;
/// How old a token may be that was just asked for, in seconds.
const OLDEST_S: i64 = 600;

/// What a token says, besides what it says of the person.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// Who says it.
    pub iss: String,
    /// Of whom.
    pub sub: String,
    /// To whom.
    aud: OneOrMany,
    /// Until when it counts, in seconds since 1970.
    exp: i64,
    /// When it was said.
    iat: i64,
    /// What we asked it to repeat.
    nonce: Option<String>,
    /// Who asked for it, where several may read it.
    azp: Option<String>,
    /// How surely it knows.
    pub acr: Option<String>,
    /// By which means it knows.
    pub amr: Option<OneOrMany>,
    /// When the person signed in there.
    pub auth_time: Option<i64>,
    /// All else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// One word, or several: providers write both.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// What a token must say to be meant for us, and now.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// Who we are there.
    pub client_id: &'a str,
    /// What was asked to be repeated.
    pub nonce: &'a str,
    /// The present instant, in seconds since 1970.
    pub now: i64,
    /// How long ago the person may have signed in there, in seconds.
    pub max_age: Option<i64>,
}

/// The key that a token was signed by is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKey;

/// What stands before a token's claims (RFC 7515 §4).
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What must be understood besides. We understand nothing besides.
    crit: Option<Value>,
}

/// Looks at the signature (RFC 7515 §5.2). A key that is not known may be new.
///
/// # Errors
/// It is no token.
pub fn open(token: &str, keys: &Keys) -> Result<Result<Claims, UnknownKey>, Failed> {
    const NONE: Failed = Failed::Unfit("no ID token");
    let (signed, signature) = token.rsplit_once('.').ok_or(NONE)?;
    let (header, claims) = signed.split_once('.').ok_or(NONE)?;
    let bytes = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| NONE);
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| NONE)?;
    if header.crit.is_some() {
        return Err(NONE);
    }
    if !keys.have_signed(&header.alg, header.kid.as_deref(), signed.as_bytes(), &bytes(signature)?) {
        return Ok(Err(UnknownKey));
    }
    // Only now is it read what it says.
    serde_json::from_slice(&bytes(claims)?).map(Ok).map_err(|_| NONE)
}

/// Looks whether a token is the provider's, for us, of now, and the one that was asked for.
///
/// # Errors
/// The first thing that is not so.
pub fn check(claims: &Claims, expected: Expected<'_>) -> Result<(), Failed> {
    let audience = claims.aud.all();
    let (is_for_us, are_several) = (audience.iter().any(|one| one == expected.client_id), audience.len() > 1);
    let asked_by_us = claims.azp.as_deref().map_or(!are_several, |party| party == expected.client_id);
    let age = |at: i64| expected.now.saturating_sub(at);
    let rules = [
        (claims.iss == expected.issuer, "another issuer"),
        (is_for_us, "another audience"),
        (asked_by_us, "asked for by another"),
        (age(claims.exp) < SKEW_S, "it has expired"),
        ((-SKEW_S..OLDEST_S).contains(&age(claims.iat)), "it is of another time"),
        (claims.nonce.as_deref() == Some(expected.nonce), "another nonce"),
        (!claims.sub.is_empty() && claims.sub.len() <= 255, "no subject"),
    ];
    if let Some((_, unfit)) = rules.into_iter().find(|(holds, _)| !holds) {
        return Err(Failed::Unfit(unfit));
    }
    match (expected.max_age, claims.auth_time) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Failed::Unfit("it does not say when the person signed in")),
        (Some(max), Some(at)) if age(at) <= max.saturating_add(SKEW_S) => Ok(()),
        (Some(_), Some(_)) => Err(Failed::Unfit("the person signed in too long ago")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn expected() -> Expected<'static> {
        Expected { issuer: "https://login.example.com", client_id: "dsr", nonce: "n", now: NOW, max_age: None }
    }

    fn good() -> Value {
        json!({
            "iss": "https://login.example.com", "sub": "248289761001", "aud": "dsr", "exp": NOW + 300, "iat": NOW, "nonce": "n",
        })
    }

    fn checked(change: Value, expected: Expected<'_>) -> Result<(), Failed> {
        let mut claims = good();
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        check(&serde_json::from_value(claims).unwrap(), expected)
    }

    #[test]
    fn a_token_is_the_issuers_for_us_of_now_and_the_one_we_asked_for() {
        assert_eq!(checked(json!({}), expected()), Ok(()));
        for (change, unfit) in [
            (json!({ "iss": "https://login.example.com/" }), "another issuer"),
            (json!({ "iss": "https://evil.example" }), "another issuer"),
            (json!({ "aud": "another" }), "another audience"),
            (json!({ "aud": [] }), "another audience"),
            (json!({ "aud": ["dsr", "another"] }), "asked for by another"),
            (json!({ "aud": ["dsr", "another"], "azp": "another" }), "asked for by another"),
            (json!({ "azp": "another" }), "asked for by another"),
            (json!({ "exp": NOW - 60 }), "it has expired"),
            (json!({ "iat": NOW - 600 }), "it is of another time"),
            (json!({ "iat": NOW + 61 }), "it is of another time"),
            (json!({ "nonce": "another" }), "another nonce"),
            (json!({ "nonce": null }), "another nonce"),
            (json!({ "sub": "" }), "no subject"),
            (json!({ "sub": "x".repeat(256) }), "no subject"),
        ] {
            assert_eq!(checked(change.clone(), expected()), Err(Failed::Unfit(unfit)), "{change}");
        }
        for change in [
            json!({ "aud": ["dsr"] }),
            json!({ "aud": ["another", "dsr"], "azp": "dsr" }),
            json!({ "exp": NOW - 59 }),
            json!({ "iat": NOW + 60 }),
        ] {
            assert_eq!(checked(change.clone(), expected()), Ok(()), "{change}");
        }
    }

    #[test]
    fn who_must_have_signed_in_lately_is_asked_when() {
        let lately = Expected { max_age: Some(3600), ..expected() };
        let unsaid = Failed::Unfit("it does not say when the person signed in");
        assert_eq!(checked(json!({}), lately), Err(unsaid));
        assert_eq!(checked(json!({ "auth_time": NOW - 3660 }), lately), Ok(()));
        let long_ago = Failed::Unfit("the person signed in too long ago");
        assert_eq!(checked(json!({ "auth_time": NOW - 3661 }), lately), Err(long_ago));
    }

    #[test]
    fn nothing_opens_that_is_not_signed_by_a_key_of_its_kind() {
        // Of RFC 7517, appendix A.1, and one by which a secret is shared.
        let keys: Keys = serde_json::from_value(json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig",
              "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" },
            { "kty": "oct", "kid": "2", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T" },
        ] }))
        .unwrap();
        let token = |head: Value| {
            let text = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.AAAA", text(&head), text(&good()))
        };
        for head in [
            json!({ "alg": "ES256", "kid": "1" }),
            json!({ "alg": "ES256", "kid": "9" }),
            json!({ "alg": "RS256", "kid": "1" }),
            json!({ "alg": "HS256", "kid": "2" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "none" }),
        ] {
            assert!(matches!(open(&token(head.clone()), &keys), Ok(Err(UnknownKey))), "{head}");
        }
        for nonsense in ["", "a.b", "a.b.c", &token(json!({ "alg": "ES256", "crit": ["exp"] }))] {
            assert!(matches!(open(nonsense, &keys), Err(Failed::Unfit("no ID token"))), "{nonsense}");
        }
    }
}
