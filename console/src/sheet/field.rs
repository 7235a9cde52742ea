//! The fields of a decision's form, as data, so that one template draws them all and a check page can repeat them.

use crate::parts::Choice;
use crate::shell::Shell;

/// What sort of field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// One's own words, in so many rows.
    Words(u8),
    /// One of a few, each of which is explained.
    OneOf,
    /// One of many.
    List,
    /// A civil day.
    Day,
    /// A day and a time of day in the controller's zone.
    Instant,
    /// Something to confirm.
    Tick,
    /// What goes along unseen.
    Hidden,
}

/// One way to answer.
pub struct Opt {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// The language of that meaning, if it is not the page's: what law packs say is in English.
    pub lang: Option<&'static str>,
}

impl Opt {
    /// A way to answer whose words say all.
    #[must_use]
    pub fn new(value: &str, label: String) -> Self {
        Self { value: value.to_owned(), label, hint: String::new(), lang: None }
    }

    /// The same, explained.
    #[must_use]
    pub fn meaning(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// The words of a closed set.
    #[must_use]
    pub fn words<'a>(s: &Shell, set: &str, all: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        all.into_iter().map(|word| Self::new(word, s.word(set, word))).collect()
    }
}

/// One field.
pub struct Field {
    /// Its name, and its id on the page.
    pub name: &'static str,
    /// What it asks.
    pub label: String,
    /// How to answer.
    pub hint: String,
    /// What sort it is.
    pub kind: Kind,
    /// The ways to answer, where it has few.
    pub options: Vec<Opt>,
    /// What stands in it.
    pub value: String,
    /// The time of day beside a day.
    pub time: String,
    /// A heading above it, where a part of the form begins that need not be filled in.
    pub heading: Option<String>,
}

impl Field {
    /// A field.
    #[must_use]
    pub fn new(kind: Kind, name: &'static str, label: String) -> Self {
        Self {
            name,
            label,
            hint: String::new(),
            kind,
            options: Vec::new(),
            value: String::new(),
            time: String::new(),
            heading: None,
        }
    }

    /// A question for reasons, in one's own words.
    #[must_use]
    pub fn reason(s: &Shell, label: String) -> Self {
        Self::new(Kind::Words(4), "reason", label).hint(s.t("reason-hint"))
    }

    /// A question for when something happened, if it was not just now.
    #[must_use]
    pub fn instant(s: &Shell, name: &'static str, label: String) -> Self {
        Self::new(Kind::Instant, name, label).hint(s.t("instant-hint"))
    }

    /// The same with a word on how to answer.
    #[must_use]
    pub fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// The same with ways to answer.
    #[must_use]
    pub fn options(self, options: Vec<Opt>) -> Self {
        Self { options, ..self }
    }

    /// The same, filled in.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// The same, below a heading of its own.
    #[must_use]
    pub fn below(self, heading: String) -> Self {
        Self { heading: Some(heading), ..self }
    }

    /// Whether it goes along unseen.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.kind == Kind::Hidden
    }

    /// The ways to answer as a list to choose from.
    #[must_use]
    pub fn choices(&self, s: &Shell) -> Vec<Choice> {
        let all = self.options.iter().map(|option| (option.value.as_str(), option.label.clone()));
        Choice::among(s.t("choose"), all, Some(&self.value))
    }

    /// What was asked and answered, as a line of a summary; nothing where nothing was answered.
    #[must_use]
    pub fn answer(&self, s: &Shell) -> Option<(String, String)> {
        if self.is_hidden() || self.value.trim().is_empty() {
            return None;
        }
        let says = match self.kind {
            Kind::OneOf | Kind::List => {
                let chosen = self.options.iter().find(|option| option.value == self.value);
                chosen.map_or_else(|| self.value.clone(), |option| option.label.clone())
            }
            Kind::Instant => format!("{} {}", self.value, self.time),
            Kind::Tick => s.t("yes"),
            _ => self.value.clone(),
        };
        Some((self.label.clone(), says))
    }
}
