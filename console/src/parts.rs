//! Small parts that are made in code, because their look follows from data. What only lays out is a macro in
//! `templates/parts.html`.

use std::fmt;

use askama::filters::{Escaper, Html};
use entities::client::reach::Reach;

use crate::shell::Shell;

/// How loud something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// It is as it should be, and worth no look.
    #[default]
    Quiet,
    /// It goes on by itself.
    Info,
    /// It is done well.
    Good,
    /// It wants a look soon.
    Warn,
    /// It wants somebody now.
    Alarm,
}

impl Tone {
    /// Its class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Info => "info",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Alarm => "alarm",
        }
    }
}

/// A word in a coloured box. The word says all; the colour only helps the eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    tone: Tone,
    text: String,
}

impl Tag {
    /// A tag.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<span class=\"tag {}\">", self.tone.class())?;
        Html.write_escaped_str(&mut *f, &self.text)?;
        f.write_str("</span>")
    }
}

impl askama::filters::HtmlSafe for Tag {}

/// The key of a record without its kind, where that stands beside in words.
#[must_use]
pub fn bare(key: &str) -> String {
    key.split_once(':').map_or(key, |(_, rest)| rest).to_owned()
}

/// One thing that can be chosen in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

impl Choice {
    /// These, after one that stands for none of them.
    #[must_use]
    pub fn among(
        none: String,
        all: impl IntoIterator<Item = (impl Into<String>, String)>,
        chosen: Option<&str>,
    ) -> Vec<Self> {
        let none = Self { value: String::new(), label: none, is_chosen: chosen.is_none_or(str::is_empty) };
        let options = all.into_iter().map(|(value, label)| {
            let value = value.into();
            Self { is_chosen: chosen == Some(value.as_str()), value, label }
        });
        std::iter::once(none).chain(options).collect()
    }

    /// The words of a closed set, after one that stands for none of them.
    #[must_use]
    pub fn words<'a>(
        s: &Shell,
        none: &str,
        set: &str,
        all: impl IntoIterator<Item = &'a str>,
        chosen: Option<&str>,
    ) -> Vec<Self> {
        Self::among(s.t(none), all.into_iter().map(|word| (word, s.word(set, word))), chosen)
    }
}

impl Choice {
    /// The controllers of this reach by their short names; none is chosen where there are several.
    #[must_use]
    pub fn controllers(s: &Shell, reach: &Reach, chosen: &str) -> Vec<Self> {
        let mut managed: Vec<_> = s.controllers.values().filter(|row| reach.covers(row.id)).collect();
        managed.sort_by(|a, b| a.name.cmp(&b.name));
        let is_only = managed.len() == 1;
        let all = managed.into_iter().map(|row| (row.slug.as_str(), row.name.clone()));
        let mut choices = Self::among(s.t("choose"), all, Some(chosen));
        if is_only {
            choices.remove(0);
        }
        choices
    }
}

/// One box that can be ticked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: String,
    /// What it means; may be empty.
    pub hint: String,
    /// Whether it is ticked.
    pub is_chosen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_escapes_what_it_says() {
        let tag = Tag::new(Tone::Alarm, "<b>\"late\"</b>").to_string();
        assert_eq!(tag, "<span class=\"tag alarm\">&#60;b&#62;&#34;late&#34;&#60;/b&#62;</span>");
    }
}
