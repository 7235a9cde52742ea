//! What is filled in of a source: what people set most has a field of its own, the rest is a text as its guide has it.

use entities::source::manage::NotDone;
use entities::source::settings::{LinkSettings, Settings, WriteBack};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sources::description::{Description, Fault};
use sources::guide::{CredentialKind, Guide};
use ticketing::kind::SystemKind;
use webhooks::setup::Setup;

use crate::faults::Faults;
use crate::parts::Choice;
use crate::shell::Shell;

/// The fields as they were typed. Secrets among them are never shown again.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The controller's short name; only when it is added.
    pub controller: String,
    /// Its own short name; only when it is added.
    pub slug: String,
    /// The law that a ticket's answer goes by where the mapping names none.
    pub regime: String,
    /// The region of such a ticket.
    pub region: String,
    /// Whether its requesters have proven who they are.
    pub vouches: String,
    /// Where the system's API is.
    pub base: String,
    /// Our own account there.
    pub actor: String,
    /// Who we are there: user, token address and id, by kind.
    pub user: String,
    /// Where tokens are fetched.
    pub token_path: String,
    /// The password, token or client secret there.
    pub credential: String,
    /// What its system signs with; only when it is added, and made if empty.
    pub secret: String,
    /// Everything else.
    pub rest: String,
}

/// Everything else: how calls are signed, what else the API wants, what tickets are told.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rest {
    #[serde(default)]
    always_read_back: bool,
    #[serde(default = "body_limit")]
    body_limit: u64,
    signing: Setup,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    options: Map<String, Value>,
    #[serde(default)]
    write_back: WriteBack,
}

fn body_limit() -> u64 {
    Settings::default().body_limit
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl Fields {
    /// As a description has it.
    ///
    /// # Errors
    /// It cannot be written as text.
    pub fn of(described: &Description) -> Result<Self, toml::ser::Error> {
        let Settings { vouches, regime, region, always_read_back, body_limit, link, write_back } =
            described.settings.clone();
        let LinkSettings { base, actor, options } = link.unwrap_or_default();
        let rest = Rest { always_read_back, body_limit, signing: described.signing.clone(), options, write_back };
        Ok(Self {
            regime,
            region: region.unwrap_or_default(),
            vouches: if vouches { "yes".to_owned() } else { String::new() },
            base,
            actor: actor.unwrap_or_default(),
            rest: toml::to_string_pretty(&rest)?,
            ..Self::default()
        })
    }

    /// The description that they make, with the mapping of another one.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn description(&self, with: &Description) -> Result<Description, Faults> {
        let rest: Rest = toml::from_str(&self.rest).map_err(|error| Faults::one("rest", error.message().to_owned()))?;
        let link =
            given(&self.base).map(|base| LinkSettings { base, actor: given(&self.actor), options: rest.options });
        let described = Description {
            system: with.system,
            signing: rest.signing,
            settings: Settings {
                vouches: self.vouches == "yes",
                regime: self.regime.clone(),
                region: given(&self.region),
                always_read_back: rest.always_read_back,
                body_limit: rest.body_limit,
                link,
                write_back: rest.write_back,
            },
            mapping: with.mapping.clone(),
        };
        match described.check() {
            Ok(_) => Ok(described),
            Err(found) => {
                let mut faults = Faults::default();
                for Fault { place, reason } in found {
                    faults.add(field(&place), format!("{place}: {reason}"));
                }
                Err(faults)
            }
        }
    }

    /// Who we are at its API, if that is said.
    #[must_use]
    pub fn credentials(&self, kind: SystemKind) -> Option<SecretString> {
        let secret = given(&self.credential)?;
        let user = self.user.trim();
        let stored = match Guide::of(kind).credentials()? {
            CredentialKind::Basic => json!({ "kind": "basic", "user": user, "secret": secret }),
            CredentialKind::Bearer => json!({ "kind": "bearer", "token": secret }),
            CredentialKind::Client => {
                json!({ "kind": "client", "token_path": self.token_path.trim(), "id": user, "secret": secret })
            }
        };
        Some(stored.to_string().into())
    }

    /// Without its secrets, to be shown again.
    #[must_use]
    pub fn shown(&self) -> Self {
        Self { credential: String::new(), secret: String::new(), ..self.clone() }
    }

    /// The laws, with the one that is chosen.
    #[must_use]
    pub fn regimes(&self, s: &Shell) -> Vec<Choice> {
        let choice = |law: &law::law::Law| Choice {
            value: law.id.to_string(),
            label: s.word("regime", &law.id.to_string()),
            is_chosen: law.id.as_str() == self.regime,
        };
        law::pack::laws().iter().map(choice).collect()
    }
}

/// The field in which a part of a description stands.
fn field(place: &str) -> &'static str {
    match place {
        "settings.regime" => "regime",
        "settings.region" => "region",
        "settings.link" | "settings.link.base" => "base",
        _ => "rest",
    }
}

/// What the rules do not take, by field; none for what is no field's fault.
#[must_use]
pub fn fault(s: &Shell, error: &NotDone) -> Option<(&'static str, String)> {
    Some(match error {
        NotDone::SlugTaken => ("slug", s.t("source-slug-taken")),
        NotDone::BadSlug => ("slug", s.t("source-slug-bad")),
        NotDone::NoCredentials => ("credential", s.t("source-credential-missing")),
        NotDone::Unfit(bad) if bad.field == "secret" => ("secret", format!("{bad}")),
        NotDone::Unfit(bad) => ("rest", format!("signing.{bad}")),
        NotDone::StillCounts { .. } | NotDone::Waits { .. } | NotDone::Store(_) => return None,
    })
}
