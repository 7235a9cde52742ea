//! The file that describes a source.

use std::path::Path;

use anyhow::{Context, bail};
use entities::source::settings::Settings;
use entities::source::table::Model as Source;
use law::regime::Regime;
use serde::{Deserialize, Serialize};
use ticketing::kind::SystemKind;
use ticketing::mapping::draft::Draft;
use webhooks::setup::Setup;

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
        read.check().with_context(|| format!("{} cannot be used", path.display()))?;
        Ok(read)
    }

    fn check(&self) -> anyhow::Result<()> {
        self.signing.check().map_err(|bad| anyhow::anyhow!("signing.{bad}"))?;
        if self.settings.regime.parse::<Regime>().is_err() {
            bail!(
                "settings.regime: there is no law `{}`; `dsr clock --help` names those there are",
                self.settings.regime
            );
        }
        if let Some(link) = &self.settings.link {
            self.system.system().check_options(&link.options)?;
        }
        let row = self.system.row();
        if !self.signing.scheme().row().proof.vouches_for_the_body() && self.settings.link.is_none() && row.reads {
            bail!(
                "settings.link is needed: nothing vouches for the fields of such a call, so every ticket is read from its \
                 own system before anything is believed"
            );
        }
        self.draft().check().map(|_| ()).map_err(|faults| {
            let all: Vec<_> = faults.iter().map(|fault| format!("mapping.{fault}")).collect();
            anyhow::anyhow!(all.join("\n"))
        })
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
