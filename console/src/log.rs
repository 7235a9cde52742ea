//! Logs: what a source sent or a subscriber was sent, narrowed by state, newest first, page by page.

use std::fmt::Display;
use std::str::FromStr;

use api::app::App;
use api::paging::Paging;
use api::problem::Problem;
use serde::Deserialize;

use crate::parts::Choice;
use crate::shell::Shell;

/// What a log is called.
#[derive(Clone, Copy)]
pub struct Names {
    /// Where what has the log lies, such as `/console/setup/sources`.
    pub place: &'static str,
    /// Its name in addresses, such as `calls`.
    pub log: &'static str,
    /// The closed set of the words for its states, such as `call`.
    pub states: &'static str,
    /// The closed set of what it says once something was done, such as `source-say`.
    pub says: &'static str,
}

/// Which part to show. Words that are not understood show everything.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    state: Option<String>,
    after: Option<String>,
    say: Option<String>,
}

/// The part of a log that was asked for.
pub struct Part<S> {
    names: Names,
    above: String,
    asked: Asked,
    /// The state that is shown, if not all are.
    pub state: Option<S>,
    /// From where on, and how much.
    pub paging: Paging,
}

/// What stands around the lines of a log. Templates call it `log`.
pub struct Log {
    /// What has it.
    pub whose: String,
    /// Where that lies.
    pub above: String,
    /// Where the log lies.
    pub address: String,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// Back to its beginning, if that is not shown.
    pub first: Option<String>,
    /// On to the next page, if there is one.
    pub next: Option<String>,
    /// What was just done.
    pub notice: Option<String>,
}

impl<S: Copy + Display + FromStr> Part<S> {
    /// Reads what was asked of the log of what has this id.
    ///
    /// # Errors
    /// The place to go on from was not given out for this log.
    pub fn read(app: &App, names: Names, id: impl Display, asked: Asked) -> Result<Self, Problem> {
        let state = asked.state.as_deref().and_then(|word| word.parse().ok());
        let paging = Paging::read(app, format!("{}/{id}", names.log), None, asked.after.as_deref())?;
        Ok(Self { names, above: format!("{}/{id}", names.place), asked, state, paging })
    }

    /// What stands around it: `whose` is the name of what has the log, `next` the cursor of the next page.
    #[must_use]
    pub fn around(self, s: &Shell, whose: String, all: &[S], next: Option<String>) -> Log {
        let Self { names, above, asked, state, .. } = self;
        let address = format!("{above}/{}", names.log);
        let word = state.map(|state| state.to_string()).unwrap_or_default();
        let words: Vec<_> = all.iter().map(ToString::to_string).collect();
        let words = words.iter().map(String::as_str);
        Log {
            whose,
            states: Choice::words(s, "queue-any-signal", names.states, words, Some(&word)),
            first: asked.after.map(|_| format!("{address}?state={word}")),
            next: next.map(|cursor| format!("{address}?state={word}&after={cursor}")),
            notice: asked.say.and_then(|word| s.w.known(names.says, &word)),
            above,
            address,
        }
    }
}
