//! Letters to the controller's own officers. They name the request by its reference and hold no personal data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kind::{Channel, DeliveryCause, Duty, LetterKind};
use crate::language::Language;

/// What all letters to officers say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The language of the letter.
    pub language: Language,
    /// The speakable reference of the request; or what the letter is about, if that is no request.
    pub reference: String,
    /// The name of the controller it belongs to.
    pub controller_name: String,
    /// Where to open the request.
    pub case_link: Option<String>,
}

/// A duty falls due soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpcomingDeadline {
    /// What all letters to officers say.
    #[serde(flatten)]
    pub desk: Desk,
    /// The duty.
    pub duty: Duty,
    /// The last day in time.
    pub due: Date,
    /// Full days left until then; 0 if it is today.
    pub days_left: u32,
    /// What is open, one line a thing.
    pub open: Vec<String>,
}

/// A duty is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// What all letters to officers say.
    #[serde(flatten)]
    pub desk: Desk,
    /// The duty.
    pub duty: Duty,
    /// The last day that was in time.
    pub due: Date,
    /// Full days since then.
    pub days_over: u32,
    /// What is open, one line a thing.
    pub open: Vec<String>,
}

/// A letter did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// What all letters to officers say.
    #[serde(flatten)]
    pub desk: Desk,
    /// Which letter.
    pub letter: LetterKind,
    /// How it was sent.
    pub channel: Channel,
    /// Why it did not arrive.
    pub cause: DeliveryCause,
    /// How often it was tried.
    pub attempts: u32,
    /// The day it was last tried.
    pub last_tried_on: Date,
}

/// A subscriber to webhooks does not take what it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberSilent {
    /// What all letters to officers say. The reference is what people call the subscriber.
    #[serde(flatten)]
    pub desk: Desk,
    /// Where it is called.
    pub host: String,
    /// The day of the first failure since something arrived.
    pub since: Option<Date>,
    /// Whether it said that it is gone.
    pub gone: bool,
    /// Whether it is told nothing any more.
    pub disabled: bool,
}
