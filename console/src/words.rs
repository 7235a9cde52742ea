//! What pages say, in each language: messages of `locales/<language>/*.ftl`, a file a page, by the rules of Project Fluent.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

type Book = FluentBundle<FluentResource>;

macro_rules! pages {
    ($($page:literal)+) => {
        /// Each page's messages: its name, and what it says in English and in German.
        pub const FILES: &[(&str, &str, &str)] = &[$((
            $page,
            include_str!(concat!("../locales/en/", $page, ".ftl")),
            include_str!(concat!("../locales/de/", $page, ".ftl")),
        )),+];
    };
}

// A page's words are listed here, in one line each, so that two that are added at once do not meet.
pages! {
    "check"
    "clients"
    "controllers"
    "dates"
    "decision-words"
    "decisions"
    "errors"
    "guest"
    "history"
    "law"
    "letters"
    "new-request"
    "offers"
    "officers"
    "overview"
    "queue"
    "regulators"
    "request"
    "room"
    "setup"
    "shell"
    "sign-in"
    "sources"
    "status"
    "subscribers"
    "team"
    "terms"
    "texts"
    "together"
}

static ENGLISH: LazyLock<Book> = LazyLock::new(|| book(Language::English));
static GERMAN: LazyLock<Book> = LazyLock::new(|| book(Language::German));

fn book(language: Language) -> Book {
    // Both codes are well-formed, which the test below holds true.
    let tag: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut book = FluentBundle::new_concurrent(vec![tag]);
    // The marks around inserted values are for mixed directions of writing; here they would only get into copied text.
    book.set_use_isolating(false);
    for (page, english, german) in FILES {
        let text = match language {
            Language::English => english,
            Language::German => german,
        };
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        if book.add_resource(resource).is_err() {
            tracing::error!(page, language = language.code(), "a message is defined twice");
        }
    }
    book
}

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words {
    language: Language,
    book: &'static Book,
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let book = match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        };
        Self { language, book }
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message without anything to insert.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.say(id, None)
    }

    /// A message with one value.
    #[must_use]
    pub fn with<'a>(&self, id: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        let mut values = FluentArgs::with_capacity(1);
        values.set(name, value);
        self.say(id, Some(&values))
    }

    /// A message with several values.
    #[must_use]
    pub fn filled(&self, id: &str, values: &FluentArgs<'_>) -> String {
        self.say(id, Some(values))
    }

    /// A word of a closed set, such as a status: the message `<set>-<word>`.
    #[must_use]
    pub fn word(&self, set: &str, word: &str) -> String {
        self.t(&key(set, word))
    }

    /// The same, if the set has that word here.
    #[must_use]
    pub fn known(&self, set: &str, word: &str) -> Option<String> {
        let id = key(set, word);
        self.book.has_message(&id).then(|| self.t(&id))
    }

    fn say(&self, id: &str, values: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.book.get_message(id).and_then(|message| message.value()) else {
            // A test finds every missing message; should one slip through all the same, its name is better than a failed page.
            return id.to_owned();
        };
        let mut errors = Vec::new();
        match self.book.format_pattern(pattern, values, &mut errors) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        }
    }
}

fn key(set: &str, word: &str) -> String {
    format!("{set}-{}", word.replace(['_', '.'], "-").to_lowercase())
}
