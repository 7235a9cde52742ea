//! What every ticketing system is to us: one small trait.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::link::Link;
use crate::trouble::Trouble;
use crate::unreadable::Unreadable;

/// What happened to a ticket, as far as its system says. No system promises order: take it as "look again".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was made or changed.
    Changed,
    /// It was deleted.
    Deleted,
}

/// One ticket that a call is about.
#[derive(Clone, PartialEq)]
pub struct Mention {
    /// The id by which the system's API knows the ticket, in one spelling; never changes. A call without it may name the ticket
    /// otherwise, and then carries no document: reading the ticket tells its id.
    pub ticket: String,
    /// Whose it is, where the call says and its secret does not: one app's secret signs for all accounts that use the app.
    pub account: Option<String>,
    /// What happened.
    pub happened: Happened,
    /// Who did it, by the system's id of the account: against loops of our own writes.
    pub actor: Option<String>,
    /// When it happened, by the system's clock.
    pub occurred_at: Option<Timestamp>,
    /// The ticket's last change, by the system's clock.
    pub updated_at: Option<Timestamp>,
    /// The ticket's fields. `None` where only ids were sent: then [`System::read`] it.
    pub document: Option<Value>,
}

impl Mention {
    /// Whether `account` did it. By account, not by time: a time lets echoes through, or keeps out what others do meanwhile.
    #[must_use]
    pub fn is_by(&self, account: Option<&str>) -> bool {
        account.is_some() && self.actor.as_deref() == account
    }
}

impl fmt::Debug for Mention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mention")
            .field("ticket", &self.ticket)
            .field("happened", &self.happened)
            .field("updated_at", &self.updated_at)
            .field("with_document", &self.document.is_some())
            .finish_non_exhaustive()
    }
}

/// What is written to a ticket's fields. Writing the same twice is writing it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The field that shows our status: its id there, and its value as the system wants it.
    pub field: Option<(String, String)>,
    /// The ticket's own status, by name or id. Where ids depend on a workflow, the name is looked up each time.
    pub status: Option<String>,
}

/// A comment at a milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What tells it from all other comments; see [`crate::milestone::marker`]. It is written below the text.
    pub marker: String,
    /// Plain text.
    pub text: String,
    /// Whether the requester sees it.
    pub public: bool,
    /// When the milestone was reached; some systems want to be told.
    pub at: Timestamp,
}

impl Comment {
    /// Text and marker.
    pub(crate) fn whole(&self) -> String {
        format!("{}\n\n{}", self.text, self.marker)
    }
}

/// Whether a comment is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Present,
    /// All comments were looked at, and it is not.
    Absent,
    /// Not all comments can be seen, or there are too many.
    CannotTell,
}

/// How far a listing has come. Start with [`Cursor::from`] an instant; store it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Changes from this instant on.
    pub since: Timestamp,
    /// Where in them, in the system's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl From<Timestamp> for Cursor {
    fn from(since: Timestamp) -> Self {
        Self { since, token: None }
    }
}

/// Some tickets that changed. The same one may come again on the next page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The tickets.
    pub mentions: Vec<Mention>,
    /// Where to go on, now or next time. Some systems list by an index that lags: whoever asks next time may well set
    /// `since` back by a few minutes.
    pub next: Cursor,
    /// Whether there is more to be had now.
    pub more: bool,
}

/// A ticketing system. What it lacks answers [`Trouble::NotOffered`].
#[async_trait]
pub trait System: fmt::Debug + Send + Sync {
    /// The tickets that one call is about; none for a call that is about no ticket, such as a ping.
    ///
    /// # Errors
    /// Why the body cannot be read.
    fn mentions(&self, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Mention>, Unreadable>;

    /// Checks settings of this system's own before they are stored.
    ///
    /// # Errors
    /// [`Trouble::Misconfigured`], naming the setting.
    fn check_options(&self, options: &Map<String, Value>) -> Result<(), Trouble>;

    /// The account that these settings are about, in the words of [`Mention::account`]; none if they name none.
    fn account(&self, _options: &Map<String, Value>) -> Option<String> {
        None
    }

    /// The ticket by API, in the shape that the system's recommended call has.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn read(&self, _link: &Link, _ticket: &str) -> Result<Document, Trouble> {
        Err(Trouble::NotOffered("API to read tickets by"))
    }

    /// Sets field and status.
    ///
    /// # Errors
    /// See [`Trouble`]. After [`Trouble::Unclear`] it is safe to write again.
    async fn write(&self, _link: &Link, _ticket: &str, _change: &Change) -> Result<(), Trouble> {
        Err(Trouble::NotOffered("API to write to tickets by"))
    }

    /// Adds a comment.
    ///
    /// # Errors
    /// See [`Trouble`]. After [`Trouble::Unclear`], ask [`System::has_comment`] first.
    async fn comment(&self, _link: &Link, _ticket: &str, _comment: &Comment) -> Result<(), Trouble> {
        Err(Trouble::NotOffered("API to comment tickets by"))
    }

    /// Whether the ticket has a comment with this marker.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn has_comment(&self, _link: &Link, _ticket: &str, _marker: &str) -> Result<Presence, Trouble> {
        Err(Trouble::NotOffered("API to read comments by"))
    }

    /// Tickets that changed since the cursor, oldest change first where the system can sort.
    ///
    /// # Errors
    /// See [`Trouble`].
    async fn changed_since(&self, _link: &Link, _cursor: &Cursor) -> Result<Page, Trouble> {
        Err(Trouble::NotOffered("list of changed tickets"))
    }
}
