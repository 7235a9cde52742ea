//! What a letter must say, and by which law: the table `data/parts.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::context::{Context, Shared};
use crate::kind::{LetterKind, Right};
use crate::language::Language;
use crate::part::Part;

/// A part that a letter must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandatory {
    /// The part.
    pub part: Part,
    /// Which rules ask for it, each once, such as `GDPR Art. 12(4)`.
    pub sources: Vec<&'static str>,
    /// Whether the words of the template do, for all of these, where the part otherwise needs a value.
    pub in_words: bool,
}

impl Mandatory {
    /// All rules that ask for it, as one text.
    pub fn source(&self) -> String {
        self.sources.join("; ")
    }
}

/// What decides which parts a letter must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case<'a> {
    /// The kind of letter.
    pub kind: LetterKind,
    /// The laws, as `eu_gdpr`.
    pub regimes: &'a [String],
    /// What was asked for.
    pub right: Right,
    /// What became of it, in the words of [`crate::kind::Outcome`] or [`crate::kind::Decision`], if the kind has one.
    pub outcome: Option<&'a str>,
    /// The day the letter is written.
    pub written_on: Date,
}

impl<'a> Case<'a> {
    /// The case of a context; `None` for letters to officers, which no law asks anything of.
    pub fn of(context: &'a Context) -> Option<Self> {
        let Shared::Person(common) = context.shared() else { return None };
        Some(Self {
            kind: context.kind(),
            regimes: &common.regimes,
            right: common.right,
            outcome: context.outcome(),
            written_on: common.written_on,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    groups: BTreeMap<String, BTreeSet<String>>,
    needs_value: Parts,
    fixed: Parts,
    time_limits: BTreeMap<String, u32>,
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    parts: BTreeSet<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    kinds: BTreeSet<LetterKind>,
    laws: BTreeSet<String>,
    rights: Option<BTreeSet<Right>>,
    outcomes: Option<BTreeSet<String>>,
    from: Option<Date>,
    parts: Vec<Part>,
    #[serde(default)]
    in_words: bool,
    source: String,
}

impl Rule {
    /// Whether it is a rule of this law.
    fn is_of(&self, regime: &str) -> bool {
        let in_group = |law: &String| TABLE.groups.get(law).is_some_and(|group| group.contains(regime));
        self.laws.contains(regime) || self.laws.iter().any(in_group)
    }

    /// Whether it speaks of such a letter, whatever the law.
    fn fits(&self, case: &Case<'_>) -> bool {
        self.kinds.contains(&case.kind)
            && self.rights.as_ref().is_none_or(|rights| rights.contains(&case.right))
            && self
                .outcomes
                .as_ref()
                .is_none_or(|outcomes| case.outcome.is_some_and(|outcome| outcomes.contains(outcome)))
            && self.from.is_none_or(|from| case.written_on >= from)
    }
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../data/parts.toml")).expect("embedded, and read by a test"));

/// The parts such a letter must have under any of its laws, each once, with all that asks for it.
pub fn mandatory(case: &Case<'_>) -> Vec<Mandatory> {
    let mut parts: BTreeMap<Part, Mandatory> = BTreeMap::new();
    let applies = |rule: &&Rule| rule.fits(case) && case.regimes.iter().any(|regime| rule.is_of(regime));
    for rule in TABLE.rule.iter().filter(applies) {
        for part in &rule.parts {
            let must = parts.entry(*part).or_insert(Mandatory { part: *part, sources: Vec::new(), in_words: true });
            must.in_words &= rule.in_words;
            if !must.sources.contains(&rule.source.as_str()) {
                must.sources.push(&rule.source);
            }
        }
    }
    parts.into_values().collect()
}

/// Those of a letter's laws that ask for the part.
pub(crate) fn asking<'a>(case: &Case<'a>, part: Part) -> Vec<&'a str> {
    let asks = |regime: &str| {
        TABLE.rule.iter().any(|rule| rule.fits(case) && rule.is_of(regime) && rule.parts.contains(&part))
    };
    case.regimes.iter().map(String::as_str).filter(|regime| asks(regime)).collect()
}

/// Whether words alone cannot be this part.
pub(crate) fn needs_value(part: Part) -> bool {
    TABLE.needs_value.parts.contains(&part)
}

/// Whether nobody changes how a letter says this part.
pub(crate) fn is_fixed(part: Part) -> bool {
    TABLE.fixed.parts.contains(&part)
}

/// The days within which a remedy must be used, where a law has the letter say so; the shortest, if several do.
pub(crate) fn time_limit_days(regimes: &[String]) -> Option<u32> {
    regimes.iter().filter_map(|regime| TABLE.time_limits.get(regime).copied()).min()
}

/// Whether the law is one of those we know.
pub(crate) fn is_known(regime: &str) -> bool {
    Language::English.words().law.contains_key(regime)
}

/// All laws we know.
pub fn regimes() -> impl Iterator<Item = &'static str> {
    Language::English.words().law.keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::{Decision, Outcome};

    #[test]
    fn the_table_speaks_of_laws_and_outcomes_that_exist() {
        let outcomes: BTreeSet<&str> = Outcome::ALL
            .iter()
            .map(|outcome| outcome.as_str())
            .chain(Decision::ALL.iter().map(|decision| decision.as_str()))
            .collect();
        for rule in &TABLE.rule {
            for law in &rule.laws {
                assert!(is_known(law) || TABLE.groups.contains_key(law), "{law}");
            }
            for outcome in rule.outcomes.iter().flatten() {
                assert!(outcomes.contains(outcome.as_str()), "{outcome}");
            }
            assert!(!rule.source.is_empty() && !rule.parts.is_empty());
        }
        for law in TABLE.groups.values().flatten().chain(TABLE.time_limits.keys()) {
            assert!(is_known(law), "{law}");
        }
    }

    #[test]
    fn every_part_is_mandatory_somewhere_but_those_that_depend_on_facts() {
        let mandatory: BTreeSet<Part> = TABLE.rule.iter().flat_map(|rule| rule.parts.iter().copied()).collect();
        let depends = [Part::ThirdPartiesNotTold, Part::OfferOptOut];
        assert_eq!(mandatory, Part::ALL.iter().copied().filter(|part| !depends.contains(part)).collect());
    }
}
