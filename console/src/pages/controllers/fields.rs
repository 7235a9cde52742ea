//! The questions about a controller, part by part: asked one part after the other when it is added, and each by itself when it is
//! changed. What may be answered is for the rules of `entities` to say.

use entities::controller::policy::{HeldBack, Letters, Policy, Review};
use entities::controller::queries::{Credential, NewController};
use entities::controller::rules;
use entities::controller::table::Model;
use jiff::civil::Date;
use letters::language::Language;
use serde::{Deserialize, Serialize};

use super::platform;
use crate::faults::Faults;
use crate::parts::Choice;
use crate::shell::Shell;

/// A few questions that stand on one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called, and where it is on the platform.
    Name,
    /// Where its clocks and holidays are.
    Place,
    /// How it signs in to the platform.
    Credential,
    /// Whose records may be acted on.
    Divisions,
    /// How its requests are handled.
    Policy,
    /// What is written to people, and what as.
    Letters,
}

impl Part {
    /// All of them, in the order they are asked.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Place, Self::Credential, Self::Divisions, Self::Policy, Self::Letters];

    /// Its word, in addresses and in `controllers.ftl`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Place => "place",
            Self::Credential => "credential",
            Self::Divisions => "divisions",
            Self::Policy => "policy",
            Self::Letters => "letters",
        }
    }

    /// The part of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == word)
    }
}

/// What was answered, as it was typed.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Answers {
    pub name: String,
    pub slug: String,
    pub platform: String,
    pub organisation: String,
    pub time_zone: String,
    pub region: String,
    pub client_id: String,
    pub client_secret: String,
    pub divisions: String,
    pub review: String,
    pub target_days: String,
    pub own_holidays: String,
    pub letters: String,
    pub hold: String,
    pub language: String,
    pub from_name: String,
    pub privacy_contact: String,
    pub postal_address: String,
    pub officers: String,
    pub warn_days: String,
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn days(text: &str) -> Option<Vec<Date>> {
    lines(text).iter().map(|line| line.parse().ok()).collect()
}

