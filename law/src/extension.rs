//! Whether more time can be taken, and until when.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock::Clock;
use crate::clocks::{Undefined, case, clocks};
use crate::derivation::show;
use crate::duty::Duty;
use crate::matter::{ExtensionNotice, Inquiry, Matter};
use crate::pack;
use crate::rule::{ExtensionRule, Rule};

/// Why more time cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoExtension {
    /// The notice had to be sent inside the first period.
    #[error("its notice had to be sent by {} ({rule}: {source_text})", show(*last_day))]
    TooLate {
        /// The last day for the notice, pauses of the first period included.
        last_day: Date,
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The notice is dated before the request.
    #[error("its notice is dated before the request of {}", show(*received))]
    TooEarly {
        /// The day of receipt.
        received: Date,
    },
    /// There was one already.
    #[error("one was announced already, and the law allows no second ({rule}: {source_text})")]
    Second {
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The notice must name a day after the first period where the law sets no length, and none before that anywhere.
    #[error("its notice must name a new last day, later than {} ({rule}: {source_text})", show(*last_day))]
    NeedsDay {
        /// The last day of the first period.
        last_day: Date,
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The notice must not promise a day later than the law allows.
    #[error("its notice names a day later than {}, the last that the law allows ({rule}: {source_text})", show(*last_day))]
    TooLong {
        /// The last day of the extended period.
        last_day: Date,
        /// The rule.
        rule: String,
        /// Its provision.
        source_text: String,
    },
    /// The law allows none.
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// The clocks as they will stand once a notice sent at `sent` is in the facts; `until` is the day it names, if it does.
///
/// # Errors
/// The law allows no extension, a second one, none any more, or none to the day named.
pub fn extend(matter: &Matter<'_>, sent: Timestamp, until: Option<Date>) -> Result<Vec<Clock>, NoExtension> {
    let (rule, extension) = rule(matter)?;
    if matter.extension.is_some() {
        return Err(NoExtension::Second { rule: rule.id.clone(), source_text: extension.source.clone() });
    }
    let notice = ExtensionNotice { sent, until };
    admit(matter, rule, extension, notice)?;
    let mut extended = matter.clone();
    extended.extension = Some(notice);
    let clocks = clocks(&extended)?;
    let answer = clocks.iter().find(|clock| clock.duty == Duty::Respond);
    match answer.zip(until).filter(|(answer, until)| *until > answer.statutory) {
        None => Ok(clocks),
        Some((answer, _)) => Err(NoExtension::TooLong {
            last_day: answer.statutory,
            rule: rule.id.clone(),
            source_text: extension.source.clone(),
        }),
    }
}

/// The rule of the answer, and that of its extension.
pub(crate) fn rule(matter: &Matter<'_>) -> Result<(&'static Rule, &'static ExtensionRule), Undefined> {
    let regime = matter.regime;
    let rule = pack::law(regime)
        .rule(Duty::Respond, Some(matter.right), matter.receipt_day())
        .ok_or(Undefined::Duty { regime, duty: Duty::Respond })?;
    let extension = rule.extension.as_ref().ok_or_else(|| Undefined::Extension {
        regime,
        duty: rule.duty,
        rule: rule.id.clone(),
        source_text: rule.source.clone(),
    })?;
    Ok((rule, extension))
}

/// The questions asked while the first period ran, as those before them had made it.
fn asked_in_time(matter: &Matter<'_>, rule: &'static Rule) -> Vec<Inquiry> {
    let mut asked = matter.inquiries.to_vec();
    asked.sort_by_key(|inquiry| (inquiry.asked, inquiry.answered));
    let mut in_time: Vec<Inquiry> = Vec::with_capacity(asked.len());
    for inquiry in asked {
        if inquiry.asked <= first_period(&Matter { inquiries: &in_time, ..matter.clone() }, rule).1 {
            in_time.push(inquiry);
        }
    }
    in_time
}

/// Its first and its last day.
fn first_period(matter: &Matter<'_>, rule: &'static Rule) -> (Date, Date) {
    let dates = case(matter, pack::law(matter.regime), rule, matter.received).dates();
    (dates.counted.start, dates.statutory)
}

/// Whether a notice counts: sent inside the first period, which its own pauses lengthen, by the civil day. A question asked
/// after its end can begin a period anew (UK); a notice sent between the two, when none ran, lies in neither.
pub(crate) fn admit(
    matter: &Matter<'_>,
    rule: &'static Rule,
    extension: &'static ExtensionRule,
    notice: ExtensionNotice,
) -> Result<(), NoExtension> {
    let (start, mut last_day) = first_period(matter, rule);
    let sent = matter.day(notice.sent);
    if sent < start {
        let inquiries = asked_in_time(matter, rule);
        last_day = first_period(&Matter { inquiries: &inquiries, ..matter.clone() }, rule).1;
    }
    let source_text = || extension.notice.as_ref().unwrap_or(&extension.source).clone();
    if notice.sent < matter.received {
        return Err(NoExtension::TooEarly { received: matter.receipt_day() });
    }
    if sent > last_day {
        return Err(NoExtension::TooLate { last_day, rule: rule.id.clone(), source_text: source_text() });
    }
    let is_needed = extension.by.is_none();
    if notice.until.map_or(is_needed, |until| until <= last_day) {
        return Err(NoExtension::NeedsDay { last_day, rule: rule.id.clone(), source_text: source_text() });
    }
    Ok(())
}
