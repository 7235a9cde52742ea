//! From the facts of a request to all its clocks.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::calendar::Calendar;
use crate::case::Case;
use crate::clock::{Clock, Inputs, RuleRef};
use crate::derivation::show;
use crate::duty::{Duty, Event};
use crate::extension;
use crate::law::Law;
use crate::matter::{ExtensionNotice, Matter};
use crate::pack;
use crate::regime::Regime;
use crate::right::Right;
use crate::rule::{ExtensionRule, Rule};

/// The law defines no such thing; a date would be a guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// The law does not grant the right, or did not at the day of receipt.
    #[error("{regime} grants no right to {right} to a request received that day")]
    Right {
        /// The law.
        regime: Regime,
        /// The right.
        right: Right,
    },
    /// The law sets no such duty for it.
    #[error("{regime} sets no duty to {duty} here")]
    Duty {
        /// The law.
        regime: Regime,
        /// The duty.
        duty: Duty,
    },
    /// The law knows no extension of that duty.
    #[error("{regime} knows no extension of the duty to {duty} here ({rule}: {source_text})")]
    Extension {
        /// The law.
        regime: Regime,
        /// The duty.
        duty: Duty,
        /// The rule of that duty.
        rule: String,
        /// Its provision.
        source_text: String,
    },
}

/// Every clock that the facts start, by duty.
///
/// An extension that was announced too late is in no date; the clock of the answer says so.
///
/// # Errors
/// The law does not grant the right, or knows no extension or appeal where the facts name one.
pub fn clocks(matter: &Matter<'_>) -> Result<Vec<Clock>, Undefined> {
    let (regime, right, day) = (matter.regime, matter.right, matter.receipt_day());
    let law = pack::law(regime);
    if !law.grants(right, day) {
        return Err(Undefined::Right { regime, right });
    }
    let extended = extended(matter)?;
    let mut clocks = Vec::with_capacity(5);
    for rule in law.rules.iter().filter(|rule| rule.holds(Some(right), day)) {
        match rule.on {
            Event::Receipt => receipt(matter, law, rule, &extended, &mut clocks),
            Event::Closure => clocks.extend(matter.closed.map(|closed| case(matter, law, rule, closed).clock())),
            Event::Appeal => {
                if let Some(appeal) = matter.appeal {
                    clocks.push(decide_appeal(matter, law, rule, appeal.received, appeal.extended)?);
                }
            }
            Event::ListsFetched | Event::ReportedYear => {}
        }
    }
    if matter.appeal.is_some() && !clocks.iter().any(|clock| clock.duty == Duty::DecideAppeal) {
        return Err(Undefined::Duty { regime, duty: Duty::DecideAppeal });
    }
    clocks.sort_by_key(|clock| clock.duty);
    Ok(clocks)
}

/// As [`clocks`], of facts that are told to several laws: an extension or an appeal that this one does not know is left aside.
/// It stands among the inputs all the same, for a later edition of the law may know it.
///
/// # Errors
/// The law does not grant the right.
pub fn known(matter: &Matter<'_>) -> Result<Vec<Clock>, Undefined> {
    let mut told = matter.clone();
    let mut clocks = loop {
        match clocks(&told) {
            Err(Undefined::Duty { duty: Duty::DecideAppeal, .. }) if told.appeal.take().is_some() => {}
            Err(Undefined::Extension { duty: Duty::DecideAppeal, .. })
                if told.appeal.as_mut().and_then(|appeal| appeal.extended.take()).is_some() => {}
            Err(Undefined::Extension { .. }) if told.extension.take().is_some() => {}
            computed => break computed?,
        }
    };
    clocks.iter_mut().for_each(|clock| clock.inputs = Inputs::of(matter));
    Ok(clocks)
}

/// A clock computed again from the very facts it was told, by the rules of this pack and in this zone, with these holidays and
/// days in hand. Where it differs from the stored one, nothing but the rules has changed. `None` where there is no such duty any
/// more.
pub fn again(stored: &Clock, zone: &TimeZone, calendar: &Calendar, target_days: u16) -> Option<Clock> {
    let inputs = &stored.inputs;
    let matter = Matter {
        inquiries: &inputs.inquiries,
        extension: inputs.extension,
        appeal: inputs.appeal,
        closed: inputs.closed,
        target_days,
        ..Matter::new(stored.regime, stored.right?, inputs.received, zone.clone(), calendar)
    };
    known(&matter).ok()?.into_iter().find(|clock| clock.duty == stored.duty)
}

/// The clock of a duty that no single request starts: fetching the deletion lists again after they were fetched at `at`, or
/// publishing the figures of the year that `at` lies in.
///
/// # Errors
/// The law sets no such duty.
pub fn standing(
    regime: Regime,
    duty: Duty,
    at: Timestamp,
    zone: &TimeZone,
    calendar: &Calendar,
) -> Result<Clock, Undefined> {
    let law = pack::law(regime);
    let day = at.to_zoned(zone.clone()).date();
    let rule = law.rule(duty, None, day).filter(|rule| matches!(rule.on, Event::ListsFetched | Event::ReportedYear));
    let rule = rule.ok_or(Undefined::Duty { regime, duty })?;
    let matter = Matter::new(regime, Right::Access, at, zone.clone(), calendar);
    let mut case = case(&matter, law, rule, at);
    case.right = None;
    Ok(case.clock())
}