fn numbers(text: &str) -> Option<Vec<u16>> {
    text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Answers {
    /// What nobody has answered yet, with what is usual.
    #[must_use]
    pub fn usual() -> Self {
        Self { ..Self::default() }.with_policy(&Policy::default())
    }

    /// What is known of a controller. Its secret is not shown again, and its client only where it opens.
    #[must_use]
    pub fn of(row: &Model, credential: Option<&Credential>) -> Self {
        let known = Self {
            name: row.name.clone(),
            slug: row.slug.clone(),
            organisation: row.organisation_id.clone(),
            time_zone: row.time_zone.clone(),
            region: row.region.clone().unwrap_or_default(),
            client_id: credential.map(|it| it.client_id.clone()).unwrap_or_default(),
            ..Self::default()
        };
        known.with_policy(&row.policy)
    }

    fn with_policy(self, policy: &Policy) -> Self {
        let writing = &policy.writing;
        let warn_days: Vec<_> = writing.warn_days.iter().map(ToString::to_string).collect();
        let own_holidays: Vec<_> = policy.own_holidays.iter().map(ToString::to_string).collect();
        Self {
            divisions: policy.divisions.join("\n"),
            review: review_word(policy.review).to_owned(),
            target_days: policy.target_days.to_string(),
            own_holidays: own_holidays.join("\n"),
            letters: letters_word(policy.letters).to_owned(),
            hold: hold_word(writing.hold).to_owned(),
            language: writing.language.clone(),
            from_name: writing.from_name.clone().unwrap_or_default(),
            privacy_contact: writing.privacy_contact.clone().unwrap_or_default(),
            postal_address: writing.postal_address.join("\n"),
            officers: writing.officers.join("\n"),
            warn_days: warn_days.join(", "),
            ..self
        }
    }

    /// Takes the answers to one part from what was sent.
    pub fn take(&mut self, part: Part, sent: &Self, is_new: bool) {
        let sent = sent.clone();
        match part {
            Part::Name => {
                self.name = sent.name.trim().to_owned();
                if is_new {
                    self.slug = sent.slug.trim().to_owned();
                    self.platform = sent.platform;
                    self.organisation = sent.organisation.trim().to_owned();
                }
            }
            Part::Place => {
                self.time_zone = sent.time_zone.trim().to_owned();
                self.region = sent.region.trim().to_ascii_uppercase();
            }
            Part::Credential => {
                self.client_id = sent.client_id.trim().to_owned();
                self.client_secret = sent.client_secret.trim().to_owned();
            }
            Part::Divisions => self.divisions = sent.divisions,
            Part::Policy => {
                self.review = sent.review;
                self.target_days = sent.target_days.trim().to_owned();
                self.own_holidays = sent.own_holidays;
            }
            Part::Letters => {
                self.letters = sent.letters;
                self.hold = sent.hold;
                self.language = sent.language;
                self.from_name = sent.from_name;
                self.privacy_contact = sent.privacy_contact;
                self.postal_address = sent.postal_address;
                self.officers = sent.officers;
                self.warn_days = sent.warn_days;
            }
        }
    }

    /// What is wrong with the answers to one part.
    #[must_use]
    pub fn faults(&self, part: Part, is_new: bool, s: &Shell) -> Faults {
        let words = s.w;
        let mut faults = Faults::default();
        let mut must = |holds: bool, field: &'static str, says: String| {
            if !holds {
                faults.add(field, says);
            }
        };
        match part {
            Part::Name => {
                must(rules::name(&self.name).is_ok(), "name", words.t("controller-name-wrong"));
                if is_new {
                    must(rules::slug(&self.slug).is_ok(), "slug", words.t("controller-slug-wrong"));
                    let is_there = platform::addresses(s, &self.platform).is_some();
                    must(is_there, "platform", words.t("controller-platform-wrong"));
                    let organisation = rules::organisation(&self.organisation);
                    must(organisation.is_ok(), "organisation", words.t("controller-organisation-wrong"));
                }
            }
            Part::Place => {
                must(rules::time_zone(&self.time_zone).is_ok(), "time_zone", words.t("controller-zone-wrong"));
                let is_region = self.region.is_empty() || rules::region(&self.region).is_ok();
                must(is_region, "region", words.t("controller-region-wrong"));
            }
            Part::Credential => {
                // The rules take id and secret together; which of them is at fault follows from which is missing.
                must(rules::client_id(&self.client_id).is_ok(), "client_id", words.t("controller-client-wrong"));
                must(!self.client_secret.is_empty(), "client_secret", words.t("controller-secret-wrong"));
            }
            Part::Divisions => {}
            Part::Policy => {
                must(review_of(&self.review).is_some(), "review", words.t("controller-review-wrong"));
                let target = self.target_days.parse::<u16>().ok().filter(|days| *days <= rules::MOST_DAYS);
                must(target.is_some(), "target_days", words.t("controller-target-wrong"));
                must(days(&self.own_holidays).is_some(), "own_holidays", words.t("controller-days-wrong"));
            }
            Part::Letters => {
                must(letters_of(&self.letters).is_some(), "letters", words.t("controller-letters-wrong"));
                must(hold_of(&self.hold).is_some(), "hold", words.t("controller-hold-wrong"));
                must(self.language.parse::<Language>().is_ok(), "language", words.t("controller-language-wrong"));
                must(rules::officers(&lines(&self.officers)).is_ok(), "officers", words.t("controller-officers-wrong"));
                must(numbers(&self.warn_days).is_some(), "warn_days", words.t("controller-warn-wrong"));
            }
        }
        faults
    }

    /// The policy that follows, over the one there is. What cannot be read stays as it was.
    #[must_use]
    pub fn policy(&self, before: &Policy) -> Policy {
        let mut policy = before.clone();
        policy.divisions = lines(&self.divisions);
        policy.review = review_of(&self.review).unwrap_or(before.review);
        policy.target_days = self.target_days.parse().unwrap_or(before.target_days);
        policy.own_holidays = days(&self.own_holidays).unwrap_or_default();
        policy.letters = letters_of(&self.letters).unwrap_or(before.letters);
        let writing = &mut policy.writing;
        writing.hold = hold_of(&self.hold).unwrap_or(before.writing.hold);
        writing.language.clone_from(&self.language);
        writing.from_name = some(&self.from_name);
        writing.privacy_contact = some(&self.privacy_contact);
        writing.postal_address = lines(&self.postal_address);
        writing.officers = lines(&self.officers);
        writing.warn_days = numbers(&self.warn_days).unwrap_or_default();
        policy
    }

    /// The region, if there is one.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        some(&self.region)
    }

    /// The credential.
    #[must_use]
    pub fn credential(&self) -> Credential {
        Credential { client_id: self.client_id.clone(), client_secret: self.client_secret.clone().into() }
    }

    /// The controller that follows; none, if it is nowhere on the platform.
    #[must_use]
    pub fn controller(&self, s: &Shell) -> Option<NewController> {
        let (login_url, api_url) = platform::addresses(s, &self.platform)?;
        Some(NewController {
            slug: self.slug.clone(),
            name: self.name.clone(),
            organisation_id: self.organisation.clone(),
            login_url,
            api_url,
            credential: self.credential(),
            time_zone: self.time_zone.clone(),
            region: self.region(),
            policy: self.policy(&Policy::default()),
        })
    }
}

const REVIEWS: [&str; 2] = ["always", "access_unless_doubtful"];
const LETTERS: [&str; 2] = ["none", "mail"];

