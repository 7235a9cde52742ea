//! The facts of one request that its clocks are computed from.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::regime::Regime;
use crate::right::Right;
use words::words;

/// One right used under one law, with all that happened and matters to its dates. A message that uses two rights, or falls
/// under two laws, makes two matters: a clock belongs to a right, not to a ticket.
#[derive(Debug, Clone)]
pub struct Matter<'a> {
    /// The law.
    pub regime: Regime,
    /// What is asked for.
    pub right: Right,
    /// When it arrived on a channel of the organisation, on whatever day and noticed or not.
    pub received: Timestamp,
    /// The zone of the establishment that must act: its civil days count.
    pub zone: TimeZone,
    /// The public holidays of that establishment.
    pub calendar: &'a Calendar,
    /// What the person was asked. Only answered questions can move a date.
    pub inquiries: &'a [Inquiry],
    /// The notice that more time is taken.
    pub extension: Option<ExtensionNotice>,
    /// The appeal against the refusal.
    pub appeal: Option<Appeal>,
    /// When the request was closed.
    pub closed: Option<Timestamp>,
    /// How many days before the cautious date the internal target lies.
    pub target_days: u16,
}

impl<'a> Matter<'a> {
    /// A week: what a target date keeps in hand unless a policy says otherwise.
    pub const TARGET_DAYS: u16 = 7;

    /// A request that has just arrived: nothing asked, announced, appealed or closed.
    pub fn new(regime: Regime, right: Right, received: Timestamp, zone: TimeZone, calendar: &'a Calendar) -> Self {
        Self {
            regime,
            right,
            received,
            zone,
            calendar,
            inquiries: &[],
            extension: None,
            appeal: None,
            closed: None,
            target_days: Self::TARGET_DAYS,
        }
    }

    /// Day 0: the civil day of receipt in the establishment's zone.
    pub fn receipt_day(&self) -> Date {
        self.day(self.received)
    }

    pub(crate) fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }
}

words! {
    /// What the person was asked for.
    pub enum InquiryKind {
        /// More information to confirm who asks, on reasonable doubt.
        Identity = "identity",
        /// Which data or processing the request is about, where that is reasonably required.
        Clarification = "clarification",
        /// A fee that may be charged.
        Fee = "fee",
    }
}

/// A question put to the person. Days are civil days in the establishment's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Inquiry {
    /// What was asked for.
    pub kind: InquiryKind,
    /// The day on which it was asked.
    pub asked: Date,
    /// The day on which the full answer, or the fee, arrived. While it is out, the question lengthens nothing.
    pub answered: Option<Date>,
}

impl Inquiry {
    /// A question by its instants.
    pub fn at(kind: InquiryKind, asked: Timestamp, answered: Option<Timestamp>, zone: &TimeZone) -> Self {
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        Self { kind, asked: day(asked), answered: answered.map(day) }
    }
}

/// The notice that more time is taken. It counts only if it was sent, with reasons, inside the first period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExtensionNotice {
    /// When it was sent.
    pub sent: Timestamp,
    /// The new last day it names. Needed where the law sets no length of its own (Switzerland, Korea); elsewhere it may be
    /// an earlier day than the law would allow, and then holds.
    pub until: Option<Date>,
}

/// An appeal to the controller against its refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Appeal {
    /// When it arrived.
    pub received: Timestamp,
    /// When the notice was sent that its decision takes longer.
    pub extended: Option<Timestamp>,
}
