//! `dsr clock`: the statutory dates of given facts, with the reason for each, without a server.

use std::fmt::Write as _;

use anyhow::Result;
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use law::calendar::{Calendar, Known};
use law::clock::Clock;
use law::clocks::clocks;
use law::derivation::show;
use law::duty::Kind;
use law::matter::{Appeal, ExtensionNotice, Inquiry, InquiryKind, Matter};
use law::pack;
use law::regime::Regime;
use law::right::Right;

use crate::Usage;
use crate::terminal::{heading, note, say, say_json, say_table, table};

const EXAMPLES: &str = "\
Examples:
  dsr clock --regime eu_gdpr --region DE-BY --received 2026-12-06T10:00+01:00
  dsr clock --regime uk_gdpr --region GB-SCT --received 2026-10-30 --right erasure
  dsr clock --regime eu_gdpr --regime us_ca_ccpa --region IE --zone Europe/Dublin --received 2026-12-06
  dsr clock --regime eu_gdpr --region FR --received 2026-06-03 --asked identity=2026-06-05 --answered identity=2026-06-11
  dsr clock --regime us_co --received 2026-06-01 --appeal 2026-08-03 --appeal-extended-on 2026-09-01

`dsr clock --help` lists the laws and says how the dates are counted.";

/// Say by when something is due, and why
///
/// Computes every date that the law starts with the facts given: when to acknowledge, answer, announce an extension, refuse,
/// stop, decide an appeal; and what must wait. Each date comes with its steps, and each step with its provision.
///
/// Work by the cautious date: from the first receipt, no pause, no restart, no rolling. The statutory date is the best
/// reading. The target lies before both. A doubt never lengthens a date: an unknown place has no public holidays, a question
/// still out and a notice sent too late move nothing.
///
/// Reads no configuration and no database.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub struct ClockArgs {
    /// The law; several times for a person whom several cover: the earliest date comes first
    #[arg(long = "regime", value_name = "LAW", required = true)]
    regimes: Vec<Regime>,
    /// What the person asks for
    #[arg(long, default_value = "access")]
    right: Right,
    /// When it arrived: an instant with its offset (2026-12-06T10:00+01:00), or a day
    #[arg(long, value_name = "WHEN")]
    received: When,
    /// Zone of the establishment that must act, such as Europe/Berlin: its civil days count [default: the offset of --received]
    #[arg(long, value_parser = zone)]
    zone: Option<TimeZone>,
    /// Whose public holidays count: a country (IE) or a part of one (DE-BY, GB-SCT; EW, SC, NI will do). Under a law of elsewhere
    /// only weekends do
    #[arg(long, default_value = "", hide_default_value = true)]
    region: String,
    /// A public holiday of that place that the calendar cannot know yet
    #[arg(long = "own-holiday", value_name = "DAY")]
    own_holidays: Vec<Date>,
    /// A question put to the person: identity, clarification or fee, and the day
    #[arg(long, value_name = "KIND=DAY", value_parser = question)]
    asked: Vec<(InquiryKind, Date)>,
    /// The day its full answer, or the fee, arrived; the first answer of a kind goes with the first question of that kind
    #[arg(long, value_name = "KIND=DAY", value_parser = question)]
    answered: Vec<(InquiryKind, Date)>,
    /// When the notice was sent that more time is taken
    #[arg(long, value_name = "WHEN")]
    extended_on: Option<When>,
    /// The last day that this notice names
    #[arg(long, value_name = "DAY", requires = "extended_on")]
    extended_until: Option<Date>,
    /// When an appeal against the refusal arrived
    #[arg(long, value_name = "WHEN")]
    appeal: Option<When>,
    /// When the notice was sent that its decision takes longer
    #[arg(long, value_name = "WHEN", requires = "appeal")]
    appeal_extended_on: Option<When>,
    /// When the request was closed
    #[arg(long, value_name = "WHEN")]
    closed: Option<When>,
    /// How many days before the cautious date the target lies
    #[arg(long, value_name = "DAYS", default_value_t = Matter::TARGET_DAYS)]
    target_days: u16,
    /// As JSON, each clock as it would be stored
    #[arg(long)]
    json: bool,
}