const HELD: [&str; 3] = ["none", "decisions", "all"];

const fn review_word(review: Review) -> &'static str {
    match review {
        Review::Always => "always",
        Review::AccessUnlessDoubtful => "access_unless_doubtful",
    }
}

fn review_of(word: &str) -> Option<Review> {
    [Review::Always, Review::AccessUnlessDoubtful].into_iter().find(|review| review_word(*review) == word)
}

const fn letters_word(letters: Letters) -> &'static str {
    match letters {
        Letters::None => "none",
        Letters::Mail => "mail",
    }
}

fn letters_of(word: &str) -> Option<Letters> {
    [Letters::None, Letters::Mail].into_iter().find(|letters| letters_word(*letters) == word)
}

const fn hold_word(hold: HeldBack) -> &'static str {
    match hold {
        HeldBack::None => "none",
        HeldBack::Decisions => "decisions",
        HeldBack::All => "all",
    }
}

fn hold_of(word: &str) -> Option<HeldBack> {
    [HeldBack::None, HeldBack::Decisions, HeldBack::All].into_iter().find(|hold| hold_word(*hold) == word)
}

/// What can be chosen.
pub struct Choices {
    /// Where the platform is.
    pub platforms: Vec<Choice>,
    /// When a person looks.
    pub reviews: Vec<Choice>,
    /// Whether letters are written.
    pub letters: Vec<Choice>,
    /// Which of them are held back.
    pub hold: Vec<Choice>,
    /// In which language, where a request names none.
    pub languages: Vec<Choice>,
}

impl Choices {
    /// With what was answered chosen.
    #[must_use]
    pub fn of(s: &Shell, answers: &Answers) -> Self {
        let one = |value: &str, label: String, chosen: &str| Choice {
            is_chosen: value == chosen,
            value: value.to_owned(),
            label,
        };
        let words = |set: &str, all: &[&str], chosen: &str| {
            all.iter().map(|word| one(word, s.word(set, word), chosen)).collect::<Vec<_>>()
        };
        let languages = Language::ALL.map(Language::code);
        Self {
            platforms: Choice::among(s.t("controller-platform-choose"), platform::all(s), Some(&answers.platform)),
            reviews: words("review", &REVIEWS, &answers.review),
            letters: words("writing", &LETTERS, &answers.letters),
            hold: words("held", &HELD, &answers.hold),
            languages: words("letter-language", &languages, &answers.language),
        }
    }
}

/// A part as a summary list shows it: each question with its answer.
#[must_use]
pub fn summary(s: &Shell, part: Part, answers: &Answers, is_new: bool) -> Vec<(String, String)> {
    let or = |text: &str, none: String| if text.trim().is_empty() { none } else { text.trim().to_owned() };
    let listed = |text: &str| lines(text).join(", ");
    match part {
        Part::Name => {
            let mut rows = vec![(s.t("controller-name"), answers.name.clone())];
            if is_new {
                rows.push((s.t("controller-slug"), answers.slug.clone()));
                let known = platform::all(s).into_iter().find(|(word, _)| *word == answers.platform);
                rows.push((s.t("controller-platform"), known.map(|(_, name)| name).unwrap_or_default()));
                rows.push((s.t("controller-organisation"), answers.organisation.clone()));
            }
            rows
        }
        Part::Place => vec![
            (s.t("controller-zone"), answers.time_zone.clone()),
            (s.t("controller-region"), or(&answers.region, s.t("controller-region-none"))),
        ],
        Part::Credential => vec![
            (s.t("controller-client"), answers.client_id.clone()),
            (s.t("controller-secret"), s.t("controller-secret-kept")),
        ],
        Part::Divisions => {
            vec![(s.t("controller-divisions"), or(&listed(&answers.divisions), s.t("controller-divisions-all")))]
        }
        Part::Policy => vec![
            (s.t("controller-review"), s.word("review", &answers.review)),
            (s.t("controller-target"), answers.target_days.clone()),
            (s.t("controller-days"), or(&listed(&answers.own_holidays), s.t("controller-days-none"))),
        ],
        Part::Letters => vec![
            (s.t("controller-letters"), s.word("writing", &answers.letters)),
            (s.t("controller-hold"), s.word("held", &answers.hold)),
            (s.t("controller-language"), s.word("letter-language", &answers.language)),
            (s.t("controller-from"), or(&answers.from_name, s.t("controller-from-none"))),
            (s.t("controller-contact"), or(&answers.privacy_contact, s.t("controller-not-given"))),
            (s.t("controller-address"), or(&listed(&answers.postal_address), s.t("controller-not-given"))),
            (s.t("controller-officers"), or(&listed(&answers.officers), s.t("controller-officers-none"))),
            (s.t("controller-warn"), or(&answers.warn_days, s.t("controller-warn-none"))),
        ],
    }
}