/// What the notice of an extension came to.
enum Extended {
    /// There is none, or the duty is not extended by it.
    No,
    /// It counts.
    Yes(&'static ExtensionRule),
    /// It does not, for this reason.
    NotInTime(String, &'static str),
}

fn extended(matter: &Matter<'_>) -> Result<Extended, Undefined> {
    let Some(notice) = matter.extension else { return Ok(Extended::No) };
    let (rule, extension) = extension::rule(matter)?;
    Ok(match extension::admit(matter, rule, extension, notice) {
        Ok(()) => Extended::Yes(extension),
        Err(refused) => {
            let source = extension.notice.as_deref().unwrap_or(&extension.source);
            Extended::NotInTime(format!("The extension does not count: {refused}."), source)
        }
    })
}

/// The clock of a rule that the receipt starts, and with the answer also that of its extension.
fn receipt(matter: &Matter<'_>, law: &'static Law, rule: &'static Rule, extended: &Extended, clocks: &mut Vec<Clock>) {
    let mut case = case(matter, law, rule, matter.received);
    let is_answer = rule.duty == Duty::Respond;
    if is_answer && let Some(extension) = &rule.extension {
        clocks.push(announce(&case, rule, extension).clock());
    }
    if is_answer {
        case.notice = matter.extension;
    }
    if is_answer || rule.extends {
        match extended {
            Extended::No => {}
            Extended::Yes(extension) => {
                case.notice = matter.extension;
                case.extension = Some(extension);
            }
            Extended::NotInTime(why, source) => case.remarks.push((why.clone(), source)),
        }
    }
    if is_answer && case.extension.is_some() {
        case.remarks.extend(refusal_has_run(matter, law));
    }
    clocks.push(case.clock());
}

/// Where an extension does not reach a refusal, the answer's clock says until when there was one.
fn refusal_has_run(matter: &Matter<'_>, law: &'static Law) -> Option<(String, &'static str)> {
    let rule = law.rule(Duty::Refuse, Some(matter.right), matter.receipt_day()).filter(|rule| !rule.extends)?;
    let last = case(matter, law, rule, matter.received).dates().statutory;
    Some((format!("The extension does not reach a refusal: the last day for one is {}.", show(last)), &rule.source))
}

fn announce<'a>(answer: &Case<'a>, rule: &'static Rule, extension: &'static ExtensionRule) -> Case<'a> {
    Case {
        duty: Duty::AnnounceExtension,
        rule: RuleRef {
            id: rule.id.replace(Duty::Respond.as_str(), Duty::AnnounceExtension.as_str()).into(),
            version: rule.version,
            source: extension.notice.as_deref().unwrap_or(&extension.source).into(),
            confidence: extension.confidence,
        },
        note: Some("The notice gives its reasons and must be sent by then: without it nothing is extended."),
        ..answer.clone()
    }
}

fn decide_appeal(
    matter: &Matter<'_>,
    law: &'static Law,
    rule: &'static Rule,
    received: Timestamp,
    extended: Option<Timestamp>,
) -> Result<Clock, Undefined> {
    let mut case = case(matter, law, rule, received);
    case.inquiries = &[];
    let Some(sent) = extended else { return Ok(case.clock()) };
    let extension = rule.extension.as_ref().ok_or_else(|| Undefined::Extension {
        regime: matter.regime,
        duty: rule.duty,
        rule: rule.id.clone(),
        source_text: rule.source.clone(),
    })?;
    case.notice = Some(ExtensionNotice { sent, until: None });
    let last_day = case.dates().statutory;
    if matter.day(sent) <= last_day {
        case.extension = Some(extension);
    } else {
        let why = format!("The extension does not count: its notice had to be sent by {}.", show(last_day));
        case.remarks.push((why, &extension.source));
    }
    Ok(case.clock())
}

/// A rule applied to a matter, its event at `at`; not extended.
pub(crate) fn case<'a>(matter: &'a Matter<'a>, law: &'static Law, rule: &'static Rule, at: Timestamp) -> Case<'a> {
    let same_as = rule.same_as.and_then(|duty| law.rule(duty, Some(matter.right), matter.receipt_day()));
    Case {
        regime: matter.regime,
        law,
        duty: rule.duty,
        rule: RuleRef {
            id: rule.id.as_str().into(),
            version: rule.version,
            source: rule.source.as_str().into(),
            confidence: rule.confidence,
        },
        event: rule.on,
        note: rule.note.as_deref(),
        counted: same_as.unwrap_or(rule),
        right: Some(matter.right),
        matter,
        at,
        day_zero: matter.day(at),
        zone: &matter.zone,
        calendar: matter.calendar.under(matter.regime),
        inquiries: matter.inquiries,
        notice: None,
        extension: None,
        remarks: Vec::new(),
        target_days: matter.target_days,
    }
}
