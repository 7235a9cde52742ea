//! What names a template, and a template of a controller's own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::embedded;
use crate::kind::{Audience, LetterKind};
use crate::language::Language;

/// A template that several letters share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// What stands around every letter to a person: letterhead, salutation, closing. It must say `{{ body }}`.
    Layout,
    /// What stands around every letter to officers. It must say `{{ body }}`.
    OfficerLayout,
    /// What stands around every letter to a guest. It must say `{{ body }}`.
    GuestLayout,
    /// What one can do against a decision; letters say `{{ remedies }}` where it belongs.
    Remedies,
}

/// Which template, in any language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// The subject and body of one kind of letter.
    Letter(LetterKind),
    /// A template that several letters share.
    Shared(Shared),
}

impl Name {
    /// All templates of a language.
    pub fn all() -> impl Iterator<Item = Self> {
        let shared = [Shared::Layout, Shared::OfficerLayout, Shared::GuestLayout, Shared::Remedies].map(Self::Shared);
        LetterKind::ALL.iter().copied().map(Self::Letter).chain(shared)
    }

    /// The text form: the kind, `layout`, `officer_layout`, `guest_layout` or `remedies`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Letter(kind) => kind.as_str(),
            Self::Shared(Shared::Layout) => "layout",
            Self::Shared(Shared::OfficerLayout) => "officer_layout",
            Self::Shared(Shared::GuestLayout) => "guest_layout",
            Self::Shared(Shared::Remedies) => "remedies",
        }
    }

    /// Whether letters of this kind are made with this template.
    pub fn serves(self, kind: LetterKind) -> bool {
        match self {
            Self::Letter(own) => own == kind,
            Self::Shared(Shared::OfficerLayout) => kind.audience() == Audience::Officer,
            Self::Shared(Shared::GuestLayout) => kind.audience() == Audience::Guest,
            Self::Shared(Shared::Layout | Shared::Remedies) => kind.audience() == Audience::Person,
        }
    }
}

/// Which template in which language; written `de/refusal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TemplateId {
    /// The language.
    pub language: Language,
    /// The template.
    pub name: Name,
}

/// No template is named so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language and a name, such as de/refusal")]
pub struct UnknownTemplate;

impl FromStr for TemplateId {
    type Err = UnknownTemplate;

    fn from_str(text: &str) -> Result<Self, UnknownTemplate> {
        let (language, name) = text.split_once('/').ok_or(UnknownTemplate)?;
        let language = language.parse().map_err(|_| UnknownTemplate)?;
        let name = Name::all().find(|known| known.as_str() == name).ok_or(UnknownTemplate)?;
        Ok(Self { language, name })
    }
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.language, self.name.as_str())
    }
}

/// A template's two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The subject, one line; empty for shared templates, which have none.
    pub subject: String,
    /// The body, in the markup that [`crate::markup`] describes.
    pub body: String,
}

impl Source {
    /// The one that comes with the program: a start for a controller's own.
    pub fn embedded(id: TemplateId) -> Self {
        let text = embedded::template(id.language, id.name);
        match id.name {
            Name::Shared(_) => Self { subject: String::new(), body: text.to_owned() },
            Name::Letter(_) => {
                let (subject, body) = text.split_once('\n').unwrap_or((text, ""));
                Self { subject: subject.to_owned(), body: body.trim_start_matches('\n').to_owned() }
            }
        }
    }
}

/// A controller's own template, in place of one that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What it stands in for.
    pub id: TemplateId,
    /// Its texts.
    pub source: Source,
}
