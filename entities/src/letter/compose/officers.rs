//! Letters to officers: the reference, what is due, and nothing of the person.

use letters::context::Context;
use letters::context::officer::{DeliveryFailed, Desk, Overdue, SubscriberSilent, UpcomingDeadline};
use letters::kind::{Channel, DeliveryCause, Duty};
use letters::language::Language;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Missing, draft};
use crate::controller::table::Model as Controller;
use crate::letter::kind::LetterKind;
use crate::letter::outbox::Draft;
use crate::letter::table::Model as Letter;
use crate::request::table::Model as Request;
use crate::subscriber::table::{DisabledFor, Model as Subscriber};

/// A date that officers are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The duty.
    pub duty: Duty,
    /// The last day in time.
    pub due: Date,
    /// The day it is now.
    pub today: Date,
    /// What waits for a person, one word a thing.
    pub open: Vec<String>,
}

fn desk(controller: &Controller, request: &Request) -> Desk {
    Desk {
        language: language(controller),
        reference: request.reference.clone(),
        controller_name: controller.name.clone(),
        case_link: None,
    }
}

/// Warns that a date comes near, or has passed: one letter to each officer.
///
/// # Errors
/// A template of the controller's own is wrong.
pub fn warning(controller: &Controller, request: &Request, due: &Due) -> Result<Vec<Draft>, Missing> {
    let days = (due.due - due.today).get_days();
    let (desk, Due { duty, due, open, .. }) = (desk(controller, request), due.clone());
    let (kind, context) = if days >= 0 {
        let days_left = days.unsigned_abs();
        let context = Context::UpcomingDeadline(UpcomingDeadline { desk, duty, due, days_left, open });
        (LetterKind::UpcomingDeadline, context)
    } else {
        let days_over = days.unsigned_abs();
        (LetterKind::Overdue, Context::Overdue(Overdue { desk, duty, due, days_over, open }))
    };
    to_each(controller, kind, &context)
}

/// Tells that a letter to the person did not arrive: one letter to each officer.
///
/// # Errors
/// A template of the controller's own is wrong.
pub fn failure(
    controller: &Controller,
    request: &Request,
    letter: &Letter,
    cause: DeliveryCause,
    today: Date,
) -> Result<Vec<Draft>, Missing> {
    let context = Context::DeliveryFailed(DeliveryFailed {
        desk: desk(controller, request),
        letter: letter.kind,
        channel: Channel::Email,
        cause,
        attempts: u32::try_from(letter.attempts).unwrap_or(u32::MAX),
        last_tried_on: today,
    });
    to_each(controller, LetterKind::DeliveryFailed, &context)
}

/// How much of what people call a subscriber a letter says, in characters.
const CALLED: usize = 40;

/// Tells whoever answers for a subscriber that it does not take what it is told, and whether it is told anything still: one letter
/// to each.
///
/// # Errors
/// A template is wrong.
pub fn subscriber_silent(
    controller: &Controller,
    subscriber: &Subscriber,
    zone: &TimeZone,
    recipients: &[String],
) -> Result<Vec<Draft>, Missing> {
    let host = subscriber.host.clone();
    let called = if subscriber.description.is_empty() { &host } else { &subscriber.description };
    // It stands in the subject, which has an end.
    let called = called.chars().take(CALLED).collect();
    let context = Context::SubscriberSilent(SubscriberSilent {
        desk: Desk {
            language: language(controller),
            reference: called,
            controller_name: controller.name.clone(),
            case_link: None,
        },
        host,
        since: subscriber.failing_since.map(|at| at.timestamp().to_zoned(zone.clone()).date()),
        gone: subscriber.disabled_for == Some(DisabledFor::Gone),
        disabled: subscriber.disabled_at.is_some(),
    });
    let kind = LetterKind::SubscriberSilent;
    recipients.iter().map(|recipient| draft(Vec::new(), &context, kind, recipient.clone())).collect()
}

fn language(controller: &Controller) -> Language {
    controller.policy.writing.language.parse().unwrap_or(Language::English)
}

fn to_each(controller: &Controller, kind: LetterKind, context: &Context) -> Result<Vec<Draft>, Missing> {
    let officers = &controller.policy.writing.officers;
    officers.iter().map(|officer| draft(Vec::new(), context, kind, officer.clone())).collect()
}
