//! One law as its data file states it: its rules, letters, grounds to refuse and proofs of identity.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::clock::Confidence;
use crate::duty::Duty;
use crate::letter::{LetterKind, Part};
use crate::refusal::{Proof, Unproven};
use crate::right::Right;
use crate::rule::{Counting, Rule};

/// A law, or with most of it left out, what a family of laws has in common.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// The stored id, which is the file's name.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Where it holds.
    pub jurisdiction: String,
    /// Where it is found. `{citation}` in the family's texts stands for it.
    pub citation: String,
    /// The laws it resembles: what it leaves out is taken from there.
    pub family: Option<String>,
    /// The rights it grants.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// Rights it grants only for requests received on a certain day or later.
    #[serde(default)]
    pub since: BTreeMap<Right, Date>,
    /// How it counts.
    pub counting: Option<Counting>,
    /// Its duties.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// What its letters must contain.
    #[serde(default, rename = "letter")]
    pub letters: Vec<Letter>,
    /// On what grounds it lets a request be refused.
    #[serde(default, rename = "ground")]
    pub grounds: Vec<Ground>,
    /// What proof of identity it asks for.
    #[serde(default, rename = "identity")]
    pub identities: Vec<Identity>,
    /// What else there is to know, for people to read.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What one kind of letter must contain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The kind.
    pub kind: LetterKind,
    /// Holds for letters written on this day or later.
    pub from: Option<Date>,
    /// Holds for letters written on this day or earlier.
    pub to: Option<Date>,
    /// Each part with its provision, in the order of the law.
    pub parts: Vec<(Part, String)>,
}

/// A ground to refuse.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Stored with the refusal.
    pub code: String,
    /// What it says.
    pub text: String,
    /// The provision.
    pub basis: String,
    /// The rights it can be held against; empty means all.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// Holds for requests received on this day or later.
    pub from: Option<Date>,
    /// Holds for requests received on this day or earlier.
    pub to: Option<Date>,
    /// How well it is known.
    pub confidence: Confidence,
}

/// What proof of identity is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The rights; empty means all not named by another row.
    #[serde(default)]
    pub rights: Vec<Right>,
    /// How much.
    pub proof: Proof,
    /// What becomes of a request without it.
    pub unproven: Unproven,
    /// The provision.
    pub source: String,
}

/// Whether `day` lies in a span whose ends may be open.
pub(crate) fn within(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}

impl Law {
    /// Whether it grants the right to a request received that day.
    pub fn grants(&self, right: Right, day: Date) -> bool {
        self.rights.contains(&right) && self.since.get(&right).is_none_or(|since| *since <= day)
    }

    /// The rule for a duty, a right and a day of receipt.
    pub fn rule(&self, duty: Duty, right: Option<Right>, day: Date) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.duty == duty && rule.holds(right, day))
    }

    /// Takes from the family what this law leaves out.
    pub(crate) fn inherit(&mut self, family: &Self) {
        let citation = &self.citation;
        let own = |text: &mut String| *text = text.replace("{citation}", citation);
        if self.rights.is_empty() {
            self.rights.clone_from(&family.rights);
        }
        if self.counting.is_none() {
            self.counting.clone_from(&family.counting);
        }
        for rule in &family.rules {
            if !self.rules.iter().any(|mine| mine.duty == rule.duty) {
                let mut rule = rule.clone();
                own(&mut rule.source);
                self.rules.push(rule);
            }
        }
        for letter in &family.letters {
            if !self.letters.iter().any(|mine| mine.kind == letter.kind) {
                let mut letter = letter.clone();
                letter.parts.iter_mut().for_each(|(_, source)| own(source));
                self.letters.push(letter);
            }
        }
        for ground in &family.grounds {
            if !self.grounds.iter().any(|mine| mine.code == ground.code) {
                let mut ground = ground.clone();
                own(&mut ground.basis);
                self.grounds.push(ground);
            }
        }
        if self.identities.is_empty() {
            self.identities.clone_from(&family.identities);
            self.identities.iter_mut().for_each(|identity| own(&mut identity.source));
        }
        if let Some(counting) = &mut self.counting {
            own(&mut counting.day_zero_source);
        }
        self.complete();
    }

    /// Names the rules that are named by their duty.
    pub(crate) fn complete(&mut self) {
        for rule in &mut self.rules {
            if rule.id.is_empty() {
                rule.id = format!("{}.{}", self.id, rule.duty);
            }
        }
    }
}
