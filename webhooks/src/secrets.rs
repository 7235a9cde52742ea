//! The secrets of a source: the one in use, and those before it for as long as senders may still hold them.

use secrecy::{ExposeSecret, SecretString};

use crate::setup::BadSetup;

/// What a source signs with, or sends along. When a previous one ends is for whoever holds them to know: there is no clock here.
#[derive(Clone, Debug)]
pub struct Secrets {
    current: SecretString,
    previous: Vec<SecretString>,
}

/// Which secret a call was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// The one in use.
    Current,
    /// One before it, counted from zero in the order given. When none comes any more, a rotation is over.
    Previous(usize),
}

/// Fewer bytes than this can be guessed, or were cut off.
const SHORTEST: usize = 16;
/// So that a call cannot cost more than some dozen signatures.
const MOST: usize = 11;

impl Secrets {
    /// One secret, and none before it.
    #[must_use]
    pub fn new(current: SecretString) -> Self {
        Self { current, previous: Vec::new() }
    }

    /// With one more that still counts.
    #[must_use]
    pub fn with_previous(mut self, previous: SecretString) -> Self {
        self.previous.push(previous);
        self
    }

    /// Makes a key of each, the current one first.
    ///
    /// # Errors
    /// One is empty, short, has white space around it, or is not what `parse` wants: which, and why.
    pub(crate) fn keys<K>(&self, parse: impl Fn(&str) -> Result<K, &'static str>) -> Result<Keys<K>, BadSetup> {
        if self.previous.len() >= MOST {
            return Err(BadSetup::new("previous_secrets", "ten at most can still count"));
        }
        let fields = std::iter::once("secret").chain(std::iter::repeat("previous_secrets"));
        let all = std::iter::once(&self.current).chain(&self.previous);
        let read = |(field, secret): (_, &SecretString)| {
            let text = secret.expose_secret();
            check(text).and_then(|()| parse(text)).map_err(|problem| BadSetup::new(field, problem))
        };
        fields.zip(all).map(read).collect::<Result<_, _>>().map(Keys)
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    match text {
        "" => Err("is empty: without a secret nobody can be told from anybody"),
        _ if text.trim() != text => Err("has white space at an end: copied with too much"),
        _ if text.len() < SHORTEST => Err("is shorter than 16 characters: too short to be a secret, or cut off"),
        _ => Ok(()),
    }
}

/// The keys of a source, the current one first.
pub(crate) struct Keys<K>(Vec<K>);

impl<K> Keys<K> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.iter()
    }

    /// The first key that `opens`.
    pub(crate) fn find(&self, opens: impl FnMut(&K) -> bool) -> Option<Matched> {
        let at = self.0.iter().position(opens)?;
        Some(at.checked_sub(1).map_or(Matched::Current, Matched::Previous))
    }
}
