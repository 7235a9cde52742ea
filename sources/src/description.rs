//! A source as people describe it: what system it is, how its calls are signed, what its fields mean.

use std::fmt;

use egress::allow::Allowed;
use egress::target::{BadTarget, check};
use entities::error::StoreError;
use entities::source::settings::{BODY_LIMITS, LinkSettings, Settings};
use entities::source::table::Model as Source;
use law::regime::Regime;
use serde::{Deserialize, Serialize};
use ticketing::kind::SystemKind;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::place::Place;
use ticketing::milestone::{Language, Standing};
use ticketing::trouble::Trouble;
use webhooks::setup::Setup;

/// What a source is, without its secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// One thing that cannot be used, or that will not work as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `settings.link.base`.
    pub place: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: impl Into<String>, reason: impl fmt::Display) {
        self.0.push(Fault { place: place.into(), reason: reason.to_string() });
    }
}

impl Description {
    /// Looks at all of it.
    ///
    /// # Errors
    /// Everything that cannot be used, each with its place.
    pub fn check(&self) -> Result<Mapping, Vec<Fault>> {
        let mut faults = Faults::default();
        if let Err(bad) = self.signing.check() {
            faults.add(format!("signing.{}", bad.field), bad.problem);
        }
        self.check_settings(&mut faults);
        self.check_write_back(&mut faults);
        match self.draft().check() {
            Ok(mapping) if faults.0.is_empty() => return Ok(mapping),
            Ok(_) => {}
            Err(found) => {
                for fault in found {
                    faults.add(format!("mapping.{}", fault.place), fault.reason);
                }
            }
        }
        Err(faults.0)
    }

    fn check_settings(&self, faults: &mut Faults) {
        let settings = &self.settings;
        if settings.regime.parse::<Regime>().is_err() {
            faults.add("settings.regime", "is no law that is known; `dsr clock --help` names those there are");
        } else if let Some(region) = &settings.region
            && format!("{}/{region}", settings.regime).parse::<Place>().is_err()
        {
            faults.add("settings.region", "is written by ISO 3166, such as DE, DE-BY or US-CA");
        }
        if !BODY_LIMITS.contains(&settings.body_limit) {
            let (least, most) = (BODY_LIMITS.start(), BODY_LIMITS.end());
            faults.add("settings.body_limit", format!("lies between {least} bytes and {most} ({} MiB)", most >> 20));
        }
        if let Some(link) = &settings.link {
            if let Err(bad @ (BadTarget::NotAnAddress | BadTarget::Credentials | BadTarget::Fragment)) = target(link) {
                faults.add("settings.link.base", bad);
            } else if link.base.contains('?') {
                faults.add("settings.link.base", "must hold no query (?)");
            }
            match self.system.system().check_options(&link.options) {
                Ok(()) => {}
                Err(Trouble::Misconfigured { setting, reason }) => {
                    faults.add(format!("settings.link.{setting}"), reason);
                }
                Err(other) => faults.add("settings.link.options", other),
            }
        }
        let row = self.system.row();
        if !self.signing.scheme().row().proof.vouches_for_the_body() && settings.link.is_none() && row.reads {
            let why = "is needed: nothing vouches for the fields of such a call, so every ticket is read from its own system \
                       before anything is believed";
            faults.add("settings.link", why);
        }
        if settings.link.is_some() && !(row.reads || row.writes) {
            faults.add("settings.link", format!("a source of {} has no API that we know of", self.system));
        }
    }

    fn check_write_back(&self, faults: &mut Faults) {
        let (write_back, row) = (&self.settings.write_back, self.system.row());
        let named = [
            ("field", write_back.field.is_some()),
            ("values", !write_back.values.is_empty()),
            ("statuses", !write_back.statuses.is_empty()),
        ];
        if let Some((name, _)) = named.iter().find(|(_, is)| *is) {
            let place = format!("settings.write_back.{name}");
            if !row.writes {
                faults.add(place, format!("nothing can be written to {}", self.system));
            } else if self.settings.link.is_none() {
                faults.add(place, "needs settings.link, or nothing is ever written");
            }
        }
        for (table, words) in [("values", &write_back.values), ("statuses", &write_back.statuses)] {
            for word in words.keys() {
                if let Err(unknown) = word.parse::<Standing>() {
                    faults.add(format!("settings.write_back.{table}.{word}"), unknown);
                }
            }
        }
        if let Err(unknown) = write_back.language.parse::<Language>() {
            faults.add("settings.write_back.language", unknown);
        }
        if write_back.public && !row.public_comments {
            let reason = format!("{} has no comments that the requester sees", self.system);
            faults.add("settings.write_back.public", reason);
        }
    }

    /// What can be used, and will still not work as it stands. `public_url` is where senders reach this service, if that is
    /// configured.
    #[must_use]
    pub fn hints(&self, allowed: &Allowed, public_url: Option<&str>) -> Vec<Fault> {
        let mut hints = Faults::default();
        if let Some(Err(bad)) = self.settings.link.as_ref().map(|link| check(&link.base, allowed)) {
            hints.add("settings.link.base", format!("{bad}; as it stands no worker calls it"));
        }
        if public_url.is_none() && self.signing.signs_address() {
            let reason = "the system signs the address that it calls, so `mail.public_url` must be set to what stands before \
                          /webhooks: until then every call is refused";
            hints.add("signing", reason);
        }
        let (write_back, row) = (&self.settings.write_back, self.system.row());
        if self.settings.link.is_some() && write_back.comments && !write_back.public && !row.internal_comments {
            let reason = format!(
                "whoever sees a ticket of {} sees its comments, so none are written; set public = true if they should be, or \
                 comments = false",
                self.system
            );
            hints.add("settings.write_back", reason);
        }
        hints.0
    }

    /// The mapping, with the law and place of the settings where it names none.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.mapping.clone().or_place(&self.settings.regime, self.settings.region.as_deref())
    }

    /// Where the system calls, behind what people reach this service by.
    #[must_use]
    pub fn address(&self, public_url: Option<&str>, slug: &str) -> String {
        let base = public_url.unwrap_or("https://<where people reach this service>").trim_end_matches('/');
        let secret = if self.signing.scheme().row().secret_in_address { "/<its secret>" } else { "" };
        format!("{base}/webhooks/{slug}{secret}")
    }

    /// A source as it stands.
    ///
    /// # Errors
    /// Somebody wrote past the rules.
    pub fn of(row: &Source) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt;
        Ok(Self {
            system: row.system.parse().map_err(|_| corrupt("a source's system is none that is known"))?,
            signing: entities::source::secrets::setup(row)?,
            settings: row.settings.clone(),
            mapping: serde_json::from_str(&row.mapping).map_err(|_| corrupt("a source's mapping is not understood"))?,
        })
    }

    /// How calls are signed, as it is stored.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn setup(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.signing)
    }

    /// What fields mean, as it is stored.
    ///
    /// # Errors
    /// It does not serialise.
    pub fn mapping(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.mapping)
    }
}

/// Whether the base has the form of an address. Whether it may be called is for the installation whose worker calls it.
fn target(link: &LinkSettings) -> Result<(), BadTarget> {
    check(&link.base, &Allowed::default()).map(|_| ())
}

#[cfg(test)]
mod tests;