fn long_help() -> String {
    let mut text = format!("{EXAMPLES}\n\nLaws ({}, edition {}):\n", Regime::all().len(), pack::id());
    for regime in Regime::all() {
        // A string takes any text.
        let _ = writeln!(text, "  {regime:<12} {}: {}", regime.jurisdiction(), regime.title());
    }
    let rights: Vec<&str> = Right::ALL.iter().map(|right| right.as_str()).collect();
    let _ = write!(text, "\nRights: {}.\nNo law grants all of them.", rights.join(", "));
    text
}

/// An instant, or a day in the establishment's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    At(Timestamp, TimeZone),
    On(Date),
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse::<Timestamp>() {
            let offset = jiff::fmt::temporal::DateTimeParser::new()
                .parse_pieces(text)
                .ok()
                .and_then(|pieces| pieces.to_numeric_offset());
            return Ok(Self::At(at, offset.map_or(TimeZone::UTC, TimeZone::fixed)));
        }
        if let Ok(zoned) = text.parse::<Zoned>() {
            return Ok(Self::At(zoned.timestamp(), zoned.time_zone().clone()));
        }
        match text.parse::<Date>() {
            Ok(day) if !text.contains(['T', ' ']) => Ok(Self::On(day)),
            _ => Err("write an instant with its offset, such as 2026-12-06T10:00+01:00, or a day, such as 2026-12-06"
                .to_owned()),
        }
    }
}

impl When {
    /// The instant it stands for; of a day its noon, and of the day of receipt the receipt.
    fn instant(&self, zone: &TimeZone, received: Option<Timestamp>) -> Result<Timestamp> {
        let day = match self {
            Self::At(at, _) => return Ok(*at),
            Self::On(day) => *day,
        };
        if let Some(received) = received.filter(|at| at.to_zoned(zone.clone()).date() == day) {
            return Ok(received);
        }
        Ok(day.at(12, 0, 0, 0).to_zoned(zone.clone())?.timestamp())
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| "there is no such zone; one is written as Europe/Berlin".to_owned())
}

fn question(text: &str) -> Result<(InquiryKind, Date), String> {
    let parsed = text.split_once('=').and_then(|(kind, day)| Some((kind.parse().ok()?, day.parse().ok()?)));
    parsed.ok_or_else(|| "write identity, clarification or fee, then `=` and a day: identity=2026-06-05".to_owned())
}

impl ClockArgs {
    fn zone(&self) -> TimeZone {
        match (&self.zone, &self.received) {
            (Some(zone), _) => zone.clone(),
            (None, When::At(_, zone)) => zone.clone(),
            (None, When::On(_)) => TimeZone::UTC,
        }
    }

    fn inquiries(&self) -> Result<Vec<Inquiry>, Usage> {
        let mut answers = self.answered.clone();
        let asked = self.asked.iter().map(|(kind, asked)| {
            let answer = answers.iter().position(|(of, _)| of == kind).map(|at| answers.remove(at).1);
            Inquiry { kind: *kind, asked: *asked, answered: answer }
        });
        let inquiries = asked.collect();
        match answers.first() {
            None => Ok(inquiries),
            Some((kind, day)) => {
                Err(Usage::new(format!("--answered {kind}={day} has no question before it: add --asked {kind}=DAY")))
            }
        }
    }

