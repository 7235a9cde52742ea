//! Letters to guests: people from outside whom a controller lets look. They hold no personal data.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::language::Language;

/// What all letters to guests say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The language of the letter.
    pub language: Language,
    /// The name of the controller that lets them look.
    pub controller_name: String,
    /// Their name.
    pub guest_name: String,
}

/// A link into the regulator's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomLink {
    /// What all letters to guests say.
    #[serde(flatten)]
    pub guest: Guest,
    /// The link. It works once.
    pub link: String,
    /// Where to ask for another one.
    pub again: String,
    /// Until when it works, in `time_zone`.
    pub expires: DateTime,
    /// Until when they may look, in `time_zone`.
    pub until: DateTime,
    /// The IANA time zone of both, shown beside them.
    pub time_zone: String,
    /// What they are let in for.
    pub purpose: String,
}

/// The code that goes with the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomCode {
    /// What all letters to guests say.
    #[serde(flatten)]
    pub guest: Guest,
    /// The code: digits.
    pub code: String,
    /// For how many minutes it holds.
    pub minutes: u32,
}
