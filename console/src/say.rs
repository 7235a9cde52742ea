//! What a page says besides, once something was done: a word in its address, out of a closed set of the page's own. Other words
//! say nothing, so no address puts words in our mouth.

use serde::Deserialize;

use crate::shell::Shell;

/// A page's address with a word to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    say: Option<String>,
}

/// The same where the word is what was done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    done: Option<String>,
}

impl Say {
    /// What it says, by the words of this set.
    #[must_use]
    pub fn notice(self, s: &Shell, set: &str) -> Option<String> {
        self.say.and_then(|word| s.w.known(set, &word))
    }
}

impl Done {
    /// What it says, by the words of this set.
    #[must_use]
    pub fn notice(self, s: &Shell, set: &str) -> Option<String> {
        self.done.and_then(|word| s.w.known(set, &word))
    }
}
