//! Whether a controller can do on its platform what it must: token, organisation, every permission that is needed, limits. Nothing
//! is changed there, and the shared pace is kept as always.

use std::fmt;
use std::time::Duration;

use entities::controller::table::Model as Controller;
use entities::store::Store;
use genesys::error::PlatformError;
use genesys::http::{CannotBuild, Http, Timeouts};
use genesys::platform::Platform;
use tokio_util::sync::CancellationToken;

use crate::clients::{Manner, NotReached, Platforms};

/// A permission that the service's calls need (contract §3, §4).
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// As the platform calls it.
    pub name: &'static str,
    /// A word for what it is needed for.
    pub word: &'static str,
    /// The same as a sentence's end: it is needed to …
    pub purpose: &'static str,
}

/// All that are needed.
pub const PERMISSIONS: [Permission; 4] = [
    Permission { name: "gdpr:subject:view", word: "search", purpose: "search for subjects" },
    Permission { name: "gdpr:request:add", word: "place", purpose: "place exports, erasures and rectifications" },
    Permission { name: "gdpr:request:view", word: "follow", purpose: "follow them to their end" },
    Permission { name: "externalContacts:contact:view", word: "merge", purpose: "tell which contacts are one person" },
];

/// Limits that bear on us (contract §2.3).
const LIMITS: [&str; 2] = ["platform.api", "gdpr"];

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Whether the credential gets a token.
    Token,
    /// Whether the token belongs to the controller's organisation.
    Organisation,
    /// Whether a permission is held.
    Permission(&'static Permission),
    /// What limits there are.
    Limits,
    /// Whether all that was done in time.
    Time,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "token",
            Self::Organisation => "organisation",
            Self::Permission(permission) => permission.name,
            Self::Limits => "limits",
            Self::Time => "time",
        })
    }
}

/// What was found.
#[derive(Debug)]
pub enum Found {
    /// A token was issued there.
    Issued,
    /// There is no token.
    NoToken(NotReached),
    /// The token belongs to the controller's organisation.
    Ours,
    /// The token belongs to another organisation.
    NotOurs,
    /// The permission is held in all divisions.
    HeldEverywhere,
    /// The permission is held in these divisions.
    HeldIn(Vec<String>),
    /// The permission is missing.
    Missing(&'static Permission),
    /// The platform does not tell.
    NotTold(PlatformError),
    /// These limits, by their keys.
    Limits(Vec<(String, Option<i64>)>),
    /// It took longer than this.
    TookTooLong(Duration),
}

/// What one look found.
#[derive(Debug)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What was found.
    pub found: Found,
}

impl Finding {
    /// Whether it is as it should be.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        match self.found {
            Found::Issued | Found::Ours | Found::HeldEverywhere | Found::HeldIn(_) | Found::Limits(_) => true,
            Found::NoToken(_) | Found::NotOurs | Found::Missing(_) | Found::NotTold(_) | Found::TookTooLong(_) => false,
        }
    }

    /// What was found, in English.
    #[must_use]
    pub fn says(&self, controller: &Controller) -> String {
        match &self.found {
            Found::Issued => format!("issued by {}", controller.login_url),
            Found::NoToken(error) => error.to_string(),
            Found::Ours => controller.organisation_id.clone(),
            Found::NotOurs => format!("the token does not belong to {}", controller.organisation_id),
            Found::HeldEverywhere => "held in all divisions".to_owned(),
            Found::HeldIn(divisions) => format!("held in {} only", divisions.join(", ")),
            Found::Missing(permission) => format!("missing: it is needed to {}", permission.purpose),
            Found::NotTold(error) => error.to_string(),
            Found::Limits(limits) => limits.iter().map(limit).collect::<Vec<_>>().join(", "),
            Found::TookTooLong(within) => format!("not done within {} s", within.as_secs()),
        }
    }

    /// What to do about it, in English; nothing, if it is good.
    #[must_use]
    pub fn way_out(&self, controller: &Controller) -> Option<String> {
        match &self.found {
            Found::Issued | Found::Ours | Found::HeldEverywhere | Found::HeldIn(_) | Found::Limits(_) => None,
            Found::NoToken(_) => {
                Some(format!("check the address {} and the OAuth client's id, secret and state", controller.login_url))
            }
            Found::NotOurs => Some(
                "use an OAuth client of that organisation; until then nothing is done for this controller".to_owned(),
            ),
            Found::Missing(permission) => Some(format!(
                "add {} to a role of the OAuth client (Admin, Roles/Permissions), then look again",
                permission.name
            )),
            Found::NotTold(_) | Found::TookTooLong(_) => {
                Some("try again; if it stays, ask the platform's support".to_owned())
            }
        }
    }
}

/// A limit as it is shown: its key and what it allows.
#[must_use]
pub fn limit((key, value): &(String, Option<i64>)) -> String {
    value.map_or_else(|| format!("{key} ?"), |value| format!("{key} {value}"))
}

/// Looks at platforms, by a client of its own: what workers hold open is not touched.
pub struct Probe {
    platforms: Platforms,
    within: Duration,
}

impl Probe {
    /// A probe whose looks take no longer than `within` each.
    ///
    /// # Errors
    /// The HTTP stack cannot be built.
    pub fn new(store: Store, plain_http: bool, within: Duration) -> Result<Self, CannotBuild> {
        let connect = Duration::from_secs(5).min(within);
        let http = Http::with_timeouts(Timeouts { connect, overall: within, idle: within })?;
        let manner = Manner { slot_patience: within, plain_http };
        Ok(Self { platforms: Platforms::new(store, http, manner, CancellationToken::new()), within })
    }

    /// Looks at a controller's platform.
    pub async fn look(&self, controller: &Controller) -> Vec<Finding> {
        let mut findings = Vec::new();
        if tokio::time::timeout(self.within, self.walk(controller, &mut findings)).await.is_err() {
            findings.push(Finding { check: Check::Time, found: Found::TookTooLong(self.within) });
        }
        findings
    }

    async fn walk(&self, controller: &Controller, findings: &mut Vec<Finding>) {
        let mut add = |check, found| findings.push(Finding { check, found });
        let platform = match self.platforms.of(controller).await {
            Ok(platform) => platform,
            Err(NotReached::WrongOrganisation) => {
                add(Check::Token, Found::Issued);
                return add(Check::Organisation, Found::NotOurs);
            }
            Err(error) => return add(Check::Token, Found::NoToken(error)),
        };
        add(Check::Token, Found::Issued);
        add(Check::Organisation, Found::Ours);
        for permission in &PERMISSIONS {
            add(Check::Permission(permission), held(&platform, permission).await);
        }
        for namespace in LIMITS {
            let limits = platform.limits(namespace).await.unwrap_or_default();
            if !limits.is_empty() {
                let limits = limits.into_iter().map(|limit| (limit.key, limit.value)).collect();
                add(Check::Limits, Found::Limits(limits));
            }
        }
    }
}

async fn held(platform: &Platform, permission: &'static Permission) -> Found {
    match platform.holds_permission(permission.name).await {
        Ok(found) if found.all_divisions => Found::HeldEverywhere,
        Ok(found) if found.held => Found::HeldIn(found.divisions.into_iter().map(|division| division.name).collect()),
        Ok(_) => Found::Missing(permission),
        Err(error) => Found::NotTold(error),
    }
}
