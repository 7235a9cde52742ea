//! Fault switches: what goes wrong, for whom, how often.
//!
//! A fault is a name and any of the parameters below, either as JSON (`POST /sandbox/faults`) or as text for flags:
//! `lost-answer:subject=lou.lost@example.com,times=1`. Members in text form are joined by `+`.
//!
//! | name | does | parameters of its own |
//! |---|---|---|
//! | `lost-answer` | does what was asked, then drops the connection (submissions, unless `route` says otherwise) | |
//! | `reset-before` | drops the connection before anything is done | |
//! | `stall` | does what was asked, then holds the answer back | `ms` (real) |
//! | `unavailable`, `server-error` | answers 503, 500 | |
//! | `rate-storm` | answers 429 | `seconds` (Retry-After, default 1) |
//! | `revoke-tokens` | ends all live tokens at this call | |
//! | `revoke-after` | the same, after `calls` calls | `calls` |
//! | `job-error` | a new request ends in ERROR | |
//! | `slow-status` | a new request stays INITIATED longer | `ms` (platform) |
//! | `missing-list-rows` | the list leaves rows out | `seconds` (platform, counted from when it was set) |
//! | `list-lag` | a new row appears in the list later | `ms` (platform) |
//! | `clock-skew` | a new row shows a creation date that is off | `ms` (platform, may be negative) |
//! | `extra-enum` | a new request passes status ARCHIVING; a search also finds kinds of subject no definition names | |
//! | `fanout-omits` | a new request gets no siblings for some members of the merge set | `members` (contact ids; all if none) |
//! | `results-expired` | a download is gone | |
//! | `results-truncated` | the storage closes half-way | |
//! | `accept-200` | a submission is answered 200 instead of 202 | |
//! | `permission-missing` | the caller lacks a permission | `permission` (default `gdpr:request:add`) |
//! | `malformed-json` | the answer stops half-way through its JSON | |
//! | `wrong-organisation` | the token says that it belongs to another organisation | |
//!
//! Every fault also takes `route` (a name of [`crate::call::Route`]), `client` (a client id), `subject`, `after` (lets so
//! many occasions pass first) and `times` (then it is spent; without it, it never is). `subject` is any part of an
//! identifier, upper or lower case alike; a call that names a record by id is recognised by that record's e-mail
//! addresses, numbers and name too. Requests the platform makes itself are recognised by their contact id alone, so that
//! a fault counted for a person's submission is not used up by a sibling.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The faults there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the table in the module header says what each one does")]
pub enum FaultName {
    LostAnswer,
    ResetBefore,
    Stall,
    Unavailable,
    ServerError,
    RateStorm,
    RevokeTokens,
    RevokeAfter,
    JobError,
    SlowStatus,
    MissingListRows,
    ListLag,
    ClockSkew,
    ExtraEnum,
    FanoutOmits,
    ResultsExpired,
    ResultsTruncated,
    #[serde(rename = "accept-200")]
    Accept200,
    PermissionMissing,
    MalformedJson,
    WrongOrganisation,
}

impl FaultName {
    /// The word in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Self::LostAnswer => "lost-answer",
            Self::ResetBefore => "reset-before",
            Self::Stall => "stall",
            Self::Unavailable => "unavailable",
            Self::ServerError => "server-error",
            Self::RateStorm => "rate-storm",
            Self::RevokeTokens => "revoke-tokens",
            Self::RevokeAfter => "revoke-after",
            Self::JobError => "job-error",
            Self::SlowStatus => "slow-status",
            Self::MissingListRows => "missing-list-rows",
            Self::ListLag => "list-lag",
            Self::ClockSkew => "clock-skew",
            Self::ExtraEnum => "extra-enum",
            Self::FanoutOmits => "fanout-omits",
            Self::ResultsExpired => "results-expired",
            Self::ResultsTruncated => "results-truncated",
            Self::Accept200 => "accept-200",
            Self::PermissionMissing => "permission-missing",
            Self::MalformedJson => "malformed-json",
            Self::WrongOrganisation => "wrong-organisation",
        }
    }
}

/// A fault as it is switched on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// Which one.
    pub name: FaultName,
    /// Only calls on this route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Only calls of this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Only calls that concern this subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Occasions to let pass first.
    #[serde(default, alias = "calls")]
    pub after: u64,
    /// How often, then never again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Milliseconds, see the table.
    #[serde(default)]
    pub ms: i64,
    /// Seconds, see the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// The permission that is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Members left out of the fan-out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
}

impl FromStr for FaultSpec {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, rest) = text.split_once(':').unwrap_or((text, ""));
        let mut fields = Map::new();
        fields.insert("name".into(), name.trim().into());
        for field in rest.split(',').filter(|field| !field.trim().is_empty()) {
            let (key, value) =
                field.split_once('=').ok_or_else(|| anyhow::anyhow!("fault `{name}`: `{field}` is not key=value"))?;
            let value: Value = match key.trim() {
                "after" | "calls" | "times" | "ms" | "seconds" => value.trim().parse::<i64>()?.into(),
                "members" => value.split('+').map(str::trim).collect(),
                _ => value.trim().into(),
            };
            fields.insert(key.trim().into(), value);
        }
        Ok(serde_json::from_value(Value::Object(fields))?)
    }
}