    /// All clocks under all laws, the earliest cautious date first.
    fn clocks(&self) -> Result<Vec<Clock>> {
        let zone = self.zone();
        let received = self.received.instant(&zone, None)?;
        let after = |when: &Option<When>| when.as_ref().map(|when| when.instant(&zone, Some(received))).transpose();
        let calendar = Calendar::find(&self.region, &self.own_holidays);
        let inquiries = self.inquiries()?;
        let extended_on = after(&self.extended_on)?;
        let (appeal, appeal_extended_on) = (after(&self.appeal)?, after(&self.appeal_extended_on)?);
        let mut all = Vec::new();
        for regime in &self.regimes {
            let matter = Matter {
                inquiries: &inquiries,
                extension: extended_on.map(|sent| ExtensionNotice { sent, until: self.extended_until }),
                appeal: appeal.map(|received| Appeal { received, extended: appeal_extended_on }),
                closed: after(&self.closed)?,
                target_days: self.target_days,
                ..Matter::new(*regime, self.right, received, zone.clone(), &calendar)
            };
            all.extend(clocks(&matter).map_err(|undefined| Usage::new(undefined.to_string()))?);
        }
        all.sort_by_key(|clock| (clock.kind == Kind::NotBefore, clock.cautious));
        Ok(all)
    }
}

/// Computes and shows the clocks.
///
/// # Errors
/// A law does not know what the facts name.
pub fn run(args: &ClockArgs) -> Result<()> {
    let clocks = args.clocks()?;
    if args.zone.is_none() && !args.region.is_empty() && args.zone() == TimeZone::UTC {
        note("dsr: days are counted in UTC, since neither --zone nor the offset of --received names another");
    }
    match Calendar::find(&args.region, &[]).known() {
        Known::Nothing if !args.region.is_empty() => {
            note(format_args!("dsr: no public holidays of {} are known, so none moves a date", args.region));
        }
        Known::Country => {
            note(format_args!("dsr: of {} only the holidays of the whole country are known", args.region));
        }
        Known::Nothing | Known::Place | Known::Given | Known::Outside => {}
    }
    if args.json {
        return say_json(&clocks);
    }
    let mut dates = table(["law", "duty", "", "cautious", "statutory", "target"]);
    for clock in &clocks {
        let kind = match clock.kind {
            Kind::Deadline => "by",
            Kind::NotBefore => "not before",
            Kind::NoFigure => "no figure in law",
        };
        dates.add_row([
            clock.regime.as_str(),
            clock.duty.as_str(),
            kind,
            &show(clock.cautious),
            &show(clock.statutory),
            &show(clock.target),
        ]);
    }
    say_table(&dates);
    for clock in &clocks {
        heading(&format!("{} v{} ({})", clock.rule.id, clock.rule.version, clock.rule.source));
        say(steps(clock));
    }
    say(format_args!("\nRules: edition {}. Not legal advice.", pack::id()));
    Ok(())
}

