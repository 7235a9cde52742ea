//! Who signed in, by the provider's word.

use serde_json::{Map, Value};

use crate::settings::Settings;
use crate::token::{Claims, OneOrMany};

/// Somebody whom the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its id there, which never becomes another's.
    pub subject: String,
    /// Its mail address, if the provider has seen that it is theirs.
    pub email: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// The groups it is in; none where the provider says nothing of groups.
    pub groups: Option<Vec<String>>,
    /// Whether it gave a second factor, by what the operator takes for one.
    pub second_factor: bool,
    /// When it signed in there, in seconds since 1970.
    pub signed_in_at: Option<i64>,
}

impl Person {
    /// What a token says, and what else was told. The token counts more: it is signed.
    pub(crate) fn of(claims: Claims, told: Map<String, Value>, settings: &Settings) -> Self {
        let email = address(&claims.rest, &told, settings.trust_email);
        let mut all = told;
        let second_factor = claims.acr.as_ref().is_some_and(|acr| settings.second_factor_acr.contains(acr))
            || claims.amr.iter().flat_map(OneOrMany::all).any(|amr| settings.second_factor_amr.contains(amr));
        all.extend(claims.rest);
        let text = |name: &str| all.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            email,
            name: text("name").filter(|name| !name.trim().is_empty()),
            groups: groups(&all, &settings.groups_claim),
            subject: claims.sub,
            second_factor,
            signed_in_at: claims.auth_time,
        }
    }
}

/// The mail address, if it counts. That it is verified is believed where the same address is named; that it is not, wherever it is
/// said.
fn address(token: &Map<String, Value>, told: &Map<String, Value>, trusted: bool) -> Option<String> {
    let named = |source: &Map<String, Value>| source.get("email").and_then(Value::as_str).map(str::to_owned);
    let email = named(token).or_else(|| named(told))?;
    let said = |source: &Map<String, Value>| source.get("email_verified").cloned();
    // Only the truth value itself: as text it is no word of the standard's.
    let is_true = |said: Value| said == Value::Bool(true);
    let sources = [token, told];
    let is_denied = sources.into_iter().filter_map(said).any(|said| !is_true(said));
    let of_it = |source: &&Map<String, Value>| named(source).is_some_and(|it| it.eq_ignore_ascii_case(&email));
    let is_verified = sources.into_iter().filter(of_it).find_map(said).map_or(trusted, is_true);
    (is_verified && !is_denied).then_some(email)
}

/// Whether a claim has to be asked for where more is told: the token does not carry what is needed.
pub(crate) fn is_short(rest: &Map<String, Value>, settings: &Settings) -> bool {
    !rest.contains_key("email") || !rest.contains_key("name") || groups(rest, &settings.groups_claim).is_none()
}

fn groups(all: &Map<String, Value>, claim: &str) -> Option<Vec<String>> {
    let found = match claim.strip_prefix('/') {
        None => all.get(claim),
        Some(path) => {
            let mut parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
            let first = all.get(&parts.next()?)?;
            parts.try_fold(first, |value, part| value.get(part))
        }
    };
    match found? {
        Value::Array(many) => Some(many.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::String(one) => Some(vec![one.clone()]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(claims: Value, told: Value, change: impl Fn(&mut Settings)) -> Person {
        let mut settings = Settings {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: "".into(),
            scopes: Vec::new(),
            trust_email: false,
            groups_claim: "groups".to_owned(),
            second_factor_acr: vec!["mfa".to_owned()],
            second_factor_amr: vec!["hwk".to_owned()],
            max_age: None,
        };
        change(&mut settings);
        let mut all = json!({ "iss": "i", "sub": "s", "aud": "dsr", "exp": 0, "iat": 0 });
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        let Value::Object(told) = told else { panic!("an object") };
        Person::of(serde_json::from_value(all).unwrap(), told, &settings)
    }

    #[test]
    fn an_address_counts_that_the_provider_has_seen() {
        for (verified, trusted, counts) in [
            (json!(true), false, true),
            (json!("true"), true, false),
            (json!(false), true, false),
            (Value::Null, true, false),
        ] {
            let told = json!({ "email": "ada@example.com", "email_verified": verified });
            let found = person(json!({}), told, |settings| settings.trust_email = trusted);
            assert_eq!(found.email.is_some(), counts, "{verified} {trusted}");
        }
        for trusted in [true, false] {
            let found = person(json!({ "email": "ada@example.com" }), json!({}), |it| it.trust_email = trusted);
            assert_eq!(found.email.is_some(), trusted);
        }
    }

    #[test]
    fn that_an_address_is_verified_says_nothing_of_another_one() {
        let (ada, eve) = ("ada@example.com", "eve@example.com");
        let verified = |email: &str| json!({ "email": email, "email_verified": true });
        for (claims, told, counts) in [
            (json!({ "email": ada }), verified(ada), Some(ada)),
            (json!({ "email": eve }), verified(ada), None),
            (json!({ "email": eve }), json!({ "email_verified": true }), None),
            (json!({ "email_verified": true }), json!({ "email": eve }), None),
            (json!({ "email": eve, "email_verified": false }), verified(eve), None),
            (verified(ada), json!({ "email": eve, "email_verified": false }), None),
            (json!({ "email": "Ada@example.com" }), verified(ada), Some("Ada@example.com")),
            (json!({}), verified(ada), Some(ada)),
        ] {
            assert_eq!(person(claims.clone(), told, |_| {}).email.as_deref(), counts, "{claims}");
        }
        // What the provider denies is not trusted either, wherever it says so.
        let denied = json!({ "email_verified": false });
        for (claims, told) in [(denied.clone(), json!({ "email": ada })), (json!({ "email": ada }), denied)] {
            assert_eq!(person(claims, told, |settings| settings.trust_email = true).email, None);
        }
    }

    #[test]
    fn groups_are_where_the_operator_says() {
        let claims = json!({
            "groups": ["a", 1, "b"], "one": "c", "realm_access": { "roles": ["d"] }, "https://example.com/groups": ["e"],
        });
        for (claim, expected) in [
            ("groups", Some(vec!["a", "b"])),
            ("one", Some(vec!["c"])),
            ("/realm_access/roles", Some(vec!["d"])),
            ("https://example.com/groups", Some(vec!["e"])),
            ("none", None),
            ("/realm_access/none", None),
        ] {
            let found = person(claims.clone(), json!({}), |settings| settings.groups_claim = claim.to_owned());
            let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(found.groups, expected, "{claim}");
        }
    }

    #[test]
    fn a_second_factor_is_what_the_operator_takes_for_one_and_the_token_says() {
        for (claims, told, given) in [
            (json!({ "acr": "mfa" }), json!({}), true),
            (json!({ "amr": ["pwd", "hwk"] }), json!({}), true),
            (json!({ "amr": "hwk" }), json!({}), true),
            (json!({ "acr": "0", "amr": ["pwd"] }), json!({}), false),
            (json!({ "acr": null, "amr": null }), json!({}), false),
            (json!({}), json!({ "acr": "mfa", "amr": ["hwk"] }), false),
        ] {
            assert_eq!(person(claims.clone(), told, |_| {}).second_factor, given, "{claims}");
        }
    }
}
