//! Whether officers could sign in by the organisation's provider: it answers, says who it is, and the mapping names controllers that are
//! there. Nobody is signed in.

use entities::controller;
use entities::store::Store;
use oidc::failed::Failed;

use super::{Finding, Findings};
use crate::config::Config;

/// Checks it, if there is one.
pub async fn check(config: &Config, store: Option<&Store>, offline: bool) -> Vec<Finding> {
    let mut findings = Findings::of("installation");
    let Some(oidc) = &config.oidc else { return findings.all };
    if let (Some(mapping), Some(store)) = (&oidc.rules.mapping, store) {
        for slug in mapping.slugs() {
            match controller::queries::by_slug(store.db.read(), slug).await {
                Ok(Some(_)) => {}
                Ok(None) => findings.bad(
                    "sign-in mapping",
                    format!("`oidc.roles` names the controller `{slug}`, which is not there"),
                    "correct its slug, or add the controller: until then the role is given to nobody",
                ),
                Err(error) => findings.bad("sign-in mapping", error.to_string(), "see the database's check"),
            }
        }
    }
    if offline {
        return findings.all;
    }
    let federation = match oidc.federation(&config.allowed) {
        Ok(federation) => federation,
        Err(error) => {
            findings.bad("sign-in provider", format!("{error:#}"), "install ca-certificates");
            return findings.all;
        }
    };
    match federation.provider.look().await {
        Ok((address, keys)) => {
            findings.good("sign-in provider", format!("{} answers: {keys} key(s), {address}", oidc.settings.issuer));
        }
        Err(failed) => {
            findings.bad("sign-in provider", format!("{}: {failed}", oidc.settings.issuer), way_out(&failed));
        }
    }
    findings.all
}

fn way_out(failed: &Failed) -> &'static str {
    match failed {
        Failed::Away("says that it is another than `oidc.issuer`") => {
            "write `oidc.issuer` character by character as the provider's own document has it, a slash at its end included"
        }
        Failed::Away("names an address that may not be called") => {
            "the provider names a host of your own network besides its own: add it to `outbound.allow`"
        }
        Failed::Away("cannot be reached") => {
            "is it running, is `oidc.issuer` right, does the network let us through, and does this machine trust its certificate?"
        }
        _ => "open the issuer's address with /.well-known/openid-configuration behind it, and see what it says",
    }
}
