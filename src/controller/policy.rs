//! A controller's policy as it is given on the command line: by flags, by a TOML file, or both.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use entities::controller::policy::{HeldBack, Letters, Policy, Review, Writing};
use jiff::civil::Date;

use crate::config::units::duration;

/// A policy as flags, or a file.
#[derive(Args, Debug, Default, PartialEq)]
pub struct PolicyFlags {
    /// TOML file with the policy
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    policy_file: Option<PathBuf>,
    /// Whether a person always looks, or only where an access is in doubt
    #[arg(long, value_name = "WHEN", value_parser = ["always", "access_unless_doubtful"], help_heading = "Policy")]
    review: Option<String>,
    /// Division whose users may be acted on; may come several times; all if none
    #[arg(long = "division", value_name = "ID", help_heading = "Policy")]
    divisions: Vec<String>,
    /// Between looks at an open job [default: 4h]
    #[arg(long, value_parser = duration, value_name = "TIME", help_heading = "Policy")]
    poll: Option<Duration>,
    /// How long the platform may take to list what it accepted [default: 1m]
    #[arg(long, value_parser = duration, value_name = "TIME", help_heading = "Policy")]
    list_lag: Option<Duration>,
    /// Before members of a merge set are topped up [default: 1d]
    #[arg(long, value_parser = duration, value_name = "TIME", help_heading = "Policy")]
    sibling_grace: Option<Duration>,
    /// How far the platform's clock may be from ours [default: 2m]
    #[arg(long, value_parser = duration, value_name = "TIME", help_heading = "Policy")]
    clock_skew: Option<Duration>,
    /// Rows in one page of the platform's list [default: 100]
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Policy")]
    page_size: Option<u32>,
    /// Day that is a holiday where the controller is, besides the public ones; may come several times
    #[arg(long = "own-holiday", value_name = "DATE", help_heading = "Policy")]
    own_holidays: Vec<Date>,
    /// How many days before the cautious date one means to be done [default: 7]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=365), help_heading = "Policy")]
    target_days: Option<u16>,
    /// Whether letters are written to people, and mailed [default: none]
    #[arg(long, value_name = "HOW", value_parser = ["none", "mail"], help_heading = "Letters")]
    letters: Option<String>,
    /// Which letters wait until an officer has read them and sends them [default: none]
    #[arg(long, value_name = "WHICH", value_parser = ["none", "decisions", "all"], help_heading = "Letters")]
    hold_letters: Option<String>,
    /// What mails are sent as [default: the controller's name]
    #[arg(long, value_name = "NAME", help_heading = "Letters")]
    from_name: Option<String>,
    /// Mail address of an officer, for warnings; may come several times
    #[arg(long = "officer", value_name = "ADDRESS", help_heading = "Letters")]
    officers: Vec<String>,
    /// Language of letters where a request names none [default: en]
    #[arg(long, value_name = "CODE", value_parser = LANGUAGES, help_heading = "Letters")]
    language: Option<String>,
    /// Where people reach the privacy office, as letters say it
    #[arg(long, value_name = "TEXT", help_heading = "Letters")]
    privacy_contact: Option<String>,
    /// One line of the postal address; may come several times
    #[arg(long = "postal-line", value_name = "LINE", help_heading = "Letters")]
    postal_address: Vec<String>,
    /// Days before the cautious date on which officers are warned; 0 is every day once it has passed [default: 14,7,3,1,0]
    #[arg(long, value_name = "DAYS", value_delimiter = ',', help_heading = "Letters")]
    warn_days: Vec<u16>,
}

/// The languages of letters.
const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];

/// A policy as a file says it, with durations as people write them.
#[derive(serde::Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct PolicyFile {
    review: Option<Review>,
    divisions: Option<Vec<String>>,
    poll: Option<String>,
    list_lag: Option<String>,
    sibling_grace: Option<String>,
    clock_skew: Option<String>,
    page_size: Option<u32>,
    own_holidays: Option<Vec<Date>>,
    target_days: Option<u16>,
    letters: Option<Letters>,
    writing: Option<Writing>,
}

impl PolicyFlags {
    /// The policy that results: a flag beats the file, the file beats `usual`.
    ///
    /// # Errors
    /// The file cannot be read, or a value makes no sense.
    pub fn over(self, usual: Policy) -> anyhow::Result<Policy> {
        let file = match &self.policy_file {
            None => PolicyFile::default(),
            Some(path) => {
                let shown = path.display();
                let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
                toml::from_str(&text).with_context(|| format!("{shown} is no policy"))?
            }
        };
        let time = |flag: Option<Duration>, name: &str, text: Option<String>, usual: u64| -> anyhow::Result<u64> {
            let from_file = text.map(|text| duration(&text)).transpose();
            let from_file = from_file.map_err(|error| anyhow::anyhow!("policy: `{name}`: {error}"))?;
            Ok(flag.or(from_file).map_or(usual, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)))
        };
        let review = match self.review.as_deref() {
            Some("always") => Some(Review::Always),
            Some(_) => Some(Review::AccessUnlessDoubtful),
            None => file.review,
        };
        let letters = match self.letters.as_deref() {
            Some("mail") => Some(Letters::Mail),
            Some(_) => Some(Letters::None),
            None => file.letters,
        };
        let hold = self.hold_letters.as_deref().map(|which| match which {
            "decisions" => HeldBack::Decisions,
            "all" => HeldBack::All,
            _ => HeldBack::None,
        });
        let written = file.writing.unwrap_or(usual.writing);
        let or_else = |given: Vec<String>, usual: Vec<String>| if given.is_empty() { usual } else { given };
        let writing = Writing {
            from_name: self.from_name.or(written.from_name),
            officers: or_else(self.officers, written.officers),
            language: self.language.unwrap_or(written.language),
            privacy_contact: self.privacy_contact.or(written.privacy_contact),
            postal_address: or_else(self.postal_address, written.postal_address),
            warn_days: if self.warn_days.is_empty() { written.warn_days } else { self.warn_days },
            hold: hold.unwrap_or(written.hold),
            statements: written.statements,
        };
        let policy = Policy {
            letters: letters.unwrap_or(usual.letters),
            writing,
            review: review.unwrap_or(usual.review),
            divisions: if self.divisions.is_empty() {
                file.divisions.unwrap_or(usual.divisions)
            } else {
                self.divisions
            },
            poll_ms: time(self.poll, "poll", file.poll, usual.poll_ms)?,
            list_lag_ms: time(self.list_lag, "list_lag", file.list_lag, usual.list_lag_ms)?,
            sibling_grace_ms: time(self.sibling_grace, "sibling_grace", file.sibling_grace, usual.sibling_grace_ms)?,
            clock_skew_ms: time(self.clock_skew, "clock_skew", file.clock_skew, usual.clock_skew_ms)?,
            page_size: self.page_size.or(file.page_size).unwrap_or(usual.page_size),
            own_holidays: if self.own_holidays.is_empty() {
                file.own_holidays.unwrap_or(usual.own_holidays)
            } else {
                self.own_holidays
            },
            target_days: self.target_days.or(file.target_days).unwrap_or(usual.target_days),
        };
        policy.check().map_err(|unfit| anyhow::anyhow!("policy: {unfit}"))?;
        Ok(policy)
    }
}
