//! What can be said of a controller: one set of rules, whoever says it.

use jiff::tz::TimeZone;
use letters::language::Language;
use secrecy::ExposeSecret;

use super::policy::{Policy, Writing};
use super::queries::{Change, Credential, NewController};
use crate::officer::queries::login;

/// Longest name of a controller, in characters.
const LONGEST_NAME: usize = 120;
/// Longest id that a platform gives out, in characters.
const LONGEST_ID: usize = 100;
/// The platform lists no more rows than that in one page.
const MOST_ROWS: u32 = 100;
/// Asked for more often, the platform would be busy with nothing but answering.
const SHORTEST_POLL_MS: u64 = 100;
/// Most days that a controller may mean to be done before the cautious one.
pub const MOST_DAYS: u16 = 365;

/// What cannot be used of what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The short name.
    #[error("a short name has 1 to 40 lower-case letters, digits and hyphens, such as acme-de")]
    Slug,
    /// The name for people.
    #[error("a name has 1 to {LONGEST_NAME} characters on one line")]
    Name,
    /// The platform organisation.
    #[error("the id of the platform organisation is one word of at most {LONGEST_ID} characters")]
    Organisation,
    /// The time zone.
    #[error("a time zone is one of IANA's, such as Europe/Berlin")]
    TimeZone,
    /// The region.
    #[error("a region is one of ISO 3166 in capital letters, such as DE or US-CA")]
    Region,
    /// The OAuth client's id.
    #[error("the id of the OAuth client is one word of at most {LONGEST_ID} characters")]
    ClientId,
    /// The OAuth client's secret.
    #[error("the secret of the OAuth client is missing")]
    ClientSecret,
    /// The rows asked for in one page.
    #[error("`page_size` is from 1 to {MOST_ROWS}, which is the platform's most")]
    PageSize,
    /// The wait between looks at a job.
    #[error("`poll` is {SHORTEST_POLL_MS}ms at least")]
    Poll,
    /// The days in hand.
    #[error("`target_days` is {MOST_DAYS} at most")]
    TargetDays,
    /// The language of letters.
    #[error("the language of letters is one of en, de, fr, es")]
    Language,
    /// Who is warned.
    #[error("officers to warn are e-mail addresses, one each")]
    Officers,
    /// The language of what is told about processing.
    #[error("`statements` are kept by language, one of en, de, fr, es")]
    Statements,
}

/// Refuses what is no short name.
///
/// # Errors
/// It is none.
pub fn slug(text: &str) -> Result<(), Unfit> {
    let fits = (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if fits { Ok(()) } else { Err(Unfit::Slug) }
}

/// Refuses what is no name for people.
///
/// # Errors
/// It is none.
pub fn name(text: &str) -> Result<(), Unfit> {
    let is_one_line = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if is_one_line && text.chars().count() <= LONGEST_NAME { Ok(()) } else { Err(Unfit::Name) }
}

/// Refuses what is no id of a platform organisation.
///
/// # Errors
/// It is none.
pub fn organisation(text: &str) -> Result<(), Unfit> {
    if is_word(text) { Ok(()) } else { Err(Unfit::Organisation) }
}

/// Refuses what is no time zone.
///
/// # Errors
/// It is none.
pub fn time_zone(text: &str) -> Result<(), Unfit> {
    TimeZone::get(text).map(|_| ()).map_err(|_| Unfit::TimeZone)
}

/// Refuses what is no region.
///
/// # Errors
/// It is none.
pub fn region(text: &str) -> Result<(), Unfit> {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_part = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) && part.is_none_or(is_part);
    if fits { Ok(()) } else { Err(Unfit::Region) }
}

/// Refuses what is no id of an OAuth client.
///
/// # Errors
/// It is none.
pub fn client_id(text: &str) -> Result<(), Unfit> {
    if is_word(text) { Ok(()) } else { Err(Unfit::ClientId) }
}

/// Refuses whom no warning reaches.
///
/// # Errors
/// One of them is no e-mail address.
pub fn officers(all: &[String]) -> Result<(), Unfit> {
    if all.iter().all(|officer| login(officer).is_ok()) { Ok(()) } else { Err(Unfit::Officers) }
}