fn steps(clock: &Clock) -> String {
    let steps =
        clock.derivation.iter().zip(1..).map(|(step, number)| format!("  {number}. {} [{}]", step.text, step.source));
    steps.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use jiff::civil::date;
    use law::duty::Duty;
    use rstest::rstest;

    use super::*;

    #[derive(Parser, Debug)]
    struct Line {
        #[command(flatten)]
        args: ClockArgs,
    }

    fn parse(line: &str) -> Result<ClockArgs, clap::Error> {
        Line::try_parse_from(std::iter::once("clock").chain(line.split(' '))).map(|line| line.args)
    }

    fn due(line: &str, duty: Duty) -> (Date, Date) {
        let clocks = parse(line).unwrap().clocks().unwrap();
        let clock = clocks.iter().find(|clock| clock.duty == duty).unwrap();
        (clock.cautious, clock.statutory)
    }

    #[rstest]
    #[case::bavaria(
        "--regime eu_gdpr --region DE-BY --received 2026-12-06T10:00+01:00",
        date(2027, 1, 6),
        date(2027, 1, 7)
    )]
    #[case::berlin(
        "--regime eu_gdpr --region DE-BE --received 2026-12-06T10:00+01:00",
        date(2027, 1, 6),
        date(2027, 1, 6)
    )]
    #[case::own_day(
        "--regime eu_gdpr --region DE-BE --received 2026-12-06 --own-holiday 2027-01-06",
        date(2027, 1, 6),
        date(2027, 1, 7)
    )]
    #[case::the_day_is_that_of_the_offset(
        "--regime us_ca_ccpa --received 2026-02-28T18:00-08:00",
        date(2026, 4, 13),
        date(2026, 4, 14)
    )]
    #[case::or_of_the_zone(
        "--regime us_ca_ccpa --received 2026-03-01T02:00:00Z --zone America/Los_Angeles",
        date(2026, 4, 13),
        date(2026, 4, 14)
    )]
    #[case::paused(
        "--regime eu_gdpr --received 2026-03-02 --asked identity=2026-03-06 --answered identity=2026-03-16",
        date(2026, 4, 2),
        date(2026, 4, 13)
    )]
    #[case::extended(
        "--regime eu_gdpr --region DE --received 2026-11-26 --extended-on 2026-11-26",
        date(2027, 2, 26),
        date(2027, 2, 26)
    )]
    fn the_answer_is_due_when_the_law_says(#[case] line: &str, #[case] cautious: Date, #[case] statutory: Date) {
        assert_eq!(due(line, Duty::Respond), (cautious, statutory));
    }

    #[test]
    fn an_appeal_and_a_closure_have_dates_of_their_own() {
        let line = "--regime us_co --received 2026-06-01 --appeal 2026-08-03 --appeal-extended-on 2026-09-01 --closed 2026-10-01";
        assert_eq!(due(line, Duty::DecideAppeal).1, date(2026, 11, 16));
        assert_eq!(due(line, Duty::Purge).1, date(2028, 10, 1));
    }

    #[test]
    fn of_several_laws_the_earliest_date_comes_first() {
        let clocks =
            parse("--regime us_va --regime eu_gdpr --regime kr_pipa --received 2026-06-01").unwrap().clocks().unwrap();
        let first = clocks.first().unwrap();
        assert_eq!((first.regime.as_str(), first.cautious), ("kr_pipa", date(2026, 6, 11)));
        assert!(clocks.is_sorted_by_key(|clock| clock.cautious));
    }

    #[rstest]
    #[case::no_such_law("--regime eu --received 2026-06-01")]
    #[case::no_such_right("--regime eu_gdpr --right oblivion --received 2026-06-01")]
    #[case::no_offset("--regime eu_gdpr --received 2026-06-01T10:00")]
    #[case::no_such_zone("--regime eu_gdpr --received 2026-06-01 --zone Berlin")]
    #[case::no_such_question("--regime eu_gdpr --received 2026-06-01 --asked mood=2026-06-02")]
    #[case::no_law("--received 2026-06-01")]
    fn what_cannot_be_read_is_refused(#[case] line: &str) {
        parse(line).unwrap_err();
    }

    #[rstest]
    #[case::answer_without_question(
        "--regime eu_gdpr --received 2026-06-01 --answered fee=2026-06-02",
        "--asked fee=DAY"
    )]
    #[case::right_the_law_does_not_grant(
        "--regime eu_gdpr --right opt_out --received 2026-06-01",
        "eu_gdpr grants no right to opt_out"
    )]
    #[case::extension_the_law_does_not_know(
        "--regime ca_qc --received 2026-06-01 --extended-on 2026-06-02",
        "ca_qc knows no extension"
    )]
    fn what_no_law_defines_is_no_date(#[case] line: &str, #[case] says: &str) {
        let error = parse(line).unwrap().clocks().unwrap_err();
        assert!(error.is::<Usage>() && error.to_string().contains(says), "{error}");
    }

    #[test]
    fn the_steps_are_numbered_and_sourced() {
        let clocks = parse("--regime eu_gdpr --region DE-BE --received 2026-01-31").unwrap().clocks().unwrap();
        let text = steps(clocks.iter().find(|clock| clock.duty == Duty::Respond).unwrap());
        assert!(text.contains("  5. Sat 28 Feb 2026 is a Saturday"), "{text}");
        assert!(text.contains("[Regulation (EEC, Euratom) 1182/71 Art. 3(4)]"));
    }

    #[test]
    fn the_long_help_lists_every_law() {
        let help = long_help();
        assert!(Regime::all().all(|regime| help.contains(regime.title())));
    }
}
