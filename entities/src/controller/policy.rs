//! How a controller's requests are handled: review, cadence, grace times. Stored as one document with defaults.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use letters::kind::{Audience, LetterKind};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// When a person must look before anything is done on the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Always.
    #[default]
    Always,
    /// Only where something is in doubt. An erasure or a rectification still needs its approval.
    AccessUnlessDoubtful,
}

/// Whether letters are written and sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    /// None are: whoever files the requests also writes.
    #[default]
    None,
    /// They are written, and sent by mail.
    Mail,
}

/// Which letters to the person are held back until an officer has read them and sends them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBack {
    /// None: each goes out as soon as it is written.
    #[default]
    None,
    /// Those that tell what was decided: answers, refusals, that an identity is not proven, decisions on appeals.
    Decisions,
    /// All but links, which nobody but the person reads.
    All,
}

impl HeldBack {
    /// Whether letters of this kind are held back.
    #[must_use]
    pub const fn covers(self, kind: LetterKind) -> bool {
        match self {
            Self::None => false,
            Self::Decisions => {
                kind.is_answer()
                    || matches!(kind, LetterKind::Refusal | LetterKind::Unverified | LetterKind::AppealDecision)
            }
            Self::All => matches!(kind.audience(), Audience::Person) && !kind.lets_in(),
        }
    }
}

/// What a controller's letters say of it, and whom of its own people they reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Writing {
    /// What mails are sent as; the controller's name if none is given.
    pub from_name: Option<String>,
    /// The mail addresses of its officers, for warnings.
    pub officers: Vec<String>,
    /// The language of letters where a request names none, as ISO 639-1.
    pub language: String,
    /// Where people reach its privacy office: an address of any kind.
    pub privacy_contact: Option<String>,
    /// Its postal address, a line each.
    pub postal_address: Vec<String>,
    /// How many days before the cautious date officers are warned; 0 also warns every day once it has passed.
    pub warn_days: Vec<u16>,
    /// Which letters wait until an officer has read them.
    pub hold: HeldBack,
    /// What it must tell about its processing (GDPR Art. 15(1)), for each language.
    pub statements: BTreeMap<String, Statement>,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            from_name: None,
            officers: Vec::new(),
            language: "en".to_owned(),
            privacy_contact: None,
            postal_address: Vec::new(),
            warn_days: vec![14, 7, 3, 1, 0],
            hold: HeldBack::None,
            statements: BTreeMap::new(),
        }
    }
}

/// What a controller tells about its processing, in one language (GDPR Art. 15(1)(a)-(h), 15(2)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Statement {
    /// What the data is used for.
    pub purposes: Vec<String>,
    /// What kinds of data there are.
    pub categories: Vec<String>,
    /// Who gets it; an empty list says nobody.
    pub recipients: Option<Vec<String>>,
    /// How long it is kept.
    pub storage: Vec<String>,
    /// Where it came from.
    pub source: Vec<String>,
    /// What machines decide alone, by what logic and with what effect; an empty list says nothing.
    pub automated_decisions: Option<Vec<String>>,
    /// Where it goes beyond the law's own borders, and under what safeguards; an empty list says nowhere.
    pub transfers: Option<Vec<String>>,
    /// Who is told of erasures and corrections; an empty list says that nobody had received the data.
    pub recipients_told: Option<Vec<String>>,
    /// Where was searched, if it is not the contact centre alone.
    pub searched: Vec<String>,
    /// What is stopped when somebody objects or opts out.
    pub stopped: Vec<String>,
    /// How a fee is paid.
    pub how_to_pay: Option<String>,
    /// How identity can be proven otherwise than by a link.
    pub how_to_prove: Option<String>,
    /// How to appeal to the controller, where the law knows appeals.
    pub appeal: Option<String>,
}

/// A controller's choices. Every field has a default that is safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// When a person must look.
    pub review: Review,
    /// The divisions whose users and external contacts may be acted on, by id or name; empty means all.
    pub divisions: Vec<String>,
    /// How long to wait between looks at an open job. The platform takes days, so hours are usual.
    pub poll_ms: u64,
    /// How long the platform may take to list what it has accepted. A lost answer is not retried before this has passed.
    pub list_lag_ms: u64,
    /// How long the platform may take to copy a request to the other members of a merge set, before they are topped up.
    pub sibling_grace_ms: u64,
    /// How far the platform's clock may be from ours.
    pub clock_skew_ms: u64,
    /// Rows to ask for in one page of the platform's list.
    pub page_size: u32,
    /// Days that are holidays where the controller is, besides those that are public in its region.
    pub own_holidays: Vec<Date>,
    /// How many days before the cautious date the controller means to be done.
    pub target_days: u16,
    /// Whether letters are written and sent.
    pub letters: Letters,
    /// What they say of the controller.
    pub writing: Writing,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            review: Review::Always,
            divisions: Vec::new(),
            poll_ms: 4 * 3_600_000,
            list_lag_ms: 60_000,
            sibling_grace_ms: 24 * 3_600_000,
            clock_skew_ms: 120_000,
            page_size: 100,
            own_holidays: Vec::new(),
            target_days: 7,
            letters: Letters::None,
            writing: Writing::default(),
        }
    }
}

impl Policy {
    /// The wait between two looks at an open job.
    #[must_use]
    pub fn poll_every(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }
    /// See [`Policy::list_lag_ms`].
    #[must_use]
    pub fn list_lag(&self) -> Duration {
        Duration::from_millis(self.list_lag_ms)
    }
    /// See [`Policy::sibling_grace_ms`].
    #[must_use]
    pub fn sibling_grace(&self) -> Duration {
        Duration::from_millis(self.sibling_grace_ms)
    }
    /// See [`Policy::clock_skew_ms`].
    #[must_use]
    pub fn clock_skew(&self) -> Duration {
        Duration::from_millis(self.clock_skew_ms)
    }
}