fn is_word(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

impl Credential {
    /// Refuses what the platform cannot know.
    ///
    /// # Errors
    /// Id or secret are missing.
    pub fn check(&self) -> Result<(), Unfit> {
        client_id(&self.client_id)?;
        if self.client_secret.expose_secret().trim().is_empty() {
            return Err(Unfit::ClientSecret);
        }
        Ok(())
    }
}

impl Policy {
    /// Refuses what nobody can work by.
    ///
    /// # Errors
    /// The first thing that cannot be used.
    pub fn check(&self) -> Result<(), Unfit> {
        if !(1..=MOST_ROWS).contains(&self.page_size) {
            return Err(Unfit::PageSize);
        }
        if self.poll_ms < SHORTEST_POLL_MS {
            return Err(Unfit::Poll);
        }
        if self.target_days > MOST_DAYS {
            return Err(Unfit::TargetDays);
        }
        self.writing.check()
    }
}

impl Writing {
    /// Refuses what letters cannot be written with.
    ///
    /// # Errors
    /// The first thing that cannot be used.
    pub fn check(&self) -> Result<(), Unfit> {
        if self.language.parse::<Language>().is_err() {
            return Err(Unfit::Language);
        }
        officers(&self.officers)?;
        if self.statements.keys().any(|language| language.parse::<Language>().is_err()) {
            return Err(Unfit::Statements);
        }
        Ok(())
    }
}

impl NewController {
    /// Refuses what cannot be a controller.
    ///
    /// # Errors
    /// The first thing that cannot be used.
    pub fn check(&self) -> Result<(), Unfit> {
        slug(&self.slug)?;
        name(&self.name)?;
        organisation(&self.organisation_id)?;
        time_zone(&self.time_zone)?;
        self.region.as_deref().map_or(Ok(()), region)?;
        self.credential.check()?;
        self.policy.check()
    }
}

impl Change {
    /// Refuses what a controller cannot become.
    ///
    /// # Errors
    /// The first thing that cannot be used.
    pub fn check(&self) -> Result<(), Unfit> {
        self.credential.as_ref().map_or(Ok(()), Credential::check)?;
        self.policy.as_ref().map_or(Ok(()), Policy::check)?;
        self.name.as_deref().map_or(Ok(()), name)?;
        if let Some((zone, place)) = &self.place {
            time_zone(zone)?;
            place.as_deref().map_or(Ok(()), region)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_said_of_a_controller_is_taken_and_nothing_else() {
        for (text, fits) in
            [("acme-de", true), ("a", true), ("", false), ("Acme", false), ("-a", false), ("a b", false)]
        {
            assert_eq!(slug(text).is_ok(), fits, "{text}");
        }
        for (text, fits) in [("Acme GmbH & Co", true), (" ", false), ("two\nlines", false)] {
            assert_eq!(name(text).is_ok(), fits, "{text:?}");
        }
        for (text, fits) in [("Europe/Berlin", true), ("UTC", true), ("Berlin", false), ("", false)] {
            assert_eq!(time_zone(text).is_ok(), fits, "{text}");
        }
        for text in ["DE", "DE-BY", "US-CA", "GB-SCT", "FR-6AE"] {
            assert_eq!(region(text), Ok(()), "{text}");
        }
        for text in ["", "de", "D", "DEU", "Germany", "DE-", "DE-by", "DE-BYERN", "DE-BY-1", "-BY"] {
            assert_eq!(region(text), Err(Unfit::Region), "{text}");
        }
    }

    #[test]
    fn a_policy_that_nobody_can_work_by_is_refused() {
        let usual = Policy::default();
        assert_eq!(usual.check(), Ok(()));
        let with = |writing: Writing| Policy { writing, ..Policy::default() };
        for (policy, unfit) in [
            (Policy { page_size: 101, ..usual.clone() }, Unfit::PageSize),
            (Policy { poll_ms: 99, ..usual.clone() }, Unfit::Poll),
            (Policy { target_days: 366, ..usual.clone() }, Unfit::TargetDays),
            (with(Writing { language: "xx".to_owned(), ..Writing::default() }), Unfit::Language),
            (with(Writing { officers: vec!["nobody".to_owned()], ..Writing::default() }), Unfit::Officers),
        ] {
            assert_eq!(policy.check(), Err(unfit));
        }
    }
}