/// A fault with its history.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// Number of the switch, from 1.
    pub id: u64,
    #[serde(flatten)]
    spec: FaultSpec,
    /// How often it happened.
    pub fired: u64,
    /// Whether it will happen no more.
    pub spent: bool,
    #[serde(skip)]
    passed: u64,
    #[serde(skip)]
    set_ms: i64,
}

/// The circumstances a fault looks at.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Name of the route.
    pub route: &'static str,
    /// The client, where known.
    pub client: Option<String>,
    /// By what the subject may be recognised; empty where no fault looks at subjects.
    pub known_as: Vec<String>,
}

/// The parameters of a fault that happens.
#[derive(Debug, Clone)]
pub struct Fired {
    /// Milliseconds, see the table.
    pub ms: i64,
    /// Seconds, see the table.
    pub seconds: Option<u64>,
    /// Members left out of the fan-out.
    pub members: Vec<String>,
}

/// All switches.
#[derive(Debug, Default)]
pub struct Faults {
    all: Vec<Fault>,
    next: u64,
}

impl Faults {
    /// Switches a fault on. Its number.
    pub fn add(&mut self, spec: FaultSpec, now_ms: i64) -> u64 {
        self.next += 1;
        let spent = spec.times == Some(0);
        self.all.push(Fault { id: self.next, spec, fired: 0, spent, passed: 0, set_ms: now_ms });
        self.next
    }

    /// Switches all off and forgets them.
    pub fn clear(&mut self) {
        self.all.clear();
    }

    /// All faults with their history.
    pub fn all(&self) -> &[Fault] {
        &self.all
    }

    /// Whether any live fault looks at subjects, which are not free to find out.
    pub fn look_at_subjects(&self) -> bool {
        self.all.iter().any(|fault| !fault.spent && fault.spec.subject.is_some())
    }

    /// Whether a live fault of this name exists at all.
    pub fn has(&self, name: FaultName) -> bool {
        self.all.iter().any(|fault| !fault.spent && fault.spec.name == name)
    }

    /// Whether a live fault of this name is meant for this route by name.
    pub fn names_route(&self, name: FaultName, route: &str) -> bool {
        self.all
            .iter()
            .any(|fault| !fault.spent && fault.spec.name == name && fault.spec.route.as_deref() == Some(route))
    }

    /// Lets the first fault of this name happen that fits the occasion and has let enough of them pass.
    pub fn fire(&mut self, name: FaultName, occasion: &Occasion) -> Option<Fired> {
        let mut fitting = self.all.iter_mut().filter(|fault| fault.spec.name == name && fault.fits(occasion));
        fitting.find_map(Fault::happen)
    }

    /// Lets a permission be missing: with a subject for that call alone, without one for the client altogether.
    pub fn fire_permission(&mut self, permission: &str, occasion: &Occasion) -> bool {
        let lacks = |fault: &&mut Fault| {
            fault.spec.name == FaultName::PermissionMissing
                && fault.spec.permission.as_deref().unwrap_or("gdpr:request:add") == permission
                && fault.fits(occasion)
        };
        self.all.iter_mut().filter(lacks).find_map(Fault::happen).is_some()
    }

    /// The tests for rows the list leaves out now; counts one firing each for those that leave out any of `rows`.
    pub fn hide_rows<'a>(
        &mut self,
        occasion: &Occasion,
        now_ms: i64,
        rows: impl Iterator<Item = &'a [String]> + Clone,
    ) -> Vec<Option<String>> {
        let mut hidden = Vec::new();
        for fault in &mut self.all {
            let over = fault.spec.seconds.is_some_and(|seconds| now_ms >= fault.set_ms + (seconds as i64) * 1000);
            let anyone = Occasion { known_as: fault.spec.subject.clone().into_iter().collect(), ..occasion.clone() };
            if fault.spec.name != FaultName::MissingListRows || over || !fault.fits(&anyone) {
                continue;
            }
            let subject = fault.spec.subject.clone();
            if rows.clone().any(|known_as| is_known_as(known_as, subject.as_deref())) && fault.happen().is_some() {
                hidden.push(subject);
            }
        }
        hidden
    }
}

/// Whether one of the words a subject is known by contains what a fault looks for; nothing looks for anyone.
pub fn is_known_as(known_as: &[String], wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        let wanted = wanted.to_lowercase();
        known_as.iter().any(|word| word.to_lowercase().contains(&wanted))
    })
}

impl Fault {
    fn fits(&self, occasion: &Occasion) -> bool {
        !self.spent
            && self.spec.route.as_deref().is_none_or(|route| route == occasion.route)
            && self.spec.client.as_deref().is_none_or(|client| occasion.client.as_deref() == Some(client))
            && is_known_as(&occasion.known_as, self.spec.subject.as_deref())
    }

    fn happen(&mut self) -> Option<Fired> {
        if self.passed < self.spec.after {
            self.passed += 1;
            return None;
        }
        self.fired += 1;
        self.spent = self.spec.times.is_some_and(|times| self.fired >= times);
        Some(Fired { ms: self.spec.ms, seconds: self.spec.seconds, members: self.spec.members.clone() })
    }
}
