//! The file that describes a source.

use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, bail};
use egress::allow::Allowed;
use egress::target::{BadTarget, check};
use entities::source::settings::{LinkSettings, Settings};
use entities::source::table::Model as Source;
use law::regime::Regime;
use serde::{Deserialize, Serialize};
use ticketing::kind::SystemKind;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::place::Place;
use ticketing::milestone::{Language, Standing};
use ticketing::trouble::Trouble;
use webhooks::setup::Setup;

/// How long a call's body may be allowed to be, in bytes: no system sends longer ones.
const BODY_LIMITS: RangeInclusive<u64> = 1024..=25 << 20;

/// What a source is, without its secrets.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The kind of system.
    pub system: SystemKind,
    /// How its calls are signed.
    pub signing: Setup,
    /// What else is set.
    #[serde(default)]
    pub settings: Settings,
    /// What its fields mean.
    pub mapping: Draft,
}

impl Description {
    /// Reads a file, and checks all of it.
    ///
    /// # Errors
    /// It cannot be read; or everything that cannot be used, each with its place.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let read: Self = toml::from_str(&text).with_context(|| format!("{} describes no source", path.display()))?;
        let faults = read.faults();
        if !faults.is_empty() {
            bail!("{} cannot be used:\n{}", path.display(), faults.join("\n"));
        }
        Ok(read)
    }

    /// Everything that cannot be used, each with its place.
    fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = Vec::new();
        faults.extend(self.signing.check().err().map(|bad| format!("signing.{}: {}", bad.field, bad.problem)));
        self.check_settings(&mut faults);
        self.check_write_back(&mut faults);
        let mapping = self.draft().check().err().unwrap_or_default();
        faults.extend(mapping.iter().map(|fault| format!("mapping.{fault}")));
        faults
    }

    fn check_settings(&self, faults: &mut Vec<String>) {
        let settings = &self.settings;
        if settings.regime.parse::<Regime>().is_err() {
            let regime = &settings.regime;
            faults
                .push(format!("settings.regime: there is no law `{regime}`; `dsr clock --help` names those there are"));
        } else if let Some(region) = &settings.region
            && format!("{}/{region}", settings.regime).parse::<Place>().is_err()
        {
            faults.push("settings.region: is written by ISO 3166, such as DE, DE-BY or US-CA".to_owned());
        }
        if !BODY_LIMITS.contains(&settings.body_limit) {
            faults.push("settings.body_limit: lies between 1024 bytes and 26214400 (25 MiB)".to_owned());
        }
        if let Some(link) = &settings.link {
            if let Err(bad @ (BadTarget::NotAnAddress | BadTarget::Credentials | BadTarget::Fragment)) = target(link) {
                faults.push(format!("settings.link.base: {bad}"));
            } else if link.base.contains('?') {
                faults.push("settings.link.base: must hold no query (?)".to_owned());
            }
            faults.extend(self.system.system().check_options(&link.options).err().map(in_options));
        }
        let row = self.system.row();
        if !self.signing.scheme().row().proof.vouches_for_the_body() && settings.link.is_none() && row.reads {
            let why = "nothing vouches for the fields of such a call, so every ticket is read from its own system \
                       before anything is believed";
            faults.push(format!("settings.link: is needed: {why}"));
        }
        if settings.link.is_some() && !(row.reads || row.writes) {
            faults.push(format!("settings.link: a source of {} has no API that we know of", self.system));
        }
    }

    fn check_write_back(&self, faults: &mut Vec<String>) {
        let (write_back, row) = (&self.settings.write_back, self.system.row());
        let named = [
            ("field", write_back.field.is_some()),
            ("values", !write_back.values.is_empty()),
            ("statuses", !write_back.statuses.is_empty()),
        ];
        if let Some((name, _)) = named.iter().find(|(_, is)| *is) {
            if !row.writes {
                faults.push(format!("settings.write_back.{name}: nothing can be written to {}", self.system));
            } else if self.settings.link.is_none() {
                faults.push(format!("settings.write_back.{name}: needs settings.link, or nothing is ever written"));
            }
        }
        for (table, words) in [("values", &write_back.values), ("statuses", &write_back.statuses)] {
            for word in words.keys() {
                if let Err(unknown) = word.parse::<Standing>() {
                    faults.push(format!("settings.write_back.{table}.{word}: {unknown}"));
                }
            }
        }
        if let Err(unknown) = write_back.language.parse::<Language>() {
            faults.push(format!("settings.write_back.language: {unknown}"));
        }
        if write_back.public && !row.public_comments {
            faults.push(format!("settings.write_back.public: {} has no comments that the requester sees", self.system));
        }
    }

    /// What can be used, and will still not work as it stands.
    pub fn hints(&self, allowed: &Allowed) -> Vec<String> {
        let mut hints = Vec::new();
        let base = self.settings.link.as_ref().and_then(|link| check(&link.base, allowed).err());
        hints.extend(base.map(|bad| format!("settings.link.base: {bad}; as it stands no worker calls it")));
        let (write_back, row) = (&self.settings.write_back, self.system.row());
        if self.settings.link.is_some() && write_back.comments && !write_back.public && !row.internal_comments {
            hints.push(format!(
                "settings.write_back: whoever sees a ticket of {} sees its comments, so none are written; set public = true \
                 if they should be, or comments = false",
                self.system
            ));
        }
        hints
    }

    /// The mapping, with the law and place of the settings where it names none.
    pub fn draft(&self) -> Draft {
        self.mapping.clone().or_place(&self.settings.regime, self.settings.region.as_deref())
    }

    /// A source as it stands.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn of(row: &Source) -> anyhow::Result<Self> {
        Ok(Self {
            system: row.system.parse().map_err(|_| anyhow::anyhow!("the source's system is none that is known"))?,
            signing: serde_json::from_str(&row.setup)?,
            settings: row.settings.clone(),
            mapping: serde_json::from_str(&row.mapping)?,
        })
    }

    /// As a file.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn text(&self) -> anyhow::Result<String> {
        Ok(toml::to_string_pretty(self)?)
    }

    /// How calls are signed, as it is stored.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn setup(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(&self.signing)?)
    }

    /// What fields mean, as it is stored.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn mapping(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(&self.mapping)?)
    }
}

/// Whether the base has the form of an address. Whether it may be called is for the installation whose worker calls it.
fn target(link: &LinkSettings) -> Result<(), BadTarget> {
    check(&link.base, &Allowed::default()).map(|_| ())
}

/// What is wrong with a system's own settings.
fn in_options(trouble: Trouble) -> String {
    match trouble {
        Trouble::Misconfigured { setting, reason } => format!("settings.link.{setting}: {reason}"),
        other => format!("settings.link.options: {other}"),
    }
}

#[cfg(test)]
mod tests;
