//! The section `[oidc]`: the organisation's own provider, if officers sign in there.

use std::collections::BTreeSet;

use api::app::Federation;
use egress::allow::Allowed;
use entities::officer::mapping::{Admits, Mapping, Rules};
use oidc::provider::Provider;
use oidc::settings::Settings;
use secrecy::SecretString;
use url::Url;

use super::mail::is_this_machine;
use super::settings::{self, Reader};
use super::{some_time, truth};

/// The provider, and whom it lets in.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Where it is, and what we are there.
    pub settings: Settings,
    /// Whom it lets in, and what they may do.
    pub rules: Rules,
    /// What people call it.
    pub name: Option<String>,
}

impl Oidc {
    /// Makes the provider of it.
    ///
    /// # Errors
    /// This machine has no CA certificates.
    pub fn federation(&self, allowed: &Allowed) -> anyhow::Result<Federation> {
        let provider = Provider::new(self.settings.clone(), allowed)?;
        Ok(Federation { provider, rules: self.rules.clone(), name: self.name.clone() })
    }
}

/// Reads the section. What is wrong with it is noted with the reader.
pub fn read(r: &mut Reader, public_url: Option<&Url>) -> Option<Oidc> {
    let issuer = r.read(&settings::OIDC_ISSUER, issuer);
    let client_id = r.read(&settings::OIDC_CLIENT_ID, some_text);
    let client_secret = r.read(&settings::OIDC_CLIENT_SECRET, |text| some_text(text).map(SecretString::from));
    let scopes = r.read(&settings::OIDC_SCOPES, scopes).unwrap_or_default();
    let groups_claim = r.read(&settings::OIDC_GROUPS_CLAIM, some_text).unwrap_or_default();
    let mapping = r.read(&settings::OIDC_ROLES, |text| text.parse::<Mapping>().map_err(|bad| bad.to_string()));
    let admits = r.read(&settings::OIDC_ADMIT, admits).unwrap_or(Admits::Known);
    let second_factor_acr = r.read(&settings::OIDC_SECOND_FACTOR_ACR, words).unwrap_or_default();
    let second_factor_amr = r.read(&settings::OIDC_SECOND_FACTOR_AMR, words).unwrap_or_default();
    let max_age = r.read(&settings::OIDC_MAX_AGE, some_time);
    let trust_email = r.read(&settings::OIDC_TRUST_EMAIL, truth).unwrap_or(false);
    let name = r.read(&settings::OIDC_NAME, some_text);
    if admits == Admits::Mapped && mapping.is_none() {
        r.problems.push("`oidc.admit` is mapped, and `oidc.roles` says nobody's roles".to_owned());
    }
    let given = [&settings::OIDC_ISSUER, &settings::OIDC_CLIENT_ID, &settings::OIDC_CLIENT_SECRET];
    if given.iter().all(|setting| r.given(setting).is_none()) {
        return None;
    }
    for setting in given {
        if r.given(setting).is_none() {
            r.problems.push(format!("the section `[oidc]` needs `{}` ({})", setting.name, setting.env));
        }
    }
    if public_url.is_none() && r.given(&settings::MAIL_PUBLIC_URL).is_none() {
        r.problems.push(format!(
            "the section `[oidc]` needs `{}` ({}): the provider sends people back to it",
            settings::MAIL_PUBLIC_URL.name,
            settings::MAIL_PUBLIC_URL.env
        ));
    }
    let settings = Settings {
        issuer: issuer?,
        client_id: client_id?,
        client_secret: client_secret?,
        scopes,
        trust_email,
        groups_claim,
        second_factor_acr,
        second_factor_amr,
        max_age,
    };
    Some(Oidc { settings, rules: Rules { admits, mapping }, name })
}

fn issuer(text: &str) -> Result<String, String> {
    let expected = "an issuer is written as the provider writes it, such as `https://login.example.com/realms/acme`; \
                    http is for this machine only";
    let url = Url::parse(text).map_err(|_| expected.to_owned())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let private = url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_this_machine));
    if plain && private { Ok(text.to_owned()) } else { Err(expected.to_owned()) }
}

fn some_text(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it must not be empty".to_owned()) } else { Ok(text.to_owned()) }
}

fn words(text: &str) -> Result<Vec<String>, String> {
    Ok(text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn scopes(text: &str) -> Result<Vec<String>, String> {
    let scopes = words(text)?;
    let different: BTreeSet<_> = scopes.iter().collect();
    if !scopes.iter().any(|scope| scope == "openid") || different.len() != scopes.len() {
        return Err("scopes are named once each, and `openid` is among them".to_owned());
    }
    Ok(scopes)
}

fn admits(text: &str) -> Result<Admits, String> {
    text.parse::<Admits>().map_err(|error| error.to_string())
}
